package venues_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/execute"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/host"
	"github.com/steelyard/steelyard/engine/impact"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/engine/optimize"
	"github.com/steelyard/steelyard/sim/stream"
	"github.com/steelyard/steelyard/strategies"
	"github.com/steelyard/steelyard/venues"
	"github.com/steelyard/steelyard/venues/venuetest"
)

// rig is a fund that trades live at a venue in memory. Its tests run in the time of testing/synctest, in which how busy the machine is
// changes nothing, and a goroutine that does not end is found.
type rig struct {
	t      testing.TB
	scene  venuetest.Scene
	memory *venuetest.Memory
	driver venues.Driver
	u      *fund.Universe
	panel  *fund.Panel
	policy func() engine.Policy
	disk   disk
	config venues.HubConfig // what a test changes of it

	step func(at fund.Time)      // called as time moves; nil: nobody
	hold func(at fund.Time) bool // time does not move to at yet; nil: it may

	rows   *rows
	hub    *venues.Hub
	core   *engine.Core
	alarms []venues.Alarm
}

var epoch = fund.TimeOf(time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC))

// newRig has three coins of equal weight with a tenth in cash, whose prices walk at random by a percent or two a minute.
func newRig(t testing.TB, seed uint64, rows int) *rig {
	if time.Now().Year() != 2000 { // where synctest's time begins
		t.Fatal("a rig needs synctest's time: call the test by synctest.Test")
	}
	r := &rig{t: t, u: &fund.Universe{Accounts: []string{"memory"}, Base: 3, Assets: []fund.Asset{{Name: "BNB", Decimals: 8}, {Name: "BTC", Decimals: 8}, {Name: "ETH", Decimals: 8}, {Name: "USDT", Decimals: 8}}}}
	fee := fund.MustAmount("0.001")
	r.scene = venuetest.Scene{Taker: fee, Maker: fee, Spread: 0.0004, Interval: time.Minute,
		Balances: []venues.Balance{{Asset: "BNB", Free: fund.MustAmount("10")}, {Asset: "BTC", Free: fund.MustAmount("0.5")}, {Asset: "USDT", Free: fund.MustAmount("100000")}}}
	for i, base := range []string{"BNB", "BTC", "ETH"} {
		lot, tick := fund.MustAmount("0.0001"), fund.MustAmount("0.01")
		r.u.Instruments = append(r.u.Instruments, fund.Instrument{Name: base + "/USDT", Base: fund.AssetID(i), Quote: 3, Lot: lot, Tick: tick,
			MinNotional: fund.MustAmount("5"), Fees: fund.Fees{Maker: fee, Taker: fee}, Spread: 0.0004})
		r.scene.Listings = append(r.scene.Listings, venues.Listing{Name: base + "/USDT", Symbol: base + "USDT", Base: base, Quote: "USDT", BaseDecimals: 8, QuoteDecimals: 8,
			Trading: true, Lot: lot, Tick: tick, MinQuantity: lot, MaxQuantity: fund.MustAmount("100000"), MinNotional: fund.MustAmount("5")})
	}
	r.walk(seed, rows)
	r.policy = func() engine.Policy {
		return engine.Policy{Target: strategies.Fixed{0.3, 0.3, 0.3, 0.1}, Trigger: &strategies.Threshold{Band: 0.02, Dust: 1}, Planner: optimize.HubAndSpoke{},
			Schedule: execute.Schedule{Deadline: 3 * time.Minute, Slices: 3, Passive: seed%3 == 1, Offset: 0.0005}, Window: fund.Day, Dust: 1, MaxAge: fund.Day,
			Impact: []impact.Model{impact.None{}, impact.None{}, impact.None{}}}
	}
	r.config = venues.HubConfig{Patience: 200 * time.Millisecond, Settled: 10 * time.Millisecond, Pause: time.Millisecond}
	return r
}

// walk makes the rows.
func (r *rig) walk(seed uint64, n int) {
	random := stream.New(seed, "walk")
	last := []float64{400, 60000, 3000}
	r.panel = &fund.Panel{N: 3, Interval: time.Minute}
	for row := range n {
		at := epoch.Add(time.Duration(row) * time.Minute)
		var bars []venues.Bar
		for i := range last {
			open := last[i]
			last[i] = math.Round(100*open*(1+0.03*(random.Float64()-0.5))) / 100
			bar := venues.Bar{Instrument: r.scene.Listings[i].Name, Open: at, First: cents(open), Last: cents(last[i]), High: cents(max(open, last[i]) * 1.002),
				Low: cents(min(open, last[i]) * 0.998), Volume: fund.MustAmount("1000000"), Closed: true}
			bars = append(bars, bar)
			r.panel.Open, r.panel.High = append(r.panel.Open, bar.First.Float64()), append(r.panel.High, bar.High.Float64())
			r.panel.Low, r.panel.Close = append(r.panel.Low, bar.Low.Float64()), append(r.panel.Close, bar.Last.Float64())
			r.panel.Volume = append(r.panel.Volume, 1e6)
		}
		r.panel.Times = append(r.panel.Times, at)
		r.scene.Rows = append(r.scene.Rows, bars)
	}
}

func cents(x float64) fund.Amount { return fund.AmountOfFloat(math.Round(x*100) / 100) }

// disk is a journal's file of which, when its process is killed, as much is left as was synced, or more.
type disk struct {
	mu     sync.Mutex
	bytes  []byte
	synced int
	dead   bool
	before func() // each sync
}

var errDead = errors.New("this process is dead")

func (d *disk) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead {
		return 0, errDead
	}
	d.bytes = append(d.bytes, p...)
	return len(p), nil
}

func (d *disk) Sync() error {
	if d.before != nil {
		d.before()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead {
		return errDead
	}
	d.synced = len(d.bytes)
	return nil
}

// rows are the rig's rows in a time that moves when the hub has nothing to do.
type rows struct {
	r     *rig
	now   fund.Time
	words chan *engine.Operator
	step  func(at fund.Time) // called as time moves; nil: nobody
	hurry bool               // time moves although the hub has something to do
}

func (w *rows) Now() fund.Time { return w.now }

func (w *rows) Until(ctx context.Context, at fund.Time) (*engine.Event, error) {
	for {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case o := <-w.words:
			return &engine.Event{At: w.now, Body: o}, nil
		case <-time.After(100 * time.Microsecond):
		}
		if at.Sub(w.now) > 10*time.Minute { // it waits for something else
			continue
		}
		if w.r.hold != nil && w.r.hold(at) {
			continue
		}
		if (w.hurry || w.r.hub.Idle()) && at <= w.r.panel.CloseTime(w.r.panel.Rows()-1) {
			break
		}
	}
	if at > w.now {
		if w.step != nil {
			w.step(at)
		}
		w.r.memory.Until(at)
		w.now = max(w.now, at)
	}
	return nil, nil
}

func (w *rows) Open(context.Context, int) (*engine.Event, error)  { return nil, nil }
func (w *rows) Close(context.Context, int) (*engine.Event, error) { return nil, nil }

// live runs the fund from its journal on until the rows end or ctx does, and returns what the run ended with.
func (r *rig) live(ctx context.Context) error {
	if r.memory == nil {
		r.memory = venuetest.NewMemory(r.scene)
		r.driver = r.memory
	}
	scan, err := journal.ScanBytes(r.disk.bytes)
	if err != nil {
		r.t.Fatal(err)
	}
	r.disk.bytes = r.disk.bytes[:scan.Good:scan.Good]
	manifest := journal.Manifest{Fund: "f", Dataset: "d"}
	var rec *journal.Recorder
	if len(scan.Records) > 0 {
		rec, err = journal.Resume(r.u, manifest, &r.disk, scan)
	} else {
		rec, err = journal.NewRecorder(r.u, manifest, &r.disk)
	}
	if err != nil {
		return err
	}
	r.core = engine.New(r.u, r.policy())
	now := r.scene.Start()
	if r.rows != nil {
		now = r.rows.now
	}
	r.rows = &rows{r: r, now: now, words: make(chan *engine.Operator, 1), step: r.step}
	cfg := r.config
	cfg.Universe, cfg.Panel, cfg.Rows, cfg.Drivers, cfg.Prefix, cfg.Book = r.u, r.panel, r.rows, []venues.Driver{r.driver}, "rig", r.core.Book()
	cfg.Alarm = func(a venues.Alarm) { r.alarms = append(r.alarms, a) }
	cfg.Past = journal.NewReplay(r.u, scan.Records, r.panel, 0)
	if r.hub, err = venues.NewHub(cfg); err != nil {
		return err
	}
	defer r.hub.Stop()
	return host.Run(ctx, r.core, r.hub, journal.NewDurable(rec, &r.disk))
}

// records returns the journal's records of a kind.
func (r *rig) records(kind string) (list []map[string]any) {
	scan, err := journal.ScanBytes(r.disk.bytes)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, text := range scan.Records {
		m := map[string]any{}
		if err := json.Unmarshal(text, &m); err != nil {
			r.t.Fatal(err)
		}
		if m["kind"] == kind {
			list = append(list, m)
		}
	}
	return list
}

// wantTrue demands that the venue's books, the journal and the ledger tell one story: nothing lost, nothing twice.
func (r *rig) wantTrue() {
	r.t.Helper()
	r.memory.Calm()
	r.wantBalances()
	told := map[string]int{}
	for _, f := range r.records("fill") {
		told[fmt.Sprint(strings.TrimPrefix(f["instrument"].(string), "memory:"), f["trade"])]++
	}
	done := 0
	for _, in := range r.u.Instruments {
		fills, _ := r.memory.Fills(context.Background(), in.Name, 0)
		for _, f := range fills {
			done++
			if n := told[fmt.Sprint(in.Name, float64(f.Trade))]; n != 1 {
				r.t.Errorf("trade %d in %s is booked %d times", f.Trade, in.Name, n)
			}
		}
	}
	if len(told) != done {
		r.t.Errorf("%d fills are booked, the venue made %d", len(told), done)
	}
	for _, o := range r.records("place") {
		id := fmt.Sprintf("rig-%v", o["order"])
		if n := r.memory.Placed(id); n > 1 {
			r.t.Errorf("order %s reached the venue %d times", id, n)
		}
	}
	if d := r.records("discrepancy"); len(d) > 0 {
		r.t.Errorf("%v", d[0]["text"])
	}
}

// wantBalances demands that the venue holds what the ledger says.
func (r *rig) wantBalances() {
	r.t.Helper()
	held := map[string]fund.Amount{}
	list, err := r.memory.Balances(context.Background())
	if err != nil {
		r.t.Fatal(err)
	}
	for _, b := range list {
		held[b.Asset] = b.Free.Add(b.Locked)
	}
	for a := range r.u.Assets {
		name := r.u.Assets[a].Name
		if books := r.core.Book().Balance(0, fund.AssetID(a)); !books.Equal(held[name]) {
			r.t.Errorf("%s: the venue holds %s, the ledger says %s", name, held[name], books)
		}
	}
}

func (r *rig) run() {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := r.live(ctx); err != nil {
		r.t.Fatalf("%v, with %d tasks; journal:\n%s", err, r.hub.Tasks(), tail(r.disk.bytes))
	}
}

func tail(b []byte) string {
	lines := bytes.Split(bytes.TrimSpace(b), []byte("\n"))
	return string(bytes.Join(lines[max(0, len(lines)-20):], []byte("\n")))
}

var _ io.Writer = (*disk)(nil)
