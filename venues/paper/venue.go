// Package paper is a venue in running time, real, accelerated or moved by hand: its prices are recorded or synthetic
// bars with a seeded path inside each, its fills are the simulated exchange's. It implements venues.Driver in process,
// and is what sim/wire puts behind a real venue's protocol.
//
// It has no goroutine. Whoever calls it lets it catch up with its clock first, and a stream's Next waits for the clock.
package paper

import (
	"fmt"
	"sync"
	"time"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/sim/exchange"
	"github.com/steelyard/steelyard/venues"
)

// Config is a venue in running time.
type Config struct {
	Universe *fund.Universe
	Venue    exchange.Config // of the account whose instruments trade here; latency and AtClose have no meaning
	Panel    *fund.Panel     // its columns are the universe's instruments; only read
	First    int             // the row to begin with: those before it have closed
	Points   int             // price points inside a bar, at least 4; 0: 12
	Opening  []venues.Balance
	Clock    Clock
	Reuse    bool // a client ID may be used again when its order is over, as some venues allow
}

const usualPoints = 12

// Venue implements venues.Driver, for as many callers as like.
type Venue struct {
	mu       sync.Mutex
	universe *fund.Universe
	panel    *fund.Panel
	clock    Clock
	account  fund.AccountID
	points   int
	seed     uint64
	reuse    bool
	x        *exchange.Exchange

	row    int       // under way, or to come
	at     int       // points of it that have been told
	paths  [][]point // of it, by instrument
	halted []bool    // by instrument, by a person's word

	orders  []*order          // by ID−1
	known   map[string]*order // by client ID, the newest
	market  []*queue[venues.MarketMessage]
	private []*queue[venues.AccountMessage]
}

// New returns a venue that stands before its first row. The clock should show a time near the open of that row.
func New(c Config) (*Venue, error) {
	if c.Points == 0 {
		c.Points = usualPoints
	}
	switch {
	case c.Panel.N != len(c.Universe.Instruments):
		return nil, fmt.Errorf("a panel of %d instruments for a universe of %d", c.Panel.N, len(c.Universe.Instruments))
	case c.Points < leastPoints:
		return nil, fmt.Errorf("%d points inside a bar: at least %d are needed, for open, high, low and close", c.Points, leastPoints)
	case c.First < 0 || c.First >= c.Panel.Rows():
		return nil, fmt.Errorf("there is no row %d to begin with: the panel has %d", c.First, c.Panel.Rows())
	}
	u := withSteps(c.Universe, c.Panel)
	v := &Venue{universe: u, panel: c.Panel, clock: c.Clock, account: c.Venue.Account, points: c.Points, seed: c.Venue.Seed,
		reuse: c.Reuse, x: exchange.New(u, c.Venue), row: c.First, paths: make([][]point, c.Panel.N),
		halted: make([]bool, c.Panel.N), known: map[string]*order{}}
	for _, b := range c.Opening {
		a, ok := u.Asset(b.Asset)
		if !ok || !v.x.Move(a, b.Free) {
			return nil, fmt.Errorf("an opening balance of %s %s cannot be", b.Free, b.Asset)
		}
	}
	v.x.Turn(c.Panel, c.First, c.Panel.Times[c.First])
	return v, nil
}

// catchUp does what the clock says has happened. The venue is locked.
func (v *Venue) catchUp() fund.Time {
	now := v.clock.Now()
	for {
		at, more := v.next()
		if !more || at > now {
			return now
		}
		v.step(at)
	}
}

// next returns when the market moves next, and false when history is over.
func (v *Venue) next() (fund.Time, bool) {
	if v.row == v.panel.Rows() {
		return 0, false
	}
	if v.at == v.points {
		return v.panel.CloseTime(v.row), true
	}
	return pointTime(v.panel.Times[v.row], v.panel.Interval, v.at, v.points), true
}

// step does what happens next: a point of the row under way, or its close.
func (v *Venue) step(at fund.Time) {
	if v.at == v.points {
		v.closeRow(at)
		return
	}
	if v.at == 0 {
		v.x.Turn(v.panel, v.row, at)
		for i := range v.paths {
			v.paths[i] = v.path(v.row, fund.InstrumentID(i))
		}
	}
	for i := range v.paths {
		v.tell(fund.InstrumentID(i), at)
	}
	v.at++
}

// path is nil for instruments of other venues.
func (v *Venue) path(r int, i fund.InstrumentID) []point {
	in := &v.universe.Instruments[i]
	if in.Venue != v.account {
		return nil
	}
	return path(v.panel, r, i, in, v.points, v.seed)
}

// tell tells an instrument's next point.
func (v *Venue) tell(i fund.InstrumentID, at fund.Time) {
	if v.paths[i] == nil || v.halted[i] {
		v.apply(v.x.Tell(i, none, 0, at))
	}
	if v.paths[i] == nil {
		return
	}
	p := &v.paths[i][v.at]
	if !v.halted[i] {
		v.apply(v.x.Tell(i, p.price.Float64(), v.half(i), at))
		v.sayTrade(i, v.at, p, at)
		v.sayQuote(i, at)
	}
	v.sayBar(i, v.forming(i, v.at), at)
}

// half returns half the spread of an instrument in the row under way, as a fraction.
func (v *Venue) half(i fund.InstrumentID) float64 {
	if v.panel.Bid != nil {
		bid, ask := v.panel.Bid[v.row*v.panel.N+int(i)], v.panel.Ask[v.row*v.panel.N+int(i)]
		if bid > 0 && ask >= bid {
			return (ask - bid) / (ask + bid)
		}
	}
	return v.universe.Instruments[i].Spread / 2
}

// closeRow closes the row under way. Where the next one does not follow at once, nothing trades until it comes.
func (v *Venue) closeRow(at fund.Time) {
	for i := range v.paths {
		if v.paths[i] != nil {
			v.sayBar(fund.InstrumentID(i), v.closed(v.row, fund.InstrumentID(i)), at)
		}
	}
	v.row, v.at = v.row+1, 0
	v.x.Turn(v.panel, v.row, at)
	if v.row < v.panel.Rows() && v.panel.Times[v.row] == at {
		return
	}
	for i := range v.paths {
		v.paths[i] = nil
		v.apply(v.x.Tell(fund.InstrumentID(i), none, 0, at))
	}
}

// Halt stops the trading of an instrument, or lets it go on. Its bars go on as they are recorded.
func (v *Venue) Halt(instrument string, halted bool) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	i, err := v.instrument(instrument)
	if err != nil {
		return err
	}
	now := v.catchUp()
	v.halted[i] = halted
	price := none
	if !halted && v.paths[i] != nil {
		price = v.paths[i][v.at-1].price.Float64()
	}
	v.apply(v.x.Tell(i, price, v.halfNow(i), now))
	return nil
}

func (v *Venue) halfNow(i fund.InstrumentID) float64 {
	if v.row == v.panel.Rows() {
		return 0
	}
	return v.half(i)
}

// Move books a deposit (amount > 0) or a withdrawal (amount < 0) that the fund did not ask for.
func (v *Venue) Move(asset string, amount fund.Amount) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	a, ok := v.universe.Asset(asset)
	if !ok {
		return fmt.Errorf("no asset %s here", asset)
	}
	now := v.catchUp()
	if !v.x.Move(a, amount) {
		return fmt.Errorf("%s of %s are not free", amount.Neg(), asset)
	}
	v.sayAccount(venues.AccountMessage{At: now, Moved: &venues.Moved{Asset: asset, Amount: amount, At: now}})
	v.sayBalances(now, []fund.AssetID{a})
	return nil
}

// apply books the exchange's answers and tells the account streams.
func (v *Venue) apply(answers []exchange.Event) {
	for k, e := range answers {
		var w *order
		switch b := e.Body.(type) {
		case *engine.Accepted:
			w = v.orders[b.Order-1]
			v.accepted(w, e.At)
		case *engine.Filled:
			w = v.orders[b.Fill.Order-1]
			v.filled(w, &b.Fill, e.At)
		case *engine.Closed:
			w = v.orders[b.Order-1]
			v.over(w, b.Reason, e.At)
		}
		if k == len(answers)-1 && w.State != venues.Rejected {
			v.sayTouched(w, e.At)
		}
	}
}

// instrument returns an instrument that trades here.
func (v *Venue) instrument(name string) (fund.InstrumentID, error) {
	i, ok := v.universe.Instrument(v.universe.Accounts[v.account] + ":" + name)
	if !ok {
		return 0, refused(ErrInstrument, "%s does not trade here", name)
	}
	return i, nil
}

// Interval returns the length of a row.
func (v *Venue) Interval() time.Duration { return v.panel.Interval }
