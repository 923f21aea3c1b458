package engine

import (
	"time"

	"github.com/steelyard/steelyard/engine/execute"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
	"github.com/steelyard/steelyard/engine/optimize"
)

// estimate is the core's own idea of what trading costs: the models of the policy on the history that has closed and
// on our own fills.
type estimate struct {
	universe *fund.Universe
	view     *fund.View
	left     *impact.Footprint
	schedule execute.Schedule
	window   time.Duration
	known    []terms // by instrument
}

// terms is what a schedule is made of, as of a time.
type terms struct {
	execute.Terms
	at fund.Time
}

func newEstimate(u *fund.Universe, p Policy, v *fund.View) estimate {
	return estimate{u, v, impact.NewFootprint(u, p.Impact, p.Window), p.Schedule, p.Window, make([]terms, len(u.Instruments))}
}

// revise has the estimate go on under another policy.
func (e *estimate) revise(u *fund.Universe, p Policy) {
	e.left.Revise(p.Impact, p.Window)
	e.universe, e.schedule, e.window = u, p.Schedule, p.Window
	clear(e.known)
}

// Slippage implements optimize.Quote: under the fund's schedule.
func (e *estimate) Slippage(i fund.InstrumentID, side fund.Side, q float64) (spread, cost float64) {
	return e.universe.Instruments[i].Spread / 2, e.forecast(i, side, q).Move.Total()
}

// forecast returns what the next q base units of an instrument are expected to meet under the fund's schedule.
func (e *estimate) forecast(i fund.InstrumentID, side fund.Side, q float64) execute.Forecast {
	if !e.schedule.Lasts() {
		return execute.Forecast{Move: e.left.Cost(e.view.History, i, side, q, e.view.At)}
	}
	walk := e.left.Walk(e.view.History, i, side, e.view.At)
	return e.schedule.Forecast(side, q, e.view.At, e.terms(i), &walk)
}

// terms returns what a schedule is made of for an order in an instrument that begins now. They are the estimate's own and
// valid until the next call for the same instrument.
func (e *estimate) terms(i fund.InstrumentID) *execute.Terms {
	t := &e.known[i]
	if t.at != e.view.At || t.Model == nil {
		t.at = e.view.At
		t.Terms = execute.Terms{
			Price:  e.view.Price[e.universe.Instruments[i].Base],
			Inputs: e.left.Inputs(e.view.History, i),
			Model:  e.left.Model(i),
			Usual:  e.schedule.Usual(e.view.History, i, e.window, e.view.At),
		}
	}
	return &t.Terms
}

// After implements optimize.Quote: as if all that was executed now, at once.
func (e *estimate) After(traded []float64) optimize.Quote {
	next := *e
	next.left, next.known = e.left.Clone(), make([]terms, len(e.known))
	for i, q := range traded {
		switch {
		case q > 0:
			next.left.Traded(e.view.History, fund.InstrumentID(i), fund.Buy, q, e.view.At)
		case q < 0:
			next.left.Traded(e.view.History, fund.InstrumentID(i), fund.Sell, -q, e.view.At)
		}
	}
	return &next
}

// Separable implements optimize.Quote.
func (e *estimate) Separable() bool { return e.left.Separable() }

// traded tells the models of a fill.
func (e *estimate) traded(f *fund.Fill) {
	e.left.Traded(e.view.History, f.Instrument, f.Side, f.Quantity.Float64(), e.view.At)
}
