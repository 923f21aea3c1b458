package fund

// The three places where estimates become money.

// defaultPlaces is the precision of prices where an instrument has no tick.
const defaultPlaces = 12

// Lots returns q base units, which must be finite, as a whole number of lots, toward zero. Without a lot it is 8
// decimal places.
func (in *Instrument) Lots(q float64) Amount { return in.WholeLots(AmountOfFloat(q)) }

// WholeLots is Lots for an exact quantity.
func (in *Instrument) WholeLots(q Amount) Amount { return q.FloorTo(in.LotSize()) }

// LotSize returns the lot, or the 8 decimal places that stand in for it where there is none.
func (in *Instrument) LotSize() Amount {
	if in.Lot.IsZero() {
		return NewAmount(1, 8)
	}
	return in.Lot
}

// Ticks returns a positive price as a whole number of ticks, rounded against whoever trades on this side: up for a
// buy, down for a sell. Without a tick it is 12 decimal places.
func (in *Instrument) Ticks(price float64, side Side) Amount {
	p := AmountOfFloat(price)
	switch {
	case in.Tick.IsZero() && side == Buy:
		return p.RoundUp(defaultPlaces)
	case in.Tick.IsZero():
		return p.RoundDown(defaultPlaces)
	case side == Buy:
		return p.CeilTo(in.Tick)
	}
	return p.FloorTo(in.Tick)
}

// LeastPrice returns the tick, or the 12 decimal places that stand in for it where there is none.
func (in *Instrument) LeastPrice() Amount {
	if in.Tick.IsZero() {
		return NewAmount(1, defaultPlaces)
	}
	return in.Tick
}

// Charge returns a fee of rate × value in an asset with this many decimals, rounded up.
func Charge(value, rate Amount, decimals int) Amount { return value.Mul(rate).RoundUp(decimals) }

// Cash returns what changes hands for a quantity at a price where a venue keeps the quote asset to this many decimals: what
// is finer is cut off. No document of a venue says so; every trade that was recorded at Binance is so (venues/binance/cash_test.go),
// and that balances move by the same amount is assumed. What a venue says of a fill counts, not this: it is how simulated venues round.
func Cash(price, quantity Amount, decimals int) Amount {
	return price.Mul(quantity).RoundDown(decimals)
}
