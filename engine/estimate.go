package engine

import (
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
)

// estimate is the core's own idea of what trading costs: the models of the policy on the history that has closed and
// on our own fills.
type estimate struct {
	universe *fund.Universe
	view     *fund.View
	left     *impact.Footprint
}

func newEstimate(u *fund.Universe, p Policy, v *fund.View) estimate {
	return estimate{u, v, impact.NewFootprint(u, p.Impact, p.Window)}
}

// Slippage implements optimize.Quote.
func (e *estimate) Slippage(i fund.InstrumentID, side fund.Side, q float64) (spread, cost float64) {
	return e.universe.Instruments[i].Spread / 2, e.left.Cost(e.view.History, i, side, q, e.view.At).Total()
}

// traded tells the models of a fill.
func (e *estimate) traded(f *fund.Fill) {
	e.left.Traded(e.view.History, f.Instrument, f.Side, f.Quantity.Float64(), e.view.At)
}
