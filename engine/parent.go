package engine

import (
	"fmt"
	"time"

	"github.com/steelyard/steelyard/engine/execute"
	"github.com/steelyard/steelyard/engine/fund"
)

// parent is a trade of the plan being worked.
type parent struct {
	trade   *fund.Trade
	work    execute.Parent
	asks    fund.Time   // when its schedule is to be asked next; 0: never
	next    fund.Time   // what its schedule answered last
	due     fund.Amount // what is to be sent now
	cross   fund.Amount // of what is due: a slice that ended unfilled, which is sent to cross the spread
	limit   float64     // quote units that one base unit may cost now, fees included; buys only
	arrival float64     // mid when it began
	mid     float64     // newest
	still   fund.Time   // since when its instrument does not trade; 0: it does
	lacks   bool        // it waits for what another parent is to bring
	stopped bool        // it is over, and what comes back of its orders is left
}

// parentOf begins a trade.
func (c *Core) parentOf(t *fund.Trade) parent {
	in := &c.universe.Instruments[t.Instrument]
	mid := c.lastClose(t.Instrument)
	if mid != mid {
		mid = c.view.Price[in.Base] / c.view.Price[in.Quote]
	}
	o := execute.Order{
		ID: uint64(c.current.decision.ID)<<32 | uint64(t.Instrument), At: c.view.At,
		Side: t.Side, Quantity: t.Quantity, Lot: in.LotSize(), Terms: *c.costs.terms(t.Instrument),
	}
	p := parent{trade: t, asks: c.view.At, arrival: mid, mid: mid, work: c.current.schedule.Begin(o)}
	if c.current.schedule.Lasts() && c.quiet(t.Instrument) {
		p.still = c.closeTime()
	}
	return p
}

// lastClose returns the newest row's close of an instrument, NaN where it has none.
func (c *Core) lastClose(i fund.InstrumentID) float64 {
	return c.view.History.Close(c.view.History.Rows() - 1)[i]
}

// watch lets parents that are worked over time see the newest row.
func (c *Core) watch() {
	r := c.current
	if !c.current.schedule.Lasts() {
		return
	}
	since := c.closeTime().Sub(r.seen)
	for i := range r.parents {
		if p := &r.parents[i]; !p.stopped && (p.asks != 0 || c.works(i)) {
			c.watchParent(i, since)
		}
	}
	r.seen = c.closeTime()
	c.cancelToCross("its slice ended", func(o *order) bool { return o.ends <= c.view.At && r.parents[o.parent].still == 0 })
	clear(r.working)
	for i := range c.orders {
		r.working[c.orders[i].Instrument] += c.orders[i].rest.Float64()
	}
}

// watchParent takes note of what a parent's instrument did in the time since the row before: whether it traded, at which
// price, and how much.
func (c *Core) watchParent(i int, since time.Duration) {
	p, h := &c.current.parents[i], c.view.History
	if c.quiet(p.trade.Instrument) {
		c.missed(i, since)
		return
	}
	c.missed(i, since-h.Interval())
	if p.stopped {
		return
	}
	c.trading(p)
	p.mid = c.lastClose(p.trade.Instrument)
	p.work.Traded += h.Volume(h.Rows() - 1)[p.trade.Instrument]
	guard, away := c.current.schedule.Guard, float64(float64(p.trade.Side)*(p.mid/p.arrival-1))
	if guard > 0 && away > guard {
		c.stop(i, fmt.Sprintf("the price ran %.1f bp beyond that of arrival", away*1e4))
	}
}

// quiet reports whether an instrument does not trade: the newest row has no bar of it, or one without volume though it
// usually has some.
func (c *Core) quiet(i fund.InstrumentID) bool {
	h := c.view.History
	price, volume := c.lastClose(i), h.Volume(h.Rows() - 1)[i]
	return price != price || volume == 0 && c.costs.left.Inputs(h, i).ADV > 0
}

// missed lets a parent's time pass without trading: its clock stands still, or runs on, or it ends.
func (c *Core) missed(i int, lost time.Duration) {
	r := c.current
	p := &r.parents[i]
	if lost <= 0 {
		return
	}
	if p.still == 0 {
		p.still = r.seen
	}
	switch c.current.schedule.Halt {
	case execute.End:
		c.stop(i, fmt.Sprintf("%s has not traded since %v", c.universe.InstrumentKey(p.trade.Instrument), p.still))
	case execute.Wait:
		p.work.Start = p.work.Start.Add(lost)
		if p.asks > r.seen {
			p.asks = p.asks.Add(lost)
		}
		for k := range c.orders {
			if o := &c.orders[k]; o.parent == i && o.ends > r.seen {
				o.ends = o.ends.Add(lost)
			}
		}
	}
}

// trading notes that a parent's instrument trades, and tells of a halt that took at least a slice. A clock that waits and
// of which nothing has come yet begins now.
func (c *Core) trading(p *parent) {
	if p.still == 0 {
		return
	}
	until := c.closeTime().Add(-c.view.History.Interval())
	if until.Sub(p.still) >= p.work.Step() {
		c.emit(&Alert{NotTraded, fmt.Sprintf("%s did not trade from %v to %v; nothing of the %s of decision %d was sent", c.universe.InstrumentKey(p.trade.Instrument),
			p.still, until, p.trade.Side, c.current.decision.ID)})
	}
	if p.still = 0; c.current.schedule.Halt == execute.Wait && p.work.Released.IsZero() {
		p.work.Start = c.closeTime()
	}
}

// stop ends a parent: what it has not sent is left, and what works of it is cancelled.
func (c *Core) stop(i int, why string) {
	p := &c.current.parents[i]
	if rest := p.work.Total.Sub(p.work.Released); p.asks != 0 && rest.Sign() > 0 {
		c.leave(fmt.Sprintf("%s of %s %s: %s", rest, p.trade.Side, c.universe.InstrumentKey(p.trade.Instrument), why))
		p.work.Total = p.work.Released
	}
	p.stopped, p.asks = true, 0
	for k := range c.orders {
		if c.orders[k].parent == i {
			c.cancel(&c.orders[k], why)
		}
	}
}

// works reports whether an order of a parent works.
func (c *Core) works(i int) bool {
	for k := range c.orders {
		if c.orders[k].parent == i {
			return true
		}
	}
	return false
}
