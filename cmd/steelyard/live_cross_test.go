package main

import (
	"encoding/csv"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/sim/stream"
)

// newCrossRig is a fund that trades ETH against BTC, for ETH/USDT is dear, on lots and ticks that make cash of nine decimals. The
// venue keeps eight.
func newCrossRig(t *testing.T) *liveRig {
	t.Helper()
	start := fund.TimeOf(time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC))
	p, random, last := &fund.Panel{N: 3, Interval: time.Minute}, stream.New(2, "live"), [3]float64{60000, 0.05, 3000}
	for r := range 3000 {
		open := last
		for _, i := range []int{0, 2} {
			last[i] *= 1 + 0.02*(random.Float64()-0.5)
		}
		last[1] = last[2] / last[0]
		p.Times = append(p.Times, start.Add(time.Duration(r)*time.Minute))
		for i := range last {
			p.Open, p.Close, p.Volume = append(p.Open, open[i]), append(p.Close, last[i]), append(p.Volume, 1e5)
			p.High, p.Low = append(p.High, math.Max(open[i], last[i])), append(p.Low, math.Min(open[i], last[i]))
		}
	}
	fee := fund.MustAmount("0.001")
	u := &fund.Universe{Accounts: []string{"binance"}, Base: 2, Assets: []fund.Asset{{Name: "BTC", Decimals: 8}, {Name: "ETH", Decimals: 8}, {Name: "USDT", Decimals: 8}}}
	for _, in := range []fund.Instrument{
		{Name: "BTC/USDT", Base: 0, Quote: 2, Lot: fund.MustAmount("0.00001"), Tick: fund.MustAmount("0.01"), MinNotional: fund.MustAmount("5")},
		{Name: "ETH/BTC", Base: 1, Quote: 0, Lot: fund.MustAmount("0.0001"), Tick: fund.MustAmount("0.00001"), MinNotional: fund.MustAmount("0.0001")},
		{Name: "ETH/USDT", Base: 1, Quote: 2, Lot: fund.MustAmount("0.0001"), Tick: fund.MustAmount("0.01"), MinNotional: fund.MustAmount("5")},
	} {
		in.Spread, in.Fees = 0.0002, fund.Fees{Maker: fee, Taker: fee, In: fund.FeeInReceived}
		u.Instruments = append(u.Instruments, in)
	}
	text := strings.NewReplacer("{BTC: 60%, USDT: 40%}", "{BTC: 40%, ETH: 40%, USDT: 20%}",
		"[BTC/USDT]", "[BTC/USDT, ETH/BTC, {name: ETH/USDT, spread: 300bp}]").Replace(liveFund)
	return liveRigOf(t, u, p, text)
}

// A fund trades such a cross live without a discrepancy: what its trades say changed hands makes its opening what the venue holds,
// to the last unit.
func TestLiveOnACross(t *testing.T) {
	g := newCrossRig(t)
	out := filepath.Join(g.dir, "run")
	for tries, cut := 0, 0; cut < 2; tries++ { // on a busy machine minutes come too late to trade on
		if tries == 20 {
			t.Fatalf("after %d minutes the cash of %d fills was cut off", tries*8, cut)
		}
		now, _ := g.venue.Now(t.Context())
		mustDo(t, "live", g.path, "--confirm", "--out", out, "--lock", g.dir, "--until", now.Add(8*time.Minute).String())
		mustDo(t, "replay", out)
		mustDo(t, "report", out)
		cut = g.wantCash(t, out)
	}
	if text := string(read(t, out, "journal.jsonl")); strings.Contains(text, `"discrepancy"`) || strings.Contains(text, `"halted"`) {
		t.Error(text)
	}
}

// wantCash demands that 50,000 USDT and the trades of trades.csv are what the venue holds, and returns how many of these did not
// bring price × quantity.
func (g *liveRig) wantCash(t *testing.T, out string) (cut int) {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(string(read(t, out, "trades.csv")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	held := map[string]fund.Amount{"USDT": fund.MustAmount("50000")}
	for _, row := range rows[1:] {
		column := map[string]string{}
		for k, name := range rows[0] {
			column[name] = row[k]
		}
		base, quote, _ := strings.Cut(strings.TrimPrefix(column["instrument"], "binance:"), "/")
		quantity, cash := fund.MustAmount(column["quantity"]), fund.MustAmount(column["cash"])
		if !cash.Equal(quantity.Mul(fund.MustAmount(column["price"]))) {
			cut++
		}
		if column["side"] == "sell" {
			quantity, cash = quantity.Neg(), cash.Neg()
		}
		held[base], held[quote] = held[base].Add(quantity), held[quote].Sub(cash)
		held[column["fee_asset"]] = held[column["fee_asset"]].Sub(fund.MustAmount(column["fee"]))
	}
	list, err := g.venue.Balances(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range list {
		if total := b.Free.Add(b.Locked); !total.Equal(held[b.Asset]) {
			t.Errorf("the venue holds %s %s, the trades make it %s", total, b.Asset, held[b.Asset])
		}
	}
	return cut
}
