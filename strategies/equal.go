package strategies

import "github.com/steelyard/steelyard/engine/fund"

// Equal returns the target that gives every listed asset the same weight, and the others of the universe's assets
// none. listed must not be empty and names each asset once.
func Equal(assets int, listed []fund.AssetID) Fixed {
	weights := make(Fixed, assets)
	for _, a := range listed {
		weights[a] = 1 / float64(len(listed))
	}
	return weights
}
