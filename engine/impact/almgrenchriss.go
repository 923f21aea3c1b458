package impact

import "github.com/steelyard/steelyard/engine/fund"

// AlmgrenChriss is the linear model of Almgren & Chriss (2000), "Optimal execution of portfolio transactions", section
// 1.3, equations 6 and 7, made dimensionless with σ and V of a day. The n units of one interval τ, in days, pay
//
//	ε + η·σ·n/(V·τ)   which is gone with the interval, and
//	γ·σ·Q/V           which stays: Q is what was executed in earlier intervals, bought less sold.
//
// A trade does not pay its own permanent impact, so that over the slices of an order the costs sum to
// ½γX² + ε·X + (η̃/τ)·Σn² with η̃ = η − ½γτ, equations 8 and 9. With σ = V = 1 the parameters are the paper's own.
type AlmgrenChriss struct {
	Gamma   float64
	Eta     float64
	Epsilon float64 // a fraction of mid: half the spread and fees, where they are not told elsewhere
}

// Cost implements Model.
func (m AlmgrenChriss) Cost(in Inputs, s State, side fund.Side, q float64, at fund.Time) (Move, State) {
	s.age(in, 0, at)
	now := s.on(side).Now
	s.add(side, q)
	if q <= 0 {
		return Move{}, s
	}
	if !in.known() {
		return Move{Temporary: m.Epsilon}, s
	}
	rate := m.Eta * in.Sigma * (float64(2*now) + q) / (in.ADV * in.days())
	return Move{Temporary: m.Epsilon + float64(rate), Permanent: m.permanent(in, &s, side)}, s
}

// permanent returns what earlier intervals left; the one under way does not count.
func (m AlmgrenChriss) permanent(in Inputs, s *State, side fund.Side) float64 {
	return m.Gamma * in.Sigma * max(0, s.settled(side)) / in.ADV
}

// Standing implements Model. Of the interval under way it is what one more unit makes all its units pay.
func (m AlmgrenChriss) Standing(in Inputs, s State, side fund.Side, at fund.Time) float64 {
	s.age(in, 0, at)
	if !in.known() {
		return 0
	}
	rate := 2 * m.Eta * in.Sigma * s.on(side).Now / (in.ADV * in.days())
	return m.permanent(in, &s, side) + float64(rate)
}

// Aged implements Model: nothing is forgotten.
func (m AlmgrenChriss) Aged(in Inputs, s State, at fund.Time) State {
	s.age(in, 0, at)
	return s
}
