package reports

import (
	"math"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/shortfall"
)

// Coverage says how often what came was within its interval, over trades that ended and were expected to last.
type Coverage struct {
	Trades     int     // that had an interval
	Half       float64 // part of them within their 50 % interval; NaN of none
	NinetyFive float64 // and within their 95 % interval
	Bias       float64 // mean of (what came − what was expected) in standard deviations

	decisions                         int
	halfError, ninetyError, biasError float64 // standard errors of the three
}

// coverageOf counts over parents, which stand in the order of their decisions.
func coverageOf(list []*Parent) Coverage {
	var half, ninety, bias sample
	for _, p := range list {
		if p.Ended == 0 || p.Expected().Risk == 0 {
			continue
		}
		off := p.Expected().Error(p.Parts.Total())
		half.add(p.Decision, float64(one(math.Abs(off) <= shortfall.Half)))
		ninety.add(p.Decision, float64(one(math.Abs(off) <= shortfall.NinetyFive)))
		bias.add(p.Decision, off)
	}
	return Coverage{Trades: len(bias.values), Half: half.mean(), NinetyFive: ninety.mean(), Bias: bias.mean(), decisions: bias.groups,
		halfError: half.deviation(0.5), ninetyError: ninety.deviation(math.Sqrt(0.95 * 0.05)), biasError: bias.deviation(1)}
}

// Few trades or few decisions can be off by chance: then nothing is said of the model.
const (
	leastTrades    = 20
	leastDecisions = 10
	beyondChance   = 3 // standard errors
)

// judged reports whether there is enough to judge the model by.
func (c *Coverage) judged() bool { return c.Trades >= leastTrades && c.decisions >= leastDecisions }

// tooNarrow, tooWide and biased report whether intervals held less, or more, than they should, and whether what came was
// beside what was expected on average, further than chance would have it.
func (c *Coverage) tooNarrow() bool {
	return c.judged() && (c.Half-0.5 < -beyondChance*c.halfError || c.NinetyFive-0.95 < -beyondChance*c.ninetyError)
}

func (c *Coverage) tooWide() bool {
	return c.judged() && (c.Half-0.5 > beyondChance*c.halfError || c.NinetyFive-0.95 > beyondChance*c.ninetyError)
}

func (c *Coverage) biased() bool { return c.judged() && math.Abs(c.Bias) > beyondChance*c.biasError }

// off reports whether the model is off in any way.
func (c *Coverage) off() bool { return c.tooNarrow() || c.tooWide() || c.biased() }

// sample is a series of values of which those of one decision may hang together: they are trades of the same hour.
type sample struct {
	values []float64
	of     []fund.DecisionID
	groups int
}

func (s *sample) add(d fund.DecisionID, x float64) {
	if n := len(s.of); n == 0 || s.of[n-1] != d {
		s.groups++
	}
	s.values, s.of = append(s.values, x), append(s.of, d)
}

func (s *sample) mean() float64 {
	sum := 0.0
	for _, x := range s.values {
		sum += x
	}
	return sum / float64(len(s.values))
}

// deviation returns the standard error of the mean: that of independent values of the given deviation, or, where it is
// larger, the one that the spread of the decisions' sums shows.
func (s *sample) deviation(independent float64) float64 {
	n, mean := float64(len(s.values)), s.mean()
	squares, sum := 0.0, 0.0
	for i, x := range s.values {
		sum += x - mean
		if i+1 == len(s.of) || s.of[i+1] != s.of[i] {
			squares += float64(sum * sum)
			sum = 0
		}
	}
	return max(independent/math.Sqrt(n), math.Sqrt(squares)/n)
}
