package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/reports"
	"github.com/steelyard/steelyard/strategies"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// reportName is the report's file in a run folder.
const reportName = "report.html"

// reportCommand is `steelyard report`: makes the report of runs from their folders alone.
func reportCommand() *cli.Command {
	return &cli.Command{
		Name:      "report",
		Usage:     "make the report of a run from its folder, beside other runs where there are more",
		ArgsUsage: "RUN [RUN...]",
		Flags:     []cli.Flag{&cli.StringFlag{Name: "out", Usage: "`FILE` to write (default: report.html in the first RUN)"}},
		Action: func(c *cli.Context) error {
			if !c.Args().Present() {
				return usagef("steelyard report takes one run folder or more")
			}
			return report(c)
		},
	}
}

func report(c *cli.Context) error {
	var list []*reports.Analysis
	var main *storedRun
	for _, dir := range c.Args().Slice() {
		run, analysis, err := analysed(dir)
		if err != nil {
			return err
		}
		list = append(list, analysis)
		if main == nil {
			main = run
		}
	}
	if err := tellOfRuns(c.App.Writer, list); err != nil {
		return err
	}
	path := c.String("out")
	if path == "" {
		path = filepath.Join(main.dir, reportName)
	}
	if err := saveReport(path, main.fund, list...); err != nil {
		return err
	}
	return tellOfReport(c.App.Writer, path)
}

// tellOfRuns says of one run what trading really cost, and puts several side by side.
func tellOfRuns(w io.Writer, list []*reports.Analysis) error {
	if len(list) > 1 {
		return reports.CompareTable(w, list)
	}
	return list[0].CostTable(w)
}

// analysed reads a run folder and computes what came of it.
func analysed(dir string) (*storedRun, *reports.Analysis, error) {
	run, err := openRun(dir)
	if err != nil {
		return nil, nil, err
	}
	panel, _, err := run.rows()
	if err != nil {
		return nil, nil, err
	}
	analysis, err := run.analyse(panel)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", dir, err)
	}
	analysis.Run.Name = filepath.ToSlash(filepath.Clean(dir))
	return run, analysis, nil
}

// saveReport writes the report of the first run, beside the others.
func saveReport(path string, f *fundfile.Fund, list ...*reports.Analysis) error {
	r := reports.Report{Main: list[0], Others: list[1:], Terms: terms(f, &list[0].Run)}
	if err := r.Save(path); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}

// tellOfReport says where a report is.
func tellOfReport(w io.Writer, path string) error {
	_, err := fmt.Fprintf(w, "\nreport  %s\n", path)
	return err
}

// terms says what a fund file means, for the report of a run.
func terms(f *fundfile.Fund, run *reports.Run) reports.Terms {
	period := f.Backtest
	period.Seed = run.Seed
	rules := []reports.Rule{
		{Name: "start", Says: startWords(f)},
		{Name: "target", Says: targetWords(f)},
		{Name: "trigger", Says: triggerWords(f)},
		{Name: "orders", Says: executionWords(f)},
		{Name: "risk", Says: riskWords(f)},
	}
	rules = append(rules, ruleWords(f)...)
	for id, v := range f.Venues {
		rules = append(rules, reports.Rule{Name: "venue " + v.Name, Says: venueWords(f, fund.AccountID(id)) + "; " + arrivalWords(v)})
	}
	rules = append(rules, reports.Rule{Name: "impact", Says: impactWords(f)}, reports.Rule{Name: "data", Says: dataWords(f)},
		periodRule(period, run))
	for _, absent := range absences(f) {
		rules = append(rules, reports.Rule{Name: "absent", Says: absent})
	}
	return reports.Terms{Rules: rules, Bands: bands(f)}
}

// periodRule says over which rows a run goes: a backtest's are known before it begins.
func periodRule(b fundfile.Backtest, run *reports.Run) reports.Rule {
	m, err := journal.ReadManifest(run.Records)
	if err != nil || m.Run == "" {
		return reports.Rule{Name: "backtest", Says: backtestWords(b)}
	}
	return reports.Rule{Name: "run", Says: fmt.Sprintf("as it happened, from %v on, rows of %s, seed %d", m.Start, strategies.Span(b.Interval), b.Seed)}
}

// bands returns the band of every asset; nil where the trigger has none.
func bands(f *fundfile.Fund) []reports.Band {
	if f.Trigger.Band.IsZero() {
		return nil
	}
	list := make([]reports.Band, len(f.Universe().Assets))
	for i := range list {
		list[i] = reports.Band{Width: f.Trigger.Band.Float64(), Absolute: f.Trigger.Absolute}
	}
	for _, b := range f.Trigger.Bands {
		list[b.Asset].Width = b.Fraction.Float64()
	}
	return list
}

func arrivalWords(v fundfile.Venue) string {
	words := "orders arrive at once"
	if v.Latency+v.Jitter > 0 {
		words = fmt.Sprintf("orders arrive after %v, and up to %v at random", v.Latency, v.Jitter)
	}
	if v.RejectRate > 0 {
		words += ", " + percentOf(fund.AmountOfFloat(v.RejectRate)) + " of them are refused"
	}
	return words
}

// impactWords tells the impact models and their parameters, and which instruments have which.
func impactWords(f *fundfile.Fund) string {
	u := f.Universe()
	var words []string
	names := map[string][]string{}
	for i, m := range f.Impact {
		w := modelWords(m)
		if names[w] == nil {
			words = append(words, w)
		}
		names[w] = append(names[w], u.InstrumentKey(fund.InstrumentID(i)))
	}
	if len(words) == 1 {
		return words[0]
	}
	for i, w := range words {
		words[i] = w + ": " + strings.Join(names[w], ", ")
	}
	return strings.Join(words, "; ")
}

func dataWords(f *fundfile.Fund) string {
	words := fmt.Sprintf("a price older than %s is worth nothing; after a gap longer than %s a name is another instrument; volatility and volume are of %s",
		strategies.Span(f.MaxAge), strategies.Span(f.MaxGap), strategies.Span(f.Window))
	if f.WarmUp > 0 {
		words += "; rows of up to " + strategies.Span(f.WarmUp) + " before the start were known as history"
	}
	return words
}
