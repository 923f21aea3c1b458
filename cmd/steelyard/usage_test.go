package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestUsageErrors(t *testing.T) {
	for line, says := range map[string]string{
		"dance":                            `no command "dance"`,
		"--dance":                          "-dance",
		"backtest":                         "takes one fund file, not 0",
		"backtest a.yaml b.yaml --out x":   "takes one fund file, not 2",
		"backtest a.yaml":                  "needs --out RUN",
		"backtest a.yaml --out x --bogus":  "-bogus",
		"backtest a.yaml --out":            "-out",
		"backtest a.yaml --out x --seed y": "-seed",
		"backtest a --out x --seed=-1":     "-seed",
		"replay":                           "takes one run folder, not 0",
		"replay a b":                       "takes one run folder, not 2",
		"replay --bogus a":                 "-bogus",
		"validate":                         "takes one fund file, not 0",
		"validate a b":                     "takes one fund file, not 2",
		"audit dance":                      `"dance"`,
		"data dance":                       `"dance"`,
		"data list --bogus":                "-bogus",
		"data import":                      "needs --format",
	} {
		r := do(strings.Fields(line)...)
		if wantRefused(t, r, exitUsage, says); strings.Count(r.errors, "\n") != 1 || r.out != "" {
			t.Errorf("%s: %s%s", line, r.out, r.errors)
		}
	}
}

func TestHelp(t *testing.T) {
	for _, line := range []string{"", "--help", "-h", "data", "data --help", "backtest --help", "replay -h", "validate --help", "data import --help", "backtest x --help"} {
		if out := mustDo(t, strings.Fields(line)...); !strings.Contains(out, "USAGE:") {
			t.Errorf("%q: %s", line, out)
		}
	}
}

func TestFlagsFirst(t *testing.T) {
	commands := newApp(nil, nil).Commands
	for line, want := range map[string]string{
		"s backtest f --out x --store y":       "s backtest --out x --store y f",
		"s backtest --out x f --store y":       "s backtest --out x --store y f",
		"s backtest --out x --store y f":       "s backtest --out x --store y f",
		"s backtest f --out=x -seed=3":         "s backtest --out=x -seed=3 f",
		"s backtest f --seed -3":               "s backtest --seed -3 f",
		"s data list x --json y --store z":     "s data list --json --store z x y",
		"s data import a --venue v b -- -c -d": "s data import --venue v -- a b -c -d",
		"s backtest -- --out":                  "s backtest -- --out",
		"s backtest f --out":                   "s backtest --out",
		"s backtest - --out x":                 "s backtest --out x -",
		"s replay x -h":                        "s replay -h",
		"s --help":                             "s --help",
		"s":                                    "s",
		"":                                     "",
	} {
		if got := flagsFirst(commands, strings.Fields(line)); !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("%s: %q, want %s", line, got, want)
		}
	}
}

// Flags work before, between and after arguments, and files may be called what they like.
func TestFlagsAnywhere(t *testing.T) {
	m := fourCoins(50)
	dir, in := bench(t, m)
	t.Chdir(dir)
	write(t, "--fund", plainFund)
	write(t, "-late.csv", m.lines("BTC/USDT")...)
	mustDo(t, "data", "import", file("BTC/USDT"), "--venue=binance", "--store", "more", "--format", "ohlcv-csv", "--instrument", "BTC/USDT", "--interval=1h", "--", "-late.csv")
	list := mustDo(t, "data", "list", "--json", "--store", "more")
	if list != mustDo(t, "data", "list", "--store=more", "--json=true") || !strings.Contains(list, `"rows": `) {
		t.Error(list)
	}
	fund := write(t, "fund.yaml", plainFund)
	mustDo(t, "backtest", fund, "--store", in("store"), "--out", "a")
	mustDo(t, "backtest", "--store="+in("store"), fund, "--out=b")
	mustDo(t, "backtest", "-store", in("store"), "-out", "c", "--", "--fund")
	for _, out := range []string{"b", "c"} {
		wantSame(t, "a", out)
		mustDo(t, "replay", "--", filepath.Join(dir, out))
	}
	mustDo(t, "validate", "--", "--fund")
}
