package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/risk"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// checkCommand is `steelyard check`: says how holdings stand with every rule, now and after the plan that would be made.
func checkCommand() *cli.Command {
	return &cli.Command{
		Name:      "check",
		Usage:     "say how holdings stand with every rule, now and after the plan that would be made",
		ArgsUsage: "FUND.yaml",
		Flags:     planFlags(),
		Action:    check,
	}
}

func check(c *cli.Context) error {
	f, d, err := planned(c, "check")
	if err != nil {
		return err
	}
	if len(d.Checks) == 0 {
		return fmt.Errorf("%s: no rules; add a mandate, or risk.rules", c.Args().First())
	}
	show := checkTable
	if c.Bool("json") {
		show = checkJSON
	}
	if err := show(c.App.Writer, f, d); err != nil {
		return err
	}
	failed := 0
	for k := range d.Checks {
		if d.Checks[k].Failed() {
			failed++
		}
	}
	if failed > 0 {
		return findingf("%s of %d broken", plural(failed, "rule", "rules"), len(d.Checks))
	}
	return nil
}

// checkTable prints checks as a person reads them.
func checkTable(w io.Writer, f *fundfile.Fund, d *engine.Decide) error {
	u := f.Universe()
	fmt.Fprintf(w, "%s: %.2f %s\n\n", f.Name, d.NAV, u.AssetName(u.Base))
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "rule\tclause\tkind\tof\tlimit\tnow\twanted\tafter\tdistance\toutcome\tbreach")
	for k := range d.Checks {
		c := &d.Checks[k]
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", c.Rule, c.Clause, c.Kind, c.Subject, c.Text(c.Limit), c.Text(c.Now), c.Text(c.Wanted),
			c.Text(c.After), c.Text(c.Distance()), c.Outcome, c.Breach)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for k := range d.Checks {
		if c := &d.Checks[k]; c.Why != "" {
			fmt.Fprintf(w, "%s: %s\n", c.Rule, c.Why)
		}
	}
	fmt.Fprintln(w)
	if len(d.Clipped) > 0 {
		fmt.Fprintf(w, "cut by %s, which leaves a tracking error larger by %.2f %%\n", strings.Join(d.Clipped, ", "), 100*d.Missed)
	}
	fmt.Fprintf(w, "the plan: %s\n", orElse(d.Why, plural(len(d.Plan.Trades), "trade", "trades")))
	return nil
}

// checkOutput is `check --json`.
type checkOutput struct {
	NAV     float64        `json:"nav"`
	Verdict engine.Verdict `json:"verdict"`
	Why     string         `json:"why,omitempty"`
	Clipped []string       `json:"clipped"`
	Missed  float64        `json:"tracking_error_missed"`
	Checks  []oneCheck     `json:"checks"`
}

type oneCheck struct {
	Rule     string       `json:"id"`
	Clause   string       `json:"clause"`
	Kind     risk.Kind    `json:"rule"`
	Subject  string       `json:"of"`
	Limit    float64      `json:"limit"`
	Now      float64      `json:"now"`
	InFlight float64      `json:"in_flight"`
	Wanted   float64      `json:"wanted"`
	After    float64      `json:"after"`
	Distance float64      `json:"distance"`
	Outcome  risk.Outcome `json:"outcome"`
	Breach   risk.Breach  `json:"breach"`
	Why      string       `json:"why,omitempty"`
}

func checkJSON(w io.Writer, _ *fundfile.Fund, d *engine.Decide) error {
	out := checkOutput{NAV: d.NAV, Verdict: d.Verdict, Why: d.Why, Clipped: append([]string{}, d.Clipped...), Missed: d.Missed}
	for k := range d.Checks {
		c := &d.Checks[k]
		out.Checks = append(out.Checks, oneCheck{c.Rule, c.Clause, c.Kind, c.Subject, c.Limit, c.Now, c.InFlight, c.Wanted, c.After, c.Distance(), c.Outcome, c.Breach, c.Why})
	}
	return writeJSON(w, out)
}
