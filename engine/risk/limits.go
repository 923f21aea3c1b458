package risk

// Limits are a fund's pre-trade limits. Money is in the base currency; 0 means no limit.
type Limits struct {
	MaxWeight []float64 // by asset, fraction of NAV that purchases may lead to; 0: no limit
	MaxOrder  float64   // notional; a larger order is split
	MaxPlan   float64   // turnover; a larger plan is refused
	Blocked   []bool    // by asset: never traded
}
