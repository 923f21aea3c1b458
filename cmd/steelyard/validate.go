package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/strategies"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// validateCommand is `steelyard validate`: reads a fund file and says what it means.
func validateCommand() *cli.Command {
	return &cli.Command{
		Name:      "validate",
		Usage:     "check a fund file and say what it means",
		ArgsUsage: "FUND.yaml",
		Action:    validate,
	}
}

func validate(c *cli.Context) error {
	if c.Args().Len() != 1 {
		return usagef("steelyard validate takes one fund file, not %d", c.Args().Len())
	}
	_, f, err := readFund(c.Args().First())
	if err != nil {
		return err
	}
	return describeFund(c.App.Writer, f)
}

// readFund reads the fund file at a path, and what it means.
func readFund(path string) ([]byte, *fundfile.Fund, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, fmt.Errorf("fund file: %w", err)
	}
	f, err := fundfile.ParseFiles(path, text, filesBeside(path))
	return text, f, err
}

// filesBeside reads the files that the fund file at a path names.
func filesBeside(path string) fundfile.Files {
	return func(name string) ([]byte, error) {
		if !filepath.IsAbs(name) {
			name = filepath.Join(filepath.Dir(path), name)
		}
		return os.ReadFile(name)
	}
}

// describeFund prints what a fund file means, line by line.
func describeFund(w io.Writer, f *fundfile.Fund) error {
	u := f.Universe()
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(name, format string, args ...any) { fmt.Fprintf(t, "%s\t%s\n", name, fmt.Sprintf(format, args...)) }
	line("fund", "%s", f.Name)
	line("base", "%s", u.AssetName(u.Base))
	line("start", "%s", startWords(f))
	line("target", "%s", targetWords(f))
	line("trigger", "%s", triggerWords(f))
	line("orders", "%s", executionWords(f))
	line("risk", "%s", riskWords(f))
	for _, rule := range ruleWords(f) {
		line(rule.Name, "%s", rule.Says)
	}
	for id, v := range f.Venues {
		line("venue", "%s: %s", v.Name, venueWords(f, fund.AccountID(id)))
	}
	line("backtest", "%s", backtestWords(f.Backtest))
	for _, absent := range absences(f) {
		line("absent", "%s", absent)
	}
	line("hash", "%s", f.Hash())
	return t.Flush()
}

func startWords(f *fundfile.Fund) string {
	u := f.Universe()
	var parts []string
	for _, h := range f.Start {
		parts = append(parts, fmt.Sprintf("%s %s at %s", h.Amount, u.AssetName(h.Asset), u.Accounts[h.Account]))
	}
	if len(f.Flows) > 0 {
		parts = append(parts, plural(len(f.Flows), "deposit or withdrawal", "deposits and withdrawals")+" later")
	}
	return orElse(strings.Join(parts, ", "), "nothing")
}

func targetWords(f *fundfile.Fund) string {
	u := f.Universe()
	var parts []string
	for _, a := range f.Target.Assets {
		parts = append(parts, u.AssetName(a))
	}
	for _, w := range f.Target.Weights {
		parts = append(parts, u.AssetName(w.Asset)+" "+percentOf(w.Fraction))
	}
	list := plural(len(parts), "asset", "assets") + ": " + strings.Join(parts, ", ")
	switch t := f.Target; t.Kind {
	case "equal":
		return "equal parts of " + list
	case fundfile.MarketCap:
		return fmt.Sprintf("in proportion to market cap, %s, of %s%s", boundWords(t), list, capWords(t))
	case "inverse-volatility":
		return fmt.Sprintf("in proportion to 1 ÷ volatility over %s, measured every %s, %s, of %s",
			strategies.Span(t.Window), strategies.Span(t.Every), boundWords(t), list)
	}
	return strings.Join(parts, ", ")
}

// capWords says which market caps count for nothing, and whose count.
func capWords(t fundfile.Target) string {
	words := "; no weight for a market cap older than " + strategies.Span(t.MaxCapAge)
	if !t.MinCap.IsZero() {
		words += " or below " + t.MinCap.String() + " USD"
	}
	if t.Vendor != "" {
		return words + "; market caps of " + t.Vendor
	}
	return words + "; market caps of the only vendor that the store has"
}

func boundWords(t fundfile.Target) string {
	return fmt.Sprintf("between %s and %s each", percentOf(t.Floor), percentOf(t.Cap))
}

func triggerWords(f *fundfile.Fund) string {
	t := f.Trigger
	switch t.Kind {
	case "hold":
		return "buy the target once, then hold"
	case "threshold":
		return "when " + bandWords(f)
	case "hybrid":
		return "when " + bandWords(f) + ", at most every " + strategies.Span(t.AtMostEvery)
	case "cost-aware":
		return "when the tracking error is above " + percentOf(t.Floor) + " and a plan takes away " + t.Ratio.String() + " times its cost of it"
	}
	when := "every " + strategies.Span(t.Every)
	if t.On != "" {
		when = "on " + t.On + " at " + t.Clock() + " UTC"
	}
	if t.Band.IsZero() {
		return when
	}
	return when + ", if " + bandWords(f)
}

// bandWords says when a band is breached.
func bandWords(f *fundfile.Fund) string {
	t := f.Trigger
	of := " of its target"
	if t.Absolute {
		of = " of the fund"
	}
	words := "an asset is off its target by more than " + percentOf(t.Band) + of
	for _, b := range t.Bands {
		words += ", " + f.Universe().AssetName(b.Asset) + " " + percentOf(b.Fraction)
	}
	return words
}

func backtestWords(b fundfile.Backtest) string {
	if !b.Present() {
		return "no period given"
	}
	fill := "next open"
	if b.FillClose {
		fill = "close (idealised)"
	}
	return fmt.Sprintf("%s to %s, rows of %s, fills at the %s, seed %d",
		b.From.UTC().Format(time.DateOnly), b.To.UTC().Format(time.DateOnly), strategies.Span(b.Interval), fill, b.Seed)
}

func percentOf(f fund.Amount) string { return f.Mul(fund.NewAmount(100, 0)).String() + " %" }

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(n) + " " + many
}

func orElse(s, empty string) string {
	if s == "" {
		return empty
	}
	return s
}
