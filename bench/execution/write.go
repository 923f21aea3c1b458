package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"gonum.org/v1/gonum/stat"

	"github.com/steelyard/steelyard/reports"
)

// tables writes one table a world.
func tables(all []comparison) string {
	var b strings.Builder
	world := ""
	for k := range all {
		c := &all[k]
		if c.world != world {
			world = c.world
			fmt.Fprintf(&b, "Impact by the %s; %d starts, basis points of 5 million USD:\n\n", world, len(c.trials))
			b.WriteString("| schedule | expected | risk | paid | cost: mean | deviation | 5 % | median | 95 % | in the 95 % interval | time | participation |\n" +
				"|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n")
		}
		b.WriteString(c.row())
		if k+1 == len(all) || all[k+1].world != world {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func (c *comparison) row() string {
	costs := c.costs()
	inside := c.mean(func(t *trial) float64 {
		if t.inside {
			return 1
		}
		return 0
	})
	took := time.Duration(c.mean(func(t *trial) float64 { return float64(t.took) })).Round(time.Minute)
	covered, time := fmt.Sprintf("%.0f %%", 100*inside), strings.TrimSuffix(took.String(), "0s")
	if took == 0 { // what is done at once has no interval
		covered, time = "–", "0"
	}
	shares := c.all(func(t *trial) float64 { return t.participation })
	slices.Sort(shares)
	row := fmt.Sprintf("| %s | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f | %s | %s | %.0f %% |\n", c.way,
		c.mean(func(t *trial) float64 { return t.expected }), c.mean(func(t *trial) float64 { return t.risk }),
		c.mean(func(t *trial) float64 { return t.paid }), stat.Mean(costs, nil), stat.StdDev(costs, nil),
		quantile(costs, 0.05), quantile(costs, 0.5), quantile(costs, 0.95), covered,
		time, 100*quantile(shares, 0.5))
	return strings.ReplaceAll(row, "-", "−")
}

func quantile(sorted []float64, p float64) float64 {
	return stat.Quantile(p, stat.LinInterp, sorted, nil)
}

// pictures draws, in the last world, how the costs were distributed, and cost against risk.
func pictures(all []comparison) map[string]reports.Curves {
	tick := func(x float64) string { return strings.Replace(fmt.Sprintf("%.4g bp", x+0), "-", "−", 1) }
	share := func(x float64) string { return fmt.Sprintf("%.0f %%", 100*x) }
	costs := reports.Curves{Title: "Part of the sales (up) that cost at most so much (right)", Says: "the sale at once costs most, those over hours less and less surely",
		Up: reports.Axis{Tick: share, Zero: true}, Right: reports.Axis{Tick: tick}}
	frontier := reports.Curves{Title: "Expected cost (up) against risk (right)", Says: "what is cheaper is less certain",
		Up: reports.Axis{Tick: tick, Zero: true}, Right: reports.Axis{Tick: tick}}
	for k := range all {
		c := &all[k]
		if c.world != all[len(all)-1].world {
			continue
		}
		line := reports.Curve{Name: c.way}
		sorted := c.costs()
		for i, x := range sorted {
			line.Points = append(line.Points, [2]float64{x, float64(i+1) / float64(len(sorted))})
		}
		costs.Lines = append(costs.Lines, line)
		frontier.Spots = append(frontier.Spots, reports.Spot{Name: c.way, Right: c.mean(func(t *trial) float64 { return t.risk }),
			Up: c.mean(func(t *trial) float64 { return t.expected })})
	}
	return map[string]reports.Curves{"execution-costs.svg": costs, "execution-frontier.svg": frontier}
}
