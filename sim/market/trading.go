package market

import "github.com/steelyard/steelyard/engine/float"

// trading makes volume. News moves both it and the price: bars of more variance have more volume (Tauchen & Pitts,
// "The price variability–volume relationship on speculative markets", Econometrica 51, 1983).
type trading struct {
	mood  wave // of days, besides the news
	units grid
	noise *noise
}

func newTrading(dt float64, n *noise) *trading {
	return &trading{mood: newWave(0.15, 10, dt, n), units: newGrid(), noise: n}
}

// next returns the units traded in a bar, where usual is how many are at a variance of 1.
func (v *trading) next(usual, variance float64) float64 {
	units := usual * float.Exp(float64(0.6*float.Log(variance))+v.mood.next(v.noise)+float64(0.25*v.noise.normal()))
	v.units.fit(units)
	return v.units.nearest(units)
}
