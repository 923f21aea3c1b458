// Package shortfall explains what a trade really cost: the implementation shortfall of Perold (1988), the difference
// between a paper portfolio, which traded at once and for nothing at the price that was decided on, and the real one.
package shortfall

import "github.com/steelyard/steelyard/engine/fund"

// Parts are the causes of a shortfall, in the base currency. A part above 0 is a loss against the paper portfolio.
type Parts struct {
	Delay       float64 // the price moved before the first order left
	Spread      float64 // crossing the spread, and rounding to the tick
	Temporary   float64 // impact that the fills alone caused and paid
	Permanent   float64 // impact that our earlier trades had left standing, and what this one leaves of its own
	Market      float64 // the price moved by itself since the first order left, and so did the assets in which was paid; what the venue rounds
	Fees        float64
	Opportunity float64 // the price moved away from what was not filled
}

// Total returns the shortfall.
func (p Parts) Total() float64 {
	return p.Delay + p.Spread + p.Temporary + p.Permanent + p.Market + p.Fees + p.Opportunity
}

// Paid returns the part that trading itself costs whatever the market does: fees, spread and impact.
func (p Parts) Paid() fund.Cost {
	return fund.Cost{Fees: p.Fees, Spread: p.Spread, Impact: p.Temporary + p.Permanent}
}

// Plus returns the sum of two shortfalls, part by part.
func (p Parts) Plus(q Parts) Parts {
	return Parts{p.Delay + q.Delay, p.Spread + q.Spread, p.Temporary + q.Temporary, p.Permanent + q.Permanent,
		p.Market + q.Market, p.Fees + q.Fees, p.Opportunity + q.Opportunity}
}

// Parent is a trade of a plan, and what has been filled of it by now.
type Parent struct {
	Instrument *fund.Instrument
	Side       fund.Side
	Wanted     fund.Amount // base units
	Decided    float64     // quote units a base unit, when it was decided: what the paper portfolio trades at
	Arrival    float64     // the same when its first order left; Decided while none has

	filled fund.Amount // base units
	cash   fund.Amount // quote units that changed hands, fees apart
	paid   Parts       // spread, impact and fees, at the prices of their time
	fee    fee         // in the asset of the first fill's
	others []fee       // in other assets: few venues change it on the way
}

// fee is what was paid in one asset.
type fee struct {
	asset fund.AssetID
	units fund.Amount
}

// at returns what it is worth at prices by asset.
func (f *fee) at(price []float64) float64 { return float64(f.units.Float64() * price[f.asset]) }

// Filled returns the base units filled.
func (p *Parent) Filled() fund.Amount { return p.filled }

// Average returns the mean price of what was filled, quote units a base unit; it is not a number while nothing was.
func (p *Parent) Average() float64 { return p.cash.Float64() / p.filled.Float64() }

// Fill takes an execution. The prices are of that time, by asset, base currency a unit.
func (p *Parent) Fill(f *fund.Fill, price []float64) {
	if p.filled.IsZero() && p.fee.units.IsZero() {
		p.fee.asset = f.FeeAsset
	}
	quote := price[p.Instrument.Quote]
	p.filled, p.cash = p.filled.Add(f.Quantity), p.cash.Add(f.Cash())
	p.paid = p.paid.Plus(Parts{
		Spread:    float64(f.Spread * quote),
		Temporary: float64((f.Impact - f.Permanent) * quote),
		Permanent: float64(f.Permanent * quote),
		Fees:      float64(f.Fee.Float64() * price[f.FeeAsset]),
	})
	paid := p.feeIn(f.FeeAsset)
	paid.units = paid.units.Add(f.Fee)
}

// feeIn returns what was paid in an asset.
func (p *Parent) feeIn(a fund.AssetID) *fee {
	if p.fee.asset == a {
		return &p.fee
	}
	for i := range p.others {
		if p.others[i].asset == a {
			return &p.others[i]
		}
	}
	p.others = append(p.others, fee{asset: a})
	return &p.others[len(p.others)-1]
}

// Parts explains the shortfall at the prices of its end, by asset, base currency a unit: their sum is what the paper
// portfolio is worth more than the real one at these prices. Spread, impact and fees count at the prices of their time,
// and what the assets in which they were paid did since is the market's.
func (p *Parent) Parts(price []float64) Parts {
	quote := price[p.Instrument.Quote]
	filled, missing := p.filled.Float64(), p.Wanted.Sub(p.filled).Float64()
	parts := p.paid
	parts.Delay = p.dearer(float64(filled * (p.Arrival - p.Decided) * quote))
	parts.Opportunity = p.dearer(float64(missing * (price[p.Instrument.Base] - float64(p.Decided*quote))))
	moved := p.dearer(float64((p.cash.Float64() - float64(filled*p.Arrival)) * quote))
	moved += p.fee.at(price)
	for i := range p.others {
		moved += p.others[i].at(price)
	}
	parts.Market = moved - p.paid.Total()
	return parts
}

// dearer returns what is lost when the units of a trade become dearer: a purchase loses by it what a sale gains.
func (p *Parent) dearer(value float64) float64 {
	if p.Side == fund.Sell {
		return 0 - value // not −value: nothing is lost has no sign
	}
	return value
}
