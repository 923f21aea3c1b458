package data

import (
	"fmt"
	"math"
	"slices"

	"github.com/steelyard/steelyard/engine/fund"
)

// row is what one line of a file says.
type row struct {
	at     fund.Time // open of the bar
	values [numColumns]float64
	cap    float64 // USD; NaN where the file has none
}

// onlyClose returns the values of a bar of which nothing but the close is known.
func onlyClose(price, volume float64) [numColumns]float64 {
	return [numColumns]float64{price, price, price, price, volume}
}

// collector gathers the rows of a file into one source for each series.
type collector struct {
	in        *input
	unit      string // what errors call a row: "line" or "row"
	closeOnly bool
	ascending bool             // rows that descend are an error
	at        map[seriesID]int // in sources
	sources   []source
}

func newCollector(in *input, unit string) *collector {
	return &collector{in: in, unit: unit, at: map[seriesID]int{}}
}

// add takes a row of an instrument after checking it by itself.
func (c *collector) add(line int, instrument string, r row, hasCap bool) error {
	b := bar{r.at, r.values}
	if err := b.checkIn(c.in.spec.Interval); err != nil {
		return c.explain(line, err)
	}
	key := Key{c.in.spec.Venue, instrument}
	c.source(seriesID{key, Bars}).take(b, line)
	if !hasCap {
		return nil
	}
	caps := c.source(seriesID{key, Caps})
	switch {
	case math.IsNaN(r.cap) || r.cap == 0: // vendors write 0 where they do not know
		caps.dropped++
	case r.cap < 0 || math.IsInf(r.cap, 0):
		return c.explain(line, fmt.Errorf("market cap %v is not one: repair or remove the line", r.cap))
	default:
		caps.take(bar{r.at, onlyClose(r.cap, 0)}, line)
	}
	return nil
}

// explain says in which row something is wrong.
func (c *collector) explain(line int, err error) error {
	return fmt.Errorf("%s %d: %w", c.unit, line, err)
}

func (c *collector) source(of seriesID) *source {
	i, ok := c.at[of]
	if !ok {
		i = len(c.sources)
		c.at[of] = i
		c.sources = append(c.sources, source{name: c.in.name, id: of, unit: c.unit, closeOnly: c.closeOnly || of.Kind == Caps})
	}
	return &c.sources[i]
}

// finish returns the sources, each ascending and without repetitions.
func (c *collector) finish() ([]source, error) {
	for i := range c.sources {
		if err := c.sources[i].arrange(c.ascending); err != nil {
			return nil, err
		}
	}
	if len(c.sources) == 0 {
		return nil, errNoRows
	}
	return slices.DeleteFunc(c.sources, func(s source) bool { return len(s.bars) == 0 && s.dropped == 0 }), nil
}

func (s *source) take(b bar, line int) {
	s.bars, s.lines = append(s.bars, b), append(s.lines, line)
}

// arrange turns bars that descend around, unless they must ascend, and takes repetitions out. Bars in no order are an
// error.
func (s *source) arrange(ascending bool) error {
	bars, lines := s.bars, s.lines
	if n := len(bars); n > 0 && !ascending && bars[0].at > bars[n-1].at {
		slices.Reverse(bars)
		slices.Reverse(lines)
	}
	s.bars, s.lines = nil, nil
	for r, b := range bars {
		isNew, err := follows(s.bars, s.lines, b)
		if err != nil {
			return fmt.Errorf("%s %d: %w", s.unit, lines[r], err)
		}
		if isNew {
			s.take(b, lines[r])
		} else {
			s.repeated++
		}
	}
	return nil
}

// trim leaves the bars that the spec's range asks for.
func (s *source) trim(r Reading) {
	first, _ := find(s.bars, r.From)
	last := len(s.bars)
	if r.To != 0 {
		last, _ = find(s.bars, r.To)
	}
	s.bars, s.lines = s.bars[first:last], s.lines[first:last]
}

// follows reports whether b is a new bar after those of the same file, of which it may repeat the last.
func follows(bars []bar, lines []int, b bar) (bool, error) {
	if len(bars) == 0 {
		return true, nil
	}
	last, line := &bars[len(bars)-1], lines[len(lines)-1]
	if b.at < last.at {
		return false, fmt.Errorf("%v comes after %v of line %d: sort the file by time", b.at, last.at, line)
	}
	if b.at > last.at {
		return true, nil
	}
	if c := last.differs(&b); c >= 0 {
		return false, fmt.Errorf("%v again, with %s %v where line %d has %v: remove the wrong one",
			b.at, columnName(c), b.values[c], line, last.values[c])
	}
	return false, nil
}
