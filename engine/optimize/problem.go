// Package optimize computes orders: from holdings and target weights to a feasible set of trades.
package optimize

import (
	"math"

	"github.com/steelyard/steelyard/engine/fund"
)

// Quote prices trades before they are made.
type Quote interface {
	// Slippage returns the expected cost of trading q > 0 base units of an instrument now, as fractions of its
	// mid price: crossing the spread, and impact.
	Slippage(i fund.InstrumentID, side fund.Side, q float64) (spread, impact float64)

	// After returns what trades cost on the market that trades leave behind. traded is by instrument, in base units, sales
	// below 0; the caller keeps it.
	After(traded []float64) Quote

	// Separable reports whether a trade in one instrument leaves what trades in all others cost as it is.
	Separable() bool
}

// Problem is one question to a planner. The core owns its slices; a planner keeps nothing of it.
type Problem struct {
	Universe *fund.Universe
	Holding  [][]float64 // [account][asset] units that are free to trade
	Price    []float64   // by asset, base currency a unit
	Mid      []float64   // by instrument, quote per base; NaN where it cannot be traded now
	Target   []float64   // by asset, fractions of the investable NAV; assets in Frozen are ignored
	Frozen   []bool      // by asset: stale or blocked, not traded, not counted
	Band     []float64   // by asset: how far from its target a weight may stay; nil: not at all
	MaxBuy   []float64   // by instrument, base currency: most that may be bought; nil: no limit
	MaxSell  []float64   // the same for sales
	Owed     float64     // base currency to be kept as cash on top of its target
	Dust     float64     // base currency: smaller differences are left alone
	Slices   int         // orders that a trade is sent in, each with the venue's cost per trade; 0: one
	Quote    Quote
}

// room returns the value, in the base currency, up to which an instrument may be traded on one side: infinite where
// nothing limits it.
func (p *Problem) room(i fund.InstrumentID, side fund.Side) float64 {
	in, most := &p.Universe.Instruments[i], math.Inf(1)
	if !in.MaxNotional.IsZero() {
		most = in.MaxNotional.Float64() * p.Price[in.Quote]
	}
	limits := p.MaxBuy
	if side == fund.Sell {
		limits = p.MaxSell
	}
	if limits != nil {
		most = min(most, limits[i])
	}
	return most
}

// open reports whether an instrument can be traded now.
func (p *Problem) open(i fund.InstrumentID) bool {
	in := &p.Universe.Instruments[i]
	return p.Mid[i] > 0 && !p.Frozen[in.Base] && !p.Frozen[in.Quote] && p.Price[in.Base] > 0 && p.Price[in.Quote] > 0
}

// perTrade returns what a trade of an instrument costs whatever its size, in the base currency.
func (p *Problem) perTrade(i fund.InstrumentID) float64 {
	return p.Universe.Instruments[i].Fees.PerTrade.Float64() * float64(max(1, p.Slices))
}
