package strategies_test

import (
	"strings"
	"testing"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/strategies"
)

func TestMarketCap(t *testing.T) {
	p := swinging(1, 0, 0, 0)
	_, view := weighing(p)
	target := &strategies.MarketCap{Assets: []fund.AssetID{0, 1, 2}, MinCap: 1e9, MaxAge: 7 * fund.Day, Bounds: strategies.Bounds{Cap: 0.6}}
	day := func(n int) fund.Time { return fund.Time(n) * fund.Time(fund.Day) }
	view.Cap, view.CapAt = make([]float64, 4), make([]fund.Time, 4)
	for _, step := range []struct {
		at      fund.Time
		caps    []float64
		stale   bool // the first asset
		want    []float64
		without string
	}{
		{day(1), []float64{0, 0, 0}, false, nil, "no weight: no market cap of A is known; no market cap of B is known; no market cap of C is known"},
		{day(2), []float64{8e9, 1e9, 1e9}, false, []float64{0.6, 0.2, 0.2, 0}, ""},
		{day(3), []float64{8e9, 3e9, 1e9}, true, []float64{0, 0.6, 0.4, 0}, ""},
		{day(4), []float64{8e9, 3e9, 0.9e9}, false, []float64{0.6, 0.4, 0, 0}, "C is below 1000000000 USD"},
		{day(9), nil, false, []float64{0.6, 0.4, 0, 0}, "C is below 1000000000 USD"},
		{day(11), nil, false, []float64{0.6, 0.4, 0, 0}, "C is below 1000000000 USD"},
		{day(11) + 1, nil, false, nil, "A, of 1970-01-05T00:00:00Z, is older than 7d"},
		{day(12), []float64{8e9}, false, []float64{0.6, 0, 0, 0.4}, "B, of 1970-01-05T00:00:00Z, is older than 7d"},
	} {
		view.At, view.Stale[0] = step.at, step.stale
		for a, usd := range step.caps {
			view.Cap[a], view.CapAt[a] = usd, step.at
		}
		about(t, target.Weights(view), step.want...)
		if got := target.Omitted(); !strings.Contains(got, step.without) || step.without == "" && got != "" {
			t.Errorf("%v: %s", step.at, got)
		}
	}
}
