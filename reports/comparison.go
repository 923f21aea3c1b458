package reports

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/steelyard/steelyard/reports/parting"
)

// Comparison sets runs beside the first of them, and beside what they would be worth free of cost.
type Comparison struct {
	Runs     []*Analysis
	Partings []*parting.Parting // of the second run, the third … from the first
	Shadow   bool               // every run's shadow stands beside it
}

// Equal reports whether no run differs from the first.
func (c *Comparison) Equal() bool {
	for _, p := range c.Partings {
		if !p.Equal() {
			return false
		}
	}
	return true
}

// Sheet returns the comparison as a page. Runs are called by letters there, which it says first.
func (c *Comparison) Sheet() *Sheet {
	main := c.Runs[0]
	s := &Sheet{Kind: "steelyard compare", Title: main.Run.Fund, Wide: true,
		Below: fmt.Sprintf("%s to %s UTC, %s; money in %s", date(main.Summary.Start), date(main.Summary.End), count(main.Summary.Days, "day"), currencies(c.Runs))}
	if others := len(c.Runs) - 1; others > 0 {
		s.Title += ", beside " + count(others, "other run")
	}
	for i, a := range c.Runs {
		s.Banners = append(s.Banners, a.banners(initial(i))...)
	}
	s.Sections = append(s.Sections, c.who(), c.figures())
	if c.Shadow {
		s.Sections = append(s.Sections, c.shadows())
	}
	for i, p := range c.Partings {
		s.Sections = append(s.Sections, parted(p, 0, i+1))
	}
	return s
}

// initial calls the i-th run.
func initial(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return "run " + strconv.Itoa(i+1)
}

func (c *Comparison) who() Section {
	s := Section{Name: "runs", Title: "The runs"}
	for i, a := range c.Runs {
		s.Facts = append(s.Facts, Rule{initial(i), fmt.Sprintf("%s: %s, %s to %s UTC; fund %.8s, data %.8s, decisions %.8s",
			orName(a.Run.Name), a.Run.Fund, minute(a.Summary.Start), minute(a.Summary.End), a.Run.FundHash, a.Run.DatasetHash, a.Run.DecisionsDigest)})
	}
	return s
}

func orName(name string) string {
	if name == "" {
		return "a run"
	}
	return name
}

// parted tells where two runs part.
func parted(p *parting.Parting, first, second int) Section {
	s := Section{Name: "parting" + strings.ReplaceAll(initial(second), " ", ""), Title: fmt.Sprintf("Where %s and %s part", initial(first), initial(second))}
	if p.Equal() {
		s.Title = fmt.Sprintf("%s and %s are equal", initial(first), initial(second))
	}
	for _, l := range p.Tell(initial(first), initial(second)) {
		s.Facts = append(s.Facts, Rule{l.About, l.Says})
	}
	return s
}

// figures sets the runs side by side, each after the first with its difference from that, and each before its shadow.
func (c *Comparison) figures() Section {
	t := Table{Caption: "Figures; differences of what is in % are percentage points", Head: []string{""}}
	list := figures()
	for k := range list {
		t.Rows = append(t.Rows, []string{list[k].label})
	}
	column := func(head string, text func(f *figure) string) {
		t.Head = append(t.Head, head)
		for k := range list {
			t.Rows[k] = append(t.Rows[k], figureText(text(&list[k])))
		}
	}
	for i, a := range c.Runs {
		column(initial(i), func(f *figure) string { return f.fund(a) })
		if c.Shadow {
			column(initial(i)+" free of cost", func(f *figure) string { return a.shadowText(f) })
		}
		if i > 0 {
			column(initial(i)+" − A", func(f *figure) string { return f.less(a, c.Runs[0]) })
		}
	}
	return Section{Name: "figures", Title: "Figures", Whole: true, Charts: []Curves{c.curves()}, Tables: []Table{t}}
}

// shadowText returns a figure of the shadow; "" where it has none of its own.
func (a *Analysis) shadowText(f *figure) string {
	if !f.both {
		return ""
	}
	return f.text(a, &a.Summary.Shadow)
}

// shadows tells what costs took, and what they would have become.
func (c *Comparison) shadows() Section {
	s := Section{Name: "shadow", Title: "Free of cost", Notes: []string{
		"The same decisions, orders and fills without fees, spread and impact: what was not paid is invested at that moment as the fund then was, and earns what its assets earn."}}
	t := Table{Caption: "What costs took by the end", Head: []string{"", "final NAV", "free of cost", "difference", "of it costs", "and what they compounded to"}}
	for i, a := range c.Runs {
		x := a.shadowCost()
		t.Rows = append(t.Rows, []string{initial(i), a.rounded(a.Summary.Fund.FinalNAV), a.rounded(a.Summary.Shadow.FinalNAV), a.rounded(x.difference), a.rounded(x.cost), a.rounded(x.compounded)})
	}
	s.Tables = []Table{t}
	return s
}

// shadowCost is what the shadow is worth more than the fund at the end, and of what.
type shadowCost struct{ difference, cost, compounded float64 }

func (a *Analysis) shadowCost() shadowCost {
	s := &a.Summary
	more := s.Shadow.FinalNAV - s.Fund.FinalNAV
	return shadowCost{more, s.CostUSD, more - s.CostUSD}
}

// curves draws the NAV of all runs in one plot.
func (c *Comparison) curves() Curves {
	chart := Curves{Title: "NAV, " + currencies(c.Runs) + ", logarithmic", Time: true, Up: Axis{Log: true, Tick: compact}}
	says := make([]string, len(c.Runs))
	for i, a := range c.Runs {
		says[i] = fmt.Sprintf("%s from %s to %s", initial(i), compact(a.Summary.StartNAV), compact(a.Summary.Fund.FinalNAV))
		chart.Lines = append(chart.Lines, a.curve(initial(i), i > 0, func(p *Point) float64 { return p.NAV }))
		if c.Shadow {
			chart.Lines = append(chart.Lines, a.curve(initial(i)+" free of cost", true, func(p *Point) float64 { return p.ShadowNAV }))
		}
	}
	chart.Says = strings.Join(says, "; ")
	return chart
}

func (a *Analysis) curve(name string, dashed bool, of func(*Point) float64) Curve {
	line := Curve{Name: name, Dashed: dashed}
	for _, q := range a.of(of) {
		line.Points = append(line.Points, [2]float64{q.X, q.Y})
	}
	return line
}
