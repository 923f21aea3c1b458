// Package impact prices what a trade does to the market: pure functions from (model, inputs, state, quantity) to
// (cost, state). The simulated exchange evaluates them on the true state, the planner on the core's estimate.
package impact

import (
	"math"
	"time"

	"github.com/steelyard/steelyard/engine/float"
	"github.com/steelyard/steelyard/engine/fund"
)

// Inputs is what a model knows of an instrument, from rows closed before the trade.
type Inputs struct {
	Sigma float64 // volatility of simple returns over a day, a fraction
	ADV   float64 // average daily volume, base units
}

// State is what an instrument remembers of our own trading: base units executed on each side, decayed to At. The
// sides do not cancel: a purchase does not get the price that our sale left behind, so a round trip pays twice.
type State struct {
	Bought, Sold float64
	At           fund.Time
}

// Model prices impact.
type Model interface {
	// Cost returns the average displacement against us over the next q > 0 base units, as a fraction of mid and
	// never negative, and the state after them.
	Cost(in Inputs, s State, side fund.Side, q float64, at fund.Time) (fraction float64, next State)
}

// None moves no market.
type None struct{}

// Cost implements Model.
func (None) Cost(_ Inputs, s State, _ fund.Side, _ float64, _ fund.Time) (float64, State) {
	return 0, s
}

// SquareRoot displaces the price by Y·σ·√(Q/V), where Q is what was executed and still remembered: σ and V daily.
// An order in one piece ends at the peak and pays two thirds of it on average; slices pay the same in sum unless
// the market forgets between them.
type SquareRoot struct {
	Y        float64
	HalfLife time.Duration // of Q; 0: nothing is forgotten
}

// Cost implements Model: ⅔·Y·σ·((Q+q)^1.5 − Q^1.5)/(q·√V).
func (m SquareRoot) Cost(in Inputs, s State, side fund.Side, q float64, at fund.Time) (float64, State) {
	s = m.decay(s, at)
	executed := &s.Bought
	if side == fund.Sell {
		executed = &s.Sold
	}
	before := *executed
	*executed = before + q
	if in.ADV <= 0 || in.Sigma <= 0 || q <= 0 {
		return 0, s
	}
	// With a = √(Q/V) and b = √((Q+q)/V) the mean of the root over the way from Q to Q+q is
	// ⅔·(b³−a³)/(b²−a²) = ⅔·(a²+ab+b²)/(a+b), which loses no digits when q is small beside Q.
	a, b := math.Sqrt(before/in.ADV), math.Sqrt(*executed/in.ADV)
	mean := (float64(a*a) + float64(a*b) + float64(b*b)) / (a + b)
	return 2.0 / 3 * m.Y * in.Sigma * mean, s
}

func (m SquareRoot) decay(s State, at fund.Time) State {
	if m.HalfLife > 0 && at > s.At && (s.Bought != 0 || s.Sold != 0) {
		keep := float.Exp(-math.Ln2 * float64(at.Sub(s.At)) / float64(m.HalfLife))
		s.Bought *= keep
		s.Sold *= keep
	}
	s.At = max(s.At, at)
	return s
}
