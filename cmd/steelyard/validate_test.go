package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
)

// runValidate runs the command and returns what it printed.
func runValidate(args ...string) (string, error) {
	var out bytes.Buffer
	app := &cli.App{Name: "steelyard", Writer: &out, Commands: []*cli.Command{validateCommand()}, ExitErrHandler: func(*cli.Context, error) {}}
	err := app.Run(append([]string{"steelyard", "validate"}, args...))
	return out.String(), err
}

func TestValidateSaysWhatTheExamplesMean(t *testing.T) {
	for file, want := range map[string][]string{
		"three-coins.yaml":        {"BTC 40 %", "more than 10 % of its target, at most every 3d", "2021-04-05 to 2023-12-30", "orders above 2000000 are split", "no lot, tick or minimum notional for any of 3 instruments: none assumed"},
		"patient.yaml":            {"in 12 slices over 12h of least cost and risk (Almgren–Chriss, risk aversion 0.000001), as limit orders 0.02 % behind mid", "at most 10 % of an average row's volume at once, stopped when the market ran 8 % against them, waiting in halts, cancelled after 1d"},
		"ten-equal.yaml":          {"equal parts of 10 assets: ADA, BNB, BTC", "binance: 10 instruments, taker 10 bp, spread 2 bp"},
		"collapse.yaml":           {"1000000 USDT at binance"},
		"mandate.yaml":            {"clause 4.2(a): no more than 30.00 % in each of any asset but USDT; trades are cut to it, and a breach by the market is to be cured within 10d", "list algorithmic     UST, of 2022-01-01", "takes two operators"},
		"market-cap.yaml":         {"in proportion to market cap, between 2 % and 40 % each, of 5 assets: ADA, BNB", "older than 7d or below 500000000 USD; market caps of coingecko"},
		"inverse-volatility.yaml": {"1 ÷ volatility over 30d, measured every 1d, between 2 % and 40 % each, of 5 assets: ADA, BNB"},
	} {
		out, err := runValidate(filepath.Join("..", "..", "examples", file))
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if !strings.Contains(out, w) {
				t.Errorf("%s: no %q in\n%s", file, w, out)
			}
		}
	}
}

func TestValidateErrors(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bad.yaml")
	if err := os.WriteFile(path, []byte("version: 1\nfnud: F\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := runValidate(path); err == nil || !strings.HasPrefix(err.Error(), path+":2:1: fnud: unknown key; did you mean fund?\n") {
		t.Error(err)
	}
	if _, err := runValidate(path + ".not"); err == nil || !strings.Contains(err.Error(), path+".not") {
		t.Error(err)
	}
	var exit cli.ExitCoder
	if _, err := runValidate(); !errors.As(err, &exit) || exit.ExitCode() != 2 {
		t.Error("usage:", err)
	}
}
