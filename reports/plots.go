package reports

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot/plotter"
)

// picture is a chart on the page, drawn once or for wide and narrow pages.
type picture struct {
	Title  string
	Wide   drawing
	Narrow drawing // "": the first one fits everywhere
}

// Natural sizes in pixels.
const (
	wideWidth, wideHeight     = 900, 280
	narrowWidth, narrowHeight = 400, 250
	panelWidth, panelHeight   = 320, 150
)

func (c *chart) full(title string) picture {
	c.says = title + ", " + c.says
	return picture{title, c.svg(wideWidth, wideHeight), c.svg(narrowWidth, narrowHeight)}
}

func (c *chart) half(title string) picture {
	c.says = title + ", " + c.says
	return picture{title, c.svg(narrowWidth, narrowHeight), ""}
}

// equity draws the NAV of all runs and of the first one's buy-and-hold.
func (r *Report) equity() []picture {
	lines := r.beside(func(a *Analysis) plotter.XYs { return a.of(func(p *Point) float64 { return p.NAV }) },
		r.Main.of(func(p *Point) float64 { return p.HoldNAV }))
	says := fmt.Sprintf("from %s to %s", compact(r.Main.Summary.StartNAV), compact(r.Main.Summary.Fund.FinalNAV))
	unit := ", " + r.Main.base()
	logarithmic := chart{says: says, tick: compact, log: true, lines: lines, alarm: r.Main.alarms()}
	linear := chart{says: says, tick: compact, zero: true, lines: lines, alarm: r.Main.alarms()}
	return []picture{logarithmic.full("NAV" + unit + ", logarithmic"), linear.full("NAV" + unit + ", linear")}
}

func (r *Report) drawdown() picture {
	fall := r.Main.of(func(p *Point) float64 { return p.Drawdown })
	c := chart{says: "at most " + figureText(percent(r.Main.Summary.Fund.MaxDrawdown)), tick: percentTick, zero: true, alarm: r.Main.alarms()}
	c.lines = r.beside(func(a *Analysis) plotter.XYs { return a.of(func(p *Point) float64 { return p.Drawdown }) }, r.Main.holdDrawdowns())
	c.areas = []area{{"", inkShade, fall, flat(fall)}}
	return c.full("Drawdown, below the highest level so far")
}

// beside returns a line for buy-and-hold, for every other run, and above them the first run's.
func (r *Report) beside(of func(*Analysis) plotter.XYs, hold plotter.XYs) []line {
	names := r.names()
	for i := range names {
		names[i] = short(names[i])
	}
	lines := []line{{"buy-and-hold", inkHold, 1, 1.3, hold}}
	for i, a := range r.Others {
		lines = append(lines, line{names[i+1], other(i), dash(2 + i), 1.3, of(a)})
	}
	return append(lines, line{names[0], inkFund, 0, 1.6, of(r.Main)})
}

// short cuts a name that would leave no room for its line.
func short(name string) string {
	const most = 18
	if runes := []rune(name); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return name
}

// flat returns 0 at the times of a series.
func flat(points plotter.XYs) plotter.XYs {
	list := make(plotter.XYs, len(points))
	for i, q := range points {
		list[i].X = q.X
	}
	return list
}

func (a *Analysis) tracking() []picture {
	last := a.rollingError()
	errors := chart{says: "over the run " + figureText(percent(a.Summary.TrackingError)), tick: percentTick, zero: true, alarm: a.alarms(),
		lines: []line{{"", inkFund, 0, 1.4, last}}}
	drift := chart{says: "on average " + figureText(percent(a.Summary.MeanDrift)), tick: percentTick, zero: true, marks: a.rebalanced(), alarm: a.alarms(),
		lines: []line{{"", inkFund, 0, 1.2, a.of(func(p *Point) float64 { return p.Drift })}}}
	return []picture{
		errors.half(fmt.Sprintf("Tracking error a year, over %d days", window)),
		drift.half("Drift: √Σ(weight − target)², by day"),
	}
}

// costsOverTime draws turnover and the kinds of cost as they add up.
func (a *Analysis) costsOverTime() []picture {
	s := &a.Summary
	turnover := chart{says: "in all " + figureText(times(s.Turnover)), tick: timesTick, zero: true,
		lines: []line{{"", inkFund, 0, 1.4, a.spent(func(t *Trade) float64 { return t.Value / s.AverageNAV })}}}
	fees := a.spent(func(t *Trade) float64 { return t.Cost.Fees })
	spread := a.spent(func(t *Trade) float64 { return t.Cost.Fees + t.Cost.Spread })
	impact := a.spent(func(t *Trade) float64 { return t.Cost.Total() })
	cost := chart{says: "in all " + compact(s.CostUSD), tick: compact, zero: true, areas: []area{
		{"fees " + compact(s.Cost.Fees), inkFees, flat(fees), fees},
		{"spread " + compact(s.Cost.Spread), inkSpread, fees, spread},
		{"impact " + compact(s.Cost.Impact), inkImpact, spread, impact},
	}, lines: []line{{"", inkText, 0, 0.8, impact}}}
	return []picture{turnover.half("Turnover so far, multiples of the average NAV"), cost.half("Cost so far, " + a.base())}
}

// rebalanced returns when decisions led to trades.
func (a *Analysis) rebalanced() []float64 {
	var list []float64
	for i := range a.Decisions {
		if d := &a.Decisions[i]; d.Settled != nil && d.Settled.Fills > 0 {
			list = append(list, seconds(d.At))
		}
	}
	return list
}

// alarms returns when alerts were told.
func (a *Analysis) alarms() []float64 {
	list := make([]float64, len(a.Alerts))
	for i := range a.Alerts {
		list[i] = seconds(a.Alerts[i].At)
	}
	return list
}

// compact returns a number with three digits and a letter for thousands (k), millions (M) and thousands of millions (bn).
func compact(x float64) string {
	for _, s := range []struct {
		size float64
		unit string
	}{{1e9, " bn"}, {1e6, " M"}, {1e3, " k"}} {
		if math.Abs(x) >= s.size {
			return significant(x/s.size) + s.unit
		}
	}
	return significant(x)
}

func percentTick(x float64) string { return significant(100*x) + " %" }

func timesTick(x float64) string { return significant(x) + "×" }

// significant returns three significant digits at most, with a true minus.
func significant(x float64) string {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 3, 64), 64)
	if err != nil || math.Abs(rounded) < 1e-12 {
		return "0"
	}
	return strings.Replace(strconv.FormatFloat(rounded, 'f', -1, 64), "-", "−", 1)
}
