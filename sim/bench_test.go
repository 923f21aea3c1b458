package sim_test

import (
	"context"
	"testing"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/host"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/engine/optimize"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/strategies"
)

// digestOnly runs the rig as a sweep does: digests, no journal file.
func (r *rig) digestOnly(b *testing.B) *engine.Core {
	b.Helper()
	rec, err := journal.NewRecorder(r.u, journal.Manifest{}, nil)
	if err != nil {
		b.Fatal(err)
	}
	core := r.core()
	if err := host.Run(context.Background(), core, sim.New(r.config), rec); err != nil {
		b.Fatal(err)
	}
	return core
}

const quietAssets, quietRows = 20, 525_600

func quietPanel() *fund.Panel { return walk(quietAssets, quietRows, 1e-5, 1) }

// BenchmarkQuiet is a year of minutes in which next to nothing trades.
func BenchmarkQuiet(b *testing.B) {
	p := quietPanel()
	b.ReportAllocs()
	for b.Loop() {
		r := newRig(quietAssets, p)
		r.trigger = func() engine.Trigger { return &strategies.Threshold{Band: 1000, Dust: 1} }
		r.digestOnly(b)
	}
	b.ReportMetric(float64(quietAssets*quietRows)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mbars/s")
}

// BenchmarkQuietPlainLoop values the same panel with the same holdings and tests the same band, and does nothing else:
// what the machine can do.
func BenchmarkQuietPlainLoop(b *testing.B) {
	p := quietPanel()
	units := make([]float64, quietAssets)
	for i := range units {
		units[i] = 1 / p.Close[i]
	}
	breaches := 0
	for b.Loop() {
		for r := range quietRows {
			row, nav := p.Close[r*quietAssets:(r+1)*quietAssets], 0.0
			for i, c := range row {
				nav += units[i] * c
			}
			for i, c := range row {
				if d := units[i]*c - nav/quietAssets; d > nav || d < -nav {
					breaches++
				}
			}
		}
	}
	if breaches > 0 {
		b.Fatal("the band is meant to be wide")
	}
	b.ReportMetric(float64(quietAssets*quietRows)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mbars/s")
}

// BenchmarkBusy is a year of hours of ten assets that move 2 % an hour: about 1,000 rebalances and 10,000 orders, planned
// as a fund file's are.
func BenchmarkBusy(b *testing.B) {
	p := walk(10, 8760, 0.02, 1)
	b.ReportAllocs()
	for b.Loop() {
		r := newRig(10, p)
		r.policy.Planner = optimize.MinCost{}
		r.digestOnly(b)
	}
}
