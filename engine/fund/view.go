package fund

// View is what a policy decides on: everything the core knows at one row's close and nothing later. The core owns
// it and all its slices; they are valid during the call that receives it.
type View struct {
	Universe *Universe
	At       Time    // of the newest event; for a policy, the close of the newest row
	History  History // rows closed so far

	Price    []float64 // by asset, base currency a unit; 0 where it has none (any more)
	Stale    []bool    // by asset: the newest row does not price it, so it is not traded
	AnyStale bool      // some entry of Stale that an instrument could price is true
	Holding  []float64 // by asset, units over all accounts
	Value    []float64 // by asset, base currency
	NAV      float64   // sum of Value
	Owed     float64   // base currency: withdrawals asked for and not yet paid

	Cap   []float64 // by asset, US dollars: market capitalisation as last known; 0: never known
	CapAt []Time    // by asset: when it became known; meaningless while Cap is 0

	Decisions    int  // decisions taken so far
	LastDecision Time // of the newest decision; meaningless while Decisions is 0
}

// Investable returns the part of the NAV that weights are fractions of: what is not stale and not owed.
func (v *View) Investable() float64 {
	sum := v.NAV - v.Owed
	for a, stale := range v.Stale {
		if stale {
			sum -= v.Value[a]
		}
	}
	return sum
}
