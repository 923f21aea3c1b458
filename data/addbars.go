package data

import (
	"context"
	"fmt"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// AddBars adds the bars of a panel of one instrument to its series, wherever in time they lie. A bar that cannot be, and
// one that the store tells differently, are errors that name it and leave the store as it was. Bid and Ask are not kept.
func (s *Store) AddBars(ctx context.Context, p *fund.Panel, k Key) (Result, error) {
	if err := k.Check(); err != nil {
		return Result{}, err
	}
	bars, err := barsOf(p, 0)
	if err != nil {
		return Result{}, fmt.Errorf("%v: %w", k, err)
	}
	for i := range bars {
		if bars[i].at%fund.Time(p.Interval) != 0 {
			return Result{}, fmt.Errorf("%v: a bar opened at %v, which is not a multiple of %s", k, bars[i].at, FormatInterval(p.Interval))
		}
	}
	if err := s.create(); err != nil {
		return Result{}, err
	}
	of := Series{Key: k, Kind: Bars, Interval: p.Interval}
	have, old, err := s.current(ctx, of)
	if err != nil {
		return Result{}, err
	}
	if len(old) > 0 && have.CloseOnly {
		return Result{}, fmt.Errorf("%v: the store has closes alone, and these are whole bars: use another store or venue", k)
	}
	before := len(old)
	merged, clash := merge(old, bars)
	if clash != nil {
		c := clash.old.differs(&clash.new)
		return Result{}, fmt.Errorf("%v: %v: %s is %v, but the store has %v: what is in the store stays; a correction needs a new store",
			k, clash.new.at, columnName(c), clash.new.values[c], clash.old.values[c])
	}
	r := Result{Series: have, Added: len(merged) - before}
	r.Same = len(bars) - r.Added
	if r.Added == 0 {
		return r, nil
	}
	grown := &change{result: Result{Series: describe(of, merged)}, bars: merged}
	if err := s.replace(ctx, []*change{grown}); err != nil {
		return Result{}, err
	}
	r.Series = grown.result.Series
	return r, nil
}

// Lacking returns the stretches of time with from ≤ open time < to in which the store has no bar of a series, ascending,
// and how many bars it has between them. from and to are rounded up to multiples of the interval.
func (s *Store) Lacking(ctx context.Context, k Key, interval time.Duration, from, to fund.Time) (lacking []Range, have int, err error) {
	_, bars, err := s.current(ctx, Series{Key: k, Kind: Bars, Interval: interval})
	if err != nil {
		return nil, 0, err
	}
	step := fund.Time(interval)
	from, to = (from + step - 1).Floor(interval), (to + step - 1).Floor(interval)
	r, _ := find(bars, from)
	for next := from; next < to; {
		end, after := to, to
		if r < len(bars) && bars[r].at < to {
			end, after = bars[r].at, bars[r].at+step
			have++
		}
		if end > next {
			lacking = append(lacking, Range{next, end})
		}
		next = after
		r++
	}
	return lacking, have, nil
}
