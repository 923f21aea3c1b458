package data

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// Spec says what the files of an import are.
type Spec struct {
	Key                    // "*/USD" takes all assets of a file that has many
	Interval time.Duration // whole seconds
	Format   string        // one of Formats
	Reading
}

// everything is the base of an instrument that stands for all assets of a file.
const everything = "*"

// Check reports a name or an interval that cannot be imported, and what else the format needs or does not take.
func (s Spec) Check() error {
	f, err := findFormat(s.Format)
	if err != nil {
		return err
	}
	if s.Interval <= 0 || s.Interval%time.Second != 0 {
		return fmt.Errorf("interval %v: a bar lasts whole seconds", s.Interval)
	}
	if f.daily && s.Interval != fund.Day {
		return fmt.Errorf("interval %s: files of %s hold days, import them as 1d", FormatInterval(s.Interval), f.name)
	}
	key := s.Key
	if quote, all := strings.CutPrefix(key.Instrument, everything+"/"); all && f.many {
		key.Instrument = "ANY/" + quote
	}
	if err := key.Check(); err != nil {
		return err
	}
	return s.Reading.check(f)
}

// Result says what an import did to one series.
type Result struct {
	Series          // as it is now
	Added, Same int // rows of the files that were new, and that were there already or came twice
	Dropped     int // market caps that were empty or 0, which is how vendors write that they do not know
}

// Import adds what all files say to the series that they are of, or to none: a file that cannot be read, a bar that
// cannot be, and a bar that disagrees with another file or with the store, are errors that name it and leave the store
// as it was. Market caps that come with prices become series of their own. Importing a file twice changes nothing. A
// nil progress is not told.
func (s *Store) Import(ctx context.Context, spec Spec, files []string, progress Progress) ([]Result, error) {
	if err := spec.Check(); err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, errors.New("no files to import: name at least one")
	}
	format, _ := findFormat(spec.Format) // checked
	reader := sourceReader{format: format, spec: spec, progress: progress, ctx: ctx}
	sources, err := reader.readAll(files)
	if err != nil {
		return nil, err
	}
	return s.add(ctx, spec, sources)
}

// change is what an import has for one series.
type change struct {
	result  Result
	sources []source
	bars    []bar // that the files have, and then that the series is to have
}

func (s *Store) add(ctx context.Context, spec Spec, sources []source) ([]Result, error) {
	changes := bySeries(sources)
	for i := range changes {
		if err := changes[i].join(spec.Interval); err != nil {
			return nil, err
		}
	}
	if len(changes) == 0 {
		return nil, fmt.Errorf("no row is in the range that was asked for: leave out --from or --to")
	}
	if err := s.create(); err != nil {
		return nil, err
	}
	var grown []*change
	for i := range changes {
		if err := s.extend(ctx, &changes[i]); err != nil {
			return nil, err
		}
		if changes[i].result.Added > 0 {
			grown = append(grown, &changes[i])
		}
	}
	if err := s.replace(ctx, grown); err != nil {
		return nil, err
	}
	results := make([]Result, len(changes))
	for i, c := range changes {
		results[i] = c.result
	}
	return results, nil
}

// bySeries sorts sources by what they are of, and leaves out those without bars.
func bySeries(sources []source) (changes []change) {
	at := map[seriesID]int{}
	for _, one := range sources {
		i, ok := at[one.id]
		if !ok {
			i = len(changes)
			at[one.id] = i
			changes = append(changes, change{result: Result{Series: Series{Key: one.id.Key, Kind: one.id.Kind, CloseOnly: one.closeOnly}}})
		}
		c := &changes[i]
		c.result.Dropped += one.dropped
		c.result.Same += one.repeated
		if len(one.bars) > 0 {
			c.sources = append(c.sources, one)
		}
	}
	changes = slices.DeleteFunc(changes, func(c change) bool { return len(c.sources) == 0 })
	slices.SortFunc(changes, func(a, b change) int { return a.result.compare(&b.result.Series) })
	return changes
}

// join merges the sources of a change.
func (c *change) join(interval time.Duration) error {
	c.result.Interval = interval
	slices.SortStableFunc(c.sources, func(a, b source) int { return cmp.Compare(a.bars[0].at, b.bars[0].at) })
	read, bars, err := mergeSources(c.sources)
	if err != nil {
		return err
	}
	c.result.Same += read
	c.bars = bars
	return checkSpacing(c.bars, interval, c.sources[0].name)
}

// extend merges a change with what the store has.
func (s *Store) extend(ctx context.Context, c *change) error {
	have, old, err := s.current(ctx, c.result.Series)
	if err != nil {
		return err
	}
	if len(old) > 0 && have.CloseOnly != c.result.CloseOnly {
		return fmt.Errorf("%s: the store has %v with closes alone and the files have not, or the other way round: use another venue for closes",
			c.sources[0].name, have.Key)
	}
	merged, clash := merge(old, c.bars)
	if clash != nil {
		return clash.explain(c.sources, "the store")
	}
	added := len(merged) - len(old)
	same, dropped := c.result.Same-added, c.result.Dropped
	if added > 0 {
		have = describe(c.result.Series, merged)
	}
	c.result, c.bars = Result{Series: have, Added: added, Same: same, Dropped: dropped}, merged
	return nil
}

// current returns the series with this name and its bars, none if there is none yet.
func (s *Store) current(ctx context.Context, of Series) (Series, []bar, error) {
	have, err := s.Series(ctx, Filter{of.Key, of.Interval, of.Kind})
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
			return fmt.Sprintf("%s: %s %d", s.name, s.unit, s.lines[r])
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
