package market

import "math"

// news makes changes of prices that nobody can foresee, in standard deviations of a day: many small ones, whose number
// in a bar varies, and now and then a jump (Merton, "Option pricing when underlying stock returns are discontinuous",
// Journal of Financial Economics 3, 1976).
type news struct {
	dt      float64
	returns *noise
	jumps   *noise
	yearly  float64 // jumps
	mean    float64 // of a jump
}

// jumpDeviation is the standard deviation of a jump.
const jumpDeviation = 1.2

func newNews(c Config, whose string, yearly, mean float64) news {
	return news{
		dt: c.dt(), yearly: yearly, mean: mean,
		returns: newNoise(c.Seed, whose, "return"), jumps: newNoise(c.Seed, whose, "jump"),
	}
}

// next returns the change in a bar of this level of volatility, and its variance, which a jump squared is part of.
func (n *news) next(level float64) (change, variance float64) {
	jump := n.jump()
	variance = float64(level * level * n.dt * n.returns.arrivals())
	change = float64(math.Sqrt(variance)*n.returns.normal()) + jump
	return change, variance + float64(jump*jump)
}

// jump returns 0 in most bars.
func (n *news) jump() float64 {
	if n.jumps.uniform() >= n.yearly*n.dt/365 {
		return 0
	}
	return n.mean + float64(jumpDeviation*n.jumps.normal())
}
