// Package sim is the World in virtual time: history or synthetic rows, simulated venues, timers and external flows,
// merged into one deterministic sequence of events. Time jumps from one to the next.
package sim

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/sim/exchange"
)

// Flow is an external flow that is known in advance: a deposit, or a withdrawal if Amount is negative, which the
// fund is asked for and pays when it can.
type Flow struct {
	At      fund.Time
	Account fund.AccountID
	Asset   fund.AssetID
	Amount  fund.Amount
}

// Caps are market capitalisations that become known at one time.
type Caps struct {
	At  fund.Time
	USD []float64 // by asset, US dollars; 0: nothing new of it
}

// Word is what an operator says at a time.
type Word struct {
	At fund.Time
	engine.Operator
}

// Revision is a fund file that takes the place of the one before from the first row on that opens at At or after: its
// policy, which the core was told of, its venues' terms, and the flows and words of it that are still to come.
type Revision struct {
	At       fund.Time
	Fund     engine.Revision
	Universe *fund.Universe // of the same names
	Venues   []exchange.Config
	Flows    []Flow
	Words    []Word
}

// Config is a simulated world.
type Config struct {
	Universe *fund.Universe
	Panel    *fund.Panel       // its columns are the universe's instruments
	First    int               // the row to begin with; those before it have closed, and are history
	Venues   []exchange.Config // one per account, in their order
	Opening  []Flow            // opening holdings, by account and asset; At is when the run begins
	Flows    []Flow            // by time
	Words    []Word            // by time
	Caps     []Caps            // by time; those from before the opening holdings are known from the start
	Pace     Pace              // nil: time jumps

	Revisions []Revision // by time
}

// World implements the host's World. It is not safe for concurrent use.
type World struct {
	cfg    Config
	venues []*exchange.Exchange
	now    fund.Time
	queue  []exchange.Event // answers not yet delivered, in order
	head   int              // of queue
	timers []timer          // by time, then ID
	flow   int              // next of Flows
	word   int              // next of Words
	revise int              // next of Revisions
	caps   int              // next of Caps
	paid   uint64           // redemptions asked for

	row   engine.Row // the newest row that closed
	phase phase      // of the row after it
}

// phase is how far the row under way has come.
type phase int8

const (
	before phase = iota // it has not opened
	during              // it has opened
	after               // its venues have closed it; its row event is due
)

type timer struct {
	at fund.Time
	id fund.TimerID
}

// New returns a world at the start of its panel.
func New(cfg Config) *World {
	w := &World{cfg: cfg, row: engine.Row{Panel: cfg.Panel, Index: cfg.First - 1}}
	for _, v := range cfg.Venues {
		w.venues = append(w.venues, exchange.New(cfg.Universe, v))
	}
	for _, f := range cfg.Opening {
		w.hear(f.At)
		w.now = f.At
		w.deposit(f, true)
	}
	return w
}

// Venue returns the simulated venue of an account, for reading.
func (w *World) Venue(a fund.AccountID) *exchange.Exchange { return w.venues[a] }

// what is the kind of the next thing to happen; at one instant the earlier kinds go first.
type what int8

const (
	arrival what = iota
	opening
	firing
	flowing
	hearing
	speaking
	closing
	revising
	ending
)

// Next implements the host's World.
func (w *World) Next(ctx context.Context) (engine.Event, error) {
	for {
		if w.head < len(w.queue) {
			return w.deliver(), nil
		}
		next, venue, at := w.next()
		if w.cfg.Pace != nil {
			if heard, err := w.await(ctx, next, at); err != nil {
				return engine.Event{}, err
			} else if heard {
				continue // what is next may be another now
			}
		}
		w.now = max(w.now, at)
		switch next {
		case arrival:
			w.answers(w.venues[venue].Arrive())
		case opening:
			w.phase = during
			for _, x := range w.venues {
				w.answers(x.Open(w.cfg.Panel, w.row.Index+1))
			}
		case firing:
			return w.fire(), nil
		case flowing:
			w.askOrDeposit(w.cfg.Flows[w.flow])
			w.flow++
		case hearing:
			w.hear(w.now + 1)
		case speaking:
			w.word++
			return engine.Event{At: w.now, Body: &w.cfg.Words[w.word-1].Operator}, nil
		case revising:
			return w.revision(), nil
		case closing:
			if w.phase == during {
				w.phase = after
				for _, x := range w.venues {
					w.answers(x.Close(w.row.Index + 1))
				}
				if w.head < len(w.queue) {
					continue
				}
			}
			return w.closeRow(ctx)
		case ending:
			return engine.Event{}, io.EOF
		}
	}
}

// next returns what happens next, for an arrival where, and when.
func (w *World) next() (what, int, fund.Time) {
	r := w.row.Index + 1
	if r == w.cfg.Panel.Rows() {
		return ending, 0, w.now
	}
	at, kind, venue := w.cfg.Panel.CloseTime(r), closing, 0
	if w.word < len(w.cfg.Words) && w.cfg.Words[w.word].At <= at {
		at, kind = w.cfg.Words[w.word].At, speaking
	}
	if w.caps < len(w.cfg.Caps) && w.cfg.Caps[w.caps].At <= at {
		at, kind = w.cfg.Caps[w.caps].At, hearing
	}
	if w.flow < len(w.cfg.Flows) && w.cfg.Flows[w.flow].At <= at {
		at, kind = w.cfg.Flows[w.flow].At, flowing
	}
	if len(w.timers) > 0 && w.timers[0].at <= at {
		at, kind = w.timers[0].at, firing
	}
	if w.phase == before && w.cfg.Panel.Times[r] <= at {
		at, kind = w.cfg.Panel.Times[r], opening
	}
	for v := len(w.venues) - 1; v >= 0; v-- {
		if t, ok := w.venues[v].NextArrival(); ok && t <= at {
			at, kind, venue = t, arrival, v
		}
	}
	if t, ok := w.revisionDue(r); ok && (t < at || kind == opening) {
		at, kind = t, revising
	}
	return kind, venue, at
}

// revisionDue returns when the next revision is, where it is before row r, which has not opened.
func (w *World) revisionDue(r int) (fund.Time, bool) {
	if w.revise == len(w.cfg.Revisions) || w.phase != before || w.cfg.Revisions[w.revise].At > w.cfg.Panel.Times[r] {
		return 0, false
	}
	return max(w.now, w.cfg.Revisions[w.revise].At), true
}

// revision puts the next revision in force. What both fund files have of flows and words up to now has come.
func (w *World) revision() engine.Event {
	v := &w.cfg.Revisions[w.revise]
	w.revise++
	w.cfg.Universe, w.cfg.Venues, w.cfg.Flows, w.cfg.Words = v.Universe, v.Venues, v.Flows, v.Words
	for k, x := range w.venues {
		x.Revise(v.Universe, v.Venues[k])
	}
	later := func(at fund.Time) int {
		if at > w.now {
			return 1
		}
		return -1
	}
	w.flow, _ = slices.BinarySearchFunc(v.Flows, w.now, func(f Flow, _ fund.Time) int { return later(f.At) })
	w.word, _ = slices.BinarySearchFunc(v.Words, w.now, func(s Word, _ fund.Time) int { return later(s.At) })
	return engine.Event{At: w.now, Body: &v.Fund}
}

func (w *World) answers(out []exchange.Event) {
	if len(out) > 0 { // next to never
		w.queue = append(w.queue, out...)
	}
}

func (w *World) deliver() engine.Event {
	e := w.queue[w.head]
	if w.head++; w.head == len(w.queue) {
		w.queue, w.head = w.queue[:0], 0
	}
	return engine.Event{At: e.At, Body: e.Body}
}

func (w *World) fire() engine.Event {
	t := w.timers[0]
	w.timers = slices.Delete(w.timers, 0, 1)
	return engine.Event{At: w.now, Body: &engine.TimerFired{Timer: t.id}}
}

// closeRow delivers the row. The context is looked at here only, so that a run can be stopped and costs nothing for it.
func (w *World) closeRow(ctx context.Context) (engine.Event, error) {
	select {
	case <-ctx.Done():
		return engine.Event{}, ctx.Err()
	default:
	}
	w.phase = before
	w.row.Index++
	return engine.Event{At: w.now, Body: &w.row}, nil
}

func (w *World) deposit(f Flow, opening bool) {
	w.venues[f.Account].Move(f.Asset, f.Amount)
	w.queue = append(w.queue, exchange.Event{At: w.now, Body: &engine.Flow{
		Account: f.Account, Asset: f.Asset, Amount: f.Amount, Opening: opening}})
}

// hear delivers the market caps that became known before a time.
func (w *World) hear(before fund.Time) {
	for ; w.caps < len(w.cfg.Caps) && w.cfg.Caps[w.caps].At < before; w.caps++ {
		c := &w.cfg.Caps[w.caps]
		w.now = max(w.now, c.At)
		w.queue = append(w.queue, exchange.Event{At: w.now, Body: &engine.Caps{USD: c.USD}})
	}
}

func (w *World) askOrDeposit(f Flow) {
	if f.Amount.Sign() > 0 {
		w.deposit(f, false)
		return
	}
	w.paid++
	w.queue = append(w.queue, exchange.Event{At: w.now, Body: &engine.Redemption{
		ID: w.paid, Account: f.Account, Asset: f.Asset, Amount: f.Amount.Neg()}})
}

// Do implements the host's World.
func (w *World) Do(_ context.Context, c engine.Command) error {
	switch c := c.(type) {
	case *engine.Place:
		o := c.Order.Order()
		if o.ID == 0 {
			return fmt.Errorf("an order that was not approved reached the world")
		}
		w.venues[w.cfg.Universe.Instruments[o.Instrument].Venue].Send(o, w.now)
	case *engine.Cancel:
		w.venues[w.cfg.Universe.Instruments[c.Instrument].Venue].Cancel(c.Order, c.Reason, w.now)
	case *engine.SetTimer:
		w.setTimer(timer{max(c.At, w.now), c.Timer})
	case *engine.Pay:
		return w.pay(c)
	}
	return nil
}

func (w *World) setTimer(t timer) {
	at := len(w.timers)
	for at > 0 && w.timers[at-1].at > t.at {
		at--
	}
	w.timers = slices.Insert(w.timers, at, t)
}

func (w *World) pay(c *engine.Pay) error {
	out := c.Amount.Neg()
	if !w.venues[c.Account].Move(c.Asset, out) {
		return fmt.Errorf("%s cannot pay out %s %s", w.cfg.Universe.Accounts[c.Account], c.Amount, w.cfg.Universe.AssetName(c.Asset))
	}
	w.queue = append(w.queue, exchange.Event{At: w.now, Body: &engine.Flow{
		Account: c.Account, Asset: c.Asset, Amount: out, Redemption: c.Redemption}})
	return nil
}
