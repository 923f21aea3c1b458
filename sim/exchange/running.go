package exchange

import (
	"math"
	"slices"

	"github.com/steelyard/steelyard/engine/fund"
)

// A venue in running time is told the prices inside its rows, and an order that arrives meets the current one. Turn,
// Tell, Enter and Withdraw drive it, in the order of time, instead of Open, Close, Send, Cancel and Arrive: latency and
// the idealised configuration have no meaning here. Answers are valid until the next call.

// Terms say what becomes of that part of an order that the market does not take at once. What is left of a market
// order expires in any case.
type Terms int8

// The terms.
const (
	Resting   Terms = iota // it waits at its limit
	Immediate              // it expires
	Passive                // the whole order is refused if the market would take any of it
)

// Turn tells that a row begins at a time, of which nothing is known but what Tell says; the first closed rows of p have
// closed. The prices stay as they were.
func (x *Exchange) Turn(p *fund.Panel, closed int, at fund.Time) {
	m := &x.market
	m.panel, m.row, m.past, m.open, m.room = p, closed, closed, at, nil
	if m.half == nil {
		m.level = slices.Repeat([]float64{math.NaN()}, p.N)
		m.half = make([]float64, p.N)
	}
}

// Tell tells an instrument's price at a time, and half the spread around it as a fraction; NaN says that it does not
// trade now. Orders that the price passes fill at their limit, as maker; those that took, and were held back by their
// own impact or by the participation cap, go on taking.
func (x *Exchange) Tell(i fund.InstrumentID, price, half float64, at fund.Time) []Event {
	x.market.level[i], x.market.half[i] = price, half
	x.answers.begin()
	for _, w := range x.orders {
		switch {
		case w.Instrument != i || price != price:
		case w.taking:
			x.match(w, at)
		case float64(w.Side)*price < float64(w.Side)*w.Limit.Float64():
			x.make(w, at)
		}
	}
	x.sweep()
	return x.answers.list
}

// Touch returns the best prices of the undisturbed market, as anybody there meets them, and false if it does not trade
// now.
func (x *Exchange) Touch(i fund.InstrumentID) (bid, ask fund.Amount, trades bool) {
	if x.market.panel == nil || x.market.level[i] != x.market.level[i] {
		return bid, ask, false
	}
	in, mid, half := &x.universe.Instruments[i], x.market.level[i], x.market.half[i]
	return in.Ticks(aside(mid, half, fund.Sell), fund.Sell), in.Ticks(aside(mid, half, fund.Buy), fund.Buy), true
}

// Enter takes an order that is there now: its Spend does not count. It is accepted and meets the market, or closed as
// refused.
func (x *Exchange) Enter(o fund.Order, terms Terms, at fund.Time) []Event {
	x.answers.begin()
	market := o.Limit.IsZero()
	o.Spend = x.stake(&o)
	if why := x.unfit(&o, terms); why != "" {
		x.answers.close(at, o.ID, why)
		return x.answers.list
	}
	w := x.accept(message{at: at, sent: at, order: o})
	x.answers.accept(at, w.ID)
	x.match(w, at)
	if w.rest.Sign() > 0 && (market || terms == Immediate) {
		x.close(w, at, "expired: nobody trades the rest within its limit now")
	}
	x.sweep()
	return x.answers.list
}

// Withdraw cancels what is left of an order, and says nothing where nothing is.
func (x *Exchange) Withdraw(id fund.OrderID, at fund.Time) []Event {
	x.answers.begin()
	x.cancel(message{at: at, cancel: id, reason: "as asked"})
	return x.answers.list
}

// unfit returns why an order is not taken, or "".
func (x *Exchange) unfit(o *fund.Order, terms Terms) string {
	_, _, trades := x.Touch(o.Instrument)
	switch {
	case !trades:
		return "rejected: " + x.universe.Instruments[o.Instrument].Name + " does not trade now"
	case terms == Passive && x.reached(&working{Order: *o}, x.market.level[o.Instrument]):
		return "rejected: it would take at once"
	}
	return x.refusal(o)
}

// stake returns what a purchase locks in quote units, to the decimals of the asset: what it comes to at its limit, or for a market order all that is
// free, if that pays for the order at the touch. A fee in quote is part of it.
func (x *Exchange) stake(o *fund.Order) fund.Amount {
	in := &x.universe.Instruments[o.Instrument]
	_, price, trades := x.Touch(o.Instrument)
	switch {
	case o.Side == fund.Sell || !trades:
		return fund.Amount{}
	case !o.Limit.IsZero():
		price = o.Limit
	}
	decimals := x.universe.Assets[in.Quote].Decimals
	need := price.Mul(o.Quantity).RoundUp(decimals)
	if in.Fees.In == fund.FeeInQuote || in.Fees.In == fund.FeeInAsset {
		rate := in.Fees.Taker
		if rate.Less(in.Fees.Maker) {
			rate = in.Fees.Maker
		}
		need = need.Add(fund.Charge(need, rate, decimals)).Add(x.inUnits(in.Fees.PerTrade, in.Quote))
	}
	if free := x.free(in.Quote); o.Limit.IsZero() && need.Less(free) {
		return free
	}
	return need
}
