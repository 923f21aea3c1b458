package exchange

import (
	"fmt"
	"slices"

	"github.com/steelyard/steelyard/engine/fund"
)

// refusal returns why the venue does not take an order, or "".
func (x *Exchange) refusal(o *fund.Order) string {
	in := &x.universe.Instruments[o.Instrument]
	if x.cfg.RejectRate > 0 && x.rejects.Float64() < x.cfg.RejectRate {
		return "rejected: the venue is busy"
	}
	switch {
	case in.Venue != x.cfg.Account:
		return "rejected: " + in.Name + " does not trade here"
	case o.Quantity.Sign() <= 0:
		return "rejected: quantity " + o.Quantity.String()
	case !in.Lot.IsZero() && !o.Quantity.FloorTo(in.Lot).Equal(o.Quantity):
		return "rejected: quantity is no multiple of the lot " + in.Lot.String()
	case o.Quantity.Less(in.MinQuantity):
		return "rejected: quantity is below " + in.MinQuantity.String()
	case !in.MaxQuantity.IsZero() && in.MaxQuantity.Less(o.Quantity):
		return "rejected: quantity is above " + in.MaxQuantity.String()
	case !in.Tick.IsZero() && !(o.Limit.FloorTo(in.Tick).Equal(o.Limit) && o.Worst.FloorTo(in.Tick).Equal(o.Worst)):
		return "rejected: limit is no multiple of the tick " + in.Tick.String()
	}
	if last := x.last(o.Instrument); o.Quantity.Float64()*last < in.MinNotional.Float64() {
		return "rejected: notional is below " + in.MinNotional.String()
	}
	asset, need := x.need(o)
	if free := x.free(asset); free.Less(need) {
		return fmt.Sprintf("rejected: needs %s %s, %s are free", need, x.universe.AssetName(asset), free)
	}
	return ""
}

// last returns the newest price of an instrument, 0 where there never was one.
func (x *Exchange) last(i fund.InstrumentID) float64 {
	if m := &x.market; m.panel != nil && m.level[i] == m.level[i] {
		return m.level[i]
	}
	for h, r := x.history(), x.market.past-1; r >= 0; r-- {
		if c := h.Close(r)[i]; c == c {
			return c
		}
	}
	return 0
}

// need returns what an order locks: a sale its base units, a purchase what it may spend.
func (x *Exchange) need(o *fund.Order) (fund.AssetID, fund.Amount) {
	in := &x.universe.Instruments[o.Instrument]
	if o.Side == fund.Buy {
		return in.Quote, o.Spend
	}
	if in.Fees.In != fund.FeeInBase {
		return in.Base, o.Quantity
	}
	fee := fund.Charge(o.Quantity, in.Fees.Taker, x.universe.Assets[in.Base].Decimals)
	return in.Base, o.Quantity.Add(fee).Add(x.inUnits(in.Fees.PerTrade, in.Base))
}

func (x *Exchange) accept(m message) *working {
	w := x.room()
	*w = working{Order: m.order, sent: m.sent, arrived: m.at, rest: m.order.Quantity}
	w.asset, w.lock = x.need(&m.order)
	x.locked[w.asset] = x.locked[w.asset].Add(w.lock)
	at, _ := slices.BinarySearchFunc(x.orders, w.ID, func(o *working, id fund.OrderID) int { return int(o.ID) - int(id) })
	x.orders = slices.Insert(x.orders, at, w)
	return w
}

// room returns where an order can be kept.
func (x *Exchange) room() *working {
	last := len(x.over) - 1
	if last < 0 {
		return new(working)
	}
	w := x.over[last]
	x.over = x.over[:last]
	return w
}

func (x *Exchange) cancel(m message) {
	for _, w := range x.orders {
		if w.ID == m.cancel && w.rest.Sign() > 0 {
			x.close(w, m.at, "cancelled: "+m.reason)
		}
	}
	x.sweep()
}

// close ends an order with something left of it.
func (x *Exchange) close(w *working, at fund.Time, why string) {
	x.answers.close(at, w.ID, why)
	w.rest = fund.Amount{}
}

// unlock gives back part of what an order locked.
func (x *Exchange) unlock(w *working, amount fund.Amount) {
	w.lock = w.lock.Sub(amount)
	x.locked[w.asset] = x.locked[w.asset].Sub(amount)
}

// sweep forgets orders with nothing left.
func (x *Exchange) sweep() {
	x.orders = slices.DeleteFunc(x.orders, func(w *working) bool {
		if w.rest.Sign() > 0 {
			return false
		}
		x.unlock(w, w.lock)
		x.over = append(x.over, w)
		return true
	})
}
