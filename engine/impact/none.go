package impact

import "github.com/steelyard/steelyard/engine/fund"

// None moves no market and remembers nothing.
type None struct{}

// Cost implements Model.
func (None) Cost(_ Inputs, s State, _ fund.Side, _ float64, _ fund.Time) (Move, State) {
	return Move{}, s
}

// Standing implements Model.
func (None) Standing(Inputs, State, fund.Side, fund.Time) float64 { return 0 }

// Aged implements Model.
func (None) Aged(_ Inputs, s State, _ fund.Time) State { return s }
