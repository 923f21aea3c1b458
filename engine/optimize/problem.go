// Package optimize computes orders: from holdings and target weights to a feasible set of trades.
package optimize

import "github.com/steelyard/steelyard/engine/fund"

// Quote prices a trade before it is made.
type Quote interface {
	// Slippage returns the expected cost of trading q > 0 base units of an instrument now, as fractions of its
	// mid price: crossing the spread, and impact.
	Slippage(i fund.InstrumentID, side fund.Side, q float64) (spread, impact float64)
}

// Problem is one question to a planner. The core owns its slices; a planner keeps nothing of it.
type Problem struct {
	Universe *fund.Universe
	Holding  [][]float64 // [account][asset] units that are free to trade
	Price    []float64   // by asset, base currency a unit
	Mid      []float64   // by instrument, quote per base; NaN where it cannot be traded now
	Target   []float64   // by asset, fractions of the investable NAV; assets in Frozen are ignored
	Frozen   []bool      // by asset: stale or blocked, not traded, not counted
	Owed     float64     // base currency to be kept as cash on top of its target
	Dust     float64     // base currency: smaller differences are left alone
	Quote    Quote
}
