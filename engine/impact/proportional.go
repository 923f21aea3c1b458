package impact

import "github.com/steelyard/steelyard/engine/fund"

// Proportional costs a fixed fraction of what is traded, whatever its size, and leaves nothing behind: the costs of
// papers on portfolio choice, and a floor where nothing better is known.
type Proportional struct{ Rate float64 }

// Cost implements Model: the rate.
func (m Proportional) Cost(_ Inputs, s State, _ fund.Side, q float64, _ fund.Time) (Move, State) {
	if q <= 0 {
		return Move{}, s
	}
	return Move{Temporary: m.Rate}, s
}

// Standing implements Model: nothing stands.
func (Proportional) Standing(Inputs, State, fund.Side, fund.Time) float64 { return 0 }

// Aged implements Model.
func (Proportional) Aged(_ Inputs, s State, _ fund.Time) State { return s }
