package impact

import (
	"math"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// SquareRoot displaces the price by Y·σ·√(Q/V), where Q is what was executed and is still remembered: σ and V daily.
// An order in one piece ends at the peak and pays two thirds of it on average; slices pay the same in sum unless
// the market forgets between them. Source: Donier & Bonart (2015), "A million metaorder analysis of market impact on
// the Bitcoin", equation 1, where Y is of order one.
type SquareRoot struct {
	Y        float64
	HalfLife time.Duration // of Q; 0: nothing is forgotten
}

// Cost implements Model: ⅔·Y·σ·((Q+q)^1.5 − Q^1.5)/(q·√V).
func (m SquareRoot) Cost(in Inputs, s State, side fund.Side, q float64, at fund.Time) (Move, State) {
	s.age(in, m.HalfLife, at)
	left, now := s.on(side).Left, s.on(side).Now
	s.add(side, q)
	if !in.known() || q <= 0 {
		return Move{}, s
	}
	total := m.mean(in, left, left+q)
	if left == now {
		return Move{Temporary: total}, s
	}
	return apart(total, m.mean(in, now, now+q)), s
}

// mean returns the average displacement on the way from one Q to another. With a = √(Q/V) and b = √((Q+q)/V) the mean
// of the root is ⅔·(b³−a³)/(b²−a²) = ⅔·(a²+ab+b²)/(a+b), which loses no digits when q is small beside Q.
func (m SquareRoot) mean(in Inputs, from, to float64) float64 {
	a, b := math.Sqrt(from/in.ADV), math.Sqrt(to/in.ADV)
	mean := (float64(a*a) + float64(a*b) + float64(b*b)) / (a + b)
	return float64(2.0 / 3 * m.Y * in.Sigma * mean)
}

// Standing implements Model: Y·σ·√(Q/V).
func (m SquareRoot) Standing(in Inputs, s State, side fund.Side, at fund.Time) float64 {
	s.age(in, m.HalfLife, at)
	if !in.known() {
		return 0
	}
	return m.Y * in.Sigma * math.Sqrt(s.on(side).Left/in.ADV)
}

// Aged implements Model.
func (m SquareRoot) Aged(in Inputs, s State, at fund.Time) State {
	s.age(in, m.HalfLife, at)
	return s
}
