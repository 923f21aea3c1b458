package main

import (
	"fmt"
	"strings"

	"github.com/steelyard/steelyard/reports"
	"github.com/steelyard/steelyard/sim/pretrade"
)

// words says which rebalance is priced, and how it is worked.
func (a *costsAnswer) words(p *priced) []string {
	d := p.rebalance.Decision
	words := []string{
		fmt.Sprintf("Decided at %s UTC on %s.", minute(p.at), p.says),
		fmt.Sprintf("Of %s %s, %s are traded: %s.", sized(d.NAV), a.base(), sized(d.Plan.Turnover()), executionWords(a.fund)),
	}
	if p.rebalance.Omitted != "" {
		words = append(words, p.rebalance.Omitted)
	}
	if p.rebalance.Policy.Schedule.Passive {
		words = append(words, "Limit orders fill here whenever the price goes through them, up to the venue's cap and without impact, which is more than a venue promises; "+
			"the plan takes all of them to cross.")
	}
	if share := p.summary.All.Participation; share > 1 {
		words = append(words, fmt.Sprintf("It takes %.0f %% of what trades meanwhile, which no venue has: give execution a schedule, or the venue a participation.", 100*share))
	}
	for _, l := range d.Plan.LeftAlone {
		words = append(words, fmt.Sprintf("Left alone: %s, %s %s off: %s.", a.fund.Universe().AssetName(l.Asset), plain(l.Off), a.base(), l.Why))
	}
	return words
}

// tables are those of the terminal and of the page.
func (a *costsAnswer) tables(p *priced) []reports.Table {
	return []reports.Table{a.costTable(p), a.assetTable(p), a.frontierTable(p), a.capacityTable(p)}
}

func (a *costsAnswer) costTable(p *priced) reports.Table {
	all, x := &p.summary.All, p.summary.All.Parts
	t := reports.Table{Caption: "What it costs, and of what", Head: []string{"", "bp", a.base()}}
	bp, money := inBP(all.Turnover), plain
	line := func(name string, of ...float64) {
		row := []string{name, bp(of[0]), money(of[0])}
		if len(of) > 1 {
			row[1], row[2] = row[1]+" … "+bp(of[1]), row[2]+" … "+money(of[1])
		}
		t.Rows = append(t.Rows, row)
	}
	line("expected", all.Cost.Mean)
	line("standard error of that", all.Cost.Error)
	line("50 % of cases", all.Cost.Low50, all.Cost.High50)
	line("95 % of cases", all.Cost.Low95, all.Cost.High95)
	line("expected fees", x.Fees)
	line("spread", x.Spread)
	line("temporary impact", x.Temporary)
	line("permanent impact", x.Permanent)
	line("the market's moves", x.Market+x.Delay)
	line("what is not filled", x.Opportunity)
	line("as the plan expects it", p.rebalance.Decision.Plan.Cost.Total())
	return t
}

func (a *costsAnswer) assetTable(p *priced) reports.Table {
	t := reports.Table{Caption: "Cost by asset, bp of what is traded of it; a trade counts for the base asset of its instrument",
		Head: []string{"asset", "traded, " + a.base(), "expected", "2.5 %", "97.5 %", "fees", "spread", "impact", "participation", "filled"}}
	for _, x := range p.summary.Assets {
		bp, paid := inBP(x.Turnover), x.Parts.Paid()
		t.Rows = append(t.Rows, []string{a.fund.Universe().AssetName(x.Asset), grouped(int(x.Turnover)), bp(x.Cost.Mean), bp(x.Cost.Low95), bp(x.Cost.High95),
			bp(paid.Fees), bp(paid.Spread), bp(paid.Impact), percent(x.Participation), percent(x.Done)})
	}
	return t
}

func (a *costsAnswer) frontierTable(p *priced) reports.Table {
	t := reports.Table{Caption: "The fund's own schedule, and the efficient frontier: cost against what the market may do, one standard deviation",
		Head: []string{"schedule", "cost, bp", "risk, bp", "time", "participation", "filled"}}
	turnover := p.summary.All.Turnover
	line := func(name string, e pretrade.Expectation) {
		t.Rows = append(t.Rows, []string{name, plain(e.BP(turnover)), plain(e.Risk / turnover * 1e4), lasting(e.Took), percent(e.Participation), percent(e.Done)})
	}
	line("own: "+scheduleName(p.rebalance.Policy.Schedule), p.chosen)
	for _, x := range p.frontier {
		line(scheduleName(x.Schedule), x.Expectation)
	}
	return t
}

func (a *costsAnswer) capacityTable(p *priced) reports.Table {
	t := reports.Table{Caption: "The same rebalance of a smaller or larger fund; orders have as long as they need",
		Head: []string{"size", "traded", "cost, bp", "cost, " + a.base(), "risk, bp", "time", "participation", "filled"}}
	for _, s := range p.sizes {
		if s.Refused != "" {
			t.Rows = append(t.Rows, []string{sized(s.NAV), sized(s.Turnover), "", "", "", "", "", s.Refused})
			continue
		}
		bp := inBP(s.Turnover)
		t.Rows = append(t.Rows, []string{sized(s.NAV), sized(s.Turnover), plain(s.BP(s.Turnover)), grouped(int(s.Cost)), bp(s.Risk), lasting(s.Took),
			percent(s.Participation), percent(s.Done)})
	}
	return t
}

func percent(x float64) string { return fmt.Sprintf("%.2f %%", 100*x) }

// inBP writes money as basis points of a turnover.
func inBP(turnover float64) func(float64) string {
	return func(x float64) string { return plain(x / turnover * 1e4) }
}

// plain writes a number to two places, with a true minus.
func plain(x float64) string {
	text := fmt.Sprintf("%.2f", x)
	if text == "-0.00" {
		return "0.00"
	}
	return strings.Replace(text, "-", "−", 1)
}

// sized writes a size as --aum reads it.
func sized(x float64) string {
	for _, u := range []struct {
		size   float64
		letter string
	}{{1e9, "B"}, {1e6, "M"}, {1e3, "k"}} {
		if x >= u.size {
			return fmt.Sprintf("%.4g%s", x/u.size, u.letter)
		}
	}
	return fmt.Sprintf("%.4g", x)
}
