package venuetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

// Memory is a small venue that plays a scene in this process, without a network and in a time that stands still until Until
// moves it: the plainest driver that passes the suite, and a venue for tests of what uses drivers.
type Memory struct {
	// Trouble is asked at each call, by the method's name, what goes wrong with it; "" or nil: nothing. It must not call
	// the venue.
	Trouble func(call string) Fault
	// Wait is how long it wants to be left alone when it is Busy; 20 ms as NewMemory makes it.
	Wait time.Duration
	// OnItsWay is how long a SlowRequest takes to reach the venue, by our clock; 4 ms as NewMemory makes it.
	OnItsWay time.Duration

	mu       sync.Mutex
	scene    Scene
	now      fund.Time
	row      int // under way
	price    []fund.Amount
	room     []fund.Amount // by listing: base units left of the row under the participation
	balance  map[string]*venues.Balance
	orders   []*order
	fills    []venues.Execution
	trades   []uint64 // by listing: the newest trade ID
	placed   map[string]int
	armed    []Fault
	slow     []slow // orders on their way
	accounts []*stream[venues.AccountMessage]
	markets  []*stream[venues.MarketMessage]
}

// order is an order that the venue knows.
type order struct {
	venues.Status
	listing int
	asset   string
	lock    fund.Amount // of asset
}

// NewMemory returns a venue at the start of a scene.
func NewMemory(s Scene) *Memory {
	m := &Memory{Wait: 20 * time.Millisecond, OnItsWay: 4 * time.Millisecond, scene: s, now: s.Start(), row: s.Past, balance: map[string]*venues.Balance{}, placed: map[string]int{},
		price: make([]fund.Amount, len(s.Listings)), room: make([]fund.Amount, len(s.Listings)), trades: make([]uint64, len(s.Listings))}
	for _, b := range s.Balances {
		m.balance[b.Asset] = &b
	}
	m.open()
	return m
}

// slow is an order that reaches the venue later.
type slow struct {
	venues.Order
	at time.Time
}

// arrive takes the orders that have reached the venue by now.
func (m *Memory) arrive() {
	for len(m.slow) > 0 && !time.Now().Before(m.slow[0].at) {
		o := m.slow[0].Order
		m.slow = m.slow[1:]
		m.put(o) // whoever sent it hears of a refusal no more
	}
}

// InMemory is the harness of Memory.
func InMemory(_ testing.TB, s Scene) Venue {
	m := NewMemory(s)
	m.Wait = time.Second // which no call takes
	return Venue{Driver: m, Until: m.Until, Arm: m.Arm, Placed: m.Placed}
}

// Until moves the venue's time to t, through every row on the way.
func (m *Memory) Until(t fund.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for m.row < len(m.scene.Rows) {
		ends := m.scene.Rows[m.row][0].Open.Add(m.scene.Interval)
		if t < ends-fund.Time(m.scene.Interval)/2 {
			break
		}
		if m.now < ends-fund.Time(m.scene.Interval)/2 { // in the middle of a row it is at its extremes
			m.now = ends - fund.Time(m.scene.Interval)/2
			m.meet(func(b venues.Bar) []fund.Amount { return []fund.Amount{b.Low, b.High, b.Last} })
		}
		if t < ends {
			break
		}
		m.now = ends
		m.close()
	}
	m.now = max(m.now, t)
	m.tell(func() *venues.MarketMessage { return &venues.MarketMessage{At: m.now} })
}

// close ends the row under way and opens the next.
func (m *Memory) close() {
	for k := range m.scene.Rows[m.row] {
		b := m.scene.Rows[m.row][k]
		m.tell(func() *venues.MarketMessage { return &venues.MarketMessage{At: m.now, Bar: &b} })
	}
	if m.row++; m.row < len(m.scene.Rows) {
		m.open()
	}
}

func (m *Memory) open() {
	for k, b := range m.scene.Rows[m.row] {
		m.room[k] = b.Volume
		if m.scene.Participation > 0 {
			m.room[k] = b.Volume.Mul(fund.AmountOfFloat(m.scene.Participation))
		}
	}
	m.meet(func(b venues.Bar) []fund.Amount { return []fund.Amount{b.First} })
}

// meet moves the prices through those of the row under way and lets every open order meet each.
func (m *Memory) meet(of func(venues.Bar) []fund.Amount) {
	for k, b := range m.scene.Rows[m.row] {
		for _, price := range of(b) {
			m.price[k] = price
			for _, o := range m.orders {
				if o.listing == k && !o.State.Final() {
					m.match(o, true)
				}
			}
		}
		bid, ask := m.quote(k, fund.Sell), m.quote(k, fund.Buy)
		m.tell(func() *venues.MarketMessage {
			return &venues.MarketMessage{At: m.now, Quote: &venues.Quote{Instrument: b.Instrument, Bid: bid, Ask: ask, BidSize: b.Volume, AskSize: b.Volume}}
		})
	}
}

// Arm implements Venue.
func (m *Memory) Arm(f Fault) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if f != Disconnect {
		m.armed = append(m.armed, f)
		return true
	}
	for _, s := range m.accounts {
		s.end(errCut)
	}
	for _, s := range m.markets {
		s.end(errCut)
	}
	m.accounts, m.markets = nil, nil
	return true
}

// Calm disarms every fault.
func (m *Memory) Calm() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.armed, m.Trouble = nil, nil
}

// take reports whether a fault is armed, and disarms one that happens once.
func (m *Memory) take(f Fault) bool {
	at := slices.Index(m.armed, f)
	if at >= 0 && f != Twice && f != Shuffled {
		m.armed = slices.Delete(m.armed, at, at+1)
	}
	return at >= 0
}

// Placed implements Venue.
func (m *Memory) Placed(clientID string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.placed[clientID]
}

// Move lets units come to the account, or leave it, as a person would who deposits or withdraws.
func (m *Memory) Move(asset string, units fund.Amount) {
	m.mu.Lock()
	defer m.mu.Unlock()
	b := m.of(asset)
	b.Free = b.Free.Add(units)
	m.say(&venues.AccountMessage{At: m.now, Moved: &venues.Moved{Asset: asset, Amount: units, At: m.now}})
}

// Tell lets the account's streams tell of a deposit or a withdrawal, and moves nothing: news may come long after what they are of.
func (m *Memory) Tell(moved venues.Moved) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.say(&venues.AccountMessage{At: m.now, Moved: &moved})
}

// Steal lets units leave the account without a word.
func (m *Memory) Steal(asset string, units fund.Amount) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.of(asset).Free = m.of(asset).Free.Sub(units)
}

func (m *Memory) of(asset string) *venues.Balance {
	if m.balance[asset] == nil {
		m.balance[asset] = &venues.Balance{Asset: asset}
	}
	return m.balance[asset]
}

var errCut = &venues.Failure{Class: venues.Retry, Err: errors.New("the connection was cut")}

func failure(class venues.Class, format string, args ...any) error {
	return &venues.Failure{Class: class, Err: fmt.Errorf(format, args...)}
}

// begin begins a call: it fails when the context has ended or the call is in trouble. after is set when the trouble comes
// after the work.
func (m *Memory) begin(ctx context.Context, call string) (after, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.arrive()
	var f Fault
	if m.Trouble != nil {
		f = m.Trouble(call)
	}
	placing := call == "Place"
	switch {
	case placing && m.take(LostRequest):
		f = LostRequest
	case placing && m.take(LostAnswer):
		f = LostAnswer
	case placing && m.take(Busy):
		f = Busy
	}
	switch f {
	case LostRequest:
		return nil, failure(venues.Ambiguous, "no answer to %s", call)
	case LostAnswer:
		return failure(venues.Ambiguous, "no answer to %s", call), nil
	case Busy:
		return nil, &venues.Failure{Class: venues.RateLimited, Wait: m.Wait, Err: errors.New("too many requests")}
	case Disconnect:
		return nil, failure(venues.Retry, "%s: connection refused", call)
	}
	return nil, nil
}

// listing returns the number of an instrument, or −1.
func (m *Memory) listing(name string) int {
	return slices.IndexFunc(m.scene.Listings, func(l venues.Listing) bool { return strings.EqualFold(l.Name, name) })
}
