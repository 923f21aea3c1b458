package reports

import (
	"fmt"

	"gonum.org/v1/plot/plotter"
)

// Band is how far an asset may be off its target before the fund trades: a fraction of the target, or of the fund.
// 0 is no band.
type Band struct {
	Width    float64
	Absolute bool // a fraction of the fund
}

// visible is the least weight that gets an asset without a target a panel, once the fund is invested.
const visible = 0.005

// panels draws the weight of every asset against its target and band.
func (r *Report) panels() []picture {
	a := r.Main
	var list []picture
	for asset := range a.Run.Universe.Assets {
		weights, targets := a.weights(asset), a.targets(asset)
		if peak(weights) < visible && peak(targets) == 0 {
			continue
		}
		c := chart{tick: percentTick, marks: a.rebalanced(), alarm: a.alarms(), lines: []line{
			{"", inkHold, 1, 1.2, targets},
			{"", inkFund, 0, 1.2, weights},
		}}
		if asset < len(r.Terms.Bands) {
			c.areas = r.Terms.Bands[asset].around(targets)
		}
		name := a.Run.Universe.Assets[asset].Name
		c.says = fmt.Sprintf("weight of %s over time, at the end %s", name, figureText(percent(a.Points[len(a.Points)-1].Weights[asset])))
		list = append(list, picture{name, c.svg(panelWidth, panelHeight), ""})
	}
	return list
}

// around returns the band on both sides of a target.
func (b Band) around(targets plotter.XYs) []area {
	if b.Width == 0 || len(targets) == 0 {
		return nil
	}
	low, high := make(plotter.XYs, len(targets)), make(plotter.XYs, len(targets))
	for i, q := range targets {
		width := b.Width
		if !b.Absolute {
			width *= q.Y
		}
		low[i], high[i] = plotter.XY{X: q.X, Y: max(0, q.Y-width)}, plotter.XY{X: q.X, Y: q.Y + width}
	}
	return []area{{"", inkShade, low, high}}
}

func peak(points plotter.XYs) float64 {
	top := 0.0
	for _, q := range points {
		top = max(top, q.Y)
	}
	return top
}
