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

// targets returns the target of an asset over time as it bound, with a step where it changes.
func (a *Analysis) targets(asset int) plotter.XYs {
	var known plotter.XYs
	for i := range a.Decisions {
		known = append(known, plotter.XY{X: seconds(a.Decisions[i].At), Y: a.Decisions[i].Aim[asset]})
	}
	for i := range a.Points {
		if p := &a.Points[i]; p.Aim != nil {
			known = append(known, plotter.XY{X: seconds(p.At), Y: p.Aim[asset]})
		}
	}
	slices.SortStableFunc(known, func(p, q plotter.XY) int { return int(p.X - q.X) })
	return stepped(known)
}

// stepped keeps of a series that changes at once what is needed to draw it.
func stepped(known plotter.XYs) plotter.XYs {
	var list plotter.XYs
	for i, q := range known {
		switch n := len(list); {
		case n == 0:
		case i == len(known)-1:
			list = append(list, plotter.XY{X: q.X, Y: list[n-1].Y})
		case list[n-1].Y == q.Y:
			continue
		default:
			list = append(list, plotter.XY{X: q.X, Y: list[n-1].Y})
		}
		list = append(list, q)
	}
	return list
}

// spent returns, fill by fill, what was traded or paid up to then, with a step at every fill.
func (a *Analysis) spent(value func(*Trade) float64) plotter.XYs {
	list := plotter.XYs{{X: seconds(a.Summary.Start)}}
	for i := range a.Trades {
		list = step(list, a.Trades[i].At, value(&a.Trades[i]))
	}
	return step(list, a.Summary.End, 0)
}

// expected returns, decision by decision, the sum of what plans that were done were expected to, like spent.
func (a *Analysis) expected(value func(*Decision) float64) plotter.XYs {
	list := plotter.XYs{{X: seconds(a.Summary.Start)}}
	for i := range a.Decisions {
		if d := &a.Decisions[i]; d.carriedOut() {
			list = step(list, d.At, value(d))
		}
	}
	return step(list, a.Summary.End, 0)
}

// step goes on with a sum to a time, and adds to it there.
func step(list plotter.XYs, at fund.Time, more float64) plotter.XYs {
	sum := list[len(list)-1].Y
	return append(list, plotter.XY{X: seconds(at), Y: sum}, plotter.XY{X: seconds(at), Y: sum + more})
}
