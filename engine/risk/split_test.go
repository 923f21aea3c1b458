package risk_test

import (
	"math"
	"strings"
	"testing"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/risk"
	"pgregory.net/rapid"
)

func TestSplitByHand(t *testing.T) {
	in := &fund.Instrument{Lot: fund.MustAmount("0.01")}
	for _, c := range []struct {
		quantity string
		price    float64
		want     string
	}{
		{"10", 100, "10"},
		{"10.01", 100, "5 5.01"}, // 1001
		{"20", 100, "10 10"},     // exactly two
		{"30", 100, "10 10 10"},
		{"10", 300, "2.5 2.5 2.5 2.5"}, // 3.33 at most
		{"10", 299, "3.33 3.33 3.34"},  // 3.34 at most
		{"0.07", 33_000, "0.02 0.02 0.03"},
		{"1", 100_001, ""}, // a lot is 1000.01
	} {
		l := risk.NewDesk(universe(), risk.Limits{MaxOrder: 1000})
		var got []string
		for _, part := range l.Split(fund.MustAmount(c.quantity), in, c.price) {
			got = append(got, part.String())
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s at %g: %v, want %s", c.quantity, c.price, got, c.want)
		}
	}
	if parts := desk().Split(fund.MustAmount("1e9"), in, 1e9); len(parts) != 1 {
		t.Errorf("without a limit: %v", parts)
	}
}

// Parts add up to the whole, each is whole lots and within the limit, and there are as few as can be.
func TestSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := &fund.Instrument{Lot: fund.NewAmount(rapid.Int64Range(1, 500).Draw(t, "lot"), rapid.IntRange(0, 8).Draw(t, "places"))}
		price := math.Pow(10, rapid.Float64Range(-4, 5).Draw(t, "log price"))
		lots := rapid.Int64Range(1, 1_000_000).Draw(t, "lots")
		most := rapid.Int64Range(max(1, lots/300), 1_000_000).Draw(t, "most lots")
		limit := (float64(most) + 0.5) * in.Lot.Float64() * price
		l := risk.NewDesk(universe(), risk.Limits{MaxOrder: limit})
		if rapid.Bool().Draw(t, "the venue's") { // limit, with something above whole lots
			in.MaxQuantity = in.Lot.Mul(fund.NewAmount(2*most+1, 0)).Mul(fund.MustAmount("0.5"))
			if l = desk(); rapid.Bool().Draw(t, "and ours") {
				l = risk.NewDesk(universe(), risk.Limits{MaxOrder: 3 * limit})
			}
		}
		quantity := in.Lot.Mul(fund.NewAmount(lots, 0))
		parts := l.Split(quantity, in, price)
		sum, low, high := fund.Amount{}, parts[0], parts[0]
		for _, part := range parts {
			if part.Sign() <= 0 || !part.FloorTo(in.Lot).Equal(part) || part.Float64()*price > limit {
				t.Fatalf("a part of %s at %g with at most %g", part, price, limit)
			}
			sum = sum.Add(part)
			if part.Less(low) {
				low = part
			}
			if high.Less(part) {
				high = part
			}
		}
		if !sum.Equal(quantity) || in.Lot.Less(high.Sub(low)) {
			t.Fatalf("%v do not divide %s evenly", parts, quantity)
		}
		if fewest := (lots + most - 1) / most; int64(len(parts)) != fewest {
			t.Fatalf("%d parts, %d would do", len(parts), fewest)
		}
	})
}
