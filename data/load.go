package data

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// Query says what to load.
type Query struct {
	Interval    time.Duration
	Instruments []Key // the columns of the panel, in this order
	From, To    fund.Time
	// MaxGap is the longest time without a bar that an instrument survives: what follows under its ticker is another
	// instrument. 0 is no limit.
	MaxGap time.Duration
}

// Note says what a load left out of the panel.
type Note struct {
	Key
	NoBars     bool      // the instrument has no bar in the range: its columns are empty
	Last, Next fund.Time // otherwise: opens of the last bar before a gap longer than MaxGap, and of the first left out
}

// String returns the note as a sentence.
func (n Note) String() string {
	if n.NoBars {
		return fmt.Sprintf("%v has no bars in the range", n.Key)
	}
	return fmt.Sprintf("%v ends with the bar of %v: the next is of %v, and what trades from then on is taken for another instrument",
		n.Key, n.Last, n.Next)
}

// span is a run of rows of a series' file.
type span struct {
	Series
	first int // row of the file
	times []fund.Time
}

// Load returns the rows From ≤ open < To in which at least one of the instruments has a bar. A missing bar is NaN in
// every column; Bid and Ask are nil. No row depends on a later one.
func (s *Store) Load(ctx context.Context, q Query) (*fund.Panel, []Note, error) {
	if q.From >= q.To {
		return nil, nil, fmt.Errorf("the range is empty: from %v is not before to %v", q.From, q.To)
	}
	series, err := s.choose(ctx, q)
	if err != nil {
		return nil, nil, err
	}
	spans, notes, err := s.spans(ctx, q, series)
	if err != nil {
		return nil, nil, err
	}
	p := newPanel(q.Interval, unionOfTimes(spans), len(spans))
	if p.Rows() == 0 {
		return nil, nil, fmt.Errorf("no bars from %v to %v: the store has %v from %v to %v",
			q.From, q.To, series[0].Key, series[0].First, series[0].Last.Add(q.Interval))
	}
	for i := range spans {
		if err := s.fill(ctx, p, i, spans[i]); err != nil {
			return nil, nil, err
		}
	}
	return p, notes, nil
}

// choose finds the series of the query's instruments.
func (s *Store) choose(ctx context.Context, q Query) ([]Series, error) {
	if len(q.Instruments) == 0 {
		return nil, errors.New("no instruments to load: name at least one")
	}
	have, err := s.Series(ctx, Filter{})
	if err != nil {
		return nil, err
	}
	var chosen []Series
	for _, k := range q.Instruments {
		i := slices.IndexFunc(have, func(s Series) bool { return s.Key == k && s.Interval == q.Interval })
		if i < 0 {
			return nil, s.notThere(k, q.Interval, have)
		}
		chosen = append(chosen, have[i])
	}
	return chosen, nil
}

// enoughToName is how many series an error lists.
const enoughToName = 12

func (s *Store) notThere(k Key, interval time.Duration, have []Series) error {
	list := "it is empty"
	for i, h := range have {
		switch {
		case i == 0:
			list = fmt.Sprintf("it has %v %s", h.Key, FormatInterval(h.Interval))
		case i < enoughToName:
			list += fmt.Sprintf(", %v %s", h.Key, FormatInterval(h.Interval))
		case i == enoughToName:
			list += fmt.Sprintf(" and %d more", len(have)-i)
		}
	}
	return fmt.Errorf("%v %s is not in the store at %s: %s. Add it with "+
		"`steelyard data import --store %s --format FORMAT --venue %s --instrument %s --interval %s FILE...`",
		k, FormatInterval(interval), s.dir, list, s.dir, k.Venue, k.Instrument, FormatInterval(interval))
}

// spans finds the rows of each series that the query asks for, and notes what it leaves out.
func (s *Store) spans(ctx context.Context, q Query, series []Series) (spans []span, notes []Note, err error) {
	for _, one := range series {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		times, err := readTimes(one.path(s.dir))
		if err != nil {
			return nil, nil, err
		}
		first, _ := slices.BinarySearch(times, q.From)
		last, _ := slices.BinarySearch(times, q.To)
		times = times[first:last]
		if end := endOfLife(times, q); end < len(times) {
			notes = append(notes, Note{Key: one.Key, Last: times[end-1], Next: times[end]})
			times = times[:end]
		}
		if len(times) == 0 {
			notes = append(notes, Note{Key: one.Key, NoBars: true})
		}
		spans = append(spans, span{one, first, times})
	}
	return spans, notes, nil
}

// readTimes returns the open times in a file of bars. Its content is compared with its name when the rest is read.
func readTimes(path string) (times []fund.Time, err error) {
	defer damaged(path, &err)
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	t, err := openTable(f)
	if err != nil {
		return nil, err
	}
	return t.times()
}

// endOfLife returns how many of an instrument's bars come before its first gap longer than the query allows.
func endOfLife(times []fund.Time, q Query) int {
	for r := 1; r < len(times) && q.MaxGap > 0; r++ {
		if times[r].Sub(times[r-1])-q.Interval > q.MaxGap {
			return r
		}
	}
	return len(times)
}

// unionOfTimes returns the times of all spans, ascending, each once.
func unionOfTimes(spans []span) []fund.Time {
	var all []fund.Time
	for _, s := range spans {
		if !slices.Equal(all, s.times) {
			all = union(all, s.times)
		}
	}
	return all
}

func union(a, b []fund.Time) []fund.Time {
	all := make([]fund.Time, 0, max(len(a), len(b)))
	for len(a) > 0 && len(b) > 0 {
		next := min(a[0], b[0])
		all = append(all, next)
		if a[0] == next {
			a = a[1:]
		}
		if b[0] == next {
			b = b[1:]
		}
	}
	return append(append(all, a...), b...)
}

func newPanel(interval time.Duration, times []fund.Time, instruments int) *fund.Panel {
	p := &fund.Panel{N: instruments, Interval: interval, Times: times}
	for _, column := range []*[]float64{&p.Open, &p.High, &p.Low, &p.Close, &p.Volume} {
		*column = make([]float64, len(times)*instruments)
	}
	return p
}

// fill sets column i of the panel to the bars of s, and to NaN where it has none.
func (s *Store) fill(ctx context.Context, p *fund.Panel, i int, bars span) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	path := bars.path(s.dir)
	defer damaged(path, &err)
	t, err := openBars(path, bars.file)
	if err != nil {
		return err
	}
	values := make([]float64, bars.Rows)
	for c, out := range [numColumns][]float64{p.Open, p.High, p.Low, p.Close, p.Volume} {
		if err := t.floats(1+c, values); err != nil {
			return err
		}
		spread(p, i, out, bars.times, values[bars.first:])
	}
	return nil
}

// spread sets instrument i of a panel's column out to the values at these times, and to NaN at all others.
func spread(p *fund.Panel, i int, out []float64, times []fund.Time, values []float64) {
	next := 0
	for r, t := range p.Times {
		v := math.NaN()
		if next < len(times) && times[next] == t {
			v = values[next]
			next++
		}
		out[r*p.N+i] = v
	}
}
