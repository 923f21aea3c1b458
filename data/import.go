package data

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// Spec says what the files of an import are.
type Spec struct {
	Key
	Interval time.Duration // whole seconds
	Format   string        // one of Formats
}

// Check reports a name or an interval that cannot be imported.
func (s Spec) Check() error {
	if _, err := findFormat(s.Format); err != nil {
		return err
	}
	if s.Interval <= 0 || s.Interval%time.Second != 0 {
		return fmt.Errorf("interval %v: a bar lasts whole seconds", s.Interval)
	}
	return s.Key.Check()
}

// Result says what an import did.
type Result struct {
	Series          // as it is now
	Added, Same int // rows of the files that were new, and that were there already or in two files
}

// Import adds the bars of all files to one series, or of none: a file that cannot be read, a bar that cannot be, and a
// bar that disagrees with another file or with the store, are errors that name it and leave the store as it was.
// Importing a file twice changes nothing. A nil progress is not told.
func (s *Store) Import(ctx context.Context, spec Spec, files []string, progress Progress) (Result, error) {
	if err := spec.Check(); err != nil {
		return Result{}, err
	}
	if len(files) == 0 {
		return Result{}, errors.New("no files to import: name at least one")
	}
	format, _ := findFormat(spec.Format) // checked
	reader := sourceReader{format: format, interval: spec.Interval, progress: progress, ctx: ctx}
	sources, err := reader.readAll(files)
	if err != nil {
		return Result{}, err
	}
	return s.add(ctx, spec, sources)
}

func (s *Store) add(ctx context.Context, spec Spec, sources []source) (Result, error) {
	slices.SortStableFunc(sources, func(a, b source) int { return cmp.Compare(a.bars[0].at, b.bars[0].at) })
	read, bars, err := mergeSources(sources)
	if err != nil {
		return Result{}, err
	}
	if err := checkSpacing(bars, spec.Interval, sources[0].name); err != nil {
		return Result{}, err
	}
	if err := s.create(); err != nil {
		return Result{}, err
	}
	series, old, err := s.current(ctx, spec)
	if err != nil {
		return Result{}, err
	}
	merged, clash := merge(old, bars)
	if clash != nil {
		return Result{}, clash.explain(sources, "the store")
	}
	added := len(merged) - len(old)
	if added > 0 {
		if series, err = s.replace(ctx, describe(spec.Key, spec.Interval, merged), merged); err != nil {
			return Result{}, err
		}
	}
	return Result{Series: series, Added: added, Same: read - added}, nil
}

// current returns the series that spec names and its bars, none if there is none yet.
func (s *Store) current(ctx context.Context, spec Spec) (Series, []bar, error) {
	have, err := s.Series(ctx, Filter{spec.Key, spec.Interval})
	if err != nil || len(have) == 0 {
		return Series{}, nil, err
	}
	bars, err := readBars(have[0].path(s.dir), have[0].file)
	return have[0], bars, err
}

// mergeSources joins sources that are sorted by their first bars. It also counts the bars it was given.
func mergeSources(sources []source) (read int, all []bar, err error) {
	for i := range sources {
		var clash *clash
		read += len(sources[i].bars)
		if all, clash = merge(all, sources[i].bars); clash != nil {
			return 0, nil, clash.explain(sources[i:i+1], where(sources[:i], clash.old.at))
		}
	}
	return read, all, nil
}

// clash is a bar that two inputs tell differently.
type clash struct{ old, new bar }

// explain names the source of the new bar, and the old bar's by the name that is given.
func (c *clash) explain(sources []source, old string) error {
	i := c.old.differs(&c.new)
	return fmt.Errorf("%s: %v: %s is %v, but %s has %v: find out which is right; what is in the store stays, a correction needs a new store",
		where(sources, c.new.at), c.new.at, columnName(i), c.new.values[i], old, c.old.values[i])
}

// where names the first of sources that has the bar opened at t, and its line.
func where(sources []source, t fund.Time) string {
	for _, s := range sources {
		if r, ok := find(s.bars, t); ok {
			return fmt.Sprintf("%s: line %d", s.name, s.lines[r])
		}
	}
	return ""
}

func find(bars []bar, t fund.Time) (int, bool) {
	return slices.BinarySearchFunc(bars, t, func(b bar, t fund.Time) int { return cmp.Compare(b.at, t) })
}

// merge returns the bars of all and next, which both ascend, in order; or the first bar that they tell differently.
// It may write to all's array.
func merge(all, next []bar) ([]bar, *clash) {
	at, _ := find(all, next[0].at)
	rest := slices.Clone(all[at:])
	all = all[:at]
	for len(rest) > 0 && len(next) > 0 {
		switch cmp.Compare(rest[0].at, next[0].at) {
		case -1:
			all, rest = append(all, rest[0]), rest[1:]
		case 1:
			all, next = append(all, next[0]), next[1:]
		case 0:
			if rest[0].differs(&next[0]) >= 0 {
				return nil, &clash{rest[0], next[0]}
			}
			all, rest, next = append(all, rest[0]), rest[1:], next[1:]
		}
	}
	return append(append(all, rest...), next...), nil
}

// enoughForSpacing is how many bars tell the interval of a file from gaps in it.
const enoughForSpacing = 10

// checkSpacing refuses bars that are all on the grid of an interval that is a multiple of the one asked for: hours
// that are imported as minutes would otherwise become minutes with gaps.
func checkSpacing(bars []bar, interval time.Duration, name string) error {
	var apart time.Duration
	for r := 1; r < len(bars) && apart != interval; r++ {
		apart = divisor(apart, bars[r].at.Sub(bars[r-1].at))
	}
	if len(bars) < enoughForSpacing || apart == interval {
		return nil
	}
	return fmt.Errorf("%s: the bars are %s apart, not %s: is the interval right?", name, FormatInterval(apart), FormatInterval(interval))
}

// divisor returns the greatest common divisor; divisor(0, b) is b.
func divisor(a, b time.Duration) time.Duration {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
