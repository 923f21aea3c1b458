package engine

import (
	"math"

	"github.com/steelyard/steelyard/engine/execute"
	"github.com/steelyard/steelyard/engine/fund"
)

// release sends what is due and can be paid for. What is due and cannot be sent yet is asked for again when the next row
// closes, or before, when it lacks what others have brought by then.
func (c *Core) release() {
	r := c.current
	if c.halted {
		return
	}
	for i := range r.parents {
		c.ask(&r.parents[i])
	}
	if r.asking() {
		c.shareOut()
	}
	for i := range r.parents {
		if r.parents[i].due.Sign() > 0 {
			c.send(i)
		}
	}
	c.setTimers()
}

// asking reports whether any parent has something to be sent now.
func (r *rebalance) asking() bool {
	for i := range r.parents {
		if r.parents[i].due.Sign() > 0 {
			return true
		}
	}
	return false
}

// ask asks a parent's schedule what is due, and cuts it to the participation cap.
func (c *Core) ask(p *parent) {
	p.due = fund.Amount{}
	if p.asks == 0 || p.asks > c.view.At || c.shut(p) {
		return
	}
	p.due, p.next = c.current.schedule.Due(&p.work, c.view.At)
	if c.current.overdue {
		p.due, p.next = p.work.Total.Sub(p.work.Released), 0
	}
	p.asks = p.next
	if room := c.room(p.trade.Instrument); p.due.Float64() > room {
		p.due, p.asks = c.universe.Instruments[p.trade.Instrument].Lots(max(0, room)), c.nextRow()
	}
}

// shut reports whether a parent has to wait for a row: its instrument did not trade in the newest one, or the next is due
// to close and has not.
func (c *Core) shut(p *parent) bool {
	return p.still != 0 || c.current.schedule.Lasts() && c.view.At >= c.nextRow()
}

// closeTime returns when the newest row closed.
func (c *Core) closeTime() fund.Time {
	h := c.view.History
	return h.Time(h.Rows() - 1).Add(h.Interval())
}

// nextRow returns when the row after the newest is to close.
func (c *Core) nextRow() fund.Time { return c.closeTime().Add(c.view.History.Interval()) }

// room returns the base units that the participation cap leaves in an instrument until the next row closes.
func (c *Core) room(i fund.InstrumentID) float64 {
	most := c.current.schedule.MaxParticipation
	if most == 0 || c.current.overdue {
		return math.Inf(1)
	}
	return float64(most*execute.PerRow(c.costs.left.Inputs(c.view.History, i))) - c.current.working[i]
}

// pays returns the asset that a parent spends and how many units of it one base unit takes, at the newest price.
func (p *parent) pays(in *fund.Instrument) (fund.AssetID, float64) {
	if p.trade.Side == fund.Sell {
		return in.Base, 1
	}
	return in.Quote, p.trade.Spend / p.trade.Quantity.Float64() * (p.mid / p.arrival)
}

// cut leaves a parent only a part of what it asks for. It gets the rest when what it spends has arrived; where nothing is
// to come, with its next slice, and after the last not at all.
func (c *Core) cut(i int, to fund.Amount) {
	p := &c.current.parents[i]
	p.due, p.asks = to, p.next
	if p.lacks = c.awaits(i); p.lacks {
		p.asks = c.nextRow()
	}
}

// arrived lets those that lack something ask for it again, once a fill has brought it. Fills come one by one, and each of
// them shared out among all would make many small orders: so it waits until no market order works. What limit orders bring
// while a row is under way is shared out at its close.
func (c *Core) arrived(f *fund.Fill) {
	if f.Maker || c.crosses() {
		return
	}
	for i := range c.current.parents {
		if p := &c.current.parents[i]; p.lacks && p.asks != 0 {
			p.lacks, p.asks = false, c.view.At
		}
	}
}

// crosses reports whether a market order works.
func (c *Core) crosses() bool {
	for k := range c.orders {
		if c.orders[k].Limit.IsZero() {
			return true
		}
	}
	return false
}

// awaits reports whether another parent is still to deliver what a parent spends.
func (c *Core) awaits(i int) bool {
	r := c.current
	in := &c.universe.Instruments[r.parents[i].trade.Instrument]
	asset, _ := r.parents[i].pays(in)
	for j := range r.parents {
		p := &r.parents[j]
		from := &c.universe.Instruments[p.trade.Instrument]
		if p.trade.Stage < r.parents[i].trade.Stage && from.Venue == in.Venue && delivers(p.trade, from) == asset &&
			(p.asks != 0 || p.due.Sign() > 0 || c.works(j)) {
			return true
		}
	}
	return false
}

// setTimers sees to it that the next slice is sent on time, and that nothing works beyond the deadline. A slice that is due
// when a row closes waits for that row, and needs no timer.
func (c *Core) setTimers() {
	r := c.current
	next := fund.Time(0)
	for i := range r.parents {
		if asks := r.parents[i].asks; asks > c.view.At {
			next = earlier(next, asks)
		}
	}
	if next != 0 && next != r.wakesAt && next.Sub(c.closeTime())%c.view.History.Interval() != 0 {
		r.wake, r.wakesAt = c.setTimer(next), next
	}
	if d := c.current.schedule.Deadline; d > 0 && r.deadline == 0 && (len(c.orders) > 0 || !r.idle()) {
		r.deadline = c.setTimer(c.view.At.Add(d))
	}
}
