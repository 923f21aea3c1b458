package main

import (
	"fmt"
	"strings"

	"github.com/steelyard/steelyard/reports"
	"github.com/steelyard/steelyard/sim/pretrade"
)

// page makes the answer a page.
func (a *costsAnswer) page() *reports.Sheet {
	s := &reports.Sheet{Kind: "steelyard costs", Title: a.fund.Name,
		Below: fmt.Sprintf("money in %s; basis points of what is traded; %s draws, seed %d", a.base(), grouped(a.draws.Number), a.draws.Seed)}
	for _, p := range a.parts {
		all := &p.summary.All
		bp := inBP(all.Turnover)
		s.Key = append(s.Key,
			reports.KeyFigure{Name: p.name + ": cost", Value: bp(all.Cost.Mean) + " bp", Remark: fmt.Sprintf("95 %%: %s to %s bp", bp(all.Cost.Low95), bp(all.Cost.High95))},
			reports.KeyFigure{Name: p.name + ": time", Value: lasting(p.summary.Took), Remark: fmt.Sprintf("%.2f %% of the market at most", 100*all.Participation)})
		s.Sections = append(s.Sections, a.section(p))
	}
	if len(a.notes) > 0 {
		s.Sections = append(s.Sections, reports.Section{Name: "notes", Title: "Worth knowing", Notes: a.notes})
	}
	return s
}

func (a *costsAnswer) section(p *priced) reports.Section {
	s := reports.Section{Name: strings.ReplaceAll(p.name, " ", "-"), Title: p.title()}
	s.Notes = a.words(p)
	s.Charts = []reports.Curves{frontierChart(p), capacityChart(p, "Expected cost", bpTick, func(x pretrade.Size) float64 { return x.BP(x.Turnover) }),
		capacityChart(p, "Days to the last fill", daysTick, func(x pretrade.Size) float64 { return x.Took.Hours() / 24 })}
	s.Tables = a.tables(p)
	return s
}

func bpTick(x float64) string { return strings.Replace(fmt.Sprintf("%.4g bp", x+0), "-", "−", 1) }

// frontierChart draws cost against timing risk.
func frontierChart(p *priced) reports.Curves {
	unit := 1e4 / p.summary.All.Turnover
	c := reports.Curves{Title: "Efficient frontier: expected cost (up) against risk, one standard deviation of what the market may do (right)",
		Says: fmt.Sprintf("the fund's own way, %s, costs %s bp at a risk of %s bp", scheduleName(p.rebalance.Policy.Schedule), plain(p.chosen.BP(p.summary.All.Turnover)), plain(p.chosen.Risk*unit)),
		Up:   reports.Axis{Tick: bpTick}, Right: reports.Axis{Tick: bpTick}}
	var line reports.Curve
	for _, x := range p.frontier {
		line.Points = append(line.Points, [2]float64{x.Risk * unit, x.BP(p.summary.All.Turnover)})
	}
	c.Lines = []reports.Curve{line}
	c.Spots = []reports.Spot{{Name: scheduleName(p.rebalance.Policy.Schedule), Right: p.chosen.Risk * unit, Up: p.chosen.BP(p.summary.All.Turnover)}}
	return c
}

// capacityChart draws what the rebalance of a larger fund costs, or how long it takes.
func capacityChart(p *priced, what string, tick func(float64) string, of func(pretrade.Size) float64) reports.Curves {
	c := reports.Curves{Title: what + " (up) against the size of the fund (right)", Up: reports.Axis{Zero: true, Tick: tick}, Right: reports.Axis{Log: true, Tick: sized}}
	var line reports.Curve
	for _, s := range p.sizes {
		if s.Refused == "" {
			line.Points = append(line.Points, [2]float64{s.NAV, of(s)})
			c.Says = fmt.Sprintf("%s at %s", tick(of(s)), sized(s.NAV))
		}
	}
	c.Lines = []reports.Curve{line}
	return c
}

func daysTick(x float64) string { return fmt.Sprintf("%.4g d", x) }
