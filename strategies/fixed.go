// Package strategies holds what a quant writes: targets (which weights) and triggers (when to trade towards them).
// A value serves one run and is not safe for concurrent use; what it remembers follows from the views it was
// shown, so replaying a run rebuilds it.
package strategies

import "github.com/steelyard/steelyard/engine/fund"

// Fixed wants the same weights for ever, by AssetID, as fractions that sum to 1.
type Fixed []float64

// Weights implements engine.Target.
func (f Fixed) Weights(*fund.View) []float64 { return f }
