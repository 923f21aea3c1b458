package main

import (
	"fmt"
	"math"
	"slices"

	"github.com/steelyard/steelyard/reports"
	"github.com/steelyard/steelyard/sim/sweep"
)

// sheet makes the sweep a page.
func (p *sweepPage) sheet() *reports.Sheet {
	b := p.base.Fund.Backtest
	s := &reports.Sheet{Kind: "steelyard sweep", Title: p.base.Fund.Name, Wide: true,
		Below: fmt.Sprintf("%s to %s UTC; %s by %s", minute(b.From), minute(b.To), plural(len(p.table.Rows), "point", "points"), p.goal)}
	if p.around.Edge {
		s.Banners = []string{"The chosen point stands on a knife's edge: " + p.settings(p.order[0])}
	}
	if len(p.order) > 0 {
		s.Banners = append(s.Banners, p.rims()...)
	}
	chosen := reports.Section{Name: "chosen", Title: "Chosen", Notes: p.verdict()}
	if len(p.order) > 0 {
		best := p.order[0]
		for _, figure := range p.shown() {
			s.Key = append(s.Key, reports.KeyFigure{Name: figure, Value: p.text(best, figure)})
		}
		for _, set := range p.grid.Settings(best) {
			chosen.Facts = append(chosen.Facts, reports.Rule{Name: set.Path, Says: set.Value})
		}
	}
	s.Sections = []reports.Section{chosen, p.fronts()}
	if maps := p.maps(); len(maps.Maps) > 0 {
		s.Sections = append(s.Sections, maps)
	}
	if p.yearly() {
		s.Sections = append(s.Sections, p.years())
	}
	if p.trial != nil {
		s.Sections = append(s.Sections, p.forward())
	}
	all := reports.Table{Caption: "All points, the best first", Head: p.head(), Words: len(p.grid.Axes)}
	for _, k := range slices.Concat(p.order, p.rest()) {
		all.Rows = append(all.Rows, p.row(k))
	}
	s.Sections = append(s.Sections, reports.Section{Name: "points", Title: "Points", Tables: []reports.Table{all}})
	if len(p.base.Notes) > 0 {
		s.Sections = append(s.Sections, reports.Section{Name: "data", Title: "Data", Remarks: p.base.Notes})
	}
	return s
}

// fronts draws what no point is better than in two ways at once.
func (p *sweepPage) fronts() reports.Section {
	cost, tracking := sweep.Goal{Figure: p.cost(), Less: true}, sweep.Goal{Figure: "tracking_error", Less: true}
	gain, fall := sweep.Goal{Figure: p.gain()}, sweep.Goal{Figure: "max_drawdown"}
	return reports.Section{Name: "fronts", Title: "Pareto fronts",
		Notes: []string{"Line: the points that no other beats in both. Dots: all points. The chosen point has its name."},
		Charts: []reports.Curves{
			p.front(p.byYear("Cost, bp of NAV a year (up)", "Cost, bp of NAV (up)")+" against tracking error a year (right)", tracking, cost),
			p.front(p.byYear("Annual return", "Return")+" (up) against maximum drawdown (right)", fall, gain),
		}}
}

func (p *sweepPage) front(title string, right, up sweep.Goal) reports.Curves {
	axis := func(g sweep.Goal) reports.Axis {
		return reports.Axis{Tick: func(x float64) string { return tickText(g.Figure, x) }}
	}
	c := reports.Curves{Title: title, Up: axis(up), Right: axis(right)}
	at := func(k int) ([2]float64, bool) {
		q := [2]float64{p.value(k, right.Figure), p.value(k, up.Figure)}
		return q, !math.IsNaN(q[0]) && !math.IsNaN(q[1])
	}
	for k := range p.table.Rows {
		if q, ok := at(k); ok {
			c.Cloud = append(c.Cloud, q)
		}
	}
	var line reports.Curve
	front := p.table.Front(right, up)
	for _, k := range front {
		q, _ := at(k)
		line.Points = append(line.Points, q)
	}
	c.Lines = []reports.Curve{line}
	c.Says = fmt.Sprintf("%d of %d points are on the front", len(front), len(p.table.Rows))
	if len(p.order) > 0 {
		if q, ok := at(p.order[0]); ok {
			c.Spots = []reports.Spot{{Name: "chosen", Right: q[0], Up: q[1]}}
		}
	}
	return c
}

// tickText writes a value of a figure on an axis.
func tickText(figure string, x float64) string {
	if slices.Contains(percents(), figure) {
		return plainTick(100*x) + " %"
	}
	return plainTick(x)
}
