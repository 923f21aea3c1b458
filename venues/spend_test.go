package venues

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/steelyard/steelyard/engine/fund"
)

// The worst price of a purchase is the highest tick at which all of it, with its fee, is paid for by what it may spend.
func TestWorstPriceKeepsSpend(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := &fund.Instrument{Lot: fund.NewAmount(1, 5), Tick: fund.NewAmount(1, rapid.IntRange(0, 4).Draw(t, "tick"))}
		in.Fees.Taker = fund.NewAmount(rapid.Int64Range(0, 300).Draw(t, "fee bp"), 4)
		in.Fees.In = rapid.SampledFrom([]fund.FeeIn{fund.FeeInQuote, fund.FeeInReceived, fund.FeeInAsset}).Draw(t, "fee in")
		o := &fund.Order{Side: fund.Buy, Quantity: fund.NewAmount(rapid.Int64Range(1, 1e9).Draw(t, "lots"), 5),
			Spend: fund.NewAmount(rapid.Int64Range(1, 1e13).Draw(t, "spend"), 6)}
		price := worstPrice(o, in, 6)
		uses := func(p fund.Amount) fund.Amount {
			f := fund.Fill{Side: fund.Buy, Quantity: o.Quantity, Price: p, FeeAsset: 7} // no quote
			f.SetCash(f.Cash().RoundUp(6))
			if in.Fees.In != fund.FeeInReceived {
				f.FeeAsset = in.Quote
				f.Fee = fund.Charge(f.Cash(), in.Fees.Taker, 6)
			}
			return f.Uses(in)
		}
		if price.Sign() > 0 && o.Spend.Less(uses(price)) {
			t.Fatalf("%s at %s takes %s of %s", o.Quantity, price, uses(price), o.Spend)
		}
		if !price.FloorTo(in.Tick).Equal(price) {
			t.Fatalf("%s is no multiple of %s", price, in.Tick)
		}
		if next := price.Add(in.Tick); price.Sign() > 0 && !o.Spend.Less(uses(next)) {
			t.Fatalf("%s is not the worst price: at %s it takes %s of %s", price, next, uses(next), o.Spend)
		}
	})
}
