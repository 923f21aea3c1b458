package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/strategies"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// planTable prints a plan as a person reads it before doing it.
func planTable(w io.Writer, f *fundfile.Fund, d *engine.Decide) error {
	u := f.Universe()
	fmt.Fprintf(w, "%s: %.2f %s\n\n", f.Name, d.NAV, u.AssetName(u.Base))
	if err := weightsTable(w, f, d); err != nil {
		return err
	}
	if len(d.Plan.Trades) > 0 {
		if err := tradesTable(w, u, &d.Plan); err != nil {
			return err
		}
		routesList(w, u, &d.Plan)
		costLines(w, &d.Plan)
	}
	if d.Verdict != engine.Go {
		fmt.Fprintf(w, "\n%s: %s\n", d.Verdict, d.Why)
	}
	if len(d.Clipped) > 0 {
		fmt.Fprintf(w, "\ncut by %s; steelyard check says by how much\n", strings.Join(d.Clipped, ", "))
	}
	for _, l := range d.Plan.LeftAlone {
		fmt.Fprintf(w, "left alone: %s, %+.2f %s off: %s\n", u.AssetName(l.Asset), l.Off, u.AssetName(u.Base), l.Why)
	}
	return nil
}

func weightsTable(w io.Writer, f *fundfile.Fund, d *engine.Decide) error {
	u := f.Universe()
	band := (&strategies.Edge{Limits: bandOf(f)}).Band(d.Target)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "asset\tnow\tafter\ttarget\tband\t")
	for a := range u.Assets {
		if d.Weights[a] == 0 && d.Target[a] == 0 && d.Plan.After[a] == 0 {
			continue
		}
		limits := "-"
		if band[a] > 0 {
			limits = fmt.Sprintf("%.2f … %.2f %%", 100*max(0, d.Target[a]-band[a]), 100*(d.Target[a]+band[a]))
		}
		fmt.Fprintf(t, "%s\t%.2f %%\t%.2f %%\t%.2f %%\t%s\t\n", u.Assets[a].Name, 100*d.Weights[a], 100*d.Plan.After[a], 100*d.Target[a], limits)
	}
	return t.Flush()
}

// bandOf returns the bands of a fund's trigger; a trigger without any has bands of 0.
func bandOf(f *fundfile.Fund) *strategies.Threshold {
	limits := &strategies.Threshold{Band: f.Trigger.Band.Float64(), Absolute: f.Trigger.Absolute, Bands: make([]float64, len(f.Universe().Assets))}
	for _, s := range f.Trigger.Bands {
		limits.Bands[s.Asset] = s.Fraction.Float64()
	}
	return limits
}

func tradesTable(w io.Writer, u *fund.Universe, p *fund.Plan) error {
	fmt.Fprintln(w)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "stage\tvenue\t\tinstrument\tquantity\tnotional\tfees\tspread\timpact\t")
	for i := range p.Trades {
		x := &p.Trades[i]
		in := &u.Instruments[x.Instrument]
		fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%s\t%.2f\t%.2f\t%.2f\t%.2f\t\n",
			x.Stage+1, u.Accounts[in.Venue], x.Side, in.Name, x.Quantity, x.Notional, x.Cost.Fees, x.Cost.Spread, x.Cost.Impact)
	}
	return t.Flush()
}

func routesList(w io.Writer, u *fund.Universe, p *fund.Plan) {
	fmt.Fprintln(w)
	for _, r := range p.Routes {
		names := make([]string, len(r.Assets))
		for i, a := range r.Assets {
			names[i] = u.AssetName(a)
		}
		fmt.Fprintf(w, "route at %s: %s, %.2f\n", u.Accounts[r.Account], strings.Join(names, " → "), r.Value)
	}
}

func costLines(w io.Writer, p *fund.Plan) {
	c := &p.Certificate
	cost, naive := p.Cost.Total(), c.Naive.Total()
	fmt.Fprintf(w, "\ncost %.2f: fees %.2f, spread %.2f, impact %.2f\n", cost, p.Cost.Fees, p.Cost.Spread, p.Cost.Impact)
	fmt.Fprintf(w, "each asset against cash would cost %.2f; this saves %.2f. No plan costs less by more than %.2f\n", naive, naive-cost, c.Gap)
}

// planOutput is `plan --json`.
type planOutput struct {
	Trades    []tradeOutput `json:"trades"`
	Cost      float64       `json:"cost_usd"`
	Naive     float64       `json:"naive_cost_usd"`
	Gap       float64       `json:"gap"`
	LeftAlone []leftOutput  `json:"left_alone"`
}

type tradeOutput struct {
	Instrument string      `json:"instrument"`
	Venue      string      `json:"venue"`
	Side       string      `json:"side"`
	Quantity   fund.Amount `json:"quantity"`
	Notional   float64     `json:"notional_usd"`
	Cost       float64     `json:"cost_usd"`
	Stage      int         `json:"stage"`
}

type leftOutput struct {
	Asset string  `json:"asset"`
	Off   float64 `json:"off_usd"`
	Why   string  `json:"why"`
}

func planJSON(w io.Writer, f *fundfile.Fund, d *engine.Decide) error {
	u, p := f.Universe(), &d.Plan
	out := planOutput{
		Trades: []tradeOutput{}, LeftAlone: []leftOutput{},
		Cost: p.Cost.Total(), Naive: p.Certificate.Naive.Total(), Gap: p.Certificate.Gap,
	}
	for i := range p.Trades {
		t := &p.Trades[i]
		in := &u.Instruments[t.Instrument]
		out.Trades = append(out.Trades, tradeOutput{in.Name, u.Accounts[in.Venue], t.Side.String(), t.Quantity, t.Notional, t.Cost.Total(), t.Stage})
	}
	for _, l := range p.LeftAlone {
		out.LeftAlone = append(out.LeftAlone, leftOutput{u.AssetName(l.Asset), l.Off, l.Why})
	}
	return writeJSON(w, out)
}
