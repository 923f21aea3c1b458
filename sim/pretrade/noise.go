package pretrade

import (
	"math"

	"github.com/steelyard/steelyard/sim/stream"
)

// chance moves prices at random: correlated normal steps of the logarithm, less half their variance, so that a price is
// expected to stay. Two chances of one stream and opposite sign go opposite ways, which takes most of the market's moves out of
// the mean of both (antithetic variates: Hammersley & Morton, "A new Monte Carlo technique", 1956).
type chance struct {
	stream *stream.Stream
	sign   float64
	factor [][]float64 // of the correlation
	own    []float64   // by instrument: independent standard normal numbers of the row
}

// row draws by Box & Muller ("A note on the generation of random normal deviates", 1958), one number of each pair.
func (c *chance) row() {
	for i := range c.own {
		radius := math.Sqrt(-2 * math.Log(c.reach()))
		c.own[i] = c.sign * radius * math.Cos(2*math.Pi*c.stream.Float64())
	}
}

func (c *chance) step(i int, s float64) float64 {
	z := 0.0
	for j, f := range c.factor[i][:i+1] {
		z += f * c.own[j]
	}
	return s*z - s*s/2
}

func (c *chance) reach() float64 { return 1 - c.stream.Float64() }

// pulse draws nothing: every price goes up by one standard deviation and back, so that volatility stays what it was and nobody
// gains or loses by waiting.
type pulse struct{ sign float64 }

func (p *pulse) row() {
	if p.sign > 0 {
		p.sign = -1
		return
	}
	p.sign = 1
}

func (p *pulse) step(_ int, s float64) float64 { return p.sign * s }

// reach is the median: in half of all rows the price goes no farther.
func (*pulse) reach() float64 { return 0.5 }
