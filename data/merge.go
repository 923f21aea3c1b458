package data

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

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
