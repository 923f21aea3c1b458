package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/steelyard/steelyard/reports"
	"github.com/steelyard/steelyard/sim/sweep"
)

// yearGoal returns the goal for one year.
func (p *sweepPage) yearGoal(year int) sweep.Goal {
	return sweep.Goal{Figure: sweep.OfYear(p.goal.Figure, year), Less: p.goal.Less}
}

// yearly reports whether the figure that points are chosen by is there by year, and of more years than one.
func (p *sweepPage) yearly() bool {
	years := p.base.Years()
	return len(p.order) > 0 && len(years) > 1 && p.table.Column(p.yearGoal(years[0]).Figure) >= 0
}

// years shows how the choice stands in each calendar year: the same maps by year, and the chosen point's rank.
func (p *sweepPage) years() reports.Section {
	s := reports.Section{Name: "years", Title: "Years", Notes: []string{
		"Every point was run once, over the whole period; a year's figures are of the days of that run that lie in it. A drawdown is below the highest since the year's beginning."}}
	t := reports.Table{Caption: "The chosen point by year, by " + p.goal.String(),
		Head: []string{"year", "days", "chosen", "rank", "best", "of point", "median", "worst"}}
	best := p.order[0]
	for _, y := range p.base.Years() {
		g := p.yearGoal(y)
		order := p.table.Order(g)
		if len(order) == 0 {
			continue
		}
		rank, of := p.table.Rank(best, g)
		t.Rows = append(t.Rows, []string{fmt.Sprint(y), p.text(best, sweep.OfYear("days", y)), p.text(best, g.Figure), rankText(rank, of),
			p.text(order[0], g.Figure), fmt.Sprint(order[0]), p.text(order[len(order)/2], g.Figure), p.text(order[len(order)-1], g.Figure)})
		s.Maps = append(s.Maps, p.yearMap(y)...)
	}
	if s.Tables = []reports.Table{t}; len(s.Maps) > 0 {
		s.Notes = append(s.Notes, "Each map has its own shades: levels differ by year, and what counts is whether the dark cells stay where they are.")
	}
	return s
}

// yearMap draws the goal's figure in a year over the two keys with the most values; the others are as the chosen point has them.
func (p *sweepPage) yearMap(year int) []reports.Map {
	keys := p.mapped()
	if len(keys) < 2 || p.grid.Drawn() {
		return nil
	}
	return []reports.Map{p.drawn(fmt.Sprintf("%s in %d", p.goal.Figure, year), p.yearGoal(year).Figure, keys[1], keys[0], p.grid.At(p.order[0]))}
}

func rankText(rank, of int) string {
	if rank == 0 {
		return "n/a"
	}
	return fmt.Sprintf("%d of %d", rank, of)
}

// yearsVerdict tells the chosen point's rank in each year.
func (p *sweepPage) yearsVerdict() string {
	var list []string
	for _, y := range p.base.Years() {
		rank, of := p.table.Rank(p.order[0], p.yearGoal(y))
		list = append(list, fmt.Sprintf("%s in %d", rankText(rank, of), y))
	}
	return "By year it ranks " + strings.Join(list, ", ") + "."
}

// wholeFigure returns the figure that a year's figure is of; of another the figure itself.
func wholeFigure(name string) string {
	if at := strings.LastIndexByte(name, '_'); at >= 0 {
		if _, err := strconv.Atoi(name[at+1:]); err == nil {
			return name[:at]
		}
	}
	return name
}
