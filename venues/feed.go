package venues

import (
	"context"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
)

// FeedConfig says what a feed makes its rows of.
type FeedConfig struct {
	Universe *fund.Universe
	Crosses  []fund.Cross  // instruments whose prices are derived
	Drivers  []Driver      // by account
	Grace    time.Duration // venue time, after which a row does without what has not come

	Panel  *fund.Panel // N and Interval, and the rows that are known already; the feed's from then on
	Opened bool        // the newest row of Panel has opened and not closed
	Start  fund.Time   // open of the first row, where Panel has none
	End    fund.Time   // rows open before it; 0: it goes on
	Known  fund.Time   // what happened up to it is known to have happened: a run is done again up to there

	Rows  RowLog             // is told what stands in a row before anybody acts on it; nil: nobody
	Inbox <-chan engine.Body // what comes from elsewhere and cuts a wait short; closed: the feed ends
	Alarm func(Alarm)        // called by whoever waits; nil: nobody
	Idle  func() error       // called about every second of a wait; nil: nobody
}

// RowLog keeps rows as they come to be known.
type RowLog interface {
	// Opened says that the opens of row r stand in the panel.
	Opened(p *fund.Panel, r int) error
	// Closed says that all of row r stands in the panel.
	Closed(p *fund.Panel, r int) error
}

// Feed makes rows of what venues stream, as they come to be known: opens when a row opens, the rest of it when its closed
// bars are there. What is not there within the grace is NaN for good, so that who does a run again from its rows sees what it
// saw. Rows follow each other without a gap, whatever the venues do.
//
// A stream that broke is opened again, and what it missed is asked for; a venue that wants to be left alone is. Between calls
// of Until, Open and Close nothing changes: goroutines read and ask, and one channel brings what they have to those calls,
// which are not safe for concurrent use. Times are the venues', and of several the one's whose clock is behind.
type Feed struct {
	cfg     FeedConfig
	sources []*source
	bars    map[slot]Bar // that came for the row under way and those after it
	row     int          // under way: the last of the panel, but at the end
	opened  bool
	own     []bool      // by instrument: it has bars of its own
	heard   []fund.Time // by instrument: when the venue last told of it; 0: never
	late    []bool      // by instrument: an alarm said that its bars do not come
	idle    time.Time   // of the last call of Idle

	inbound chan message
	stop    context.CancelFunc
	ended   context.Context
	running sync.WaitGroup
	health  atomic.Pointer[Health]
}

// slot is where a bar belongs.
type slot struct {
	instrument fund.InstrumentID
	open       fund.Time
}

// NewFeed begins to read. Stop ends it.
func NewFeed(cfg FeedConfig) *Feed {
	f := &Feed{cfg: cfg, bars: map[slot]Bar{}, inbound: make(chan message, 1024), idle: time.Now()}
	f.ended, f.stop = context.WithCancel(context.Background())
	n := len(cfg.Universe.Instruments)
	f.own, f.heard, f.late = make([]bool, n), make([]fund.Time, n), make([]bool, n)
	for i := range f.own {
		f.own[i] = true
	}
	for _, c := range cfg.Crosses {
		f.own[c.Of] = false
	}
	for account, d := range cfg.Drivers {
		f.sources = append(f.sources, f.newSource(fund.AccountID(account), d))
	}
	f.row, f.opened = cfg.Panel.Rows()-1, cfg.Opened
	if !cfg.Opened {
		f.row++
		f.begin()
	}
	return f
}

// Stop ends everything that the feed began, and returns when it has ended.
func (f *Feed) Stop() {
	f.stop()
	f.running.Wait()
}

// Until returns when it is at, earlier with what came to the inbox.
func (f *Feed) Until(ctx context.Context, at fund.Time) (*engine.Event, error) {
	return f.wait(ctx, at, func() bool { return false })
}

// Open returns when the opens of row r stand in the panel.
func (f *Feed) Open(ctx context.Context, r int) (*engine.Event, error) {
	if r < f.row || f.opened {
		return nil, nil
	}
	said, err := f.wait(ctx, f.cfg.Panel.Times[r].Add(f.cfg.Grace), func() bool { return f.all(f.hasOpen) })
	if said != nil || err != nil {
		return said, err
	}
	f.opened = true
	f.writeOpens()
	if f.cfg.Rows == nil {
		return nil, nil
	}
	return nil, f.cfg.Rows.Opened(f.cfg.Panel, r)
}

// Close returns when row r stands in the panel, and behind it the row that follows.
func (f *Feed) Close(ctx context.Context, r int) (*engine.Event, error) {
	if r < f.row {
		return nil, nil
	}
	at := f.cfg.Panel.CloseTime(r)
	ready := func() bool {
		f.seek(at.Add(f.cfg.Grace / 2))
		return f.all(f.hasClose)
	}
	said, err := f.wait(ctx, at.Add(f.cfg.Grace), ready)
	if said != nil || err != nil {
		return said, err
	}
	f.writeRest()
	if f.cfg.Rows != nil {
		if err := f.cfg.Rows.Closed(f.cfg.Panel, r); err != nil {
			return nil, err
		}
	}
	f.row, f.opened = r+1, false
	f.begin()
	return nil, nil
}

// bar returns what is known of an instrument's bar of the row under way.
func (f *Feed) bar(i fund.InstrumentID) (Bar, bool) {
	b, ok := f.bars[slot{i, f.cfg.Panel.Times[f.row]}]
	return b, ok
}

// hasOpen reports whether the open of an instrument in the row under way is known.
func (f *Feed) hasOpen(i fund.InstrumentID) bool {
	_, ok := f.bar(i)
	return ok
}

// hasClose reports whether an instrument's closed bar of the row under way is there.
func (f *Feed) hasClose(i fund.InstrumentID) bool {
	b, ok := f.bar(i)
	return ok && b.Closed
}

// all reports whether something holds for every instrument that has bars of its own.
func (f *Feed) all(holds func(fund.InstrumentID) bool) bool {
	for i := range f.own {
		if f.own[i] && !holds(fund.InstrumentID(i)) {
			return false
		}
	}
	return true
}

// wait returns when it is at or ready says so, earlier with what came to the inbox.
func (f *Feed) wait(ctx context.Context, at fund.Time, ready func() bool) (*engine.Event, error) {
	for {
		f.drain()
		if ready() || f.past(at) {
			return nil, nil
		}
		if err := f.tend(at); err != nil {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case m := <-f.inbound:
			m.tell(f)
		case body, open := <-f.cfg.Inbox:
			if !open {
				return nil, io.EOF
			}
			return &engine.Event{At: f.Now(), Body: body}, nil
		case <-time.After(f.pause(at)):
		}
	}
}

// drain takes what has come, and waits for nothing.
func (f *Feed) drain() {
	for {
		select {
		case m := <-f.inbound:
			m.tell(f)
		default:
			return
		}
	}
}

// past reports whether it is at, at every venue.
func (f *Feed) past(at fund.Time) bool {
	if at <= f.cfg.Known {
		return true
	}
	for _, s := range f.sources {
		if !s.past(at) {
			return false
		}
	}
	return true
}

// Missed returns the time before which rows came to be known after an outage or a restart, and not as they happened; 0: none did.
func (f *Feed) Missed() (at fund.Time) {
	for _, s := range f.sources {
		at = max(at, s.missed)
	}
	return at
}

// Now returns the venues' time.
func (f *Feed) Now() fund.Time {
	now := f.sources[0].clock.guess()
	for _, s := range f.sources[1:] {
		now = min(now, s.clock.guess())
	}
	return max(now, f.cfg.Known)
}
