// Package live holds what must hold of live trading with real processes: they trade by Binance's driver against the server that
// speaks its protocol, and are killed.
package live

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/execute"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/host"
	"github.com/steelyard/steelyard/engine/impact"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/engine/optimize"
	"github.com/steelyard/steelyard/sim/wire"
	"github.com/steelyard/steelyard/strategies"
	"github.com/steelyard/steelyard/venues"
	"github.com/steelyard/steelyard/venues/binance"
)

// A process of this test's binary with these in its environment trades instead of testing.
const (
	folderEnv  = "LIVE_FOLDER"
	addressEnv = "LIVE_ADDRESS"
	rowsEnv    = "LIVE_ROWS"
	seedEnv    = "LIVE_SEED"
)

func TestMain(m *testing.M) {
	if os.Getenv(folderEnv) == "" {
		os.Exit(m.Run())
	}
	if err := trade(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// universe is what the fund of these tests trades. With every other seed ETH is dear against USDT and goes against BTC, on lots
// and ticks that make cash of nine decimals, of which the venue keeps eight.
func universe(seed int) *fund.Universe {
	u := &fund.Universe{Accounts: []string{"binance"}, Base: 3,
		Assets: []fund.Asset{{Name: "BNB", Decimals: 8}, {Name: "BTC", Decimals: 8}, {Name: "ETH", Decimals: 8}, {Name: "USDT", Decimals: 8}}}
	fee := fund.MustAmount("0.001")
	for base, name := range []string{"BNB/USDT", "BTC/USDT", "ETH/USDT"} {
		u.Instruments = append(u.Instruments, fund.Instrument{Name: name, Base: fund.AssetID(base), Quote: 3, Lot: fund.MustAmount("0.0001"),
			Tick: fund.MustAmount("0.01"), MinNotional: fund.MustAmount("5"), Spread: 0.0004,
			Fees: fund.Fees{Maker: fee, Taker: fee, In: fund.FeeInAsset, Asset: 0}})
	}
	if seed%2 == 1 {
		cross := u.Instruments[2]
		cross.Name, cross.Quote, cross.Tick, cross.MinNotional = "ETH/BTC", 1, fund.MustAmount("0.00001"), fund.MustAmount("0.0001")
		u.Instruments[2].Spread = 0.02
		u.Instruments = slices.Insert(u.Instruments, 2, cross)
	}
	return u
}

// policy keeps three coins at 30 % each, in slices; every third seed lets orders rest.
func policy(seed int) engine.Policy {
	p := engine.Policy{Target: strategies.Fixed{0.3, 0.3, 0.3, 0.1}, Trigger: &strategies.Threshold{Band: 0.02, Dust: 1}, Planner: optimize.HubAndSpoke{},
		Schedule: execute.Schedule{Deadline: 3 * time.Minute, Slices: 3, Passive: seed%3 == 1, Offset: 0.0005}, Window: fund.Day, Dust: 1, MaxAge: fund.Day,
		Impact: slices.Repeat([]impact.Model{impact.None{}}, len(universe(seed).Instruments))}
	if seed%2 == 1 {
		p.Planner = optimize.MinCost{}
	}
	return p
}

// trade begins a run in the folder, or goes on with it, until its rows end.
func trade(ctx context.Context) error {
	key := venues.NewKey(wire.TestKey().ID, wire.TestKey().Secret)
	d, err := binance.New(binance.Config{REST: os.Getenv(addressEnv), Key: key, Window: 2 * time.Second})
	if err != nil {
		return err
	}
	seed, err := strconv.Atoi(os.Getenv(seedEnv))
	if err != nil {
		return err
	}
	count, err := strconv.Atoi(os.Getenv(rowsEnv))
	if err != nil {
		return err
	}
	r, err := openRun(ctx, os.Getenv(folderEnv), d, seed)
	if err != nil {
		return err
	}
	return r.run(ctx, d, seed, count)
}

// folder is a run's files.
type folder struct {
	rows    *journal.Rows
	stored  *journal.StoredRows
	journal *journal.File
	scan    journal.Scan
	start   fund.Time
}

// openRun opens the run in a folder. One that was killed before its journal had a record begins again.
func openRun(ctx context.Context, path string, d venues.Driver, seed int) (*folder, error) {
	dir, r := journal.Dir(path), &folder{}
	stored, err := journal.Read(dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(stored.Records) == 0 {
		return r, r.create(ctx, path, d, seed)
	}
	if err != nil {
		return nil, err
	}
	m, err := journal.ReadManifest(stored.Records)
	if err != nil {
		return nil, err
	}
	r.start, r.scan = m.Start, stored.Scan
	if r.journal, err = journal.Reopen(dir, stored); err != nil {
		return nil, err
	}
	if r.stored, err = journal.ReadRows(dir); err != nil {
		return nil, err
	}
	r.rows, err = journal.ReopenRows(dir, r.stored)
	return r, err
}

func (r *folder) create(ctx context.Context, path string, d venues.Driver, seed int) error {
	for _, name := range []string{journal.RowsName, journal.SegmentName(1)} {
		os.Remove(filepath.Join(path, name))
	}
	now, err := d.Now(ctx)
	for tries := 0; err != nil && tries < 20; tries++ { // who begins a run asks again
		time.Sleep(20 * time.Millisecond)
		now, err = d.Now(ctx)
	}
	if err != nil {
		return err
	}
	dir := journal.Dir(path)
	r.start = now.Floor(time.Minute).Add(time.Minute)
	u := universe(seed)
	r.stored = &journal.StoredRows{Panel: &fund.Panel{N: len(u.Instruments), Interval: time.Minute}}
	head := journal.RowsHead{Interval: time.Minute}
	for i := range u.Instruments {
		head.Instruments = append(head.Instruments, u.InstrumentKey(fund.InstrumentID(i)))
	}
	if r.rows, err = journal.CreateRows(dir, head, r.stored.Panel); err != nil {
		return err
	}
	r.journal, err = journal.Create(dir)
	return err
}

// Sync puts the journal on the disk, and before it the rows that it tells of.
func (r *folder) Sync() error {
	if err := r.rows.Sync(); err != nil {
		return err
	}
	return r.journal.Sync()
}

func (r *folder) recorder(u *fund.Universe) (*journal.Recorder, error) {
	m := journal.Manifest{Fund: "f", Dataset: "d", Run: "killed", Start: r.start}
	if len(r.scan.Records) > 0 {
		return journal.Resume(u, m, r.journal, r.scan)
	}
	return journal.NewRecorder(u, m, r.journal)
}

func (r *folder) run(ctx context.Context, d venues.Driver, seed, count int) error {
	u := universe(seed)
	rec, err := r.recorder(u)
	if err != nil {
		return err
	}
	past := journal.NewReplay(u, r.scan.Records, r.stored.Stepped(), 0)
	durable := journal.NewDurable(rec, r)
	if err := durable.Sync(); err != nil {
		return err
	}
	alarm := func(a venues.Alarm) { fmt.Fprintln(os.Stderr, a.At, a.Text) }
	panel := r.stored.Panel
	feed := venues.NewFeed(venues.FeedConfig{Universe: u, Drivers: []venues.Driver{d}, Grace: 30 * time.Second, Panel: panel, Opened: r.stored.Opened,
		Start: r.start, End: r.start.Add(time.Duration(count) * time.Minute), Rows: r.rows, Alarm: alarm})
	defer feed.Stop()
	core := engine.New(u, policy(seed))
	hub, err := venues.NewHub(venues.HubConfig{Universe: u, Panel: panel, Rows: feed, Drivers: []venues.Driver{d}, Prefix: "kill", Book: core.Book(),
		Past: past, Alarm: alarm, Answer: 10 * time.Second, Patience: 3 * time.Second, Settled: 3 * time.Second, Pause: 10 * time.Millisecond,
		Old: 24 * time.Hour}) // on a busy machine rows of 200 ms are late, and shall be traded on
	if err != nil {
		return err
	}
	defer hub.Stop()
	return host.Run(ctx, core, hub, durable)
}
