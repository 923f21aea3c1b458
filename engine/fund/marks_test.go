package fund_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// universe has ETH at two venues, BTC at one, a pair between them, and POL without any price. USDT is the base.
func universe() *fund.Universe {
	return &fund.Universe{
		Assets:   []fund.Asset{{Name: "BTC"}, {Name: "ETH"}, {Name: "POL"}, {Name: "USDT"}},
		Accounts: []string{"binance", "kraken"},
		Instruments: []fund.Instrument{
			{Name: "BTC/USDT", Base: 0, Quote: 3},
			{Name: "ETH/BTC", Base: 1, Quote: 0},
			{Name: "ETH/USDT", Base: 1, Quote: 3},
			{Name: "ETH/USDT", Base: 1, Quote: 3, Venue: 1},
		},
		Base: 3,
	}
}

// row gives the closes of the hour-th hour to m: BTC/USDT, ETH/USDT at the first venue and at the second.
func row(m *fund.Marks, hour int, btc, eth, second float64) {
	m.Row([]float64{btc, 0.07, eth, second}, hours(hour))
}

func hours(n int) fund.Time {
	return fund.TimeOf(time.Date(2022, 1, 1, n, 0, 0, 0, time.UTC))
}

func TestMarks(t *testing.T) {
	gone := math.NaN()
	m := fund.NewMarks(universe(), 2*time.Hour)
	check := func(what string, price []float64, stale []bool, some bool) {
		t.Helper()
		if !slices.Equal(m.Price, price) || !slices.Equal(m.Stale, stale) || m.Any != some {
			t.Errorf("%s: %v %v %t, want %v %v %t", what, m.Price, m.Stale, m.Any, price, stale, some)
		}
	}
	check("at first", []float64{0, 0, 0, 1}, []bool{true, true, true, false}, true)
	row(m, 1, gone, 10, 11)
	check("BTC has not begun", []float64{0, 10, 0, 1}, []bool{true, false, true, false}, true)
	row(m, 2, 100, 12, 13)
	check("all are there", []float64{100, 12, 0, 1}, []bool{false, false, true, false}, false)
	row(m, 3, 101, gone, 14)
	check("the second venue prices ETH", []float64{101, 14, 0, 1}, []bool{false, false, true, false}, false)
	row(m, 4, gone, gone, gone)
	check("all are stale", []float64{101, 14, 0, 1}, []bool{true, true, true, false}, true)
	row(m, 5, gone, 15, gone)
	check("BTC is as old as it may be", []float64{101, 15, 0, 1}, []bool{true, false, true, false}, true)
	row(m, 6, gone, 16, gone)
	check("BTC is older", []float64{0, 16, 0, 1}, []bool{true, false, true, false}, true)
	if price, at, ok := m.Last(0); price != 101 || at != hours(3) || !ok {
		t.Errorf("the last of BTC: %v at %v, %t", price, at, ok)
	}
	row(m, 7, 50, 16, gone)
	check("BTC returns", []float64{50, 16, 0, 1}, []bool{false, false, true, false}, false)
	row(m, 8, gone, 16, gone)
	check("and counts its age anew", []float64{50, 16, 0, 1}, []bool{true, false, true, false}, true)
}

func TestLast(t *testing.T) {
	m := fund.NewMarks(universe(), time.Hour)
	row(m, 1, math.NaN(), 10, 11)
	for a, want := range map[fund.AssetID]bool{0: false, 1: true, 2: false, 3: false} {
		if _, _, ok := m.Last(a); ok != want {
			t.Errorf("asset %d ever had a price: %t", a, ok)
		}
	}
}

// With a maximum age of 0 only the newest row counts.
func TestNoAgeAtAll(t *testing.T) {
	m := fund.NewMarks(universe(), 0)
	row(m, 1, 100, 10, 11)
	row(m, 2, math.NaN(), 10, 11)
	if m.Price[0] != 0 || !m.Stale[0] {
		t.Errorf("BTC is worth %v", m.Price[0])
	}
}
