package impact

import "github.com/steelyard/steelyard/engine/fund"

// Walk is what is remembered of one instrument, to try trades out on: it remembers them, and the footprint that it comes
// from does not. What neighbours left when it begins is taken to stay.
type Walk struct {
	in    Inputs
	model Model
	state State
	side  fund.Side
	met   float64
}

// Walk returns what is remembered of instrument i at a time, for trades on one side.
func (f *Footprint) Walk(h fund.History, i fund.InstrumentID, side fund.Side, at fund.Time) Walk {
	w := Walk{in: f.inputs.Inputs(h, i), model: f.models[i], state: f.states[i], side: side}
	if len(f.neighbours[i]) > 0 {
		w.met = f.around(h, i, side, at)
	}
	return w
}

// Fill returns the average displacement over the next q > 0 base units at a time, and remembers them.
func (w *Walk) Fill(q float64, at fund.Time) Move {
	move, next := w.model.Cost(w.in, w.state, w.side, q, at)
	w.state = next
	move.Permanent += w.met
	return move
}

// Model returns the model of instrument i.
func (f *Footprint) Model(i fund.InstrumentID) Model { return f.models[i] }
