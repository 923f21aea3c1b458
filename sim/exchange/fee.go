package exchange

import "github.com/steelyard/steelyard/engine/fund"

// charge sets a fill's fee and the asset that it is taken in.
func (x *Exchange) charge(w *working, f *fund.Fill) {
	in := &x.universe.Instruments[f.Instrument]
	rate := in.Fees.Taker
	if f.Maker {
		rate = in.Fees.Maker
	}
	f.FeeAsset = in.Quote
	switch in.Fees.In {
	case fund.FeeInBase:
		f.FeeAsset = in.Base
	case fund.FeeInReceived:
		if w.Side == fund.Buy {
			f.FeeAsset = in.Base
		}
	case fund.FeeInAsset:
		if fee, ok := x.inThird(in, f, rate); ok {
			f.FeeAsset, f.Fee = in.Fees.Asset, fee
			return
		}
	}
	value := f.Cash()
	if f.FeeAsset == in.Base {
		value = f.Quantity
	}
	f.Fee = fund.Charge(value, rate, x.universe.Assets[f.FeeAsset].Decimals)
}

// inThird returns the fee in the venue's fee asset, at the newest price known, if there is one and enough is free.
func (x *Exchange) inThird(in *fund.Instrument, f *fund.Fill, rate fund.Amount) (fund.Amount, bool) {
	third := in.Fees.Asset
	if third == in.Quote {
		return fund.Amount{}, false
	}
	for i := range x.universe.Instruments {
		pair := &x.universe.Instruments[i]
		if pair.Venue != in.Venue || pair.Base != third || pair.Quote != in.Quote {
			continue
		}
		price := x.last(fund.InstrumentID(i))
		if price <= 0 {
			return fund.Amount{}, false
		}
		fee := f.Cash().Mul(rate).QuoUp(fund.AmountOfFloat(price), x.universe.Assets[third].Decimals)
		return fee, !x.free(third).Less(fee)
	}
	return fund.Amount{}, false
}
