package venuetest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

// Tape is a driver of a venue that plays bars back and takes no orders. Its clock runs from the first call on. What is set
// before that makes it misbehave.
type Tape struct {
	Instruments []string    // BASE/QUOTE, by column of the panel
	Panel       *fund.Panel // what happens
	Start       fund.Time   // when the clock begins
	Speed       float64     // venue time in our time; 0: 1

	Delay func(instrument string, open fund.Time, closed bool) time.Duration // venue time until a bar is told; negative: never; nil: at once
	Shift func(at fund.Time) time.Duration                                   // how wrong the clock is that Now tells at a venue time, and the messages' times; nil: right
	Fault func(call string, at fund.Time) error                              // what a call at a venue time fails with; the streams' call is "next"; nil: nothing

	once  sync.Once
	began time.Time
}

var _ venues.Driver = (*Tape)(nil)

// At returns the venue's time.
func (t *Tape) At() fund.Time {
	t.once.Do(func() { t.began = time.Now() })
	return t.Start.Add(time.Duration(float64(time.Since(t.began)) * t.speed()))
}

func (t *Tape) speed() float64 {
	if t.Speed == 0 {
		return 1
	}
	return t.Speed
}

func (t *Tape) fault(call string) error {
	if at := t.At(); t.Fault != nil {
		return t.Fault(call, at)
	}
	return nil
}

// Name implements venues.Driver.
func (t *Tape) Name() string { return "tape" }

// Now implements venues.Driver.
func (t *Tape) Now(context.Context) (fund.Time, error) { return t.shown(t.At()), t.fault("now") }

// shown is what the venue's clock shows at a time.
func (t *Tape) shown(at fund.Time) fund.Time {
	if t.Shift == nil {
		return at
	}
	return at.Add(t.Shift(at))
}

// Listings implements venues.Driver: the instruments, without a rule.
func (t *Tape) Listings(context.Context) ([]venues.Listing, error) {
	var list []venues.Listing
	for _, name := range slices.Sorted(slices.Values(t.Instruments)) {
		list = append(list, venues.Listing{Name: name, Symbol: name, Trading: true})
	}
	return list, t.fault("listings")
}

// Bars implements venues.Driver.
func (t *Tape) Bars(_ context.Context, instrument string, interval time.Duration, from, to fund.Time) ([]venues.Bar, error) {
	if err := t.fault("bars"); err != nil {
		return nil, err
	}
	i, now := slices.Index(t.Instruments, instrument), t.At()
	var bars []venues.Bar
	for r, open := range t.Panel.Times {
		if open >= from && open < to && open.Add(interval) <= now && t.Panel.Has(r, fund.InstrumentID(i)) {
			bars = append(bars, t.bar(r, i, true))
		}
	}
	return bars, nil
}

// bar returns a bar that has closed, or that has just opened.
func (t *Tape) bar(r, i int, closed bool) venues.Bar {
	p, at := t.Panel, r*t.Panel.N+i
	b := venues.Bar{Instrument: t.Instruments[i], Open: p.Times[r], First: fund.AmountOfFloat(p.Open[at]), Closed: closed}
	b.High, b.Low, b.Last = b.First, b.First, b.First
	if closed {
		b.High, b.Low, b.Last = fund.AmountOfFloat(p.High[at]), fund.AmountOfFloat(p.Low[at]), fund.AmountOfFloat(p.Close[at])
		b.Volume = fund.AmountOfFloat(p.Volume[at])
	}
	return b
}

// Market implements venues.Driver: the stream begins with the bars under way.
func (t *Tape) Market(_ context.Context, instruments []string, _ time.Duration) (venues.MarketStream, error) {
	if err := t.fault("market"); err != nil {
		return nil, err
	}
	s := &tapeStream{tape: t, closed: make(chan struct{})}
	now := t.At()
	for r := range t.Panel.Times {
		for _, name := range instruments {
			if i := slices.Index(t.Instruments, name); t.Panel.Has(r, fund.InstrumentID(i)) {
				s.plan(r, i, now)
			}
		}
	}
	slices.SortStableFunc(s.todo, func(a, b venues.MarketMessage) int { return int(min(1, max(-1, a.At-b.At))) })
	return s, nil
}

type tapeStream struct {
	tape   *Tape
	todo   []venues.MarketMessage // by time
	once   sync.Once
	closed chan struct{}
}

// plan puts what is to be told of a bar from now on among the messages.
func (s *tapeStream) plan(r, i int, now fund.Time) {
	opens, closes := s.tape.Panel.Times[r], s.tape.Panel.CloseTime(r)
	if closes > now {
		s.tell(max(opens, now), s.tape.bar(r, i, false), now)
	}
	s.tell(closes, s.tape.bar(r, i, true), now)
}

func (s *tapeStream) tell(at fund.Time, b venues.Bar, now fund.Time) {
	if d := s.tape.Delay; d != nil {
		delay := d(b.Instrument, b.Open, b.Closed)
		if delay < 0 {
			return
		}
		at = at.Add(delay)
	}
	if at >= now {
		s.todo = append(s.todo, venues.MarketMessage{At: at, Bar: &b})
	}
}

// Next implements venues.MarketStream.
func (s *tapeStream) Next(ctx context.Context) (*venues.MarketMessage, error) {
	for {
		if err := s.tape.fault("next"); err != nil {
			return nil, err
		}
		wait := time.Second
		if len(s.todo) > 0 {
			left := s.todo[0].At.Sub(s.tape.At())
			if left <= 0 {
				m := s.todo[0]
				s.todo = s.todo[1:]
				m.At = s.tape.shown(m.At)
				return &m, nil
			}
			wait = min(wait, time.Duration(float64(left)/s.tape.speed())+1)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-s.closed:
			return nil, &venues.Failure{Class: venues.Retry, Err: errors.New("the stream is closed")}
		case <-time.After(wait):
		}
	}
}

// Close implements venues.MarketStream.
func (s *tapeStream) Close() error {
	s.once.Do(func() { close(s.closed) })
	return nil
}

// errOrders is the answer to whoever wants to trade.
func errOrders() error {
	return &venues.Failure{Class: venues.Refused, Err: errors.New("a tape takes no orders")}
}

// Balances implements venues.Driver.
func (t *Tape) Balances(context.Context) ([]venues.Balance, error) { return nil, errOrders() }

// Place implements venues.Driver.
func (t *Tape) Place(context.Context, venues.Order) (venues.Status, error) {
	return venues.Status{}, errOrders()
}

// Cancel implements venues.Driver.
func (t *Tape) Cancel(context.Context, string, string) error { return errOrders() }

// Order implements venues.Driver.
func (t *Tape) Order(context.Context, string, string) (venues.Status, error) {
	return venues.Status{}, errOrders()
}

// OpenOrders implements venues.Driver.
func (t *Tape) OpenOrders(context.Context) ([]venues.Status, error) { return nil, errOrders() }

// Fills implements venues.Driver.
func (t *Tape) Fills(context.Context, string, fund.Time) ([]venues.Execution, error) {
	return nil, errOrders()
}

// Account implements venues.Driver.
func (t *Tape) Account(context.Context) (venues.AccountStream, error) { return nil, errOrders() }

// Classify implements venues.Driver.
func (t *Tape) Classify(err error) venues.Class { return venues.ClassOf(err) }
