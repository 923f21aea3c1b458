package main

import (
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/reports"
	"github.com/steelyard/steelyard/sim/sweep"
)

// forward shows what choosing on one time came to on the next.
func (p *sweepPage) forward() reports.Section {
	t := p.trial
	s := reports.Section{Name: "forward", Title: "Walk-forward", Whole: true, Charts: []reports.Curves{p.forwardCurves()}}
	s.Notes = append(p.forwardVerdict(),
		"Tested: one fund that lives through the test windows, each under what was chosen on the train window before it. It carries what it holds over every boundary and pays for what a change of policy trades. "+
			"In sample: the point that is best over the whole period, in the same time; it was chosen knowing it.")
	s.Tables = []reports.Table{p.windowsTable(), p.chainTable()}
	if last := t.Windows[len(t.Windows)-1]; last.To.Sub(last.From) < p.walk.Test {
		text := fmt.Sprintf("The last window is shorter than the others: it ends with the rows, %s.", dayOf(last.To.UTC()))
		if days := last.To.Sub(last.From) / fund.Day; days < fewDays {
			text += fmt.Sprintf(" Figures by the year of %s mean little.", plural(int(days), "day", "days"))
		}
		s.Remarks = []string{text}
	}
	return s
}

// forwardCurves draws the chained tests beside the point that was best in sample.
func (p *sweepPage) forwardCurves() reports.Curves {
	chart := reports.Curves{Title: "Growth of 1 since the first test began, logarithmic", Time: true, Up: reports.Axis{Log: true, Tick: plainTick}}
	line := func(name string, part reports.Part, dashed bool) {
		c := reports.Curve{Name: name, Dashed: dashed, Points: [][2]float64{{float64(p.trial.Windows[0].From) / 1e9, 1}}}
		for _, q := range sweep.Growth(part) {
			c.Points = append(c.Points, [2]float64{float64(q.At) / 1e9, q.Level})
		}
		chart.Lines = append(chart.Lines, c)
	}
	line("tested", p.trial.Chain(), false)
	line("in sample", p.trial.Beside(), true)
	last := func(k int) float64 { points := chart.Lines[k].Points; return points[len(points)-1][1] }
	chart.Says = fmt.Sprintf("tested to %.4g, in sample to %.4g", last(0), last(1))
	return chart
}

// plainTick writes a value on an axis; what adding steps left of 0 is 0.
func plainTick(x float64) string { return fmt.Sprintf("%.4g", math.Round(x*1e9)/1e9+0) }

// windowsTable is a row a window.
func (p *sweepPage) windowsTable() reports.Table {
	return reports.Table{Caption: "Windows, by " + p.goal.String(), Head: p.windowsHead(), Words: 4 + len(p.grid.Axes), Rows: p.windowRows()}
}

func (p *sweepPage) windowsHead() []string {
	head := []string{"window", "trained from", "tested from", "to", "point"}
	for _, a := range p.grid.Axes {
		head = append(head, a.Path)
	}
	return append(head, "train", "test", "degradation", "in sample")
}

func (p *sweepPage) windowRows() [][]string {
	t, of := p.trial, func(x float64) string { return figureText(p.goal.Figure, x) }
	var rows [][]string
	for k, w := range t.Windows {
		row := []string{fmt.Sprint(k + 1), dayOf(w.Train.UTC()), dayOf(w.From.UTC()), dayOf(w.To.UTC()), fmt.Sprint(t.Chosen[k])}
		for _, set := range p.grid.Settings(t.Chosen[k]) {
			row = append(row, set.Value)
		}
		test, inSample := t.Test(k)
		rows = append(rows, append(row, of(t.Train[k]), of(test), of(t.Degradation(k)), of(inSample)))
	}
	return rows
}

// chainTable sets the chained tests beside the best point in sample.
func (p *sweepPage) chainTable() reports.Table {
	t := reports.Table{Caption: "All windows together", Head: []string{"", "tested", "in sample"}}
	inSample := p.trial.Beside().Scalars()
	for k, s := range p.trial.Chain().Scalars() {
		if s.Key != "average_nav" && s.Key != "cost_usd" { // of funds of other sizes
			t.Rows = append(t.Rows, []string{s.Key, cellText(s), cellText(inSample[k])})
		}
	}
	return t
}

// cellText writes a figure of a table's cell.
func cellText(s reports.Scalar) string {
	x := math.NaN()
	if s.Text != "" {
		fmt.Sscan(s.Text, &x) // it was written by us; what does not read is not defined
	}
	return figureText(s.Key, x)
}

// forwardVerdict says what the choice was worth on other times.
func (p *sweepPage) forwardVerdict() []string {
	t := p.trial
	train, test, worse, n := 0.0, 0.0, 0, 0
	for k, w := range t.Windows {
		if x, _ := t.Test(k); !math.IsNaN(x) && w.To.Sub(w.From) == p.walk.Test {
			train, test, n = train+t.Train[k], test+x, n+1
			if t.Degradation(k) > 0 {
				worse++
			}
		}
	}
	of := func(x float64) string { return figureText(p.goal.Figure, x) }
	list := []string{fmt.Sprintf("Walk-forward %s: %s; the choice changed %s.", p.walk, plural(len(t.Windows), "test window", "test windows"), plural(t.Changes(), "time", "times"))}
	if n > 0 {
		list = append(list, fmt.Sprintf("Mean %s: %s where it was chosen, %s where it was tested; worse in %d of %d whole windows.", p.goal.Figure, of(train/float64(n)), of(test/float64(n)), worse, n))
	}
	chain, beside := t.Chain(), t.Beside()
	return append(list, fmt.Sprintf("All tests together: %s; in sample, the same time: %s.", p.both(chain), p.both(beside)))
}

// both writes the goal's figure and the return of a part.
func (p *sweepPage) both(part reports.Part) string {
	var list []string
	for _, s := range part.Scalars() {
		if s.Key == p.goal.Figure || s.Key == "total_return" {
			list = append(list, s.Key+" "+cellText(s))
		}
	}
	return strings.Join(list, ", ")
}

// tellForward writes the windows for a terminal.
func (p *sweepPage) tellForward(w io.Writer) error {
	fmt.Fprintln(w)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, row := range append([][]string{p.windowsHead()}, p.windowRows()...) {
		fmt.Fprintln(t, strings.Join(row, "\t")+"\t")
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%s\n", strings.Join(p.forwardVerdict(), "\n"))
	return err
}
