package data

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// Severity says how much a finding matters to a backtest.
type Severity string

// The severities.
const (
	Wrong   Severity = "wrong"   // results would be false
	Suspect Severity = "suspect" // look at it: it is real, or results would be false
	Notice  Severity = "notice"  // as it was, good to know
)

// Problem is a kind of finding.
type Problem string

// The problems that Check looks for.
const (
	Impossible   Problem = "impossible-bar" // high below low, or a price outside the two
	ReusedTicker Problem = "reused-ticker"  // so long a gap that what follows may be another asset
	BadTick      Problem = "bad-tick"       // a price that jumps and is back at once
	Jump         Problem = "jump"           // a return beyond a robust bound
	DayOff       Problem = "day-off"        // two sources agree best when one is moved by a day
	Disagreement Problem = "disagreement"   // two sources of one asset tell different prices
	StalePrice   Problem = "stale-price"    // the same price for long
	ZeroVolume   Problem = "zero-volume"    // nothing traded for long
	MissingBars  Problem = "missing-bars"   // gaps, none of them long
)

// problems lists them with how much each matters and what to do about it, the worst first.
func problems() []struct {
	Problem
	Severity
	remedy string
} {
	return []struct {
		Problem
		Severity
		remedy string
	}{
		{Impossible, Wrong, "import the original files into a new store"},
		{ReusedTicker, Wrong, "find out whether the same asset went on; if not, `steelyard data split` makes two instruments of it"},
		{DayOff, Wrong, "find out what the vendor's dates mean and import with the other --date-is, by --from and --to where the meaning changed"},
		{BadTick, Suspect, "compare with another source: a flash crash is real; otherwise remove the row from the file and import into a new store"},
		{Jump, Suspect, "compare with another source: a crash and a listing are real, a factor of 1000 is a change of units"},
		{Disagreement, Suspect, "find out which source is right on those days, and backtest on that one"},
		{StalePrice, Suspect, "find out whether it traded at all: a fund cannot trade at a price that nobody paid"},
		{ZeroVolume, Notice, "orders do not fill then; take another source if it should have traded"},
		{MissingBars, Notice, "halts of the venue are real and need nothing; otherwise import the missing files"},
	}
}

// Remedy says what to do about a problem.
func (p Problem) Remedy() string {
	for _, one := range problems() {
		if one.Problem == p {
			return one.remedy
		}
	}
	return ""
}

// Range is a time: from the open of the first bar to the close of the last.
type Range struct {
	From fund.Time `json:"from"`
	To   fund.Time `json:"to"`
}

// Finding is what is wrong with one series in one way, or with two series together.
type Finding struct {
	Series          // of which it is
	Against *Series // the other of two sources, which may be nil
	Problem
	Severity
	Where []Range // all places, ascending
	Worst Range   // the worst of them
	What  string  // about the worst, in words
}

// Check looks at all series that the filter takes, of bars and of caps, each alone and with the others of its asset.
// It returns the worst findings first. A store can hold neither duplicates nor unsorted bars; imports tell of them.
func (s *Store) Check(ctx context.Context, f Filter) ([]Finding, error) {
	all, err := s.both(ctx, f)
	if err != nil {
		return nil, err
	}
	var found []Finding
	days := make([]dailyCloses, len(all))
	for i, series := range all {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		bars, err := readBars(series.path(s.dir), series.file)
		if err != nil {
			return nil, err
		}
		found = append(found, checkSeries(series, bars)...)
		days[i] = closesOf(series, bars)
	}
	found = append(found, checkPairs(all, days)...)
	return bySeverity(found), nil
}

func bySeverity(found []Finding) []Finding {
	rank := map[Problem]int{}
	for i, p := range problems() {
		rank[p.Problem] = i
	}
	for i := range found {
		found[i].Severity = problems()[rank[found[i].Problem]].Severity
	}
	slices.SortStableFunc(found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(rank[a.Problem], rank[b.Problem]), a.compare(&b.Series), cmp.Compare(a.Worst.From, b.Worst.From))
	})
	return found
}

// spot is one place where something is wrong.
type spot struct {
	Range
	badness float64 // the larger the worse
	what    string
}

// gather makes one finding of all spots of a problem, none of none.
func gather(of Series, p Problem, spots []spot) []Finding {
	if len(spots) == 0 {
		return nil
	}
	worst := slices.MaxFunc(spots, func(a, b spot) int { return cmp.Compare(a.badness, b.badness) })
	f := Finding{Series: of, Problem: p, Worst: worst.Range, What: worst.what}
	for _, s := range spots {
		f.Where = append(f.Where, s.Range)
	}
	return []Finding{f}
}

// checkSeries looks at one series.
func checkSeries(s Series, bars []bar) []Finding {
	gaps, reused := gapsOf(s, bars)
	jumps, ticks := jumpsOf(s.Interval, bars)
	found := slices.Concat(gather(s, Impossible, impossibleBars(s.Interval, bars)), gather(s, MissingBars, gaps), gather(s, Jump, jumps),
		gather(s, BadTick, ticks), gather(s, StalePrice, staleRuns(s.Interval, bars)))
	for _, one := range reused {
		found = append(found, gather(s, ReusedTicker, []spot{one})...)
	}
	if s.Kind == Bars {
		found = append(found, gather(s, ZeroVolume, idleRuns(s.Interval, bars))...)
	}
	return found
}

// rangeOf is the time of bars first to last.
func rangeOf(interval time.Duration, bars []bar, first, last int) Range {
	return Range{bars[first].at, bars[last].at.Add(interval)}
}
