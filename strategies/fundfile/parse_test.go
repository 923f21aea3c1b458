package fundfile_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/execute"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/risk"
	"github.com/steelyard/steelyard/strategies"
	"github.com/steelyard/steelyard/strategies/fundfile"
	"pgregory.net/rapid"
)

func parse(t testing.TB, text string) *fundfile.Fund {
	t.Helper()
	f, err := fundfile.Parse("fund.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestExamplesParse(t *testing.T) {
	files, err := filepath.Glob("../../examples/*.yaml")
	if err != nil || len(files) < 3 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := fundfile.Parse(name, text)
		if err != nil {
			t.Error(err)
			continue
		}
		if _, err := f.Policy(); err != nil || !f.Backtest.Present() {
			t.Errorf("%s: policy %v, backtest %v", name, err, f.Backtest)
		}
	}
}

const rich = `version: 1
fund: Rich
base: USDT
start: {kraken: {BTC: 1.5}, binance: {USDT: 1000}}
target: {kind: fixed, weights: {USDT: 20%, BTC: 50%, ETH: 30%}}
trigger: {kind: hybrid, band: 10%, bands: {ETH: 5%}, at-most-every: 3d}
execution: {kind: twap, over: 4h, slices: 4}
risk: {max-weight: {BTC: 60%}, max-order: 500, block: [BNB]}
venues:
  - {name: kraken, instruments: [BTC/USDT]}
  - name: binance
    fee: {taker: 10bp, in: BNB}
    instruments: [ETH/USDT, BTC/USDT, {name: BNB/USDT, lot: 0.1, fee: {in: quote}}]
`

func TestPolicy(t *testing.T) {
	f := parse(t, rich)
	p, err := f.Policy()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]float64{0, 0.5, 0.3, 0.2}, p.Target.Weights(nil)); diff != "" {
		t.Error("weights of BNB, BTC, ETH, USDT:", diff)
	}
	trigger := p.Trigger.(strategies.Hybrid)
	if diff := cmp.Diff([]float64{0, 0, 0.05, 0}, trigger.Band.Bands); diff != "" || trigger.Band.Band != 0.1 || trigger.AtMostEvery != 72*time.Hour {
		t.Errorf("trigger %+v %s", trigger, diff)
	}
	rules := []risk.Rule{
		{ID: "block", Kind: risk.Sanctioned, Breach: risk.Block, Assets: []fund.AssetID{0}},
		{ID: "max-weight", Kind: risk.MaxWeight, Limit: 0.6, Breach: risk.Clip, Assets: []fund.AssetID{1}},
	}
	if diff := cmp.Diff(rules, p.Limits.Rules); diff != "" {
		t.Error(diff)
	}
	if p.Schedule != (execute.Schedule{Kind: execute.TWAP, Over: 4 * time.Hour, Slices: 4, Deadline: fund.Day}) || p.Limits.MaxOrder != 500 {
		t.Errorf("%+v", p)
	}
	var _ engine.Trigger = trigger
}

func TestUniverse(t *testing.T) {
	u := parse(t, rich).Universe()
	if err := u.Check(); err != nil {
		t.Fatal(err)
	}
	id, ok := u.Instrument("binance:BNB/USDT")
	in := u.Instruments[id]
	if !ok || !in.Lot.Equal(fund.MustAmount("0.1")) || in.Fees.In != fund.FeeInQuote || !in.Fees.Taker.Equal(fund.MustAmount("0.001")) {
		t.Errorf("%+v", in)
	}
	id, _ = u.Instrument("binance:ETH/USDT")
	if fees := u.Instruments[id].Fees; fees.In != fund.FeeInAsset || u.AssetName(fees.Asset) != "BNB" || !fees.Maker.Equal(fees.Taker) {
		t.Errorf("%+v", fees)
	}
}

// Names of which one begins with another sort differently alone and in keys.
func TestVenuesWhoseNamesBeginAlike(t *testing.T) {
	f := parse(t, strings.Replace(minimal, "venues: [", "venues: [{name: v1, instruments: [BTC/USDT]}, {name: v-x, instruments: [BTC/USDT]}, ", 1))
	if err := f.Universe().Check(); err != nil {
		t.Error(err)
	}
}

func TestTwoWaysToSayTheSame(t *testing.T) {
	a := parse(t, `version: 1
fund: F
base: USDT
start: {v: {USDT: 1000}}
target: {kind: fixed, weights: {BTC: 40%, ETH: 60%}}
trigger: {kind: threshold, band: 10%}
venues: [{name: v, spread: 2bp, instruments: [BTC/USDT, ETH/USDT]}]
`)
	b := parse(t, `# the same
venues:
  - instruments:
      - {name: ETH/USDT, spread: 0.02%, lot: 0}
      - {name: "BTC/USDT", spread: 0.00020, fee: {taker: 0}}
    name: v
    latency: 0ms
trigger: {kind: threshold, band: 1000bp, band-is: relative, bands: {BTC: 0.10}}
orders: {retry: 24h}
target: {weights: {ETH: 0.6, BTC: 0.4, USDT: 0}, kind: fixed}
start: {v: {USDT: 1000.000, BTC: 0}}
base: USDT
fund: F
version: 1
`)
	if diff := cmp.Diff(string(a.Canonical()), string(b.Canonical())); diff != "" || a.Hash() != b.Hash() {
		t.Error(diff)
	}
}

// The order in which a file lists assets, venues, instruments and flows changes nothing.
func TestOrderOfTheFileChangesNothing(t *testing.T) {
	want := parse(t, shuffled(func(n int, swap func(i, j int)) {})).Canonical()
	rapid.Check(t, func(t *rapid.T) {
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		text := shuffled(random.Shuffle)
		f, err := fundfile.Parse("fund.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Canonical(); !bytes.Equal(got, want) {
			t.Fatalf("%s\n%s", text, cmp.Diff(string(want), string(got)))
		}
	})
}

func shuffled(shuffle func(n int, swap func(i, j int))) string {
	list := func(separator string, items ...string) string {
		shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
		return strings.Join(items, separator)
	}
	instruments := func() string {
		return list(", ", "BTC/USDT", "{name: ETH/USDT, lot: 0.1}", "SOL/USDT", "{name: BNB/USDT, fee: {in: base}}")
	}
	return list("\n",
		"version: 1", "fund: F", "base: USDT",
		"start: {"+list(", ", "v: {"+list(", ", "BTC: 1", "ETH: 2", "USDT: 3")+"}", "v2: {BTC: 1}")+"}",
		"target: {kind: fixed, weights: {"+list(", ", "BTC: 40%", "ETH: 30%", "SOL: 30%")+"}}",
		"trigger: {kind: threshold, band: 5%, bands: {"+list(", ", "BTC: 1%", "ETH: 2%")+"}}",
		"risk: {max-weight: {"+list(", ", "BTC: 50%", "ETH: 60%")+"}, block: ["+list(", ", "BNB", "DOT")+"]}",
		"flows: ["+list(", ", "{at: 2022-01-02, account: v, asset: BTC, amount: 1}", "{at: 2022-01-01, account: v, asset: BTC, amount: 1}",
			"{at: 2022-01-01, account: v, asset: BTC, amount: -2}", "{at: 2022-01-01, account: v2, asset: USDT, amount: 1}")+"]",
		"venues: ["+list(", ", "{name: v, instruments: ["+instruments()+"]}", "{name: v2, instruments: ["+list(", ", "DOT/USDT", "BTC/USDT")+"]}")+"]",
		"assets: {"+list(", ", "BTC: {decimals: 6}", "ETH: {decimals: 18}")+"}",
	)
}

func TestCanonicalIsAFundFileThatMeansTheSame(t *testing.T) {
	for _, text := range []string{minimal, rich} {
		once := parse(t, text).Canonical()
		if diff := cmp.Diff(string(once), string(parse(t, string(once)).Canonical())); diff != "" {
			t.Error(diff)
		}
	}
}

// Files that try to be expensive are refused, or read, quickly.
func TestExpensiveFiles(t *testing.T) {
	many := func(format string, n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	for name, text := range map[string]string{
		"open brackets":    strings.Repeat("[", 200_000),
		"nested mappings":  strings.Repeat("{a: ", 60_000),
		"dashes":           strings.Repeat("- ", 120_000),
		"many keys":        many("k%d: 1\n", 10_000),
		"many instruments": minimal[:strings.Index(minimal, "venues")] + "venues: [{name: v, instruments: [" + many("A%d/USDT, ", 8_000) + "BTC/USDT, ETH/USDT]}]\n",
		"a long line":      "fund: " + strings.Repeat("x", 250_000),
		"too long":         strings.Repeat("#\n", 200_000),
		"deep indentation": stairs(700),
	} {
		start := time.Now()
		_, err := fundfile.Parse("fund.yaml", []byte(text))
		if took := time.Since(start); took > time.Minute {
			t.Errorf("%s: took %v", name, took)
		}
		if err != nil && len(err.Error()) > 2000 {
			t.Errorf("%s: an error of %d bytes", name, len(err.Error()))
		}
	}
}

// stairs nests mappings by indentation.
func stairs(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(minimal))
	f.Add([]byte(rich))
	files, _ := filepath.Glob("testdata/*.txt")
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, part := range strings.Split(string(text), "## ")[1:] {
			var input strings.Builder
			for line := range strings.Lines(part) {
				if in, ok := strings.CutPrefix(line, "| "); ok {
					input.WriteString(in)
				}
			}
			f.Add([]byte(merged(input.String())))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		fund, err := fundfile.Parse("fund.yaml", text)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "fund.yaml:") {
				t.Fatalf("an error without its file: %v", err)
			}
			return
		}
		if _, err := fund.Policy(); err != nil && !strings.Contains(err.Error(), "has not been read") {
			t.Fatal(err)
		}
		once := fund.Canonical()
		again, err := fundfile.Parse("canonical", once)
		if err != nil {
			t.Fatalf("%s\n%v", once, err)
		}
		if twice := again.Canonical(); !bytes.Equal(once, twice) {
			t.Fatalf("%s\n%s", once, twice)
		}
	})
}
