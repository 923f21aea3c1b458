package fund_test

import (
	"testing"

	"github.com/steelyard/steelyard/engine/fund"
	"pgregory.net/rapid"
)

// A fill's cash is price × quantity, exactly, unless its venue says otherwise: then it is what the venue says, be it nothing.
func TestCashIsWhatChangedHands(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := fund.Fill{Price: fund.NewAmount(rapid.Int64Range(1, 1e9).Draw(t, "price"), 8), Quantity: fund.NewAmount(rapid.Int64Range(1, 1e9).Draw(t, "quantity"), 8)}
		product := f.Price.Mul(f.Quantity)
		if !f.Cash().Equal(product) {
			t.Fatalf("%s × %s is %s", f.Price, f.Quantity, f.Cash())
		}
		for _, cash := range []fund.Amount{product.RoundDown(8), product.RoundUp(8), {}, product} {
			if f.SetCash(cash); !f.Cash().Equal(cash) || f.Rounded.IsZero() != cash.Equal(product) {
				t.Fatalf("of %s were paid %s: the fill says %s, rounded by %s", product, cash, f.Cash(), f.Rounded)
			}
		}
	})
}
