package main

import (
	"bytes"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"testing"
)

// richFundShuffled is richFund with every list in another order.
const richFundShuffled = `version: 1
fund: Rich
base: USDT
venues:
  - name: binance
    reject-rate: 0.03
    jitter: 2400s
    latency: 250ms
    participation: 2%
    impact: {half-life: 7h, y: 1.2, model: square-root}
    spread: 3bp
    fee: {in: base, maker: 8bp, taker: 0.1%}
    instruments:
      - {fee: {in: received, taker: 12bp}, name: SOL/USDT}
      - {impact: {y: 0.7}, name: ETH/USDT, lot: 0.0001}
      - {name: BTC/USDT, min-quantity: 0.0001, min-notional: 10, tick: 0.01, lot: 0.00001}
      - ADA/USDT
flows:
  - {at: 2022-01-15, account: binance, asset: USDT, amount: -4000000}
  - {at: 2022-01-09T12:30:00Z, account: binance, asset: USDT, amount: 3000000}
assets: {ADA: {decimals: 6}, BTC: {decimals: 8}}
risk: {max-weight: {SOL: 30%, BTC: 50%}, max-order: 400000}
execution: {at-deadline: cross, deadline: 9h, guard: 0.1, passive: {offset: 0.05%}, max-participation: 1%, jitter: 20%, risk-aversion: 0.000001, slices: 4, over: 4h, kind: almgren-chriss}
trigger: {at-most-every: 5h, bands: {SOL: 8%, BTC: 4%}, band: 6%, kind: hybrid}
target: {weights: {USDT: 10%, SOL: 15%, ETH: 25%, BTC: 35%, ADA: 15%}, kind: fixed}
start: {binance: {BTC: 100, USDT: 20000000}}
backtest: {seed: 7, to: 2023-01-01, from: 2022-01-01}
`

func TestRichFundIsRich(t *testing.T) {
	s := summary(t, backtested(t, fourCoins(700).store(t), richFund))
	for key, least := range map[string]float64{"rebalances": 20, "fills": 400, "orders_partial": 20, "orders_unfilled": 5, "impact_usd": 1000} {
		if s[key].(float64) < least {
			t.Errorf("%s is %v: the tests with this fund test little", key, s[key])
		}
	}
}

func TestSameBytesOnAnyNumberOfProcessors(t *testing.T) {
	store := fourCoins(700).store(t)
	want := backtested(t, store, richFund)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for range 4 {
		for _, n := range []int{1, 2, 8} {
			runtime.GOMAXPROCS(n)
			wantSame(t, want, backtested(t, store, richFund))
		}
	}
}

func TestSameBytesFromAnyFolder(t *testing.T) {
	store := fourCoins(300).store(t)
	want := backtested(t, store, richFund)
	for _, folder := range []string{t.TempDir(), filepath.Dir(store)} {
		t.Chdir(folder)
		relative, err := filepath.Rel(folder, store)
		if err != nil {
			t.Fatal(err)
		}
		write(t, "rich.yaml", richFund)
		mustDo(t, "backtest", "rich.yaml", "--store", relative, "--out", "runs/one")
		wantSame(t, want, "runs/one")
		mustDo(t, "backtest", "rich.yaml", "--store", store, "--out", "./runs//two/")
		wantSame(t, want, "runs/two")
	}
}

func TestSameBytesInAnyOrderOfTheFile(t *testing.T) {
	store := fourCoins(700).store(t)
	wantSame(t, backtested(t, store, richFund), backtested(t, store, richFundShuffled))
}

// The order of imports, and how the history was cut into files, leave no trace.
func TestSameBytesHoweverImported(t *testing.T) {
	m := fourCoins(500)
	want := backtested(t, m.store(t), richFund)
	dir := t.TempDir()
	store := filepath.Join(dir, "store")
	pairs := slices.Clone(m.pairs)
	slices.Reverse(pairs)
	part := func(pair, name string, lines []string) string {
		return write(t, filepath.Join(dir, name+file(pair)), lines...)
	}
	for _, pair := range pairs {
		l := m.lines(pair)
		late := append(slices.Clone(l[:1]), l[300:]...)
		importPair(t, store, pair, part(pair, "late", late))
	}
	for _, pair := range m.pairs {
		l := m.lines(pair)
		middle := append(slices.Clone(l[:1]), l[150:400]...)
		importPair(t, store, pair, part(pair, "middle", middle), part(pair, "early", l[:200]))
		importPair(t, store, pair, part(pair, "again", l))
	}
	wantSame(t, want, backtested(t, store, richFund))
}

// Where nothing is random the seed changes what names it and nothing else.
func TestSeed(t *testing.T) {
	store := fourCoins(300).store(t)
	plain, same := summary(t, backtested(t, store, plainFund)), summary(t, backtested(t, store, plainFund, "--seed", "99"))
	for key, value := range plain {
		names := key == "seed" || key == "journal_head"
		if reflect.DeepEqual(value, same[key]) == names {
			t.Errorf("%s: %v with seed 1, %v with seed 99", key, value, same[key])
		}
	}
	rich, other := backtested(t, store, richFund), backtested(t, store, richFund, "--seed=99")
	if summary(t, rich)["decisions_digest"] == summary(t, other)["decisions_digest"] {
		t.Error("jitter and rejects do not depend on the seed")
	}
	if bytes.Equal(read(t, rich, "trades.csv"), read(t, other, "trades.csv")) {
		t.Error("the trades are the same")
	}
	wantSame(t, rich, backtested(t, store, richFund, "--seed", "7"))
}

// A run leaves the files that docs/RUN.md describes, its report, and no other.
func TestRunFolder(t *testing.T) {
	got := names(t, backtested(t, fourCoins(50).store(t), plainFund))
	want := []string{"costs.csv", "equity.csv", resolvedName, fundName, journalName, reportName, rowsName, aboutName, summaryName, "trades.csv", "weights.csv"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
