package data

import (
	"context"
	"fmt"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// Split says what a split did to one series.
type Split struct {
	Before, After Series
	Moved         int // bars; 0 where the split had been made already
}

// Split makes two instruments of a ticker that was reused: bars that open before at stay, later ones become those of
// the instrument as, at the same venue and at every interval, or at one if interval is not 0. All of it happens at
// once. A split that was made already changes nothing; one that would leave nothing behind, or mix bars with those
// of an instrument that the store has, is refused.
func (s *Store) Split(ctx context.Context, k Key, interval time.Duration, at fund.Time, as string) ([]Split, error) {
	to := Key{k.Venue, as}
	if err := to.Check(); err != nil {
		return nil, err
	}
	if to == k {
		return nil, fmt.Errorf("%v cannot be split from itself: name another instrument", k)
	}
	all, err := s.both(ctx, Filter{Key: k, Interval: interval})
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%v is not in the store at %s; `steelyard data list` shows what is", k, s.dir)
	}
	var splits []Split
	var changes []*change
	for _, series := range all {
		made, stay, move, err := s.cut(ctx, series, at, to)
		if err != nil {
			return nil, err
		}
		splits = append(splits, made)
		if made.Moved > 0 {
			changes = append(changes, &change{result: Result{Series: made.Before}, bars: stay}, &change{result: Result{Series: made.After}, bars: move})
		}
	}
	return splits, s.replace(ctx, changes)
}

// both lists the series of both kinds that a filter takes.
func (s *Store) both(ctx context.Context, f Filter) (all []Series, err error) {
	for _, f.Kind = range []Kind{Bars, Caps} {
		some, err := s.Series(ctx, f)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// cut divides a series at a time.
func (s *Store) cut(ctx context.Context, series Series, at fund.Time, to Key) (made Split, stay, move []bar, err error) {
	after := series
	after.Key = to
	there, _, err := s.current(ctx, after)
	if err != nil {
		return made, nil, nil, err
	}
	bars, err := readBars(series.path(s.dir), series.file)
	if err != nil {
		return made, nil, nil, err
	}
	n, _ := find(bars, at)
	what := fmt.Sprintf("%v %s", series.Key, FormatInterval(series.Interval))
	switch {
	case n == len(bars) && there.Rows > 0 && there.First >= at:
		return Split{Before: series, After: there}, nil, nil, nil
	case n == len(bars):
		return made, nil, nil, fmt.Errorf("%s has no bars from %v on: its last is of %v, there is nothing to split", what, at, series.Last)
	case n == 0:
		return made, nil, nil, fmt.Errorf("%s begins at %v, which is not before %v: nothing of it would be left; split the other intervals with --interval", what, series.First, at)
	case there.Rows > 0:
		return made, nil, nil, fmt.Errorf("%v has bars of its own in the store, from %v on: choose another name", to, there.First)
	}
	return Split{describe(series, bars[:n]), describe(after, bars[n:]), len(bars) - n}, bars[:n], bars[n:], nil
}
