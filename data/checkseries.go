package data

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// longGap is how long no bar may come until what follows is taken for another asset.
const longGap = 3 * fund.Day

// impossibleBars lists the bars that cannot be what traded.
func impossibleBars(interval time.Duration, bars []bar) (spots []spot) {
	for r := range bars {
		if err := bars[r].check(); err != nil {
			spots = append(spots, spot{rangeOf(interval, bars, r, r), 0, err.Error()})
		}
	}
	return spots
}

// gapsOf lists the gaps, those that are long apart. A vendor that knows no cap for long says nothing about the ticker.
func gapsOf(s Series, bars []bar) (short, long []spot) {
	interval := s.Interval
	missing := 0
	for r := 1; r < len(bars); r++ {
		gap := Range{bars[r-1].at.Add(interval), bars[r].at}
		length := gap.To.Sub(gap.From)
		if length <= 0 {
			continue
		}
		if length > longGap && s.Kind == Bars {
			before, after := bars[r-1].values[closeColumn], bars[r].values[openColumn]
			long = append(long, spot{gap, float64(length), fmt.Sprintf("no bars for %s: %.6g before, %.6g after", inWords(length), before, after)})
			continue
		}
		missing += int(length / interval)
		short = append(short, spot{gap, float64(length), inWords(length)})
	}
	for i := range short {
		short[i].what = fmt.Sprintf("missing in all: %d; the longest gap lasts %s", missing, short[i].what)
	}
	return short, long
}

// inWords writes how long something lasts, in days from two days on.
func inWords(d time.Duration) string {
	if d >= 2*fund.Day {
		return fmt.Sprintf("%.4g days", d.Hours()/24)
	}
	return FormatInterval(d.Truncate(time.Second))
}

// What returns are not believed at once: those of more deviations than manyDeviations, and of more than a smallest
// jump, which keeps quiet markets and pegged prices from raising alarms about nothing.
const (
	manyDeviations = 25
	smallestJump   = 0.22 // log return: a quarter up, a fifth down
	deviationOfMAD = 1.4826
	backWithin     = 3    // bars in which a bad tick is back
	backBy         = 0.75 // of its jump
)

// jumpsOf lists the returns beyond a robust bound, and apart those that are undone at once.
func jumpsOf(interval time.Duration, bars []bar) (jumps, ticks []spot) {
	returns := returnsOf(interval, bars)
	bound := max(smallestJump, manyDeviations*deviation(returns))
	for r := 1; r < len(bars); r++ {
		if !(math.Abs(returns[r]) > bound) {
			continue
		}
		factor := math.Exp(returns[r])
		if back := backAt(interval, bars, r, returns[r]); back > 0 {
			ticks = append(ticks, spot{rangeOf(interval, bars, r, back-1), math.Abs(returns[r]),
				fmt.Sprintf("%.6g between %.6g and %.6g", bars[r].values[closeColumn], bars[r-1].values[closeColumn], bars[back].values[closeColumn])})
			r = back
			continue
		}
		jumps = append(jumps, spot{rangeOf(interval, bars, r, r), math.Abs(returns[r]),
			fmt.Sprintf("×%.4g in a bar: from %.6g to %.6g; bound ×%.4g", factor, bars[r-1].values[closeColumn], bars[r].values[closeColumn], math.Exp(bound))})
	}
	return jumps, ticks
}

// returnsOf returns the log return of each bar, NaN for the first and after gaps.
func returnsOf(interval time.Duration, bars []bar) []float64 {
	returns := make([]float64, len(bars))
	for r := range bars {
		returns[r] = math.NaN()
		if r > 0 && bars[r].at.Sub(bars[r-1].at) == interval {
			returns[r] = math.Log(bars[r].values[closeColumn] / bars[r-1].values[closeColumn])
		}
	}
	return returns
}

// deviation estimates the standard deviation of what is a number by the median absolute deviation.
func deviation(values []float64) float64 {
	var some []float64
	for _, v := range values {
		if v == v {
			some = append(some, v)
		}
	}
	middle := median(some)
	for i := range some {
		some[i] = math.Abs(some[i] - middle)
	}
	return deviationOfMAD * median(some)
}

// median sorts values and returns the middle one, 0 of none.
func median(values []float64) float64 {
	slices.Sort(values)
	if len(values) == 0 {
		return 0
	}
	return values[len(values)/2]
}

// backAt returns the bar after r that is back where the one before r was, or 0.
func backAt(interval time.Duration, bars []bar, r int, jump float64) int {
	for back := r + 1; back < len(bars) && back <= r+backWithin && bars[back].at.Sub(bars[back-1].at) == interval; back++ {
		away := math.Log(bars[back].values[closeColumn] / bars[r-1].values[closeColumn])
		if math.Abs(away) < (1-backBy)*math.Abs(jump) {
			return back
		}
	}
	return 0
}

// How long nothing may change, and nothing trade: this many bars at least, and this time.
const (
	staleBars = 5
	staleTime = fund.Day
	idleBars  = 3
	idleTime  = time.Hour
)

// staleRuns lists the runs of bars with one unchanged price.
func staleRuns(interval time.Duration, bars []bar) []spot {
	same := func(r int) bool {
		v := bars[r].values
		return v[highColumn] == v[lowColumn] && (r == 0 || v[closeColumn] == bars[r-1].values[closeColumn])
	}
	return runs(interval, bars, max(staleBars, int(staleTime/interval)), same, func(first, n int) string {
		return fmt.Sprintf("%.6g in %d bars on end", bars[first].values[closeColumn], n)
	})
}

// idleRuns lists the runs of bars without volume.
func idleRuns(interval time.Duration, bars []bar) []spot {
	idle := func(r int) bool { return bars[r].values[volumeColumn] == 0 }
	return runs(interval, bars, max(idleBars, int(idleTime/interval)), idle, func(_, n int) string {
		if n == len(bars) {
			return "no volume at all"
		}
		return fmt.Sprintf("%d bars on end without volume", n)
	})
}

// runs lists the runs of at least this many bars for which is holds, without a gap between them.
func runs(interval time.Duration, bars []bar, least int, is func(r int) bool, what func(first, n int) string) (spots []spot) {
	first := -1
	for r := 0; r <= len(bars); r++ {
		goesOn := r < len(bars) && is(r) && (r == 0 || first < 0 || bars[r].at.Sub(bars[r-1].at) == interval)
		if goesOn && first < 0 {
			first = r
		}
		if !goesOn && first >= 0 {
			if n := r - first; n >= least {
				spots = append(spots, spot{rangeOf(interval, bars, first, r-1), float64(n), what(first, n)})
			}
			first = -1
		}
	}
	return spots
}
