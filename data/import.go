package data

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

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
