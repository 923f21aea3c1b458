package engine

import (
	"fmt"
	"slices"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/risk"
)

// order is a working order and what it has reserved.
type order struct {
	fund.Order
	account   fund.AccountID
	asset     fund.AssetID // of the reservation
	held      fund.Amount  // still reserved
	rest      fund.Amount  // base units not yet filled
	parent    int          // its place among the rebalance's parents
	ends      fund.Time    // limit orders: when it is cancelled, to cross the spread
	cancelled bool         // it was asked to be
	crosses   bool         // what comes back of it is sent to cross
}

// send sends what is due of a parent, or leaves it for later where it is too little. Under a passive schedule it is a limit
// order, but for what came back of one.
func (c *Core) send(i int) {
	p := &c.current.parents[i]
	in := &c.universe.Instruments[p.trade.Instrument]
	if most := c.sellable(in); p.trade.Side == fund.Sell && most.Less(p.due) {
		p.due = most // several sales of one asset may be over by the smallest unit
	}
	if p.asks == 0 && c.works(i) && c.tooLittle(p) {
		p.asks = c.nextRow() // more of it may come back
	}
	if p.due.Sign() <= 0 || p.asks != 0 && c.tooLittle(p) {
		return
	}
	p.work.Released = p.work.Released.Add(p.due)
	market, ends := p.due, c.current.schedule.Ends(&p.work, c.view.At)
	if c.current.schedule.Passive && !c.current.overdue && ends > c.view.At {
		market = c.crossing(p)
	}
	p.cross = p.cross.Sub(fund.Least(market, p.cross))
	c.split(i, market, order{})
	if rest := p.due.Sub(market); rest.Sign() > 0 {
		offset := float64(float64(p.trade.Side) * c.current.schedule.Offset)
		limit := in.Ticks(p.mid*(1-offset), -p.trade.Side)
		c.split(i, rest, order{Order: fund.Order{Limit: limit}, ends: ends})
	}
}

// crossing returns how much of what is due came back of a limit order and is to cross the spread now. What would be too
// small an order is joined to the other part.
func (c *Core) crossing(p *parent) fund.Amount {
	market := fund.Least(p.cross, p.due)
	switch {
	case c.belowMinimum(p, market):
		p.cross = fund.Amount{}
		return fund.Amount{}
	case c.belowMinimum(p, p.due.Sub(market)):
		return p.due
	}
	return market
}

// split has a quantity checked, split, and placed, each part as an order of this kind.
func (c *Core) split(i int, quantity fund.Amount, kind order) {
	if quantity.Sign() <= 0 {
		return
	}
	p := &c.current.parents[i]
	in := &c.universe.Instruments[p.trade.Instrument]
	kind.parent, kind.account, kind.Decision, kind.Instrument, kind.Side = i, in.Venue, c.current.decision.ID, p.trade.Instrument, p.trade.Side
	parts := c.desk.Split(quantity, in, p.mid*c.view.Price[in.Quote])
	if len(parts) == 0 {
		why := "a single lot is more than the largest order allowed"
		c.emit(&Refuse{kind.Decision, kind.Instrument, kind.Side, quantity, "max-order", why, risk.Check{}})
		c.leave(why)
	}
	for _, part := range parts {
		kind.ID, kind.Quantity = c.orderID+1, part
		c.place(kind)
	}
}

// place has an order approved and sends it.
func (c *Core) place(o order) {
	p := &c.current.parents[o.parent]
	approved, cut := c.approve(o.Order)
	whole := o.Quantity
	o.Order = approved.Order()
	if cut != nil {
		lost := whole.Sub(o.Quantity)
		c.emit(&Refuse{c.current.decision.ID, p.trade.Instrument, p.trade.Side, lost, cut.Rule, cut.Why, cut.Check})
		if p.asks != 0 { // the next slice takes it along
			p.work.Released = p.work.Released.Sub(lost)
		} else {
			c.leave(cut.Why)
		}
	}
	if o.ID == 0 {
		return
	}
	if c.belowMinimum(p, o.Quantity) {
		c.leave("what was left of a slice is below the venue's minimum")
		return
	}
	approved = c.bounded(p, approved)
	o.Order = approved.Order()
	c.work(o, approved)
}

// belowMinimum reports whether the venue takes no order this small.
func (c *Core) belowMinimum(p *parent, q fund.Amount) bool {
	in := &c.universe.Instruments[p.trade.Instrument]
	return q.Sign() <= 0 || q.Less(in.MinQuantity) || float64(q.Float64()*p.mid) < in.MinNotional.Float64()
}

// tooLittle reports whether what is due of a parent had better wait for more: the venue does not take it, or it is dust.
func (c *Core) tooLittle(p *parent) bool {
	in := &c.universe.Instruments[p.trade.Instrument]
	return c.belowMinimum(p, p.due) || float64(p.due.Float64()*p.mid)*c.view.Price[in.Quote] < c.policy.Dust
}

// bounded returns an approved order with what prices may do to it at worst: a purchase has an amount that it may spend, a sale
// at the market a price.
func (c *Core) bounded(p *parent, a risk.Approved) risk.Approved {
	o := a.Order()
	switch {
	case o.Side == fund.Buy:
		return a.WithSpend(c.spend(p, o.Quantity))
	case o.Limit.IsZero():
		return a.WithWorst(c.worst(p))
	}
	return a
}

// worst returns the lowest price at which a sale at the market fills: the newest one less what the plan expected of spread and
// impact, and less the slack that purchases have as well.
func (c *Core) worst(p *parent) fund.Amount {
	in, t := &c.universe.Instruments[p.trade.Instrument], p.trade
	moved := (t.Cost.Spread + t.Cost.Impact) / t.Notional
	price := in.Ticks(p.mid*max(0, 1-moved)/(1+slack), fund.Sell)
	if price.Sign() <= 0 {
		return in.LeastPrice()
	}
	return price
}

// spend returns the most quote that a purchase may take: toward zero at the quote's precision, and no more than is free.
func (c *Core) spend(p *parent, quantity fund.Amount) fund.Amount {
	in := &c.universe.Instruments[p.trade.Instrument]
	most := fund.AmountOfFloat(float64(p.limit*quantity.Float64()) + c.perTrade(in, in.Quote)).RoundDown(c.universe.Assets[in.Quote].Decimals)
	return fund.Least(most, c.book.Free(in.Venue, in.Quote))
}

// perTrade returns what an order pays whatever its size, in units of an asset at its mark.
func (c *Core) perTrade(in *fund.Instrument, a fund.AssetID) float64 {
	if in.Fees.PerTrade.IsZero() || c.view.Price[a] <= 0 {
		return 0
	}
	return in.Fees.PerTrade.Float64() / c.view.Price[a]
}

// work reserves what an approved order may take and sends it.
func (c *Core) work(o order, approved risk.Approved) {
	in := &c.universe.Instruments[o.Instrument]
	o.rest = o.Quantity
	if o.Side == fund.Buy {
		o.asset, o.held = in.Quote, o.Spend
	} else {
		o.asset, o.held = in.Base, o.Quantity
		if in.Fees.In == fund.FeeInBase {
			decimals := c.universe.Assets[in.Base].Decimals
			o.held = o.held.Add(fund.Charge(o.Quantity, in.Fees.Taker, decimals)).Add(fund.AmountOfFloat(c.perTrade(in, in.Base)).RoundDown(decimals))
		}
	}
	if o.Side == fund.Buy && o.Spend.Sign() <= 0 {
		c.leave("no cash has arrived")
		return
	}
	if err := c.book.Reserve(o.account, o.asset, o.held); err != nil {
		c.leave(err.Error())
		return
	}
	c.current.working[o.Instrument] += o.Quantity.Float64()
	c.orderID = o.ID
	c.orders = append(c.orders, o)
	c.desk.Sent(c.view.At)
	c.emit(c.placed(approved))
}

// placed returns the command that sends an order, which the next Step takes the room of.
func (c *Core) placed(approved risk.Approved) *Place {
	c.places = append(c.places, Place{approved})
	return &c.places[len(c.places)-1]
}

// filled books an execution, once, whenever it comes.
func (c *Core) filled(f *fund.Fill) {
	in := &c.universe.Instruments[f.Instrument]
	ids := c.trades[f.Instrument]
	at, known := slices.BinarySearch(ids, f.Trade)
	if known {
		return
	}
	k := c.find(f.Order)
	if k >= 0 {
		c.free(&c.orders[k], f, in)
	}
	if err := c.book.Fill(f); err != nil {
		c.halt(fmt.Sprintf("fill %d of order %d: %v", f.Trade, f.Order, err))
		return
	}
	c.trades[f.Instrument] = slices.Insert(ids, at, f.Trade)
	c.costs.traded(f)
	c.desk.Filled(f, c.view.At, c.view.Price[in.Quote])
	if c.current != nil {
		c.current.fills++
		c.current.cost = c.current.cost.Plus(fund.Cost{
			Fees:   float64(f.Fee.Float64() * c.view.Price[f.FeeAsset]),
			Spread: float64(f.Spread * c.view.Price[in.Quote]),
			Impact: float64(f.Impact * c.view.Price[in.Quote]),
		})
	}
	if k >= 0 && c.orders[k].rest.Sign() <= 0 {
		c.drop(k)
	}
	if c.current != nil {
		c.arrived(f)
		c.proceed()
	}
}

// free gives back the part of an order's reservation that a fill used.
func (c *Core) free(o *order, f *fund.Fill, in *fund.Instrument) {
	used := f.Uses(in)
	if o.held.Less(used) {
		used = o.held
	}
	c.book.Release(o.account, o.asset, used)
	o.held = o.held.Sub(used)
	o.rest = o.rest.Sub(f.Quantity)
}

// closed ends an order that will not fill any further. What was cancelled to cross the spread does so now; what the venue
// would not fill is part of the next slice, not before the next row, and after the last it is left.
func (c *Core) closed(e *Closed) {
	k := c.find(e.Order)
	if k < 0 {
		return
	}
	o := c.orders[k]
	c.drop(k)
	p := &c.current.parents[o.parent]
	c.current.working[o.Instrument] -= o.rest.Float64()
	switch {
	case !p.stopped && o.crosses:
		p.cross, p.asks = p.cross.Add(o.rest), c.view.At
		p.work.Released = p.work.Released.Sub(o.rest)
	case !p.stopped && p.asks != 0:
		p.asks = max(p.asks, c.nextRow())
		p.work.Released = p.work.Released.Sub(o.rest)
	default:
		c.leave(o.rest.String() + " of " + o.Side.String() + " " + c.universe.InstrumentKey(o.Instrument) + ": " + e.Reason)
	}
	c.proceed()
}

// cancel asks for an order to be cancelled, once.
func (c *Core) cancel(o *order, why string) {
	if !o.cancelled {
		o.cancelled = true
		c.emit(&Cancel{o.ID, o.Instrument, why})
	}
}

// cancelToCross cancels limit orders so that what is left of them crosses the spread.
func (c *Core) cancelToCross(why string, which func(*order) bool) {
	for k := range c.orders {
		if o := &c.orders[k]; !o.Limit.IsZero() && !o.cancelled && which(o) {
			o.crosses = true
			c.cancel(o, why)
		}
	}
}

// drop forgets a working order.
func (c *Core) drop(k int) {
	o := &c.orders[k]
	c.book.Release(o.account, o.asset, o.held)
	c.orders = slices.Delete(c.orders, k, k+1)
}

// find returns the place of a working order, or −1.
func (c *Core) find(id fund.OrderID) int {
	for k := range c.orders {
		if c.orders[k].ID == id {
			return k
		}
	}
	return -1
}

// leave remembers what the rebalance under way did not do.
func (c *Core) leave(why string) { c.current.left = append(c.current.left, why) }
