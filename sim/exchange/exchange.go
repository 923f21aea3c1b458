// Package exchange simulates a venue in virtual time: a state machine that takes orders and rows and answers with
// fills and refusals. Impact lives here as state, and is paid by whoever trades; the recorded market stays as it was.
package exchange

import (
	"slices"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
	"github.com/steelyard/steelyard/sim/stream"
)

// Config is how one venue behaves.
type Config struct {
	Account       fund.AccountID
	AtClose       bool           // orders fill at the close that they were decided on: idealised
	Participation float64        // most of an instrument's average daily volume, pro rata a row, that we are; 0: no cap
	Latency       time.Duration  // from sending to arrival
	Jitter        time.Duration  // uniform extra latency
	RejectRate    float64        // fraction of orders refused for no reason of ours
	Window        time.Duration  // over which volatility and volume are measured
	Impact        []impact.Model // by instrument of the universe
	Seed          uint64
}

// Exchange is one venue. It owns the true balances, the true impact state and the orders.
type Exchange struct {
	universe *fund.Universe
	cfg      Config
	balance  []fund.Amount // by asset
	locked   []fund.Amount // by asset, for working orders
	transit  []message     // sent, by arrival, then as sent
	arrived  int           // of transit; 0 where nothing is under way
	orders   []*working    // arrived, by ID
	over     []*working    // the room of those that are done, for the next
	trades   uint64
	answers  answers

	left    *impact.Footprint
	latency *stream.Stream
	rejects *stream.Stream

	market market
}

// market is what the venue knows of prices at an instant.
type market struct {
	panel *fund.Panel
	row   int       // whose open (or, at its close, close) is the price now
	open  fund.Time // when the row opened
	level []float64 // by instrument of the universe: undisturbed price; NaN: none
	half  []float64 // by instrument, half the spread as a fraction; nil unless in running time
	past  int       // rows that have closed
	room  []float64 // by instrument, base units left of the row under the participation cap; nil: not asked yet
}

type message struct {
	at     fund.Time
	sent   fund.Time
	order  fund.Order   // placed, unless cancel is set
	cancel fund.OrderID // 0: none
	reason string
}

type working struct {
	fund.Order
	sent    fund.Time
	arrived fund.Time
	rest    fund.Amount // base units
	asset   fund.AssetID
	lock    fund.Amount // of asset, still locked: all that it may use
	taking  bool        // the undisturbed market was within its limit when it last met it
}

// New returns a venue that holds nothing. It keeps u and cfg.
func New(u *fund.Universe, cfg Config) *Exchange {
	name := u.Accounts[cfg.Account]
	return &Exchange{
		universe: u,
		cfg:      cfg,
		balance:  make([]fund.Amount, len(u.Assets)),
		locked:   make([]fund.Amount, len(u.Assets)),
		left:     impact.NewFootprint(u, cfg.Impact, cfg.Window),
		latency:  stream.New(cfg.Seed, "latency/"+name),
		rejects:  stream.New(cfg.Seed, "reject/"+name),
	}
}

// Revise gives the venue other terms, on a universe of the same names, between two rows. Balances, orders, messages under way, random
// numbers and what our trading left stay as they are. It keeps u and cfg.
func (x *Exchange) Revise(u *fund.Universe, cfg Config) {
	x.universe, x.cfg = u, cfg
	x.left.Revise(cfg.Impact, cfg.Window)
}

// Balance returns the units of an asset held here, locked ones included.
func (x *Exchange) Balance(a fund.AssetID) fund.Amount { return x.balance[a] }

// Locked returns the units of an asset that open orders hold.
func (x *Exchange) Locked(a fund.AssetID) fund.Amount { return x.locked[a] }

// Move books a deposit (amount > 0) or a withdrawal (amount < 0) and reports whether the free balance allowed it.
func (x *Exchange) Move(a fund.AssetID, amount fund.Amount) bool {
	if x.free(a).Add(amount).Sign() < 0 {
		return false
	}
	x.balance[a] = x.balance[a].Add(amount)
	return true
}

// Send sends an order at a time; it arrives after the latency.
func (x *Exchange) Send(o fund.Order, at fund.Time) {
	x.post(message{at: at.Add(x.delay()), sent: at, order: o})
}

// Cancel asks, at a time, for what is left of an order to be withdrawn.
func (x *Exchange) Cancel(id fund.OrderID, reason string, at fund.Time) {
	arrives := at.Add(x.delay())
	for i := range x.transit[x.arrived:] { // it does not overtake its own order
		if m := &x.transit[x.arrived+i]; m.order.ID == id {
			arrives = max(arrives, m.at)
		}
	}
	x.post(message{at: arrives, sent: at, cancel: id, reason: reason})
}

func (x *Exchange) delay() time.Duration {
	if x.cfg.Jitter == 0 {
		return x.cfg.Latency
	}
	return x.cfg.Latency + time.Duration(x.latency.Float64()*float64(x.cfg.Jitter))
}

func (x *Exchange) post(m message) {
	if len(x.transit) == cap(x.transit) {
		x.transit, x.arrived = slices.Delete(x.transit, 0, x.arrived), 0
	}
	at := len(x.transit)
	for at > x.arrived && x.transit[at-1].at > m.at {
		at--
	}
	x.transit = slices.Insert(x.transit, at, m)
}

// NextArrival returns when the next message arrives, and whether one is under way.
func (x *Exchange) NextArrival() (fund.Time, bool) {
	if len(x.transit) == 0 {
		return 0, false
	}
	return x.transit[x.arrived].at, true
}

// Arrive takes the message that arrives next and returns the answers. They are valid until the next call.
func (x *Exchange) Arrive() []Event {
	m := x.transit[x.arrived]
	if x.arrived++; x.arrived == len(x.transit) {
		x.transit, x.arrived = x.transit[:0], 0
	}
	x.answers.begin()
	if m.cancel != 0 {
		x.cancel(m)
		return x.answers.list
	}
	if why := x.refusal(&m.order); why != "" {
		x.answers.close(m.at, m.order.ID, why)
		return x.answers.list
	}
	w := x.accept(m)
	x.answers.accept(m.at, w.ID)
	if x.now(w, m.at) {
		x.match(w, m.at)
		x.sweep()
	}
	return x.answers.list
}

// now reports whether an order that just arrived meets a price at once: the open of the row under way if it was sent
// by then, or the close that it was decided on.
func (x *Exchange) now(w *working, at fund.Time) bool {
	m := &x.market
	if m.panel == nil {
		return false
	}
	if x.cfg.AtClose {
		return m.past == m.row+1 && at == m.panel.CloseTime(m.row)
	}
	return m.past == m.row && w.sent <= m.open && at < m.panel.CloseTime(m.row)
}

// Open tells that row r opened at its open time; orders that arrived by then fill at it. The answers are valid until the
// next call.
func (x *Exchange) Open(p *fund.Panel, r int) []Event {
	m := &x.market
	m.panel, m.row, m.past, m.open = p, r, r, p.Times[r]
	m.level, m.room = p.Open[r*p.N:(r+1)*p.N], nil
	x.answers.begin()
	if !x.cfg.AtClose {
		x.turn(m.open)
	}
	return x.answers.list
}

// Close tells that row r closed: limit orders that it traded through have filled, as have, in the idealised
// configuration, orders that waited for a close. The answers are valid until the next call.
func (x *Exchange) Close(r int) []Event {
	m := &x.market
	at := m.panel.CloseTime(r)
	x.answers.begin()
	if len(x.orders) > 0 {
		x.matchLimits(r, at)
	}
	m.past = r + 1
	m.level = m.panel.Close[r*m.panel.N : (r+1)*m.panel.N]
	if x.cfg.AtClose {
		x.turn(at)
	}
	return x.answers.list
}

// turn meets all orders with a new price.
func (x *Exchange) turn(at fund.Time) {
	if len(x.orders) == 0 {
		return
	}
	for _, w := range x.orders {
		x.match(w, at)
	}
	x.sweep()
}

func (x *Exchange) history() fund.History { return fund.HistoryOf(x.market.panel, x.market.past) }

func (x *Exchange) free(a fund.AssetID) fund.Amount { return x.balance[a].Sub(x.locked[a]) }
