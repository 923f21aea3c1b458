package paper_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
	"github.com/steelyard/steelyard/sim/exchange"
	"github.com/steelyard/steelyard/sim/market"
	"github.com/steelyard/steelyard/venues"
	"github.com/steelyard/steelyard/venues/paper"
)

const start = fund.Time(1_600_000_200_000_000_000) // 2020-09-13 12:30

var amount = fund.MustAmount

// rows makes a panel of minutes of BTC/USDT and ETH/USDT from bars of open, high, low and close.
func rows(bars ...[4]float64) *fund.Panel {
	p := &fund.Panel{N: 2, Interval: time.Minute}
	for r, b := range bars {
		p.Times = append(p.Times, start.Add(time.Duration(r)*time.Minute))
		for _, scale := range []float64{1, 0.1} {
			p.Open, p.High = append(p.Open, b[0]*scale), append(p.High, b[1]*scale)
			p.Low, p.Close = append(p.Low, b[2]*scale), append(p.Close, b[3]*scale)
			p.Volume = append(p.Volume, 100)
		}
	}
	return p
}

func universe() *fund.Universe {
	u := &fund.Universe{Assets: []fund.Asset{{Name: "BTC", Decimals: 8}, {Name: "ETH", Decimals: 8}, {Name: "USDT", Decimals: 8}}, Accounts: []string{"paper"}, Base: 2}
	for base, name := range []string{"BTC/USDT", "ETH/USDT"} {
		u.Instruments = append(u.Instruments, fund.Instrument{Name: name, Base: fund.AssetID(base), Quote: 2, Lot: amount("0.001"),
			Tick: amount("0.01"), MinNotional: amount("5"), Spread: 0.0002,
			Fees: fund.Fees{Taker: amount("0.001"), Maker: amount("0.0005"), In: fund.FeeInReceived}})
	}
	return u
}

func venue(t *testing.T, p *fund.Panel, change func(*paper.Config)) (*paper.Venue, *paper.Hand) {
	t.Helper()
	clock := paper.NewHand(p.Times[0])
	c := paper.Config{Universe: universe(), Panel: p, Clock: clock, Opening: []venues.Balance{{Asset: "USDT", Free: amount("10000")}},
		Venue: exchange.Config{Window: fund.Day, Impact: slices.Repeat([]impact.Model{impact.None{}}, p.N), Seed: 1}}
	if change != nil {
		change(&c)
	}
	v, err := paper.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return v, clock
}

func order(id string, side fund.Side, kind venues.Kind, quantity, limit string) venues.Order {
	return venues.Order{ClientID: id, Instrument: "BTC/USDT", Side: side, Kind: kind, Quantity: amount(quantity), Limit: amount(limit)}
}

func TestMarketOrderFillsAtOnce(t *testing.T) {
	v, _ := venue(t, rows([4]float64{100, 110, 90, 105}), nil)
	account, err := v.Account(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s, err := v.Place(t.Context(), order("a", fund.Buy, venues.Market, "10", "0"))
	if err != nil || s.State != venues.Filled || len(s.Fills) != 1 {
		t.Fatalf("%+v, %v", s, err)
	}
	f := s.Fills[0] // 100 and half a spread of 1 bp
	if !f.Price.Equal(amount("100.01")) || !f.Fee.Equal(amount("0.01")) || f.FeeAsset != "BTC" || f.Maker {
		t.Errorf("%+v", f)
	}
	want := map[string]string{"BTC": "9.99", "USDT": "8999.9"}
	held, err := v.Balances(t.Context())
	if err != nil || len(held) != 2 {
		t.Fatal(held, err)
	}
	for _, b := range held {
		if !b.Free.Equal(amount(want[b.Asset])) || !b.Locked.IsZero() {
			t.Errorf("%+v, want %s", b, want[b.Asset])
		}
	}
	var heard []venues.State
	for range 2 {
		m, err := account.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		heard = append(heard, m.Status.State)
	}
	if m, err := account.Next(t.Context()); err != nil || len(m.Balances) != 2 || !slices.Equal(heard, []venues.State{venues.New, venues.Filled}) {
		t.Errorf("%v, then %+v, %v", heard, m, err)
	}
}

func TestLimitOrderWaitsForItsPrice(t *testing.T) {
	v, clock := venue(t, rows([4]float64{100, 110, 90, 105}, [4]float64{105, 105, 105, 105}), nil)
	if s, err := v.Place(t.Context(), order("a", fund.Buy, venues.Limit, "1", "91")); err != nil || s.State != venues.New {
		t.Fatal(s, err)
	}
	if held, _ := v.Balances(t.Context()); !held[0].Locked.Equal(amount("91")) {
		t.Errorf("%+v, want 91 locked", held)
	}
	clock.Advance(time.Minute)
	s, err := v.Order(t.Context(), "BTC/USDT", "a")
	if err != nil || s.State != venues.Filled || !s.Cash.Equal(amount("91")) {
		t.Errorf("%+v, %v", s, err)
	}
	fills, err := v.Fills(t.Context(), "BTC/USDT", start)
	if err != nil || len(fills) != 1 || !fills[0].Maker || !fills[0].Fee.Equal(amount("0.0005")) || fills[0].At <= start || fills[0].At >= start.Add(time.Minute) {
		t.Errorf("%+v, %v", fills, err)
	}
	if err := v.Cancel(t.Context(), "BTC/USDT", "a"); !errors.Is(err, paper.ErrOver) || v.Classify(err) != venues.Refused {
		t.Error(err)
	}
}

func TestRefusals(t *testing.T) {
	v, clock := venue(t, rows([4]float64{100, 110, 90, 105}), nil)
	if _, err := v.Place(t.Context(), order("used", fund.Buy, venues.Market, "1", "0")); err != nil {
		t.Fatal(err)
	}
	for cause, o := range map[error]venues.Order{
		paper.ErrDuplicate: order("used", fund.Buy, venues.Market, "1", "0"),
		paper.ErrBalance:   order("b", fund.Sell, venues.Limit, "1", "120"),
		paper.ErrWouldTake: order("c", fund.Buy, venues.Passive, "1", "101"),
		paper.ErrRule:      order("d", fund.Buy, venues.Limit, "1.0001", "99"),
	} {
		if _, err := v.Place(t.Context(), o); !errors.Is(err, cause) || v.Classify(err) != venues.Refused {
			t.Errorf("%+v: %v, want %v", o, err, cause)
		}
		if _, err := v.Order(t.Context(), "BTC/USDT", o.ClientID); o.ClientID != "used" && !errors.Is(err, venues.ErrUnknown) {
			t.Errorf("%s: %v, want unknown", o.ClientID, err)
		}
	}
	if err := v.Halt("BTC/USDT", true); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Place(t.Context(), order("e", fund.Buy, venues.Market, "1", "0")); !errors.Is(err, paper.ErrHalted) {
		t.Error(err)
	}
	if err := v.Halt("BTC/USDT", false); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Place(t.Context(), order("e", fund.Buy, venues.Immediate, "1", "99")); err != nil {
		t.Error(err)
	}
	clock.Advance(time.Minute) // history is over
	if _, err := v.Place(t.Context(), order("f", fund.Buy, venues.Market, "1", "0")); !errors.Is(err, paper.ErrHalted) {
		t.Error(err)
	}
}

// A venue that refuses at random takes the same order another time.
func TestBusyVenue(t *testing.T) {
	v, _ := venue(t, rows([4]float64{100, 110, 90, 105}), func(c *paper.Config) { c.Venue.RejectRate = 0.5 })
	busy := 0
	for n := range 40 {
		o := order(fmt.Sprint(n), fund.Buy, venues.Limit, "0.1", "50")
		for _, err := v.Place(t.Context(), o); err != nil; _, err = v.Place(t.Context(), o) {
			if busy++; !errors.Is(err, paper.ErrBusy) || v.Classify(err) != venues.Retry {
				t.Fatal(err)
			}
		}
	}
	if open, err := v.OpenOrders(t.Context()); err != nil || len(open) != 40 || busy < 10 {
		t.Errorf("%d open, %d times busy, %v", len(open), busy, err)
	}
}

// An ID is refused for good, or only while its order is open.
func TestReuseOfClientIDs(t *testing.T) {
	for _, reuse := range []bool{false, true} {
		v, _ := venue(t, rows([4]float64{100, 110, 90, 105}), func(c *paper.Config) { c.Reuse = reuse })
		if _, err := v.Place(t.Context(), order("a", fund.Buy, venues.Limit, "1", "50")); err != nil {
			t.Fatal(err)
		}
		if _, err := v.Place(t.Context(), order("a", fund.Buy, venues.Limit, "1", "50")); !errors.Is(err, paper.ErrDuplicate) {
			t.Error(err)
		}
		if err := v.Cancel(t.Context(), "BTC/USDT", "a"); err != nil {
			t.Fatal(err)
		}
		if _, err := v.Place(t.Context(), order("a", fund.Buy, venues.Limit, "1", "51")); errors.Is(err, paper.ErrDuplicate) == reuse {
			t.Errorf("reuse %t: %v", reuse, err)
		}
	}
}

// next reads a stream that has something to say.
func next(t *testing.T, s venues.MarketStream) *venues.MarketMessage {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	m, err := s.Next(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Whatever the market: a bar opens with its open, stays within what its trades were, and ends as recorded; trades sum to the
// volume; times never go back; REST and stream agree.
func TestStreamTellsTheBars(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		seed := rapid.Uint64Range(0, 1000).Draw(rt, "seed")
		m, err := market.New(market.Config{Assets: 2, Days: 1, Interval: 15 * time.Minute, Start: start.Floor(fund.Day), Seed: seed})
		if err != nil {
			rt.Fatal(err)
		}
		p := &fund.Panel{}
		m.Append(p, 12)
		clock := paper.NewHand(p.Times[0] - 1)
		v, _ := venue(t, p, func(c *paper.Config) {
			c.Clock = clock
			c.Points = rapid.IntRange(4, 15).Draw(rt, "points")
			c.Venue.Seed = seed
		})
		stream, err := v.Market(t.Context(), []string{"BTC/USDT", "ETH/USDT"}, p.Interval)
		if err != nil {
			rt.Fatal(err)
		}
		clock.Advance(fund.Day + 1)
		w := watcher{rt: rt, panel: p}
		for w.closed < 2*p.Rows() {
			w.see(next(t, stream))
		}
		for i, name := range []string{"BTC/USDT", "ETH/USDT"} {
			bars, err := v.Bars(t.Context(), name, p.Interval, 0, math.MaxInt64)
			if err != nil || !slices.Equal(bars, w.bars[i]) {
				rt.Fatalf("%d bars, streamed %d, %v", len(bars), len(w.bars[i]), err)
			}
		}
	})
}

// watcher checks a market stream.
type watcher struct {
	rt     *rapid.T
	panel  *fund.Panel
	at     fund.Time
	traded [2]fund.Amount
	high   [2]fund.Amount
	low    [2]fund.Amount
	bars   [2][]venues.Bar
	closed int
}

func (w *watcher) see(m *venues.MarketMessage) {
	if m.At < w.at {
		w.rt.Fatalf("%v after %v", m.At, w.at)
	}
	w.at = m.At
	switch {
	case m.Trade != nil:
		i := place(m.Trade.Instrument)
		w.traded[i] = w.traded[i].Add(m.Trade.Quantity)
	case m.Quote != nil && m.Quote.Ask.Less(m.Quote.Bid):
		w.rt.Fatalf("%+v", m.Quote)
	case m.Bar != nil:
		w.bar(place(m.Bar.Instrument), m.Bar)
	}
}

func (w *watcher) bar(i int, b *venues.Bar) {
	p, r := w.panel, len(w.bars[i])
	k := r*p.N + i
	if b.Open != p.Times[r] || b.First.Float64() != p.Open[k] || b.High.Float64() > p.High[k] || b.Low.Float64() < p.Low[k] {
		w.rt.Fatalf("row %d: %+v", r, b)
	}
	if !b.Closed {
		w.high[i], w.low[i] = b.High, b.Low
		return
	}
	if b.High.Float64() != p.High[k] || b.Low.Float64() != p.Low[k] || b.Last.Float64() != p.Close[k] || b.Volume.Float64() != p.Volume[k] {
		w.rt.Fatalf("row %d ended as %+v", r, b)
	}
	if !w.traded[i].Equal(b.Volume) || !w.high[i].Equal(b.High) || !w.low[i].Equal(b.Low) {
		w.rt.Fatalf("row %d: traded %s of %s, from %s to %s of %s to %s", r, w.traded[i], b.Volume, w.low[i], w.high[i], b.Low, b.High)
	}
	w.traded[i] = fund.Amount{}
	w.bars[i] = append(w.bars[i], *b)
	w.closed++
}

func place(name string) int {
	if name == "BTC/USDT" {
		return 0
	}
	return 1
}

// Bars of longer intervals are made of rows, and trades are the newest.
func TestCandlesAndTrades(t *testing.T) {
	v, clock := venue(t, rows([4]float64{100, 110, 90, 105}, [4]float64{105, 120, 100, 101}, [4]float64{101, 102, 80, 99}), nil)
	clock.Advance(150 * time.Second)
	bars, err := v.Candles(t.Context(), "BTC/USDT", 2*time.Minute, 0, math.MaxInt64, 5)
	if err != nil || len(bars) != 2 || !bars[0].High.Equal(amount("120")) || !bars[0].Volume.Equal(amount("200")) || !bars[0].Closed || bars[1].Closed {
		t.Errorf("%+v, %v", bars, err)
	}
	trades, err := v.Trades(t.Context(), "BTC/USDT", 20)
	if err != nil || len(trades) != 20 || trades[19].At != start.Add(150*time.Second) || !slices.IsSortedFunc(trades, func(a, b venues.Trade) int { return int(a.ID) - int(b.ID) }) {
		t.Errorf("%+v, %v", trades, err)
	}
	if _, err := v.Bars(t.Context(), "BTC/USDT", 90*time.Second, 0, math.MaxInt64); v.Classify(err) != venues.Refused {
		t.Error(err)
	}
}

// Nothing trades where there is a gap, and a stream wakes when it is over.
func TestGap(t *testing.T) {
	p := rows([4]float64{100, 110, 90, 105}, [4]float64{105, 120, 100, 101})
	p.Times[1] = p.Times[1].Add(time.Hour)
	v, clock := venue(t, p, nil)
	clock.Advance(2 * time.Minute)
	if _, err := v.Place(t.Context(), order("a", fund.Buy, venues.Market, "1", "0")); !errors.Is(err, paper.ErrHalted) {
		t.Error(err)
	}
	stream, err := v.Market(t.Context(), []string{"BTC/USDT"}, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	heard := make(chan fund.Time)
	go func() {
		m, err := stream.Next(t.Context())
		if err != nil {
			t.Error(err)
			close(heard)
			return
		}
		heard <- m.At
	}()
	clock.Advance(59 * time.Minute)
	if at := <-heard; at != p.Times[1] {
		t.Errorf("woke at %v", at)
	}
	if _, err := v.Place(t.Context(), order("a", fund.Buy, venues.Market, "1", "0")); err != nil {
		t.Error(err)
	}
}

// A stream that was closed, and one whose context ended, return.
func TestStreamEnds(t *testing.T) {
	v, _ := venue(t, rows([4]float64{100, 110, 90, 105}), nil)
	stream, err := v.Account(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := stream.Next(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	done := make(chan error)
	go func() {
		_, err := stream.Next(t.Context())
		done <- err
	}()
	if err := stream.Close(); err != nil {
		t.Error(err)
	}
	if err := <-done; v.Classify(err) != venues.Retry {
		t.Error(err)
	}
}

// A clock that runs is waited for.
func TestRunningClock(t *testing.T) {
	p := rows([4]float64{100, 110, 90, 105}, [4]float64{105, 120, 100, 101})
	v, _ := venue(t, p, func(c *paper.Config) { c.Clock = paper.Running(p.Times[0], 6000) })
	stream, err := v.Market(t.Context(), []string{"BTC/USDT"}, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	for {
		if m := next(t, stream); m.Bar != nil && m.Bar.Closed {
			if now, _ := v.Now(t.Context()); now < m.At {
				t.Errorf("closed at %v, the clock shows %v", m.At, now)
			}
			return
		}
	}
}

// Many callers at once, each of whom lets time pass: every execution is told once, in order, and the balances are what they make.
func TestManyCallers(t *testing.T) {
	var bars [][4]float64
	for range 60 {
		bars = append(bars, [4]float64{100, 110, 90, 100})
	}
	p := rows(bars...)
	clock := paper.NewHand(p.Times[0]) // that stands when the callers are done
	v, _ := venue(t, p, func(c *paper.Config) { c.Clock = clock })
	account, err := v.Account(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var callers sync.WaitGroup
	for caller := range 4 {
		callers.Go(func() {
			for n := range 25 {
				id := fmt.Sprintf("%d-%d", caller, n)
				o := order(id, fund.Buy, venues.Limit, "0.1", "95")
				if n%3 == 0 {
					o = order(id, fund.Buy, venues.Market, "0.1", "0")
				}
				if _, err := v.Place(t.Context(), o); err != nil {
					t.Error(err)
				}
				if n%2 == 0 {
					if err := v.Cancel(t.Context(), "BTC/USDT", id); err != nil && !errors.Is(err, paper.ErrOver) {
						t.Error(err)
					}
				}
				clock.Advance(30 * time.Second)
			}
		})
	}
	callers.Wait()
	fills, err := v.Fills(t.Context(), "BTC/USDT", 0)
	if err != nil || len(fills) < 36 {
		t.Fatalf("%d fills, %v", len(fills), err)
	}
	btc, cash := amount("0"), amount("10000")
	for _, f := range fills {
		btc, cash = btc.Add(f.Quantity).Sub(f.Fee), cash.Sub(f.Cash)
		for {
			m, err := account.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if m.Status != nil && len(m.Status.Fills) > 0 {
				if m.Status.Fills[0] != f {
					t.Fatalf("%+v, then %+v", m.Status.Fills[0], f)
				}
				break
			}
		}
	}
	held, err := v.Balances(t.Context())
	if err != nil || !held[0].Free.Equal(btc) || !held[1].Free.Add(held[1].Locked).Equal(cash) {
		t.Errorf("%+v, the fills make %s and %s; %v", held, btc, cash, err)
	}
}
