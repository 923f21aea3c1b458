package impact_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
)

// BenchmarkCost prices a trade on a market that remembers two earlier ones, as planners do by the thousand.
func BenchmarkCost(b *testing.B) {
	in := impact.Inputs{Sigma: 0.04, ADV: 1e5, Interval: time.Hour}
	for _, m := range []impact.Model{
		impact.Proportional{Rate: 0.001},
		impact.SquareRoot{Y: 1, HalfLife: fund.Day},
		impact.AlmgrenChriss{Gamma: 0.3, Eta: 0.15},
		impact.PowerLaw{Gamma: 0.3, Eta: 0.15, Beta: 0.6, Delta: 0.25, Supply: 1e9},
		impact.Transient{Permanent: 0.1, Transient: 0.9, HalfLife: time.Hour},
	} {
		b.Run(fmt.Sprintf("%T", m), func(b *testing.B) {
			_, s := m.Cost(in, impact.State{}, fund.Buy, 100, 0)
			_, s = m.Cost(in, s, fund.Sell, 100, 0)
			at := fund.Time(5 * time.Hour)
			for b.Loop() {
				m.Cost(in, s, fund.Buy, 50, at)
			}
		})
	}
}
