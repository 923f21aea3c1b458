package reports

import (
	"testing"

	"github.com/steelyard/steelyard/strategies"
)

func benchmark(b *testing.B, run Run) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Analyse(run); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBusy is a year of hours with about 10,000 fills.
func BenchmarkBusy(b *testing.B) { benchmark(b, newRig(10, walkPanel(10, 8760, 0.02, 1)).play(b)) }

// BenchmarkQuiet is 1.5 million rows of twenty assets that are bought once.
func BenchmarkQuiet(b *testing.B) {
	r := newRig(20, walkPanel(20, 1_500_000, 1e-5, 1))
	r.policy.Trigger = strategies.Hold{}
	benchmark(b, r.play(b))
}

// BenchmarkReport is the page of a year of hours with about 10,000 fills, and of 1.5 million rows.
func BenchmarkReport(b *testing.B) {
	long := newRig(20, walkPanel(20, 1_500_000, 1e-5, 1))
	long.policy.Trigger = strategies.Hold{}
	for name, r := range map[string]*rig{"busy": newRig(10, walkPanel(10, 8760, 0.02, 1)), "long": long} {
		report := Report{Main: r.analyse(b)}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.ReportMetric(float64(len(html(b, &report))), "bytes/page")
			}
		})
	}
}
