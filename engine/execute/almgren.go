package execute

import (
	"math"

	"github.com/steelyard/steelyard/engine/float"
)

// Liquidation is the problem of Almgren and Chriss, "Optimal Execution of Portfolio Transactions" (2000), in the paper's
// letters: X units are sold in N trades, one every T/N days, at a price that our trading presses. Money is of one unit,
// say dollars. Buying is the same with the signs turned.
type Liquidation struct {
	X       float64 // units
	T       float64 // days
	N       int     // trades
	Sigma   float64 // volatility of the price: dollars a unit and √day
	Epsilon float64 // fixed cost of selling: dollars a unit
	Gamma   float64 // permanent impact: dollars a unit, a unit sold
	Eta     float64 // temporary impact: dollars a unit, a unit sold a day
	Lambda  float64 // risk aversion: dollars of expected cost that a dollar² of variance is worth
}

// Tau returns τ, the days from trade to trade.
func (l Liquidation) Tau() float64 { return l.T / float64(l.N) }

// EtaTilde returns η̃ = η − ½γτ (section 1.5). Where it is not positive, waiting costs more than it saves.
func (l Liquidation) EtaTilde() float64 { return l.Eta - float64(l.Gamma*l.Tau()/2) }

// KappaTilde returns κ̃ = √(λσ²/η̃), 1/days (section 2.2): +Inf where η̃ is not positive.
func (l Liquidation) KappaTilde() float64 {
	if l.EtaTilde() <= 0 {
		return math.Inf(1)
	}
	return l.Sigma * math.Sqrt(l.Lambda/l.EtaTilde())
}

// Kappa returns κ, 1/days, of 2(cosh(κτ) − 1)/τ² = κ̃² (section 2.2), that is sinh(κτ/2) = κ̃τ/2.
func (l Liquidation) Kappa() float64 {
	z := l.KappaTilde() * l.Tau() / 2
	return 2 * asinh(z) / l.Tau()
}

// HalfLife returns the paper's θ = 1/κ in days (section 2.3): in that time the holding falls by a factor of e.
func (l Liquidation) HalfLife() float64 { return 1 / l.Kappa() }

// Holdings returns the units held at the start and after each trade, N+1 numbers: x_j = X·sinh(κ(T−t_j))/sinh(κT)
// (section 2.2), the trades of least E + λV.
func (l Liquidation) Holdings() []float64 {
	x, step := make([]float64, l.N+1), float64(l.Kappa()*l.Tau())
	for j := range x {
		x[j] = l.X * remaining(step, l.N, float64(j))
	}
	return x
}

// Cost returns the expected cost E and its variance V of any holdings at the start and after each trade (section
// 1.5), in dollars and dollars².
func (l Liquidation) Cost(x []float64) (e, v float64) {
	for j := 1; j < len(x); j++ {
		n := x[j-1] - x[j]
		e += float64(l.EtaTilde()/l.Tau()*n*n) + float64(l.Epsilon*math.Abs(n))
		v += float64(l.Sigma * l.Sigma * l.Tau() * x[j] * x[j])
	}
	return e + float64(l.Gamma*x[0]*x[0]/2), v
}

// remaining returns the part of an order that is left after j of n trades, sinh((n−j)·step)/sinh(n·step) with step = κτ:
// a straight line where step is 0, nothing where it is infinite.
func remaining(step float64, n int, j float64) float64 {
	left, all := float64(n)-j, float64(n)
	switch {
	case j <= 0:
		return 1
	case left <= 0 || step > math.MaxFloat64:
		return 0
	case step == 0:
		return left / all
	}
	return float.Exp(-j*step) * (float.Expm1(-2*step*left) / float.Expm1(-2*step*all))
}

// asinh returns the inverse of the hyperbolic sine for z ≥ 0. The sum in the logarithm is z + z²/(1+√(1+z²)), written so that
// no square overflows.
func asinh(z float64) float64 {
	w := 1 / z
	return float.Log1p(z + z/(w+math.Sqrt(float64(w*w)+1)))
}
