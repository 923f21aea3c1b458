package reports

import (
	"math"
	"slices"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
)

// chain links the returns between external flows into one: what came or went is no return.
type chain struct {
	from   float64 // value after the newest flow or point
	growth float64 // since the newest point, up to the newest flow
}

func chainFrom(value float64) chain { return chain{value, 1} }

// flow takes the values right before and right after an external flow.
func (c *chain) flow(before, after float64) {
	c.growth *= ratio(before, c.from)
	c.from = after
}

// point returns the time-weighted return since the newest point and starts the next.
func (c *chain) point(value float64) float64 {
	r := c.growth*ratio(value, c.from) - 1
	*c = chainFrom(value)
	return r
}

// rounding is how far sums of the same value in other products may differ, as a fraction.
const rounding = 1e-14

// ratio returns to/from. What held nothing returned nothing, and so did what differs by rounding only: ratios of noise
// to noise would look like figures.
func ratio(to, from float64) float64 {
	if from <= 0 || math.Abs(to-from) <= rounding*from {
		return 1
	}
	return to / from
}

// hold is buy-and-hold: the fund itself until its first rebalance is done, and from then on what it held at that
// moment, never traded again. Later flows buy or sell its parts pro rata, at the marks and without cost.
type hold struct {
	units []float64 // by asset; nil: still the fund's own
	value chain
}

func (h *hold) begin(units []float64) {
	if h.units == nil {
		h.units = slices.Clone(units)
	}
}

// take invests a flow of so much value. What is worth nothing is not bought; with nothing of worth it stays cash. A
// withdrawal of more than there is takes all.
func (h *hold) take(value float64, price []float64, cash fund.AssetID) {
	have := worth(h.units, price)
	if have <= 0 {
		h.units[cash] += max(value, 0)
		return
	}
	scale := max(0, 1+value/have)
	for a := range h.units {
		if price[a] > 0 {
			h.units[a] *= scale
		}
	}
}

// holdNAV returns the value of buy-and-hold now.
func (w *Walk) holdNAV() float64 {
	if w.hold.units == nil {
		return w.nav()
	}
	return worth(w.hold.units, w.marks.Price)
}

// open books an opening holding.
func (w *Walk) open(f *engine.Flow) {
	// A holding that the book refuses, the core refused too: its alert is in the journal.
	_ = w.book.Flow(f.Account, f.Asset, f.Amount)
}

// flow books a deposit or a withdrawal and cuts both chains at it.
func (w *Walk) flow(f *engine.Flow) {
	before, holdBefore := w.nav(), w.holdNAV()
	if w.book.Flow(f.Account, f.Asset, f.Amount) != nil {
		return
	}
	units := f.Amount.Float64()
	value := units * w.marks.Price[f.Asset]
	switch priced := w.priced(f.Asset); {
	case priced && w.hold.units != nil:
		w.hold.take(value, w.marks.Price, w.run.Universe.Base)
	case !priced:
		w.waiting[f.Asset], w.waits = w.waiting[f.Asset]+units, true
		if w.hold.units != nil {
			w.hold.units[f.Asset] += units
		}
	}
	w.cut(value, before, holdBefore)
}

// appear counts units that came before their asset had a price as a flow at its first one, of the fund and of
// buy-and-hold: that they are worth something from now on is no return.
func (w *Walk) appear() {
	if !w.waits {
		return
	}
	w.waits = false
	for a, units := range w.waiting {
		if price := w.marks.Price[a]; units != 0 && price > 0 {
			value := units * price
			w.waiting[a] = 0
			w.cut(value, w.nav()-value, w.holdNAV()-value)
		}
		w.waits = w.waits || w.waiting[a] != 0
	}
}

func (w *Walk) cut(value, before, holdBefore float64) {
	w.value.flow(before, w.nav())
	w.shadow.flow(before, w.nav())
	w.hold.value.flow(holdBefore, w.holdNAV())
	w.flowed += value
	w.flows += value
}
