package sweep

import (
	"math"
	"strconv"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/reports"
)

// Trial is a walk-forward that is done: by window, what was chosen and what came of it.
type Trial struct {
	Goal     Goal
	Windows  []Window
	Chosen   []int
	Train    []float64      // the goal's figure of what was chosen, over the train window
	Tests    []reports.Part // of the fund that lived through the test windows
	InSample []reports.Part // the same windows of the point that is best over the whole period
}

// CanTrial reports whether a figure is one of parts of a run, by which windows can be compared.
func CanTrial(g Goal) bool { return !math.IsInf(figure(reports.Part{}, g.Figure), 0) }

// figure returns a figure of a part; NaN where it is not defined, infinity where there is none of that name.
func figure(p reports.Part, name string) float64 {
	for _, s := range p.Scalars() {
		if s.Key == name {
			return number(s.Text)
		}
	}
	return math.Inf(1)
}

// number reads a cell; NaN where it is empty.
func number(cell string) float64 {
	x, err := strconv.ParseFloat(cell, 64)
	if err != nil {
		return math.NaN()
	}
	return x
}

// cell writes a number as the tables of a run have it.
func cell(x float64) string {
	if math.IsNaN(x) {
		return ""
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

// Test returns the goal's figure over the test window k, and that of the point that is best over the whole period.
func (t *Trial) Test(k int) (test, inSample float64) {
	return figure(t.Tests[k], t.Goal.Figure), figure(t.InSample[k], t.Goal.Figure)
}

// Degradation returns by how much the test of window k came out worse than its training; below 0: better.
func (t *Trial) Degradation(k int) float64 {
	test, _ := t.Test(k)
	if t.Goal.Less {
		return test - t.Train[k]
	}
	return t.Train[k] - test
}

// Changes counts the windows that chose otherwise than the one before.
func (t *Trial) Changes() int {
	n := 0
	for k := 1; k < len(t.Chosen); k++ {
		if t.Chosen[k] != t.Chosen[k-1] {
			n++
		}
	}
	return n
}

// Chain returns the tests as one.
func (t *Trial) Chain() reports.Part { return chain(t.Tests) }

// Beside returns the same time of the point that is best over the whole period.
func (t *Trial) Beside() reports.Part { return chain(t.InSample) }

func chain(parts []reports.Part) reports.Part {
	var all reports.Part
	for _, p := range parts {
		all = all.Then(p)
	}
	return all
}

// Table returns a row a window: when it trains and tests, what was chosen, the goal's figure over both, by how much the test is worse,
// the figure of the point that is best over the whole period in the test window, and all figures of the test.
func (t *Trial) Table(g *Grid) *Table {
	table := &Table{Columns: []Column{{"window", true}, {"train_from", false}, {"test_from", false}, {"test_to", false}, {"point", true}}}
	for _, a := range g.Axes {
		table.Columns = append(table.Columns, Column{a.Path, false})
	}
	for _, name := range []string{"train_" + t.Goal.Figure, "degradation", "in_sample_" + t.Goal.Figure} {
		table.Columns = append(table.Columns, Column{name, true})
	}
	for _, s := range (reports.Part{}).Scalars() {
		table.Columns = append(table.Columns, Column{"test_" + s.Key, true})
	}
	for k, w := range t.Windows {
		row := []string{strconv.Itoa(k + 1), w.Train.String(), w.From.String(), w.To.String(), strconv.Itoa(t.Chosen[k])}
		for _, s := range g.Settings(t.Chosen[k]) {
			row = append(row, s.Value)
		}
		_, inSample := t.Test(k)
		row = append(row, cell(t.Train[k]), cell(t.Degradation(k)), cell(inSample))
		for _, s := range t.Tests[k].Scalars() {
			row = append(row, s.Text)
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

// Equity returns a row a day: the window, what the fund that lived through the tests was worth, and the growth of 1 since the first
// test began, its and that of the point that is best over the whole period. Growth leaves deposits and withdrawals out.
func (t *Trial) Equity() *Table {
	table := &Table{Columns: []Column{{"time", false}, {"window", true}, {"nav", true}, {"growth", true}, {"in_sample_growth", true}}}
	beside, next, level := Growth(t.Beside()), 0, 1.0
	window := 0
	for _, q := range Growth(t.Chain()) {
		for next < len(beside) && beside[next].At <= q.At {
			level = beside[next].Level
			next++
		}
		for window < len(t.Windows)-1 && q.At > t.Windows[window].To {
			window++
		}
		table.Rows = append(table.Rows, []string{q.At.String(), strconv.Itoa(window + 1), cell(q.NAV), cell(q.Level), cell(level)})
	}
	return table
}

// Level is what 1 has grown to.
type Level struct {
	At         fund.Time
	NAV, Level float64
}

// Growth compounds the returns of a part.
func Growth(p reports.Part) []Level {
	var list []Level
	level := 1.0
	for i := range p.Points {
		q := &p.Points[i]
		level *= 1 + q.Return
		list = append(list, Level{q.At, q.NAV, level})
	}
	return list
}
