package strategies_test

import (
	"testing"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/strategies"
)

// market returns a view of n assets A00, A01, ... and cash ZZZ, all of the value in the assets, and equal targets.
func market(n int) (*fund.View, strategies.Fixed) {
	u := &fund.Universe{Base: fund.AssetID(n)}
	listed := make([]fund.AssetID, n)
	for a := range n {
		u.Assets = append(u.Assets, fund.Asset{Name: "A" + string(rune('0'+a/10)) + string(rune('0'+a%10)), Decimals: 8})
		listed[a] = fund.AssetID(a)
	}
	u.Assets = append(u.Assets, fund.Asset{Name: "ZZZ", Decimals: 8})
	v := &fund.View{Universe: u, Stale: make([]bool, n+1), Value: make([]float64, n+1), Decisions: 1}
	for a := range n {
		v.Value[a] = 100 + float64(a)/float64(n)
		v.NAV += v.Value[a]
	}
	return v, strategies.Equal(n+1, listed)
}

// BenchmarkThresholdQuiet is the trigger at a row at which nothing is due, with 20 assets.
func BenchmarkThresholdQuiet(b *testing.B) {
	for _, stale := range []bool{false, true} {
		name := "fresh"
		if stale {
			name = "one stale"
		}
		b.Run(name, func(b *testing.B) {
			v, target := market(20)
			v.Stale[7], v.AnyStale = stale, stale
			trigger := &strategies.Threshold{Band: 0.5, Dust: 1}
			b.ReportAllocs()
			for b.Loop() {
				if trigger.Due(v, target) != "" {
					b.Fatal("due")
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/20, "ns/asset")
		})
	}
}
