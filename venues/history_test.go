package venues

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// bars is a driver of which only Bars is asked. It has one for every hour from hour first on.
type bars struct {
	Driver
	first   int64
	errs    []error // that the next questions get
	lengths []int64 // hours that each question asked for
}

func (b *bars) Classify(err error) Class { return ClassOf(err) }

func (b *bars) Bars(_ context.Context, _ string, interval time.Duration, from, to fund.Time) (all []Bar, err error) {
	b.lengths = append(b.lengths, int64(to.Sub(from)/interval))
	if len(b.errs) > 0 {
		err, b.errs = b.errs[0], b.errs[1:]
		return nil, err
	}
	for t := max(from, fund.Time(b.first)*fund.Time(time.Hour)); t < to; t = t.Add(interval) {
		all = append(all, Bar{Open: t})
	}
	return all, nil
}

func TestHistory(t *testing.T) {
	d := &bars{first: 7500}
	var told []time.Duration
	h := History{Driver: d, Patience: time.Minute, Waiting: func(pause time.Duration, _ error) { told = append(told, pause) }}
	d.errs = []error{&Failure{Class: Retry, Err: errors.New("lost")}, nil, &Failure{Class: RateLimited, Wait: 1100 * time.Millisecond, Err: errors.New("busy")}}
	next, upTo := fund.Time(7500)*fund.Time(time.Hour), fund.Time(0)
	err := h.Bars(context.Background(), "BTC/USDT", time.Hour, 0, 10000*fund.Time(time.Hour), func(some []Bar, to fund.Time) error {
		for _, b := range some {
			if b.Open != next || b.Open >= to {
				t.Fatalf("%s, want %s before %s", b.Open, next, to)
			}
			next = next.Add(time.Hour)
		}
		if to <= upTo {
			t.Errorf("up to %s after %s", to, upTo)
		}
		upTo = to
		return nil
	})
	if err != nil || next != upTo || upTo != 10000*fund.Time(time.Hour) {
		t.Errorf("%v: up to %s", err, next)
	}
	if len(told) != 2 || told[0] != time.Second || told[1] != 1100*time.Millisecond {
		t.Errorf("waited %v", told)
	}
	// The first thousand twice, then twice as much each time until there is something, once more after the wait.
	if want := []int64{1000, 1000, 2000, 2000, 4000, 3000}; !slices.Equal(d.lengths, want) {
		t.Errorf("asked for %v, want %v", d.lengths, want)
	}
}

func TestHistoryGivesUp(t *testing.T) {
	refused := &Failure{Class: Refused, Err: errors.New("no such instrument")}
	for _, c := range []struct {
		err      error
		patience time.Duration
		want     int
	}{{refused, time.Hour, 1}, {&Failure{Class: Retry, Err: errors.New("lost")}, 0, 1}, {&Failure{Class: Fatal, Err: errors.New("banned")}, time.Hour, 1}} {
		d := &bars{errs: []error{c.err, c.err, c.err}}
		h := History{Driver: d, Patience: c.patience}
		if err := h.Bars(context.Background(), "BTC/USDT", time.Hour, 0, 1e18, nil); !errors.Is(err, c.err) || len(d.lengths) != c.want {
			t.Errorf("%v after %d questions", err, len(d.lengths))
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	d := &bars{errs: []error{&Failure{Class: RateLimited, Wait: time.Hour, Err: errors.New("busy")}}}
	h := History{Driver: d}
	if err := h.Bars(ctx, "BTC/USDT", time.Hour, 0, 1e18, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	d = &bars{}
	h = History{Driver: d}
	full := errors.New("the disk is full")
	if err := h.Bars(context.Background(), "BTC/USDT", time.Hour, 0, 1e18, func([]Bar, fund.Time) error { return full }); !errors.Is(err, full) {
		t.Error(err)
	}
}
