package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// capsFund is plainFund by market cap, which of SOL is soon unknown and of ADA too small.
var capsFund = strings.Replace(plainFund, "{kind: equal, assets: [ADA, BTC, ETH, SOL]}",
	"{kind: market-cap, assets: [ADA, BTC, ETH, SOL], floor: 5%, cap: 60%, min-cap: 10B, max-cap-age: 5d, vendor: coingecko}", 1)

// withCaps is a store of hours with daily market caps, which the vendor knew at the end of each day.
func withCaps(t *testing.T) string {
	t.Helper()
	store := fourCoins(24 * 12).store(t)
	for asset, caps := range map[string][]string{
		"ADA": {"9e9", "9e9", "11e9", "9e9"},
		"BTC": {"900e9", "800e9", "850e9", "870e9"},
		"ETH": {"400e9", "300e9", "350e9", "310e9"},
		"SOL": {"50e9", "", "0", "0"},
	} {
		lines := []string{"date,asset,price,market_cap"}
		for k, day := range []string{"2021-12-30", "2022-01-02", "2022-01-04", "2022-01-09"} {
			lines = append(lines, day+","+asset+",1,"+caps[k])
		}
		mustDo(t, "data", "import", "--store", store, "--format", "panel", "--venue", "coingecko", "--instrument", asset+"/USD",
			"--interval", "1d", "--date-is", "close-of-day", write(t, filepath.Join(t.TempDir(), asset+".csv"), lines...))
	}
	return store
}

// Market caps are loaded from before the start, in the journal at the time they were known, and a replay needs no store.
func TestMarketCapFund(t *testing.T) {
	store := withCaps(t)
	run := backtested(t, store, capsFund)
	journal := string(read(t, run, "journal.jsonl"))
	at := 0
	for _, said := range []string{
		`"at":"2021-12-31T00:00:00Z","usd":{"ADA":9e+09,"BTC":9e+11,"ETH":4e+11,"SOL":5e+10}`,
		`"kind":"flow"`,
		`no weight: the market cap of ADA is below 10000000000 USD`,
		`"target":{"BTC":0.6,"ETH":0.35`,
		`"at":"2022-01-03T00:00:00Z","usd":{"ADA":9e+09,"BTC":8e+11,"ETH":3e+11}`,
		`"at":"2022-01-05T00:00:00Z","usd":{"ADA":1.1e+10`,
		`the market cap of SOL, of 2021-12-31T00:00:00Z, is older than 5d`,
	} {
		k := strings.Index(journal[at:], said)
		if k < 0 {
			t.Fatalf("not in this order: %s\n%s", said, journal[:min(len(journal), 6000)])
		}
		at += k
	}
	wantSame(t, run, backtested(t, store, capsFund))
	if err := os.RemoveAll(store); err != nil {
		t.Fatal(err)
	}
	if out := mustDo(t, "replay", run); !strings.Contains(out, "none differs") {
		t.Error(out)
	}
}

// A store without the caps that a fund needs is refused before anything runs.
func TestMarketCapFundWithoutCaps(t *testing.T) {
	dir := t.TempDir()
	path, out := write(t, filepath.Join(dir, "fund.yaml"), capsFund), filepath.Join(dir, "run")
	wantRefused(t, do("backtest", path, "--store", fourCoins(30).store(t), "--out", out), exitError, "there are no market caps of ADA")
	if tree(t, out) != nil {
		t.Error("a run folder was left")
	}
}

func TestPlanByMarketCap(t *testing.T) {
	dir, store := t.TempDir(), withCaps(t)
	path, held := write(t, filepath.Join(dir, "fund.yaml"), capsFund), write(t, filepath.Join(dir, "held.yaml"), "binance: {USDT: 1000000}")
	r := do("plan", path, "--store", store, "--holdings", held, "--at", "2022-01-03T12:00:00Z")
	if r.code != exitFinding || !strings.Contains(r.errors, "no weight: the market cap of ADA is below") || !strings.Contains(r.out, "60.00 %") {
		t.Errorf("ends with %d: %s%s", r.code, r.out, r.errors)
	}
	tooOld := strings.Replace(capsFund, "max-cap-age: 5d", "max-cap-age: 1h", 1)
	r = do("plan", write(t, filepath.Join(dir, "old.yaml"), tooOld), "--store", store, "--holdings", held, "--at", "2022-01-03T12:00:00Z")
	wantRefused(t, r, exitError, "nothing was decided: no weight: ", "is older than 1h")
}
