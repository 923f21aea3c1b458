package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/steelyard/steelyard/sim/pretrade"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// costsAnswer is what `costs` found.
type costsAnswer struct {
	fund  *fundfile.Fund
	draws pretrade.Draws
	parts []*priced
	notes []string
}

func (a *costsAnswer) base() string { return a.fund.Universe().AssetName(a.fund.Universe().Base) }

// table prints the answer as a person reads it.
func (a *costsAnswer) table(w io.Writer) error {
	fmt.Fprintf(w, "%s; money in %s, bp of what is traded; %s draws, seed %d\n", a.fund.Name, a.base(), grouped(a.draws.Number), a.draws.Seed)
	for _, p := range a.parts {
		if err := a.rebalance(w, p); err != nil {
			return err
		}
	}
	if len(a.notes) > 0 {
		fmt.Fprintln(w)
	}
	for _, n := range a.notes {
		fmt.Fprintln(w, n)
	}
	return nil
}

func (a *costsAnswer) rebalance(w io.Writer, p *priced) error {
	d := p.rebalance.Decision
	fmt.Fprintf(w, "\nThe rebalance %s: %s, %s UTC\n", p.name, p.says, minute(p.at))
	fmt.Fprintf(w, "%.2f are traded of %.2f, %s\n\n", d.Plan.Turnover(), d.NAV, executionWords(a.fund))
	if p.rebalance.Omitted != "" {
		fmt.Fprintf(w, "%s\n\n", p.rebalance.Omitted)
	}
	for _, table := range []func(io.Writer, *priced){a.cost, a.assets, a.frontier, a.capacity} {
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
		table(t, p)
		if err := t.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// cost prints what the whole rebalance costs, and of which parts.
func (a *costsAnswer) cost(w io.Writer, p *priced) {
	all := &p.summary.All
	bp := func(x float64) float64 { return x / all.Turnover * 1e4 }
	fmt.Fprintln(w, "\texpected\t±\t50 % of cases\t95 % of cases\t")
	for _, unit := range []struct {
		name string
		of   float64
	}{{"cost, bp", 1e4 / all.Turnover}, {"cost, " + a.base(), 1}} {
		c, k := all.Cost, unit.of
		fmt.Fprintf(w, "%s\t%.2f\t%.2f\t%.2f … %.2f\t%.2f … %.2f\t\n", unit.name, c.Mean*k, c.Error*k, c.Low50*k, c.High50*k, c.Low95*k, c.High95*k)
	}
	fmt.Fprint(w, "\n")
	fmt.Fprintln(w, "fees\tspread\ttemporary\tpermanent\tmarket\tunfilled\ttime\tfilled\tof the market\t")
	x := all.Parts
	fmt.Fprintf(w, "%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%s\t%.1f %%\t%.2f %%\t\n\n", bp(x.Fees), bp(x.Spread), bp(x.Temporary), bp(x.Permanent),
		bp(x.Delay+x.Market), bp(x.Opportunity), lasting(p.summary.Took), 100*all.Done, 100*all.Participation)
}

func (a *costsAnswer) assets(w io.Writer, p *priced) {
	fmt.Fprintln(w, "asset\ttraded\tcost\tbp\t95 % of cases, bp\tfees\tspread\timpact\tof the market\tfilled\t")
	for _, x := range p.summary.Assets {
		bp := func(v float64) float64 { return v / x.Turnover * 1e4 }
		paid := x.Parts.Paid()
		fmt.Fprintf(w, "%s\t%.0f\t%.2f\t%.2f\t%.1f … %.1f\t%.2f\t%.2f\t%.2f\t%.2f %%\t%.1f %%\t\n", a.fund.Universe().AssetName(x.Asset), x.Turnover,
			x.Cost.Mean, bp(x.Cost.Mean), bp(x.Cost.Low95), bp(x.Cost.High95), bp(paid.Fees), bp(paid.Spread), bp(paid.Impact), 100*x.Participation, 100*x.Done)
	}
	fmt.Fprint(w, "\n")
}

func (a *costsAnswer) frontier(w io.Writer, p *priced) {
	fmt.Fprintln(w, "way of working it\tcost, bp\trisk, bp\ttime\tof the market\tfilled\t")
	bp := func(v float64) float64 { return v / p.summary.All.Turnover * 1e4 }
	line := func(x *pretrade.Point, mark string) {
		fmt.Fprintf(w, "%s\t%.2f\t%.2f\t%s\t%.2f %%\t%.1f %%\t%s\n", x.Name, bp(x.Cost), bp(x.Risk), lasting(x.Took), 100*x.Participation, 100*x.Done, mark)
	}
	line(&p.chosen, "  the fund's")
	for k := range p.others {
		line(&p.others[k], "")
	}
	fmt.Fprint(w, "\n")
}

func (a *costsAnswer) capacity(w io.Writer, p *priced) {
	fmt.Fprintln(w, "size of the fund\ttraded\tcost, bp\tcost\trisk, bp\ttime\tof the market\t")
	for _, s := range p.sizes {
		if s.Refused != "" {
			fmt.Fprintf(w, "%.0f\t%.0f\t%s\t\n", s.NAV, s.Turnover, s.Refused)
			continue
		}
		bp := func(v float64) float64 { return v / s.Turnover * 1e4 }
		fmt.Fprintf(w, "%.0f\t%.0f\t%.2f\t%.2f\t%.2f\t%s\t%.2f %%\t\n", s.NAV, s.Turnover, bp(s.Cost), s.Cost, bp(s.Risk), lasting(s.Took), 100*s.Participation)
	}
}
