package fund_test

import (
	"testing"

	"github.com/steelyard/steelyard/engine/fund"
)

// Weights are fractions of what can be traded: stale assets are not, and what is owed is no longer ours.
func TestInvestable(t *testing.T) {
	v := fund.View{NAV: 1000, Owed: 150, Value: []float64{300, 200, 500}, Stale: []bool{false, true, false}}
	if got := v.Investable(); got != 650 {
		t.Errorf("%g, want 1000 − 150 − 200", got)
	}
}

// What a fill takes of the asset that its order reserved: 2 at 100 with a fee of 0.5.
func TestUses(t *testing.T) {
	const base, quote, third = 0, 1, 2
	for _, c := range []struct {
		side fund.Side
		in   fund.FeeIn
		fee  fund.AssetID
		want string
	}{
		{fund.Buy, fund.FeeInQuote, quote, "200.5"},
		{fund.Buy, fund.FeeInBase, base, "200"},
		{fund.Buy, fund.FeeInReceived, base, "200"},
		{fund.Buy, fund.FeeInAsset, third, "200"},
		{fund.Buy, fund.FeeInAsset, quote, "200.5"}, // too little of the third was there
		{fund.Sell, fund.FeeInQuote, quote, "2"},
		{fund.Sell, fund.FeeInBase, base, "2.5"},
		{fund.Sell, fund.FeeInReceived, quote, "2"},
		{fund.Sell, fund.FeeInAsset, third, "2"},
		{fund.Sell, fund.FeeInAsset, base, "2"}, // the third is the base: taken from what is not reserved
	} {
		in := &fund.Instrument{Base: base, Quote: quote, Fees: fund.Fees{In: c.in, Asset: third}}
		f := fund.Fill{Side: c.side, Quantity: fund.MustAmount("2"), Price: fund.MustAmount("100"), Fee: fund.MustAmount("0.5"), FeeAsset: c.fee}
		if got := f.Uses(in).String(); got != c.want {
			t.Errorf("%s with the fee in %d: %s, want %s", c.side, c.fee, got, c.want)
		}
	}
}
