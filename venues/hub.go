package venues

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/host"
	"github.com/steelyard/steelyard/engine/ledger"
)

// Rows is where a hub's rows come from, in running time: a Feed. Each call may end early with what an operator said; the
// same is then waited for again. io.EOF ends the run.
type Rows interface {
	// Now returns the venues' time.
	Now() fund.Time
	// Until returns when it is at.
	Until(ctx context.Context, at fund.Time) (*engine.Event, error)
	// Open returns when the opens of row r stand in the panel.
	Open(ctx context.Context, r int) (*engine.Event, error)
	// Close returns when all of row r stands in the panel.
	Close(ctx context.Context, r int) (*engine.Event, error)
}

// HubConfig says what a hub trades for, and where.
type HubConfig struct {
	Universe *fund.Universe
	Panel    *fund.Panel // the rows' own
	Rows     Rows
	Drivers  []Driver // by account
	// Prefix is what every client order ID of the run begins with. No other run at these venues may ever have it; at most 24
	// letters, digits, - and _.
	Prefix string
	Book   *ledger.Book // the core's, for reading between steps
	Past   host.World   // what was recorded of the run; nil: it begins
	First  int          // the row to begin with
	Alarm  func(Alarm)  // called by whoever calls Next; nil: nobody

	// Patience is how long a call that does not get through is tried again before an order is given up and a person told, by our
	// clock; 0: 30 s. An order is given up only where it is sure that the venue never had it.
	Patience time.Duration
	// Settled is how long after it was sent a request can still be taken by the venue; 0: 30 s, or twice the longest Window of the
	// drivers if that is more. A venue that does not know an order then never will. It must be longer than any Window.
	Settled time.Duration
	Old     time.Duration // of Lag
	// Answer is how long a call waits for its answer; 0: 10 s.
	Answer time.Duration
	// Pause is how long a call that failed waits before it is tried again, at first; it doubles up to 30 s. 0: 250 ms.
	Pause time.Duration
}

// Hub is the World of live trading: rows from Rows, orders by drivers. What happens is told in the order in which the hub
// hears of it; at one time first what venues said, then timers, then operators, then the row. An event is stamped with the
// venues' time, but never after the close of a row that has not been told yet.
//
// An order goes out at most once. What became of it is learned from the answer, the account stream, and by asking for its client
// order ID; its fills come from all three, and each is told once. docs/LIVE.md says what the hub does about each class of error.
//
// A hub that goes on with a run tells first what was recorded; what the core then wants again is not done again. After that
// it asks for every order that was working, for the fills since, and compares balances before any row or timer is told.
type Hub struct {
	cfg    HubConfig
	lines  []*line    // by account
	past   host.World // nil: all that was recorded is told
	begun  bool       // it is live
	last   fund.Time  // of the newest event
	start  fund.Time  // of the first event; 0: none yet
	row    engine.Row
	opened bool
	ending bool // nothing is sent any more
	lag    *Lag // around Rows
	queue  []engine.Event
	timers []timer // by time, then ID

	orders   []*placed // of the run, by ID, but for those that were forgotten
	byClient map[string]*placed
	byVenue  map[venueID]*placed
	told     [][]uint64      // by instrument, ascending: trades whose fills were told; of all the run, so that none is ever told twice
	stray    []stray         // fills of orders that nobody knows yet
	moved    map[moveID]bool // deposits and withdrawals that were told
	left     map[string]bool // assets that are not the fund's, of which a person was told
	foreign  map[string]bool // open orders of others that an operator knows of, by the venue's ID

	mu    sync.Mutex
	inbox []news
	wake  context.CancelFunc // of who waits; nil: nobody

	stop    context.CancelFunc
	ended   context.Context
	running sync.WaitGroup
}

// news is what a goroutine has to tell the hub.
type news interface{ tell(h *Hub) }

// NewHub returns a hub that has not begun: the first call of Next does. Stop ends it.
func NewHub(cfg HubConfig) (*Hub, error) {
	if !regexp.MustCompile(`^[A-Za-z0-9_-]{1,24}$`).MatchString(cfg.Prefix) {
		return nil, fmt.Errorf("client order IDs cannot begin with %q: give 1 to 24 letters, digits, - and _", cfg.Prefix)
	}
	cfg.Patience = orElse(cfg.Patience, 30*time.Second)
	window := longestWindow(cfg.Drivers)
	cfg.Settled = orElse(cfg.Settled, max(30*time.Second, 2*window))
	if cfg.Settled <= window {
		return nil, fmt.Errorf("an order counts as never taken %v after it was sent, and a venue may take it for %v: give more than that", cfg.Settled, window)
	}
	cfg.Answer = orElse(cfg.Answer, patience)
	cfg.Pause = orElse(cfg.Pause, 250*time.Millisecond)
	h := &Hub{cfg: cfg, past: cfg.Past, row: engine.Row{Panel: cfg.Panel, Index: cfg.First - 1},
		byClient: map[string]*placed{}, byVenue: map[venueID]*placed{}, moved: map[moveID]bool{}, left: map[string]bool{}, foreign: map[string]bool{}}
	if cfg.Universe != nil {
		h.told = make([][]uint64, len(cfg.Universe.Instruments))
	}
	h.lag = NewLag(cfg.Rows, cfg.Panel, cfg.Old, h.now, cfg.First, 0)
	h.ended, h.stop = context.WithCancel(context.Background())
	for account, d := range cfg.Drivers {
		h.lines = append(h.lines, newLine(h, fund.AccountID(account), d))
	}
	return h, nil
}

// longestWindow returns how long after it was sent a request may still be taken by one of these venues, as far as they say.
func longestWindow(drivers []Driver) (window time.Duration) {
	for _, d := range drivers {
		if w, ok := d.(Windowed); ok {
			window = max(window, w.Window())
		}
	}
	return window
}

// now returns the venues' time: a row that comes late because we are slow is history too.
func (h *Hub) now() fund.Time { return h.cfg.Rows.Now() }

func orElse(d, other time.Duration) time.Duration {
	if d == 0 {
		return other
	}
	return d
}

// Stop ends everything that the hub began, and returns when it has ended. Orders stay where they are; a run that came to its
// end has none.
func (h *Hub) Stop() {
	h.stop()
	h.running.Wait()
}

// begin goes live: it minds every order that may be working, and opens the account streams, each of which begins with
// a comparison.
func (h *Hub) begin() {
	h.begun, h.lag.row = true, h.row.Index+1
	for _, o := range h.orders {
		if minded := !o.closed || o.mayFill(h.last); minded {
			h.lines[o.account].add(&minding{order: o, since: time.Now()})
		} else {
			o.over.Store(true)
		}
		if !o.closed && o.cancel {
			h.lines[o.account].add(&cancelling{order: o})
		}
	}
	for _, l := range h.lines {
		l.begin()
	}
}

// Next implements the host's World.
func (h *Hub) Next(ctx context.Context) (engine.Event, error) {
	if h.past != nil {
		ev, err := h.past.Next(ctx)
		if !errors.Is(err, io.EOF) {
			h.learn(&ev)
			return ev, err
		}
		h.past = nil
	}
	if !h.begun {
		h.begin()
	}
	for {
		if err := ctx.Err(); err != nil {
			return engine.Event{}, err
		}
		h.hear()
		if len(h.queue) > 0 {
			ev := h.queue[0]
			h.queue = h.queue[1:]
			return ev, nil
		}
		if h.compare() {
			continue
		}
		ev, err := h.await(ctx)
		if errors.Is(err, io.EOF) && h.working() {
			h.ending = true
			continue
		}
		if ev != nil || err != nil && ctx.Err() == nil && !errors.Is(err, context.Canceled) {
			return h.said(ev), err
		}
	}
}

// post tells the hub something, from any goroutine.
func (h *Hub) post(n news) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.inbox = append(h.inbox, n)
	if h.wake != nil {
		h.wake()
	}
}

// hear takes what was posted, in its order.
func (h *Hub) hear() {
	h.mu.Lock()
	list := h.inbox
	h.inbox = nil
	h.mu.Unlock()
	for _, n := range list {
		n.tell(h)
	}
}

// waiting returns a context that ends as soon as there are news.
func (h *Hub) waiting(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.wake = cancel
	if len(h.inbox) > 0 {
		cancel()
	}
	return ctx, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.wake = nil
		cancel()
	}
}

// ready reports whether every venue was compared since the hub began.
func (h *Hub) ready() bool {
	return !slices.ContainsFunc(h.lines, func(l *line) bool { return !l.compared })
}

func (h *Hub) alarm(a Alarm) {
	if a.At = h.cfg.Rows.Now(); h.cfg.Alarm != nil {
		h.cfg.Alarm(a)
	}
}
