package impact

import "github.com/steelyard/steelyard/engine/fund"

// Walk is what is remembered of one instrument, to try trades out on: it remembers them, and the footprint that it comes
// from does not.
type Walk struct {
	in    Inputs
	model Model
	state State
	side  fund.Side
}

// Walk returns what is remembered of instrument i, for trades on one side.
func (f *Footprint) Walk(h fund.History, i fund.InstrumentID, side fund.Side) Walk {
	return Walk{f.inputs.Inputs(h, i), f.models[i], f.states[i], side}
}

// Fill returns the average displacement over the next q > 0 base units at a time, and remembers them.
func (w *Walk) Fill(q float64, at fund.Time) Move {
	move, next := w.model.Cost(w.in, w.state, w.side, q, at)
	w.state = next
	return move
}

// Model returns the model of instrument i.
func (f *Footprint) Model(i fund.InstrumentID) Model { return f.models[i] }
