package paper

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

// mostWaiting is how many messages may wait for a reader before its stream ends.
const mostWaiting = 1 << 18

var (
	errClosed = &venues.Failure{Class: venues.Retry, Err: errors.New("the stream is closed")}
	errSlow   = &venues.Failure{Class: venues.Retry, Err: errors.New("the stream was read too slowly and is closed")}
)

// queue is an open stream: what waits for its reader. The venue's lock guards it.
type queue[M any] struct {
	venue   *Venue
	only    []bool // market streams: the instruments wanted
	waiting []M
	current M
	wake    chan struct{}
	ended   error
}

func newQueue[M any](v *Venue) *queue[M] {
	return &queue[M]{venue: v, wake: make(chan struct{}, 1)}
}

// Next implements both kinds of stream.
func (q *queue[M]) Next(ctx context.Context) (*M, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		m, due, stop, err := q.poll()
		if m != nil || err != nil {
			return m, err
		}
		select {
		case <-ctx.Done():
		case <-q.wake:
		case <-due:
		}
		stop()
	}
}

// poll returns the next message, or what to wait for.
func (q *queue[M]) poll() (m *M, due <-chan struct{}, stop func(), err error) {
	v := q.venue
	v.mu.Lock()
	defer v.mu.Unlock()
	v.catchUp()
	if len(q.waiting) > 0 {
		q.current, q.waiting = q.waiting[0], q.waiting[1:]
		return &q.current, nil, nil, nil
	}
	if q.ended != nil {
		return nil, nil, nil, q.ended
	}
	at, more := v.next()
	if !more {
		return nil, nil, func() {}, nil
	}
	due, stop = v.clock.After(at)
	return nil, due, stop, nil
}

// Close implements both kinds of stream.
func (q *queue[M]) Close() error {
	q.venue.mu.Lock()
	defer q.venue.mu.Unlock()
	q.end(errClosed)
	return nil
}

func (q *queue[M]) end(why error) {
	if q.ended == nil {
		q.ended, q.waiting = why, nil
		q.ring()
	}
}

func (q *queue[M]) put(m M) {
	if len(q.waiting) == mostWaiting {
		q.end(errSlow)
		return
	}
	q.waiting = append(q.waiting, m)
	q.ring()
}

func (q *queue[M]) ring() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// Market implements venues.Driver. The interval must be that of the venue's rows.
func (v *Venue) Market(ctx context.Context, instruments []string, interval time.Duration) (venues.MarketStream, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if interval != v.panel.Interval {
		return nil, refused(ErrRule, "bars of %v are streamed here, not of %v", v.panel.Interval, interval)
	}
	q := newQueue[venues.MarketMessage](v)
	q.only = make([]bool, v.panel.N)
	for _, name := range instruments {
		if i, err := v.instrument(name); err == nil {
			q.only[i] = true
		}
	}
	if !slices.Contains(q.only, true) {
		return nil, refused(ErrInstrument, "none of %s", strings.Join(instruments, ", "))
	}
	now := v.catchUp()
	v.market = append(open(v.market), q)
	for i, wanted := range q.only { // what is known now: without it, a reader that came late would wait for the next point
		if b, ok := v.bar(v.row, fund.InstrumentID(i)); wanted && ok && v.row < v.panel.Rows() {
			q.put(venues.MarketMessage{At: now, Bar: &b})
		}
		if quote, ok := v.quote(fund.InstrumentID(i)); wanted && ok {
			q.put(venues.MarketMessage{At: now, Quote: &quote})
		}
	}
	return q, nil
}

// Account implements venues.Driver.
func (v *Venue) Account(ctx context.Context) (venues.AccountStream, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.catchUp()
	q := newQueue[venues.AccountMessage](v)
	v.private = append(open(v.private), q)
	return q, nil
}

// open returns the queues that have not ended.
func open[M any](queues []*queue[M]) []*queue[M] {
	return slices.DeleteFunc(queues, func(q *queue[M]) bool { return q.ended != nil })
}

func (v *Venue) say(i fund.InstrumentID, m venues.MarketMessage) {
	for _, q := range v.market {
		if q.ended == nil && q.only[i] {
			q.put(m)
		}
	}
}

func (v *Venue) sayBar(i fund.InstrumentID, b venues.Bar, at fund.Time) {
	v.say(i, venues.MarketMessage{At: at, Bar: &b})
}

func (v *Venue) sayTrade(i fund.InstrumentID, k int, p *point, at fund.Time) {
	if p.quantity.Sign() > 0 {
		t := v.trade(v.row, i, k, p)
		v.say(i, venues.MarketMessage{At: at, Trade: &t})
	}
}

func (v *Venue) sayQuote(i fund.InstrumentID, at fund.Time) {
	if quote, ok := v.quote(i); ok {
		v.say(i, venues.MarketMessage{At: at, Quote: &quote})
	}
}

func (v *Venue) sayAccount(m venues.AccountMessage) {
	for _, q := range v.private {
		if q.ended == nil {
			q.put(m)
		}
	}
}

// sayOrder tells the new standing of an order, and with an execution that of the balances it moved.
func (v *Venue) sayOrder(w *order, at fund.Time, e ...venues.Execution) {
	w.At = at
	status := w.Status
	status.Fills = e
	v.sayAccount(venues.AccountMessage{At: at, Status: &status})
}

// sayTouched tells the balances that an order touches.
func (v *Venue) sayTouched(w *order, at fund.Time) {
	i, _ := v.instrument(w.Instrument) // it was taken, so it trades here
	in := &v.universe.Instruments[i]
	touched := []fund.AssetID{in.Base, in.Quote}
	if in.Fees.In == fund.FeeInAsset && in.Fees.Asset != in.Base && in.Fees.Asset != in.Quote {
		touched = append(touched, in.Fees.Asset)
	}
	v.sayBalances(at, touched)
}

func (v *Venue) sayBalances(at fund.Time, assets []fund.AssetID) {
	var list []venues.Balance
	for _, a := range assets {
		list = append(list, v.balance(a))
	}
	v.sayAccount(venues.AccountMessage{At: at, Balances: list})
}
