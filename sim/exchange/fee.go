package exchange

import "github.com/steelyard/steelyard/engine/fund"

// pay sets what changes hands. Without lot or tick an instrument is an idealised one, whose cash is exact.
func (x *Exchange) pay(f *fund.Fill, in *fund.Instrument) {
	if !in.Lot.IsZero() && !in.Tick.IsZero() {
		f.SetCash(fund.Cash(f.Price, f.Quantity, x.universe.Assets[in.Quote].Decimals))
	}
}

// charge sets a fill's cash, its fee and the asset that this is taken in. An order's first fill also pays what a trade costs whatever
// its size.
func (x *Exchange) charge(w *working, f *fund.Fill) {
	in := &x.universe.Instruments[f.Instrument]
	x.pay(f, in)
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
		if fee, ok := x.inThird(w, f, rate); ok {
			f.FeeAsset, f.Fee = in.Fees.Asset, fee
			return
		}
	}
	value := f.Cash()
	if f.FeeAsset == in.Base {
		value = f.Quantity
	}
	f.Fee = fund.Charge(value, rate, x.universe.Assets[f.FeeAsset].Decimals).Add(x.perTrade(w, f.FeeAsset))
}

// inThird returns the fee in the venue's fee asset, at the newest price known, if there is one and enough is free.
func (x *Exchange) inThird(w *working, f *fund.Fill, rate fund.Amount) (fund.Amount, bool) {
	in := &x.universe.Instruments[f.Instrument]
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
		fee := f.Cash().Mul(rate).QuoUp(fund.AmountOfFloat(price), x.universe.Assets[third].Decimals).Add(x.perTrade(w, third))
		return fee, !x.free(third).Less(fee)
	}
	return fund.Amount{}, false
}

// perTrade returns what a fill pays of the fee that an order pays once, whatever its size, in units of an asset.
func (x *Exchange) perTrade(w *working, a fund.AssetID) fund.Amount {
	if w.rest.Less(w.Quantity) {
		return fund.Amount{}
	}
	return x.inUnits(x.universe.Instruments[w.Instrument].Fees.PerTrade, a)
}

// inUnits returns an amount of the base currency in units of an asset, rounded up, at the newest price known; 0 where
// there never was one.
func (x *Exchange) inUnits(amount fund.Amount, a fund.AssetID) fund.Amount {
	if amount.IsZero() {
		return amount
	}
	price := x.worth(a)
	if price <= 0 {
		return fund.Amount{}
	}
	return amount.QuoUp(fund.AmountOfFloat(price), x.universe.Assets[a].Decimals)
}

// worth returns the newest price of an asset in the base currency, 0 where no instrument of any venue tells one.
func (x *Exchange) worth(a fund.AssetID) float64 {
	cash := x.universe.Base
	if a == cash {
		return 1
	}
	for i := range x.universe.Instruments {
		in := &x.universe.Instruments[i]
		if in.Base == a && in.Quote == cash {
			if price := x.last(fund.InstrumentID(i)); price > 0 {
				return price
			}
		}
	}
	return 0
}

// eaten reports whether a fee is more than the trade that it is taken from brings.
func eaten(f *fund.Fill, in *fund.Instrument) bool {
	if f.Side == fund.Sell {
		return f.FeeAsset == in.Quote && f.Cash().Less(f.Fee)
	}
	return f.FeeAsset == in.Base && f.Quantity.Less(f.Fee)
}
