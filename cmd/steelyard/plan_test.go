package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

// crossFund is plainFund with two instruments between its assets.
var crossFund = strings.Replace(plainFund, "SOL/USDT]", "SOL/USDT, {name: ETH/BTC, prices: derived}, {name: ADA/BTC, prices: derived}]", 1)

func planOf(t *testing.T, fund, holdings string) (planOutput, result) {
	t.Helper()
	dir := t.TempDir()
	r := do("plan", write(t, filepath.Join(dir, "fund.yaml"), fund), "--holdings", write(t, filepath.Join(dir, "held.yaml"), holdings),
		"--store", fourCoins(24*40).store(t), "--json")
	var out planOutput
	if err := json.Unmarshal([]byte(r.out), &out); err != nil {
		t.Fatal(err, r.errors)
	}
	return out, r
}

// Where no trade moves a price the certificate is tight. Where they do it covers what trades of the plan cost each other.
func TestPlanTakesTheCheaperWay(t *testing.T) {
	still := strings.Replace(crossFund, "{model: square-root, y: 1}", "{model: none}", 1)
	for fund, tight := range map[string]float64{crossFund: 0.2, still: 0.01} {
		out, r := planOf(t, fund, "binance: {ETH: 1000, ADA: 1000, BTC: 1}")
		if r.code != exitFinding || len(out.Trades) == 0 {
			t.Fatalf("ends with %d: %s", r.code, r.out)
		}
		if out.Cost >= out.Naive || out.Gap < 0 || out.Gap > out.Cost*tight {
			t.Errorf("cost %v, naive %v, gap %v", out.Cost, out.Naive, out.Gap)
		}
		if !strings.Contains(r.out, `"ETH/BTC"`) {
			t.Errorf("ETH is not sold for BTC: %s", r.out)
		}
	}
	if still == crossFund {
		t.Error("the fund has no impact to be without")
	}
}

// The order in which a fund file lists things changes nothing.
func TestPlanKnowsNoOrder(t *testing.T) {
	const holdings = "binance: {ETH: 1000, ADA: 1000, BTC: 1}"
	_, want := planOf(t, crossFund, holdings)
	turned := strings.NewReplacer("[ADA, BTC, ETH, SOL]", "[SOL, ETH, BTC, ADA]", "[ADA/USDT, BTC/USDT, ETH/USDT, ", "[ETH/USDT, ADA/USDT, BTC/USDT, ").Replace(crossFund)
	if _, got := planOf(t, turned, "binance: {BTC: 1, ADA: 1000, ETH: 1000}"); got.out != want.out {
		t.Errorf("another plan:\n%s\n%s", got.out, want.out)
	}
}

func TestPlanOfARunThatJustTraded(t *testing.T) {
	dir, store := t.TempDir(), fourCoins(24*40).store(t)
	path := write(t, filepath.Join(dir, "fund.yaml"), crossFund)
	run := filepath.Join(dir, "run")
	mustDo(t, "backtest", path, "--store", store, "--out", run)
	r := do("plan", path, "--holdings", run, "--store", store)
	if r.code != exitFinding || !strings.Contains(r.out, "route at binance") || !strings.Contains(r.out, "each asset against cash would cost") {
		t.Errorf("ends with %d: %s%s", r.code, r.out, r.errors)
	}
}

func TestPlanHasNothingToDo(t *testing.T) {
	fund := strings.Replace(plainFund, "{kind: equal, assets: [ADA, BTC, ETH, SOL]}", "{kind: fixed, weights: {USDT: 100%}}", 1)
	if out, r := planOf(t, fund, "binance: {USDT: 5000}"); r.code != 0 || len(out.Trades) != 0 {
		t.Errorf("ends with %d: %s", r.code, r.out)
	}
}

func TestPlanRefuses(t *testing.T) {
	dir, store := t.TempDir(), fourCoins(48).store(t)
	path := write(t, filepath.Join(dir, "fund.yaml"), plainFund)
	for _, c := range []struct {
		holdings string
		code     int
		says     string
	}{
		{"binance: {XRP: 5}", exitError, "no instrument trades \"XRP\""},
		{"kraken: {BTC: 5}", exitError, "is no venue of this file"},
		{"binance: {BTC: -5}", exitError, "negative"},
	} {
		r := do("plan", path, "--store", store, "--holdings", write(t, filepath.Join(dir, "held.yaml"), c.holdings))
		if r.code != c.code || !strings.Contains(r.errors, c.says) {
			t.Errorf("%s: ends with %d: %s", c.holdings, r.code, r.errors)
		}
	}
	if r := do("plan", path, "--store", store); r.code != exitUsage {
		t.Errorf("without holdings it ends with %d", r.code)
	}
	if r := do("plan", path, "--holdings", dir, "--store", store); r.code != exitError || !strings.Contains(r.errors, "no run folder") {
		t.Errorf("ends with %d: %s", r.code, r.errors)
	}
}
