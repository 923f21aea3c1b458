package venuetest

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

func streamCases() []Case {
	return []Case{
		{name: "the account stream tells every order", scene: lively, check: accountStream},
		{name: "the account stream in doubles", scene: lively, check: accountStream, fault: Twice},
		{name: "the account stream out of order", scene: lively, check: accountStream, fault: Shuffled},
		{name: "the account stream is lost and opened again", scene: lively, check: accountReconnects},
		{name: "bars streamed are bars asked for", scene: lively, check: barsStreamed},
		{name: "bars in doubles", scene: lively, check: barsStreamed, fault: Twice},
		{name: "quotes", scene: lively, check: quotes},
		{name: "the market stream is lost and opened again", scene: lively, check: marketReconnects},
		{name: "a stream of what is listed and what is not", scene: lively, check: unlisted},
		{name: "streams end", scene: lively, check: streamsEnd},
	}
}

// account is an account stream and what it told.
type account struct {
	*bench
	stream venues.AccountStream
	trades map[uint64]venues.Execution
	states map[string][]venues.Status // by client ID, in the order in which they came
}

func (b *bench) account() *account {
	b.Helper()
	s, err := b.Driver.Account(b.call())
	if err != nil {
		b.Fatalf("account stream: %v", err)
	}
	context.AfterFunc(b.ctx, func() { s.Close() })
	return &account{b, s, map[uint64]venues.Execution{}, map[string][]venues.Status{}}
}

// listen reads the stream until ok, which it asks after every message.
func (a *account) listen(what string, ok func() bool) {
	a.Helper()
	ctx, cancel := context.WithTimeout(a.ctx, a.Patience)
	defer cancel()
	for !ok() {
		m, err := a.stream.Next(ctx)
		if err != nil {
			a.Fatalf("the account stream, awaiting %s: %v", what, err)
		}
		a.wantTime("a message of the account", m.At)
		if m.Status == nil {
			continue
		}
		for _, f := range m.Status.Fills {
			if was, known := a.trades[f.Trade]; known && was != f {
				a.Errorf("trade %d was told as %+v and as %+v", f.Trade, was, f)
			}
			if f.ClientID != m.Status.ClientID {
				a.Errorf("trade %d of %q came with the order %q", f.Trade, f.ClientID, m.Status.ClientID)
			}
			a.trades[f.Trade] = f
		}
		a.states[m.Status.ClientID] = append(a.states[m.Status.ClientID], *m.Status)
	}
}

// wantTrades demands that the stream tells these fills as they were told when asked for.
func (a *account) wantTrades(list []venues.Execution) {
	a.Helper()
	a.listen("fills", func() bool {
		return !slices.ContainsFunc(list, func(f venues.Execution) bool { _, ok := a.trades[f.Trade]; return !ok })
	})
	for _, f := range list {
		got := a.trades[f.Trade]
		if !alike(got, f) || got.Maker != f.Maker {
			a.Errorf("trade %d is streamed as %+v and listed as %+v", f.Trade, got, f)
		}
	}
}

// accountStream trades and demands that the stream tells of each order's end and of all its fills.
func accountStream(b *bench) {
	a := b.account()
	taken, rests := b.order(coin, fund.Buy, "0.2", "", venues.Market), b.order(coin, fund.Buy, "0.1", far, venues.Limit)
	b.place(taken)
	b.final(taken)
	b.place(rests)
	b.cancel(rests)
	ended := func(id string, state venues.State) bool {
		return slices.ContainsFunc(a.states[id], func(st venues.Status) bool { return st.State == state })
	}
	a.listen("the end of both orders", func() bool {
		return ended(taken.ClientID, venues.Filled) && ended(rests.ClientID, venues.Cancelled)
	})
	a.wantTrades(b.fills(coin, b.scene.Start()))
	a.wantTotals(taken)
	b.wantBooks(true)
}

// wantTotals demands that of an order that has ended the stream tells as much done, for as much, as who asks is told.
func (a *account) wantTotals(o venues.Order) {
	a.Helper()
	st := a.status(o)
	if !slices.ContainsFunc(a.states[o.ClientID], func(told venues.Status) bool {
		return told.State == st.State && told.Done.Equal(st.Done) && told.Cash.Equal(st.Cash)
	}) {
		a.Errorf("order %s is %s with %s done for %s, and was streamed as %+v", o.ClientID, st.State, st.Done, st.Cash, a.states[o.ClientID])
	}
}

// wantTime demands that something is stamped with the venue's time, and not with another.
func (b *bench) wantTime(what string, at fund.Time) {
	b.Helper()
	if at < b.scene.Row(-1) || at > b.scene.Row(1000) {
		b.Errorf("%s is stamped %v; the venue's clock showed %v at first", what, at, b.scene.Start())
	}
}

// accountReconnects loses the stream, trades meanwhile, and demands that all can be learned afterwards.
func accountReconnects(b *bench) {
	a := b.account()
	if b.Arm == nil || !b.Arm(Disconnect) {
		b.Skipf("this venue cannot do it: %s", Disconnect)
	}
	for ctx := b.call(); ; {
		if _, err := a.stream.Next(ctx); err != nil {
			if errors.Is(err, context.DeadlineExceeded) {
				b.Fatalf("the stream was cut and does not end")
			}
			break
		}
	}
	missed := b.order(coin, fund.Buy, "0.2", "", venues.Market)
	b.place(missed)
	b.wantSum(b.final(missed))
	a = b.account()
	told := b.order(coin, fund.Sell, "0.2", "", venues.Market)
	b.place(told)
	a.wantTrades(b.of(b.final(told)))
	b.wantBooks(true)
}

// market is a market stream and what it told of closed bars.
type market struct {
	*bench
	told   chan venues.MarketMessage
	ended  chan error
	closed map[fund.Time]venues.Bar
	quote  *venues.Quote
}

func (b *bench) market(others ...string) *market {
	b.Helper()
	s, err := b.Driver.Market(b.ctx, append([]string{coin}, others...), b.scene.Interval)
	if err != nil {
		b.Fatalf("market stream: %v", err)
	}
	context.AfterFunc(b.ctx, func() { s.Close() })
	m := &market{bench: b, told: make(chan venues.MarketMessage), ended: make(chan error, 1), closed: map[fund.Time]venues.Bar{}}
	go m.read(s)
	return m
}

// read passes a stream's messages on until it ends.
func (m *market) read(s venues.MarketStream) {
	for {
		x, err := s.Next(m.ctx)
		if err != nil {
			m.ended <- err
			return
		}
		own := *x
		if x.Bar != nil {
			bar := *x.Bar
			own.Bar = &bar
		}
		if x.Quote != nil {
			q := *x.Quote
			own.Quote = &q
		}
		select {
		case m.told <- own:
		case <-m.ctx.Done():
		}
	}
}

// listen hears the stream until ok. The venue's clock is moved a quarter of a row when nothing comes.
func (m *market) listen(what string, ok func() bool) {
	m.Helper()
	now, err := m.Driver.Now(m.call())
	if err != nil {
		m.Fatalf("the venue's time: %v", err)
	}
	for end := time.Now().Add(m.Patience); !ok(); {
		select {
		case x := <-m.told:
			m.hear(&x)
		case err := <-m.ended:
			m.Fatalf("the market stream, awaiting %s: %v", what, err)
		case <-time.After(20 * time.Millisecond):
			now = now.Add(m.scene.Interval / 4)
			m.Until(now)
		}
		if time.Now().After(end) {
			m.Fatalf("the market stream, awaiting %s: nothing came", what)
		}
	}
}

func (m *market) hear(x *venues.MarketMessage) {
	m.wantTime("a message of the market", x.At)
	switch {
	case x.Trade != nil:
		if t := x.Trade; t.Instrument != coin || t.Price.Sign() <= 0 || t.Quantity.Sign() <= 0 {
			m.Errorf("trade %+v", *t)
		}
	case x.Bar != nil && x.Bar.Closed:
		if was, twice := m.closed[x.Bar.Open]; twice && was != *x.Bar {
			m.Errorf("the closed bar of %v was told as %+v and as %+v", x.Bar.Open, was, *x.Bar)
		}
		m.closed[x.Bar.Open] = *x.Bar
	case x.Quote != nil:
		m.quote = x.Quote
		if q := m.quote; q.Instrument != coin || q.Bid.Sign() <= 0 || !q.Bid.Less(q.Ask) {
			m.Errorf("quote %+v", *q)
		}
	}
}

func barsStreamed(b *bench) {
	m := b.market()
	m.listen("three closed bars", func() bool { return len(m.closed) >= 3 })
	m.wantBars()
}

// wantBars demands that the bars that were streamed are those that the venue lists, and those of the scene.
func (m *market) wantBars() {
	m.Helper()
	opens := slices.Sorted(maps.Keys(m.closed))
	list, err := m.Driver.Bars(m.call(), coin, m.scene.Interval, opens[0], opens[len(opens)-1]+1)
	if err != nil {
		m.Fatalf("bars: %v", err)
	}
	byOpen := map[fund.Time]venues.Bar{}
	for _, bar := range list {
		byOpen[bar.Open] = bar
	}
	for _, at := range opens {
		if same(m.closed[at], byOpen[at]) {
			continue
		}
		m.Errorf("the bar of %v is streamed as %+v and listed as %+v", at, m.closed[at], byOpen[at])
	}
}

// same reports whether two bars say the same.
func same(x, y venues.Bar) bool {
	return x.Instrument == y.Instrument && x.Open == y.Open && x.First.Equal(y.First) && x.High.Equal(y.High) && x.Low.Equal(y.Low) &&
		x.Last.Equal(y.Last) && x.Volume.Equal(y.Volume) && x.Closed == y.Closed
}

func quotes(b *bench) {
	m := b.market()
	m.listen("a quote", func() bool { return m.quote != nil })
}

// marketReconnects loses the stream for some rows and demands that the bars of the gap can be asked for.
func marketReconnects(b *bench) {
	m := b.market()
	m.listen("a closed bar", func() bool { return len(m.closed) > 0 })
	if b.Arm == nil || !b.Arm(Disconnect) {
		b.Skipf("this venue cannot do it: %s", Disconnect)
	}
	first := slices.Min(slices.Collect(maps.Keys(m.closed)))
	last := first.Add(3 * b.scene.Interval)
	b.Until(last.Add(b.scene.Interval))
	list, err := b.Driver.Bars(b.call(), coin, b.scene.Interval, first, last)
	if err != nil || len(list) != 3 {
		b.Fatalf("bars of the gap: %d of 3, %v", len(list), err)
	}
	m = b.market()
	m.listen("a closed bar after the gap", func() bool { return len(m.closed) > 0 })
	m.wantBars()
}

// unlisted demands that an instrument that the venue does not list, not any more perhaps, silences no other.
func unlisted(b *bench) {
	m := b.market("NONE/USDT")
	m.listen("a closed bar", func() bool { return len(m.closed) > 0 })
	m.wantBars()
	_, err := b.Driver.Market(b.call(), []string{"NONE/USDT"}, b.scene.Interval)
	b.wantClass("a stream of nothing that is listed", err, venues.Refused)
}

// streamsEnd closes a stream while somebody waits for it, and again.
func streamsEnd(b *bench) {
	a := b.account()
	ended := make(chan error, 1)
	go func() {
		for {
			if _, err := a.stream.Next(b.ctx); err != nil {
				ended <- err
				return
			}
		}
	}()
	for range 2 {
		a.stream.Close()
	}
	select {
	case <-ended:
	case <-time.After(b.Patience):
		b.Errorf("a stream that was closed lets its reader wait")
	}
}
