package sim_test

import (
	"strings"
	"testing"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/strategies"
)

// A plan that was due and not worth its cost is journaled with both numbers, and one that is worth it is done.
func TestNotWorth(t *testing.T) {
	for ratio, want := range map[float64]string{1e6: `"verdict":"not-worth","why":"benefit `, 1: `"verdict":"go"`} {
		r := newRig(4, walk(4, 60, 0.02, 1))
		r.crosses()
		r.trigger = func() engine.Trigger { return &strategies.CostAware{Floor: 0.02, Ratio: ratio} }
		file, _, core := r.run(t)
		if !strings.Contains(file.String(), want) || ratio > 1 && (!strings.Contains(file.String(), " < 1000000 × cost ") || core.View().Holding[0] > 0) {
			t.Errorf("with a ratio of %v: %s", ratio, file.String())
		}
	}
}
