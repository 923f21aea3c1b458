package fund_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// BTC/USD and ETH/USD become BTC/USD, ETH/BTC, ETH/USD.
func TestCrosses(t *testing.T) {
	nan := math.NaN()
	p := &fund.Panel{
		N: 2, Interval: time.Hour, Times: []fund.Time{0, fund.Time(time.Hour), fund.Time(2 * time.Hour)},
		Open: []float64{20, 2, 20, 2, nan, 2}, High: []float64{25, 4, 21, 3, nan, 3}, Low: []float64{15, 1, 19, 1, nan, 1},
		Close: []float64{20, 1, 10, 2, nan, 3}, Volume: []float64{5, 1000, 500, 100, nan, 7},
	}
	q := p.WithCrosses(3, []fund.Cross{{Of: 1, Base: 2, Quote: 0}})
	for name, c := range map[string]struct{ got, want []float64 }{
		"open":   {q.Open, []float64{20, 0.1, 2, 20, 0.1, 2, nan, nan, 2}},
		"high":   {q.High, []float64{25, 0.1, 4, 21, 0.2, 3, nan, nan, 3}},
		"low":    {q.Low, []float64{15, 0.05, 1, 19, 0.1, 1, nan, nan, 1}},
		"close":  {q.Close, []float64{20, 0.05, 1, 10, 0.2, 2, nan, nan, 3}},
		"volume": {q.Volume, []float64{5, 100, 1000, 500, 100, 100, nan, nan, 7}},
	} {
		if !slices.EqualFunc(c.got, c.want, func(a, b float64) bool { return a == b || a != a && b != b }) {
			t.Errorf("%s: %v, want %v", name, c.got, c.want)
		}
	}
	if p.WithCrosses(2, nil) != p {
		t.Error("a panel without crosses is another one")
	}
}
