package strategies

import (
	"math"
	"strconv"

	"github.com/steelyard/steelyard/engine/fund"
)

// CostAware is due when the tracking error √Σ(w−t)² passes a floor, and lets a plan be done only if it brings enough for
// what it costs. What a plan brings is the tracking error that it takes away, times the value of what is tested.
//
// Stale and blocked assets leave the test; the weights and targets of the others are fractions of what remains.
type CostAware struct {
	Floor   float64 // tracking error, a fraction
	Ratio   float64 // benefit over cost that a plan must reach
	Blocked []bool  // by asset: never traded; nil: none

	target []float64 // of the newest call of Due
}

// Due implements engine.Trigger: "tracking error 3.1 % > 2.0 %".
func (c *CostAware) Due(v *fund.View, target []float64) string {
	c.target = target
	off, total := c.distance(v, v.Value)
	if total <= 0 || off <= c.Floor*total {
		return ""
	}
	was, floor := percents(off/total, c.Floor)
	return "tracking error " + was + " > " + floor
}

// Worth implements engine.Worth: "benefit 812.00 < 2 × cost 1204.10".
func (c *CostAware) Worth(v *fund.View, p *fund.Plan) (bool, string) {
	cost := p.Cost.Total()
	after := make([]float64, len(p.After))
	for a, w := range p.After {
		after[a] = w * (v.NAV - cost)
	}
	before, _ := c.distance(v, v.Value)
	left, _ := c.distance(v, after)
	benefit, need, sign := before-left, float64(c.Ratio*cost), " ≥ "
	if benefit < need {
		sign = " < "
	}
	return benefit >= need, "benefit " + money(benefit) + sign + strconv.FormatFloat(c.Ratio, 'f', -1, 64) + " × cost " + money(cost)
}

// distance returns the tracking error of values times what is tested, and what is tested, both in base currency.
func (c *CostAware) distance(v *fund.View, value []float64) (off, total float64) {
	counted := 0.0
	total = -v.Owed
	for a := range value {
		if !c.out(v, a) {
			total += value[a]
			counted += c.target[a]
		}
	}
	if counted <= 0 {
		return 0, total
	}
	sum := 0.0
	for a, x := range value {
		if c.out(v, a) {
			continue
		}
		if fund.AssetID(a) == v.Universe.Base {
			x -= v.Owed
		}
		d := x - float64(c.target[a]/counted*total)
		sum += float64(d * d)
	}
	return math.Sqrt(sum), total
}

func (c *CostAware) out(v *fund.View, a int) bool {
	return v.Stale[a] && fund.AssetID(a) != v.Universe.Base || c.Blocked != nil && c.Blocked[a]
}
