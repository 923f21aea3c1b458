package market

import (
	"math"

	"github.com/steelyard/steelyard/engine/float"
	"github.com/steelyard/steelyard/sim/stream"
)

// noise draws the distributions of the models from a stream.
type noise struct {
	stream   *stream.Stream
	spare    float64 // a normal number that was drawn already
	hasSpare bool
}

func newNoise(seed uint64, whose, purpose string) *noise {
	return &noise{stream: named(seed, whose, purpose)}
}

// normal draws from the standard normal distribution by the polar method, which comes by them in pairs (Marsaglia &
// Bray, "A convenient method for generating normal variables", SIAM Review 6, 1964).
func (n *noise) normal() float64 {
	if n.hasSpare {
		n.hasSpare = false
		return n.spare
	}
	for {
		x, y := float64(2*n.uniform())-1, float64(2*n.uniform())-1
		s := float64(x*x) + float64(y*y)
		if s > 0 && s < 1 {
			scale := math.Sqrt(-2 * float.Log(s) / s)
			n.spare, n.hasSpare = float64(y*scale), true
			return float64(x * scale)
		}
	}
}

// uniform draws from [0, 1). The conversion keeps the stream's last step, a product, from being fused with a sum.
func (n *noise) uniform() float64 { return float64(n.stream.Float64()) }

// positive draws uniformly from (0, 1].
func (n *noise) positive() float64 { return 1 - n.uniform() }

// arrivals draws how much news came in a bar, 1 on average. A normal return whose variance is this has Student's t
// distribution with 6 degrees of freedom (Praetz, "The distribution of share price changes", Journal of Business 45,
// 1972): 6/χ² has it, χ² with 6 degrees being −2·ln of the product of three uniform numbers, and its mean is 3/2.
func (n *noise) arrivals() float64 {
	return 4 / (-2 * float.Log(float64(n.positive()*n.positive())*n.positive()))
}

// wave is an Ornstein–Uhlenbeck process at the ends of bars: it wanders around 0 and forgets.
type wave struct{ keep, kick, at float64 }

// newWave returns a wave with this standard deviation that forgets all but 1/e of itself in so many days; dt is the
// length of a bar in days. It begins where it may be at any time.
func newWave(deviation, days, dt float64, n *noise) wave {
	keep := float.Exp(-dt / days)
	return wave{keep: keep, kick: deviation * math.Sqrt(1-float64(keep*keep)), at: deviation * n.normal()}
}

// next moves the wave by a bar.
func (w *wave) next(n *noise) float64 {
	w.at = float64(w.keep*w.at) + float64(w.kick*n.normal())
	return w.at
}

// volatility is a logarithm of volatility that is a sum of waves of hours, days and weeks, which gives volatility its
// long memory (stochastic volatility: Taylor, "Modelling financial time series", 1986; several time scales: Corsi, "A
// simple approximate long-memory model of realized volatility", Journal of Financial Econometrics 7, 2009).
type volatility struct {
	waves [3]wave
	shift float64 // makes the mean of the squared level 1
	noise *noise
}

// newVolatility takes the standard deviations of the waves.
func newVolatility(deviations [3]float64, dt float64, n *noise) *volatility {
	v := &volatility{noise: n}
	for k, days := range [3]float64{0.25, 4, 40} {
		v.waves[k] = newWave(deviations[k], days, dt, n)
		v.shift -= float64(deviations[k] * deviations[k])
	}
	return v
}

// next returns the level of the next bar; the root of its mean square is 1.
func (v *volatility) next() float64 {
	h := v.shift
	for k := range v.waves {
		h += v.waves[k].next(v.noise)
	}
	return float.Exp(h)
}
