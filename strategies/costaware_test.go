package strategies_test

import (
	"testing"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/strategies"
)

func TestCostAwareIsDue(t *testing.T) {
	target := []float64{0.4, 0.3, 0.1, 0.2}
	for _, c := range []struct {
		name   string
		view   *fund.View
		change func(*fund.View)
		want   string
	}{
		{"at target", holdings(400, 300, 100, 200), nil, ""},
		{"within the floor", holdings(410, 290, 100, 200), nil, ""},
		{"beyond it", holdings(430, 260, 100, 210), nil, "tracking error 5.1 % > 2.0 %"},
		{"stale SOL leaves", holdings(400, 300, 900, 200), func(v *fund.View) { v.Stale[2] = true }, ""},
		{"what is owed is not cash", holdings(400, 300, 100, 300), func(v *fund.View) { v.Owed = 100 }, ""},
		{"nothing held", holdings(0, 0, 0, 0), nil, ""},
	} {
		if c.change != nil {
			c.change(c.view)
		}
		trigger := strategies.CostAware{Floor: 0.02, Ratio: 3}
		if got := trigger.Due(c.view, target); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// 50 of 1,000 too much BTC and too little ETH are √5,000 = 70.71 off the target; a plan to the target takes that away.
func TestCostAwareIsWorth(t *testing.T) {
	v := holdings(450, 250, 100, 200)
	trigger := strategies.CostAware{Floor: 0.02, Ratio: 3}
	trigger.Due(v, []float64{0.4, 0.3, 0.1, 0.2})
	for cost, want := range map[float64]string{
		20: "benefit 70.71 ≥ 3 × cost 20.00",
		25: "benefit 70.71 < 3 × cost 25.00",
	} {
		p := &fund.Plan{Cost: fund.Cost{Fees: cost}, After: []float64{0.4, 0.3, 0.1, 0.2}}
		if ok, why := trigger.Worth(v, p); why != want || ok != (cost == 20) {
			t.Errorf("%t, %q, want %q", ok, why, want)
		}
	}
}

func TestEdge(t *testing.T) {
	target := []float64{0.4, 0.3, 0, 0.3}
	for what, c := range map[string]struct {
		limits strategies.Threshold
		want   []float64
	}{
		"relative": {strategies.Threshold{Band: 0.1, Bands: []float64{0, 0.5, 0, 0}}, []float64{0.04, 0.15, 0, 0.03}},
		"absolute": {strategies.Threshold{Band: 0.05, Absolute: true}, []float64{0.05, 0.05, 0.05, 0.05}},
	} {
		got := (&strategies.Edge{Limits: &c.limits}).Band(target)
		for a, w := range c.want {
			if d := got[a] - w; d > 1e-12 || d < -1e-12 {
				t.Errorf("%s: %v, want %v", what, got, c.want)
			}
		}
	}
}
