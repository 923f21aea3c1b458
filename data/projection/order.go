package projection

import (
	"github.com/google/uuid"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
)

// order is an order and how far it came.
type order struct {
	fund.Order
	record   uint64
	placed   fund.Time
	decision *decision // nil: the journal holds none
	filled   fund.Amount
	closed   fund.Time // when it ended; 0: it works
	reason   string

	touched, stored bool
}

// complete is the part of an order from which on it counts as filled: a price that rose a little by the fill lets a
// purchase reach its spending limit before its quantity.
const complete = 0.99

func (w *walk) place(o *fund.Order) {
	own := &order{Order: *o, record: w.record, placed: w.now, decision: w.decisions[o.Decision]}
	w.orders[o.ID] = own
	w.touchOrder(own)
}

func (w *walk) touchOrder(o *order) {
	if !o.touched {
		o.touched = true
		w.touched.orders = append(w.touched.orders, o)
		w.pending++
	}
}

func (w *walk) closed(e *engine.Closed) {
	if o := w.orders[e.Order]; o != nil && o.closed == 0 {
		o.closed, o.reason = w.now, e.Reason
		w.touchOrder(o)
	}
}

// fill books an execution as the core does: once, and not at all if the book cannot.
func (w *walk) fill(f *fund.Fill) {
	in := &w.source.Universe.Instruments[f.Instrument]
	key := trade{f.Instrument, f.Trade}
	if w.booked[key] || w.book.Fill(f) != nil {
		return
	}
	w.booked[key] = true
	quote := w.marks.Price[in.Quote]
	value := f.Cash().Float64() * quote
	cost := fund.Cost{Fees: f.Fee.Float64() * w.marks.Price[f.FeeAsset], Spread: f.Spread * quote, Impact: f.Impact * quote}
	o := w.orders[f.Order]
	if o != nil {
		o.filled = o.filled.Add(f.Quantity)
		if !o.filled.Less(o.Quantity) && o.closed == 0 {
			o.closed = w.now
		}
		w.touchOrder(o)
		w.traded(o.decision, f, value, cost)
	}
	w.fillRow(f, in, o, value, cost)
	w.position(w.now, in.Venue, in.Base)
	w.position(w.now, in.Venue, in.Quote)
	if f.FeeAsset != in.Base && f.FeeAsset != in.Quote {
		w.position(w.now, in.Venue, f.FeeAsset)
	}
}

func (w *walk) fillRow(f *fund.Fill, in *fund.Instrument, o *order, value float64, cost fund.Cost) {
	if w.quiet {
		return
	}
	u := w.source.Universe
	rebalancing, decision := any(nil), any(nil)
	if o != nil {
		rebalancing, decision = o.decision.ref(), int64(o.Decision)
	}
	w.add(Fills, Row{w.run, int64(w.record), u.Accounts[in.Venue], int64(f.Trade), int64(f.Order), rebalancing, decision,
		w.now, w.keys[f.Instrument], f.Side.String(),
		f.Quantity, f.Price, f.Fee, u.AssetName(f.FeeAsset), f.Maker, f.Mid,
		value, cost.Fees, cost.Spread, cost.Impact, f.Permanent * w.marks.Price[in.Quote], f.Cash()})
}

func (o *order) row(w *walk) Row {
	in := &w.source.Universe.Instruments[o.Instrument]
	return Row{w.run, int64(o.ID), int64(o.record), o.decision.ref(), int64(o.Decision),
		o.placed, w.source.Universe.Accounts[in.Venue], w.keys[o.Instrument], o.Side.String(),
		o.Quantity, amountOrNone(o.Limit), amountOrNone(o.Spend),
		o.filled, o.status(), timeOrNone(o.closed), textOrNone(o.reason)}
}

func (o *order) status() string {
	switch {
	case o.filled.Float64() >= complete*o.Quantity.Float64():
		return "filled"
	case o.closed == 0:
		return "working"
	case o.filled.IsZero():
		return "unfilled"
	}
	return "partial"
}

// ref returns the ID of a decision as a value of a column.
func (d *decision) ref() any {
	if d == nil {
		return nil
	}
	return uuid.UUID(d.id)
}
