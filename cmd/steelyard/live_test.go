package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
	"github.com/steelyard/steelyard/sim/exchange"
	"github.com/steelyard/steelyard/sim/stream"
	"github.com/steelyard/steelyard/sim/wire"
	"github.com/steelyard/steelyard/venues"
	"github.com/steelyard/steelyard/venues/paper"
)

const liveFund = `version: 1
fund: Live Try
base: USDT
start: {binance: {USDT: 1}} # of backtests
target: {kind: fixed, weights: {BTC: 60%, USDT: 40%}}
trigger: {kind: threshold, band: 0.5%}
venues:
  - name: binance
    fee: {taker: 10bp, maker: 10bp, in: received}
    spread: 2bp
    instruments: [BTC/USDT]
    driver: {kind: binance, rest: "ADDRESS", key: "file:venue.key"}
backtest: {from: 2024-03-01, to: 2024-04-01, interval: 1m}
`

// liveRig is a fund file beside the key of a venue whose minutes go by in a fifth of a second.
type liveRig struct {
	venue     *paper.Venue
	dir, path string
}

func newLiveRig(t *testing.T) *liveRig {
	t.Helper()
	start := fund.TimeOf(time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC))
	p, random, last := &fund.Panel{N: 1, Interval: time.Minute}, stream.New(1, "live"), 60000.0
	for r := range 3000 {
		open := last
		last *= 1 + 0.02*(random.Float64()-0.5)
		p.Times, p.Open, p.Close = append(p.Times, start.Add(time.Duration(r)*time.Minute)), append(p.Open, open), append(p.Close, last)
		p.High, p.Low, p.Volume = append(p.High, max(open, last)), append(p.Low, min(open, last)), append(p.Volume, 1e5)
	}
	fee := fund.MustAmount("0.001")
	u := &fund.Universe{Accounts: []string{"binance"}, Base: 1, Assets: []fund.Asset{{Name: "BTC", Decimals: 8}, {Name: "USDT", Decimals: 8}},
		Instruments: []fund.Instrument{{Name: "BTC/USDT", Base: 0, Quote: 1, Lot: fund.MustAmount("0.00001"), Tick: fund.MustAmount("0.01"),
			MinNotional: fund.MustAmount("5"), Spread: 0.0002, Fees: fund.Fees{Maker: fee, Taker: fee, In: fund.FeeInReceived}}}}
	return liveRigOf(t, u, p, liveFund)
}

// liveRigOf serves a market and writes the file of a fund that trades there with 50,000 USDT.
func liveRigOf(t *testing.T, u *fund.Universe, p *fund.Panel, text string) *liveRig {
	t.Helper()
	v, err := paper.New(paper.Config{Universe: u, Panel: p, Clock: paper.Running(p.Times[0], 300), Opening: []venues.Balance{{Asset: "USDT", Free: fund.MustAmount("50000")}},
		Venue: exchange.Config{Window: fund.Day, Impact: slices.Repeat([]impact.Model{impact.None{}}, p.N)}})
	if err != nil {
		t.Fatal(err)
	}
	_, at := wire.Start(t, wire.Config{Venue: v, Slack: 24 * time.Hour,
		Keys: []wire.Key{wire.TestKey(), {ID: "may-withdraw", Secret: "withdrawing", Withdraw: true}}})
	g := &liveRig{venue: v, dir: t.TempDir()}
	g.path = filepath.Join(g.dir, "fund.yaml")
	g.write(t, strings.Replace(text, "ADDRESS", at.REST, 1))
	if err := os.WriteFile(filepath.Join(g.dir, "venue.key"), []byte(wire.TestKey().ID+"\n"+wire.TestKey().Secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return g
}

func (g *liveRig) write(t *testing.T, text string) {
	t.Helper()
	if err := os.WriteFile(g.path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// A fund trades live, is gone on with by the same command, and its folder is one that replay and report read; the key's secret stands nowhere
// in it.
func TestLive(t *testing.T) {
	g := newLiveRig(t)
	out, locks := filepath.Join(g.dir, "run"), filepath.Join(g.dir, "locks")
	now, _ := g.venue.Now(t.Context())
	mustDo(t, "live", g.path, "--confirm", "--out", out, "--lock", locks, "--until", now.Add(12*time.Minute).String())
	mustDo(t, "replay", out)
	mustDo(t, "report", out)
	list, err := g.venue.Orders(t.Context())
	if err != nil || len(list) == 0 {
		t.Fatalf("%d orders at the venue, %v", len(list), err)
	}
	for _, o := range list {
		if !strings.HasPrefix(o.ClientID, "LiveTry-") || !o.State.Final() {
			t.Errorf("order %s is %s", o.ClientID, o.State)
		}
	}
	for path, text := range tree(t, out) {
		if strings.Contains(text, wire.TestKey().Secret) {
			t.Errorf("%s holds the secret", path)
		}
	}
	if !bytes.Contains(read(t, out, aboutName), []byte(`"venues": "real"`)) {
		t.Errorf("run.json does not say whose fills these are")
	}
}

// Live is refused without a word that orders shall leave, without a key, and at venues that are anywhere but here.
func TestLiveRefuses(t *testing.T) {
	g := newLiveRig(t)
	out := filepath.Join(g.dir, "run")
	args := []string{"live", g.path, "--out", out, "--lock", g.dir}
	wantRefused(t, do(args...), exitUsage, "--confirm")
	text := string(read(t, g.dir, "fund.yaml"))
	for says, change := range map[string][2]string{
		"has no key to trade with": {`, key: "file:venue.key"`, ""},
		"is not on this machine":   {"http://127.0.0.1", "https://api.binance.com"},
		"others may read":          {"venue.key", "open.key"},
	} {
		if err := os.WriteFile(filepath.Join(g.dir, "open.key"), []byte("a\nb\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		g.write(t, strings.Replace(text, change[0], change[1], 1))
		wantRefused(t, do(append(args, "--confirm")...), exitError, says)
	}
	g.write(t, text)
	for key, says := range map[string]string{
		wire.TestKey().ID + "\nhunter2-wrong\n": "does not belong to its name",
		"nobody\nhunter2-wrong\n":               "the key is unknown here",
		"may-withdraw\nwithdrawing\n":           "the key may withdraw",
	} {
		if err := os.WriteFile(filepath.Join(g.dir, "venue.key"), []byte(key), 0o600); err != nil {
			t.Fatal(err)
		}
		p := do(append(args, "--confirm")...)
		wantRefused(t, p, exitError, says)
		if strings.Contains(p.out+p.errors, "hunter2") {
			t.Errorf("the secret is told: %s%s", p.out, p.errors)
		}
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a folder was made")
	}
}
