package impact

import (
	"github.com/steelyard/steelyard/engine/float"
	"github.com/steelyard/steelyard/engine/fund"
)

// PowerLaw is the model of Almgren, Thum, Hauptmann & Li (2005), "Direct estimation of equity market impact", sections
// 3.1 and 4.1 to 4.3. An order of X units in one interval T, in days, moves the price for good by
//
//	I = γ·σ·(X/V)·(Θ/V)^δ
//
// and pays J = I/2 + η·σ·(X/(V·T))^β on average: half of the permanent impact, which builds up while it trades, and the
// temporary one of its rate. The paper finds γ = .314, η = .142, β = 3/5 and δ = 1/4 for shares of large companies.
type PowerLaw struct {
	Gamma  float64
	Eta    float64
	Beta   float64 // of the rate, not negative
	Delta  float64 // of the inverse turnover Θ/V
	Supply float64 // Θ: base units that exist
}

// Cost implements Model.
func (m PowerLaw) Cost(in Inputs, s State, side fund.Side, q float64, at fund.Time) (Move, State) {
	s.age(in, 0, at)
	now, balance := s.on(side).Now, s.balance(side)
	s.add(side, q)
	if !in.known() || q <= 0 {
		return Move{}, s
	}
	full := in.ADV * in.days()
	return Move{
		Temporary: m.Eta * in.Sigma * steepness(now/full, q/full, 1+m.Beta),
		Permanent: m.permanent(in) * risen(balance, q),
	}, s
}

// permanent returns the permanent impact of a unit.
func (m PowerLaw) permanent(in Inputs) float64 {
	return m.Gamma * in.Sigma / in.ADV * float.Pow(m.Supply/in.ADV, m.Delta)
}

// Standing implements Model. Of the interval under way it is what one more unit makes all its units pay.
func (m PowerLaw) Standing(in Inputs, s State, side fund.Side, at fund.Time) float64 {
	s.age(in, 0, at)
	if !in.known() {
		return 0
	}
	rate := float.Pow(s.on(side).Now/(in.ADV*in.days()), m.Beta)
	return float64(m.permanent(in)*max(0, s.balance(side))) + float64((1+m.Beta)*m.Eta*in.Sigma*rate)
}

// steepness returns ((a+d)^p − a^p)/d for a ≥ 0, d > 0 and p ≥ 1: the mean slope of x^p, with no digits lost where d is
// small beside a.
func steepness(a, d, p float64) float64 {
	if d >= a {
		return (float.Pow(a+d, p) - float.Pow(a, p)) / d
	}
	r := d / a
	return float.Pow(a, p-1) * float.Expm1(p*float.Log1p(r)) / r
}

// Aged implements Model: nothing is forgotten.
func (m PowerLaw) Aged(in Inputs, s State, at fund.Time) State {
	s.age(in, 0, at)
	return s
}
