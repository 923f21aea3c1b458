package reports

import (
	"slices"

	"gonum.org/v1/plot/plotter"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/reports/stats"
)

// of returns a value of every point as a series.
func (a *Analysis) of(value func(*Point) float64) plotter.XYs {
	list := make(plotter.XYs, len(a.Points))
	for i := range a.Points {
		list[i] = plotter.XY{X: seconds(a.Points[i].At), Y: value(&a.Points[i])}
	}
	return list
}

// holdDrawdowns returns the drawdown of buy-and-hold, as the points have the fund's.
func (a *Analysis) holdDrawdowns() plotter.XYs {
	_, held, _ := a.returns()
	list := a.of(func(*Point) float64 { return 0 })
	for i, d := range stats.Drawdowns(held) {
		list[i+1].Y = d
	}
	return list
}

// window is how many days the rolling tracking error looks back.
const window = 30

// rollingError returns the tracking error of the last window days, a year; it begins when there are so many.
func (a *Analysis) rollingError() plotter.XYs {
	_, _, active := a.returns()
	var list plotter.XYs
	for i := range active {
		if i+1 >= window && !undefined(active[i+1-window]) {
			e := stats.Volatility(active[i+1-window:i+1], perYear)
			list = append(list, plotter.XY{X: seconds(a.Points[i+1].At), Y: e})
		}
	}
	return list
}

// weights returns the weight of an asset from the first rebalance on: by day, and before and after every decision.
func (a *Analysis) weights(asset int) plotter.XYs {
	var list plotter.XYs
	add := func(at fund.Time, weights []float64) {
		list = append(list, plotter.XY{X: seconds(at), Y: weights[asset]})
	}
	for i := range a.Decisions {
		d := &a.Decisions[i]
		if i > 0 {
			add(d.At, d.Decided.Weights)
		}
		if d.Settled != nil {
			add(d.Ended, d.Settled.Weights)
		}
	}
	for i := range a.Points {
		if p := &a.Points[i]; len(a.Decisions) == 0 || p.At > max(a.Decisions[0].At, a.Decisions[0].Ended) {
			add(p.At, p.Weights)
		}
	}
	slices.SortStableFunc(list, func(p, q plotter.XY) int { return int(p.X - q.X) })
	return list
}

// targets returns the target of an asset over time, with a step where it changes.
func (a *Analysis) targets(asset int) plotter.XYs {
	var list plotter.XYs
	for i := range a.Decisions {
		t, at := a.Decisions[i].Decided.Target[asset], seconds(a.Decisions[i].At)
		if n := len(list); n > 0 {
			if list[n-1].Y == t {
				continue
			}
			list = append(list, plotter.XY{X: at, Y: list[n-1].Y})
		}
		list = append(list, plotter.XY{X: at, Y: t})
	}
	if n := len(list); n > 0 {
		list = append(list, plotter.XY{X: seconds(a.Summary.End), Y: list[n-1].Y})
	}
	return list
}

// spent returns, fill by fill, what was traded or paid up to then, with a step at every fill.
func (a *Analysis) spent(value func(*Trade) float64) plotter.XYs {
	list := plotter.XYs{{X: seconds(a.Summary.Start)}}
	sum := 0.0
	for i := range a.Trades {
		at := seconds(a.Trades[i].At)
		list = append(list, plotter.XY{X: at, Y: sum})
		sum += value(&a.Trades[i])
		list = append(list, plotter.XY{X: at, Y: sum})
	}
	return append(list, plotter.XY{X: seconds(a.Summary.End), Y: sum})
}
