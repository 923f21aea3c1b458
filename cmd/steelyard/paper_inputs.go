package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"path/filepath"
	"slices"
	"time"

	"github.com/steelyard/steelyard/data"
	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/strategies/fundfile"
	"github.com/steelyard/steelyard/venues"
)

// paperRun is what `steelyard paper` or `steelyard live` was asked for.
type paperRun struct {
	live           bool   // its orders go to the venues
	text           []byte // of the fund file
	fund           *fundfile.Fund
	drivers        []venues.Driver // by account
	out            string
	seed           uint64
	grace          time.Duration
	until          fund.Time // 0: it goes on
	signing        signing
	stdout, stderr io.Writer
}

// gather reads what the run is given: from its folder if it has begun, else from its venues.
func (p *paperRun) gather(ctx context.Context) (*inputs, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	in := &inputs{text: p.text, fund: p.fund, about: aboutThisRun(), signing: p.signing}
	in.about.Folder, in.about.Venues, in.about.Seed = p.out, p.venues(), p.seed
	stored, err := journal.Read(journal.Dir(p.out))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err == nil && len(stored.Records) > 0 {
		return in, errors.Join(p.checkSame(), p.goOn(in, stored))
	}
	return in, p.begin(ctx, in)
}

func (p *paperRun) check() error {
	switch f := p.fund; {
	case !f.Backtest.Present():
		return errors.New("the fund file has no backtest section, whose interval is the length of a row; add one such as\n  backtest: {from: 2021-04-05, to: 2023-12-30, interval: 1h}")
	case len(f.Start)+len(f.Flows) == 0 && !p.live:
		return errors.New("the fund file has no start: a paper fund begins with holdings of its own")
	case len(f.Caps()) > 0:
		return errors.New("the fund looks at market caps, which no venue streams: it can only be backtested")
	}
	return nil
}

// goOn reads what an earlier process left. The fund keeps the rules of its venues as they were when it began.
func (p *paperRun) goOn(in *inputs, stored *journal.Stored) error {
	m, err := journal.ReadManifest(stored.Records)
	if err != nil {
		return err
	}
	_, ran, err := readFund(filepath.Join(p.out, resolvedName))
	if err != nil {
		return err
	}
	in.fund = p.fund.WithRules(ran.Rules)
	in.manifest = m
	in.manifest.Fund, in.manifest.Seed = in.fund.Hash(), p.seed
	if !in.inRunningTime() {
		return fmt.Errorf("run folder %s: it holds a backtest; give --out another folder", p.out)
	}
	in.panel, in.opened, err = knownRows(p.out)
	if err != nil || stored.Ended() || in.fund.Hash() != ran.Hash() { // of another fund: who takes the folder says so
		return err
	}
	in.known, in.words, err = happened(in.fund.Universe(), stored.Records)
	return err
}

// knownRows reads the rows of a run that has begun, and whether the newest has only opened.
func knownRows(dir string) (*fund.Panel, bool, error) {
	rows, err := journal.ReadRows(journal.Dir(dir))
	if errors.Is(err, fs.ErrNotExist) { // it ended
		panel, _, err := data.ReadRows(filepath.Join(dir, rowsName))
		return panel, false, err
	}
	if err != nil {
		return nil, false, err
	}
	return rows.Panel, rows.Opened, nil
}

// happened returns when the newest event of a journal happened, and what operators said in it. Opening holdings are written down ahead
// of the time that they are of.
func happened(u *fund.Universe, records [][]byte) (known fund.Time, words []sim.Word, err error) {
	opening := uint64(0) // its newest event
	for reader := journal.NewReader(u, records); ; {
		e, more, err := reader.Next()
		if err != nil || !more {
			return known, words, err
		}
		if flow, ok := e.Event.(*engine.Flow); ok && flow.Opening {
			opening = e.Seq
		}
		if e.Correction == nil && e.Seq > opening {
			known = max(known, e.At)
		}
		if o, ok := e.Event.(*engine.Operator); ok {
			words = append(words, sim.Word{At: e.At, Operator: *o})
		}
	}
}

// begin asks the venues for their rules, the time, and the rows before the first. The first row is the next to open.
func (p *paperRun) begin(ctx context.Context, in *inputs) error {
	if p.live {
		if err := p.admitted(ctx); err != nil {
			return err
		}
	}
	rules, err := p.listed(ctx)
	if err != nil {
		return err
	}
	in.rules = rules
	in.fund = p.fund.WithRules(rules)
	in.manifest = journal.Manifest{Fund: in.fund.Hash(), Seed: p.seed, Run: rand.Text()}
	if in.panel, in.manifest.Start, err = p.warmUp(ctx); err != nil {
		return err
	}
	in.known = in.manifest.Start.Add(-in.panel.Interval) // the venues' clocks have shown it
	if p.until != 0 && p.until <= in.manifest.Start {
		return fmt.Errorf("--until %v is over before the first row, which opens at %v", p.until, in.manifest.Start)
	}
	in.manifest.Dataset = datasetHash(data.PanelHash(in.panel, in.instruments()), nil)
	return nil
}

// listed returns the venues' rules for the fund's instruments, all of which they must trade.
func (p *paperRun) listed(ctx context.Context) (func(key string) (fundfile.Rules, bool), error) {
	u := p.fund.Universe()
	known := map[string]fundfile.Rules{}
	for account, d := range p.drivers {
		list, err := d.Listings(ctx)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", u.Accounts[account], err)
		}
		for _, l := range list {
			known[u.Accounts[account]+":"+l.Name] = fundfile.Rules{Lot: l.Lot, Tick: l.Tick, MinQuantity: l.MinQuantity, MaxQuantity: l.MaxQuantity,
				MinNotional: l.MinNotional, MaxNotional: l.MaxNotional}
		}
	}
	for i := range u.Instruments {
		if key := u.InstrumentKey(fund.InstrumentID(i)); p.live || !p.derived(fund.InstrumentID(i)) {
			if _, ok := known[key]; !ok {
				return nil, fmt.Errorf("%s does not trade there", key)
			}
		}
	}
	return func(key string) (fundfile.Rules, bool) {
		r, ok := known[key]
		return r, ok
	}, nil
}

// derived reports whether the prices of an instrument follow from others'.
func (p *paperRun) derived(i fund.InstrumentID) bool {
	return slices.ContainsFunc(p.fund.Crosses, func(c fund.Cross) bool { return c.Of == i })
}

// warmUp returns the rows before the first and when that opens. Most of them are asked for at once and those that close meanwhile
// when the first row opens: what is late then is not in them.
func (p *paperRun) warmUp(ctx context.Context) (*fund.Panel, fund.Time, error) {
	interval := p.fund.Backtest.Interval
	panel := &fund.Panel{N: len(p.fund.Universe().Instruments), Interval: interval}
	now, err := p.now(ctx)
	start := now.Floor(interval).Add(interval)
	if err != nil || p.fund.WarmUp < interval {
		return panel, start, err
	}
	known := now.Floor(interval)
	from := known.Add(interval - p.fund.WarmUp)
	bars, err := p.bars(ctx, from, known)
	if err != nil {
		return nil, 0, err
	}
	if now, err = p.now(ctx); err != nil {
		return nil, 0, err
	}
	start = now.Floor(interval).Add(interval)
	fmt.Fprintf(p.stderr, "%v  %d bars of history; the first row opens at %v\n", now, len(bars), start)
	if err := p.await(ctx, start); err != nil {
		return nil, 0, err
	}
	rest, err := p.bars(ctx, known, start)
	if err != nil {
		return nil, 0, err
	}
	fill(panel, append(bars, rest...), start.Add(-p.fund.WarmUp))
	for r := range panel.Times {
		panel.Derive(r, p.fund.Crosses)
	}
	return panel, start, nil
}

// now returns the venues' time, the latest venue's where there are several.
func (p *paperRun) now(ctx context.Context) (fund.Time, error) {
	now := fund.Time(math.MaxInt64)
	for account, d := range p.drivers {
		at, err := d.Now(ctx)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", p.fund.Universe().Accounts[account], err)
		}
		now = min(now, at)
	}
	return now, nil
}

// await returns when it is at, at the venues, whose clocks may run at any speed.
func (p *paperRun) await(ctx context.Context, at fund.Time) error {
	pause := 10 * time.Millisecond
	for before := fund.Time(0); ; {
		now, err := p.now(ctx)
		if err != nil || now >= at {
			return err
		}
		if before != 0 { // half of what is left, by the speed since the last look
			pause = time.Duration(float64(pause) * float64(at.Sub(now)) / 2 / float64(max(now-before, 1)))
		}
		before, pause = now, min(max(pause, 5*time.Millisecond), time.Minute)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// keyed is a bar with the column that it belongs to.
type keyed struct {
	column int
	venues.Bar
}

// bars asks for the closed bars of all instruments that have some.
func (p *paperRun) bars(ctx context.Context, from, to fund.Time) ([]keyed, error) {
	u := p.fund.Universe()
	var all []keyed
	for i, in := range u.Instruments {
		if p.derived(fund.InstrumentID(i)) {
			continue
		}
		bars, err := p.drivers[in.Venue].Bars(ctx, in.Name, p.fund.Backtest.Interval, from, to)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", u.InstrumentKey(fund.InstrumentID(i)), err)
		}
		for _, b := range bars {
			all = append(all, keyed{i, b})
		}
	}
	return all, nil
}

// fill makes rows of bars that open from a time on: those in which an instrument has a bar.
func fill(p *fund.Panel, bars []keyed, from fund.Time) {
	for _, b := range bars {
		if b.Open >= from {
			p.Times = append(p.Times, b.Open)
		}
	}
	slices.Sort(p.Times)
	p.Times = slices.Compact(p.Times)
	for _, column := range []*[]float64{&p.Open, &p.High, &p.Low, &p.Close, &p.Volume} {
		*column = slices.Repeat([]float64{math.NaN()}, len(p.Times)*p.N)
	}
	for _, b := range bars {
		if b.Open >= from {
			k := p.Find(b.Open)*p.N + b.column
			p.Open[k], p.High[k], p.Low[k], p.Close[k], p.Volume[k] = b.First.Float64(), b.High.Float64(), b.Low.Float64(), b.Last.Float64(), b.Volume.Float64()
		}
	}
}
