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
	account fund.AccountID
	asset   fund.AssetID // of the reservation
	held    fund.Amount  // still reserved
	rest    fund.Amount  // base units not yet filled
	value   float64      // base currency in flight; buys only
}

// send has a slice checked, split, and placed.
func (c *Core) send(p *parent, quantity fund.Amount) {
	in := &c.universe.Instruments[p.trade.Instrument]
	price := c.mid(p.trade.Instrument)
	parts := c.policy.Limits.Split(quantity, in, price*c.view.Price[in.Quote])
	if len(parts) == 0 {
		why := "a single lot is worth more than the largest order allowed"
		c.emit(&Refuse{c.current.decision.ID, p.trade.Instrument, p.trade.Side, quantity, "max-order", why})
		c.leave(why)
	}
	for _, part := range parts {
		c.place(p, part, price)
	}
}

func (c *Core) place(p *parent, quantity fund.Amount, price float64) {
	wish := fund.Order{
		ID: c.orderID + 1, Decision: c.current.decision.ID,
		Instrument: p.trade.Instrument, Side: p.trade.Side, Quantity: quantity,
	}
	approved, cut := c.policy.Limits.Approve(wish, price, risk.State{View: &c.view, InFlight: c.current.inFlight})
	o := approved.Order()
	if cut != nil {
		c.emit(&Refuse{wish.Decision, wish.Instrument, wish.Side, quantity.Sub(o.Quantity), cut.Rule, cut.Why})
		c.leave(cut.Why)
	}
	if o.ID == 0 {
		return
	}
	if c.belowMinimum(o.Instrument, o.Quantity) {
		c.leave("what was left of a slice is below the venue's minimum")
		return
	}
	c.work(approved.WithSpend(c.spend(p, o.Quantity)), price)
}

// spend returns the most quote that a purchase may take: toward zero at the quote's precision, and no more than is free.
func (c *Core) spend(p *parent, quantity fund.Amount) fund.Amount {
	if p.trade.Side == fund.Sell {
		return fund.Amount{}
	}
	in := &c.universe.Instruments[p.trade.Instrument]
	most := fund.AmountOfFloat(p.spend * quantity.Float64()).RoundDown(c.universe.Assets[in.Quote].Decimals)
	if free := c.book.Free(in.Venue, in.Quote); free.Less(most) {
		return free
	}
	return most
}

// work reserves what an approved order may take and sends it.
func (c *Core) work(approved risk.Approved, price float64) {
	o := order{Order: approved.Order()}
	in := &c.universe.Instruments[o.Instrument]
	o.account, o.rest = in.Venue, o.Quantity
	if o.Side == fund.Buy {
		o.asset, o.held = in.Quote, o.Spend
		o.value = o.Quantity.Float64() * price * c.view.Price[in.Quote]
	} else {
		o.asset, o.held = in.Base, o.Quantity
		if in.Fees.In == fund.FeeInBase {
			o.held = o.held.Add(fund.Charge(o.Quantity, in.Fees.Taker, c.universe.Assets[in.Base].Decimals))
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
	if o.Side == fund.Buy {
		c.current.inFlight[in.Base] += o.value
	}
	c.orderID = o.ID
	c.orders = append(c.orders, o)
	c.emit(&Place{approved})
}

// filled books an execution, once, whenever it comes.
func (c *Core) filled(f *fund.Fill) {
	in := &c.universe.Instruments[f.Instrument]
	ids := c.trades[in.Venue]
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
	c.trades[in.Venue] = slices.Insert(ids, at, f.Trade)
	c.costs.traded(f)
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
}

// free gives back the part of an order's reservation that a fill used.
func (c *Core) free(o *order, f *fund.Fill, in *fund.Instrument) {
	used := f.Uses(in)
	if o.held.Less(used) {
		used = o.held
	}
	c.book.Release(o.account, o.asset, used)
	o.held = o.held.Sub(used)
	if o.Side == fund.Buy {
		part := float64(o.value * min(1, f.Quantity.Float64()/o.rest.Float64()))
		o.value -= part
		c.current.inFlight[in.Base] -= part
	}
	o.rest = o.rest.Sub(f.Quantity)
}

// closed ends an order that will not fill any further.
func (c *Core) closed(e *Closed) {
	k := c.find(e.Order)
	if k < 0 {
		return
	}
	o := &c.orders[k]
	c.leave(fmt.Sprintf("%s of %s %s: %s", o.rest, o.Side, c.universe.InstrumentKey(o.Instrument), e.Reason))
	c.drop(k)
}

// drop forgets a working order and goes on with the rebalance if it was the last of its stage.
func (c *Core) drop(k int) {
	o := &c.orders[k]
	c.book.Release(o.account, o.asset, o.held)
	if o.Side == fund.Buy {
		c.current.inFlight[c.universe.Instruments[o.Instrument].Base] -= o.value
	}
	c.orders = slices.Delete(c.orders, k, k+1)
	if len(c.orders) == 0 {
		c.advance()
	}
}

func (c *Core) find(id fund.OrderID) int {
	return slices.IndexFunc(c.orders, func(o order) bool { return o.ID == id })
}

// leave remembers what the rebalance under way did not do.
func (c *Core) leave(why string) { c.current.left = append(c.current.left, why) }
