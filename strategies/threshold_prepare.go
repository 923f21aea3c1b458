package strategies

import (
	"math"

	"github.com/steelyard/steelyard/engine/fund"
)

// prepare derives weights and limits from the target and the assets that are stale now.
func (t *Threshold) prepare(v *fund.View, target []float64) {
	t.target = append(t.target[:0], target...)
	t.stale, t.anyStale = append(t.stale[:0], v.Stale...), v.AnyStale
	t.weight = append(t.weight[:0], target...)
	t.limit = append(t.limit[:0], target...)
	t.out, t.strays = t.out[:0], t.strays[:0]
	t.sort(v.Universe.Base)
	t.normalise()
	base := v.Universe.Base
	t.cash = t.weight[base] > 0
	for a := range t.limit {
		t.limit[a] = t.limitOf(fund.AssetID(a), base)
	}
}

// sort takes the assets that leave the test out of the weights, and lists those without a target.
func (t *Threshold) sort(base fund.AssetID) {
	for i, w := range t.target {
		a := fund.AssetID(i)
		switch {
		case t.excluded(a):
			t.out = append(t.out, a)
			t.weight[a] = 0
		case w == 0 && a != base:
			t.strays = append(t.strays, a)
		}
	}
}

// excluded reports whether an asset has left the test.
func (t *Threshold) excluded(a fund.AssetID) bool {
	return t.stale[a] || t.Blocked != nil && t.Blocked[a]
}

// normalise makes the weights fractions of their sum. When no target is left in the test they stay 0.
func (t *Threshold) normalise() {
	sum := 0.0
	for _, w := range t.weight {
		sum += w
	}
	if sum == 0 {
		return
	}
	for a := range t.weight {
		t.weight[a] /= sum
	}
}

// limitOf returns the limit that the loop over all assets applies. Cash has its own test, because what is owed is
// part of its value.
func (t *Threshold) limitOf(a, base fund.AssetID) float64 {
	switch {
	case a == base, t.excluded(a), t.weight[a] == 0 && !t.Absolute:
		return math.Inf(1)
	}
	return t.band(a)
}
