package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/steelyard/steelyard/sim/sweep"
)

// sweepPage shows a finished sweep.
type sweepPage struct {
	*sweeping
	goal   sweep.Goal
	order  []int // points that have the goal's figure, the best first
	around sweep.Around
	trial  *sweep.Trial // nil: it was not walked forward
}

func newSweepPage(s *sweeping, goal sweep.Goal, trial *sweep.Trial) *sweepPage {
	p := &sweepPage{sweeping: s, goal: goal, order: s.table.Order(goal), trial: trial}
	if len(p.order) > 0 {
		p.around = s.table.Around(s.grid, p.order[0], goal)
	}
	return p
}

// fewDays is how long a time has to be for its growth, costs and turnover to be told by the year: those of three days, multiplied by
// a hundred, are of nobody's year.
const fewDays = 30

// brief reports whether the sweep is of too short a time for figures by the year.
func (p *sweepPage) brief() bool {
	return len(p.order) > 0 && p.value(p.order[0], "days") < fewDays
}

// byYear returns the figure of growth, cost or turnover that the page shows: the year's, or of a short time the whole's.
func (p *sweepPage) byYear(annual, whole string) string {
	if p.brief() {
		return whole
	}
	return annual
}

// gain is the figure of growth, cost that of costs.
func (p *sweepPage) gain() string { return p.byYear("annual_return", "total_return") }
func (p *sweepPage) cost() string { return p.byYear("cost_bp_per_year", "cost_bp") }

// shown lists the figures that tables show of each point.
func (p *sweepPage) shown() []string {
	list := []string{p.gain(), "volatility", "sharpe", "max_drawdown", "tracking_error", p.cost(), p.byYear("turnover_per_year", "turnover"), "rebalances"}
	if !slices.Contains(list, p.goal.Figure) {
		list = append([]string{p.goal.Figure}, list...)
	}
	return list
}

// percents lists the figures that are read in per cent.
func percents() []string {
	return []string{"annual_return", "total_return", "volatility", "max_drawdown", "tracking_error", "mean_drift",
		"hold_annual_return", "hold_total_return", "hold_volatility", "hold_max_drawdown",
		"shadow_annual_return", "shadow_total_return", "shadow_volatility", "shadow_max_drawdown"}
}

// figureText writes a value of a figure.
func figureText(figure string, x float64) string {
	switch {
	case math.IsNaN(x):
		return "n/a"
	case slices.Contains(percents(), wholeFigure(figure)):
		return fmt.Sprintf("%.2f %%", 100*x)
	case x == math.Trunc(x) && math.Abs(x) < 1e9:
		return fmt.Sprintf("%.0f", x)
	}
	return fmt.Sprintf("%.4g", x)
}

// value returns a point's figure, NaN where it is not defined.
func (p *sweepPage) value(point int, figure string) float64 {
	x, ok := p.table.Number(point, p.table.Column(figure))
	if !ok {
		return math.NaN()
	}
	return x
}

func (p *sweepPage) text(point int, figure string) string {
	return figureText(figure, p.value(point, figure))
}

// settings writes what a point sets.
func (p *sweepPage) settings(point int) string {
	var list []string
	for _, s := range p.grid.Settings(point) {
		list = append(list, s.String())
	}
	return strings.Join(list, " ")
}

// row is a point in a table: its number, what it sets, its figures.
func (p *sweepPage) row(point int) []string {
	row := []string{fmt.Sprint(point)}
	for _, s := range p.grid.Settings(point) {
		row = append(row, s.Value)
	}
	for _, figure := range p.shown() {
		row = append(row, p.text(point, figure))
	}
	return row
}

func (p *sweepPage) head() []string {
	head := []string{"point"}
	for _, a := range p.grid.Axes {
		head = append(head, a.Path)
	}
	return append(head, p.shown()...)
}

// rest lists the points without the goal's figure.
func (p *sweepPage) rest() []int {
	has := make([]bool, len(p.table.Rows))
	for _, k := range p.order {
		has[k] = true
	}
	var list []int
	for k, ok := range has {
		if !ok {
			list = append(list, k)
		}
	}
	return list
}

// tell writes the best points for a terminal, and how sure the choice is.
func (p *sweepPage) tell(w io.Writer) error {
	const most = 10
	fmt.Fprintf(w, "%s\n%s, by %s\n\n", p.base.Fund.Name, plural(len(p.table.Rows), "point", "points"), p.goal)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, strings.Join(p.head(), "\t")+"\t")
	for _, k := range p.order[:min(most, len(p.order))] {
		fmt.Fprintln(t, strings.Join(p.row(k), "\t")+"\t")
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if len(p.order) > most {
		fmt.Fprintf(w, "and %s more, in %s\n", grouped(len(p.table.Rows)-most), p.folder.Path("sweep.csv"))
	}
	_, err := fmt.Fprintf(w, "\n%s\n", strings.Join(p.verdict(), "\n"))
	if err != nil || p.trial == nil {
		return err
	}
	return p.tellForward(w)
}

// equals says how many points are as good as the chosen one.
func (p *sweepPage) equals() []string {
	best, n := p.value(p.order[0], p.goal.Figure), 0
	for n < len(p.order) && p.value(p.order[n], p.goal.Figure) == best {
		n++
	}
	if n == 1 {
		return nil
	}
	return []string{fmt.Sprintf("%s are equal by %s; of them it is the first.", plural(n, "point", "points"), p.goal)}
}

// given says which keys are the market's and not the fund's to choose.
func (p *sweepPage) given() []string {
	var list []string
	for _, k := range p.mapped() {
		if path := p.grid.Axes[k].Path; strings.HasPrefix(path, "venues") {
			list = append(list, path)
		}
	}
	if list == nil {
		return nil
	}
	return []string{"What venues do is nobody's choice: the cheapest looks best. Compare policies within one value of " + strings.Join(list, ", ") + "."}
}

// rims says in which keys the chosen point lies at the edge of the grid.
func (p *sweepPage) rims() []string {
	var list []string
	for _, r := range p.grid.Rims(p.order[0]) {
		if r.Inside >= 0 && p.value(r.Inside, p.goal.Figure) == p.value(p.order[0], p.goal.Figure) {
			continue // the key makes no difference here
		}
		end := "smallest"
		if r.Largest {
			end = "largest"
		}
		list = append(list, fmt.Sprintf("%s=%s is the %s tried", r.Path, r.Value, end))
	}
	if list == nil {
		return nil
	}
	return []string{"It lies at the edge of the grid, and better points may lie beyond: " + strings.Join(list, ", ") + "."}
}

// verdict says which point is chosen and how it stands among its neighbours.
func (p *sweepPage) verdict() []string {
	if len(p.order) == 0 {
		return []string{"No point has the figure " + p.goal.Figure + "; choose by another."}
	}
	best, of := p.order[0], func(x float64) string { return figureText(p.goal.Figure, x) }
	list := []string{fmt.Sprintf("Chosen by %s: point %d, %s, with %s.", p.goal, best, p.settings(best), p.text(best, p.goal.Figure))}
	if p.yearly() {
		list = append(list, p.yearsVerdict())
	}
	list = append(list, p.equals()...)
	list = append(list, p.rims()...)
	list = append(list, p.given()...)
	if p.brief() {
		list = append(list, fmt.Sprintf("The period is shorter than %d days: volatility, Sharpe ratio and tracking error, which are given by the year, are no more than a hint.", fewDays))
	}
	a := &p.around
	switch {
	case a.Points == 0:
		return append(list, "None of its neighbours was run, so that nothing tells whether it stands on a knife's edge.")
	case a.Edge:
		list = append(list, "It stands on a knife's edge: one step away, more than half of what it is better by than the median of all points is lost.")
	}
	return append(list, fmt.Sprintf("Its %s one step away: %s to %s, median %s; the median of all points is %s.", plural(a.Points, "neighbour", "neighbours"),
		of(min(a.Worst, a.Best)), of(max(a.Worst, a.Best)), of(a.Median), of(a.All)),
		"It was chosen with the data that it is judged by: expect less of other times.")
}
