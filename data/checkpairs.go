package data

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// dailyCloses are the prices of a series at the ends of UTC days, by the day's beginning.
type dailyCloses map[fund.Time]float64

func closesOf(s Series, bars []bar) dailyCloses {
	closes := dailyCloses{}
	for _, b := range bars {
		if end := b.at.Add(s.Interval); end%fund.Time(fund.Day) == 0 {
			closes[end.Add(-fund.Day)] = b.values[closeColumn]
		}
	}
	return closes
}

// change returns the log return of a day.
func (c dailyCloses) change(day fund.Time) (float64, bool) {
	now, before := c[day], c[day.Add(-fund.Day)]
	return math.Log(now / before), now > 0 && before > 0
}

// checkPairs compares every two sources of one asset.
func checkPairs(all []Series, days []dailyCloses) (found []Finding) {
	for i := range all {
		for j := range i {
			if comparable(&all[j], &all[i]) {
				found = append(found, comparePair(all[j], all[i], days[j], days[i])...)
			}
		}
	}
	return found
}

// dollars are the currencies whose prices are compared with each other.
var dollars = []string{"USD", "USDT", "USDC", "BUSD", "FDUSD", "TUSD", "DAI"}

// comparable reports whether two series tell the same from two sources.
func comparable(a, b *Series) bool {
	baseA, quoteA, _ := strings.Cut(a.Instrument, "/")
	baseB, quoteB, _ := strings.Cut(b.Instrument, "/")
	alike := quoteA == quoteB || slices.Contains(dollars, quoteA) && slices.Contains(dollars, quoteB)
	return a.Kind == b.Kind && a.Key != b.Key && baseA == baseB && alike
}

// How two sources are compared.
const (
	enoughDays   = 30   // days in common, for a correlation
	certain      = 0.5  // a correlation that is no accident
	clearlyMore  = 0.2  // how much better a shift must fit
	tooFarApart  = 0.05 // log ratio of prices that disagree
	tooFarInCaps = 0.10 // the same of market caps, which vendors count differently
)

// comparePair compares two sources by year, because vendors change what their dates mean.
func comparePair(a, b Series, daysA, daysB dailyCloses) (found []Finding) {
	var shifted, apart []spot
	for _, year := range commonYears(daysA, daysB) {
		if s, ok := shiftOf(a, b, daysA, daysB, year); ok {
			shifted = append(shifted, s)
			continue
		}
		apart = append(apart, apartOn(a, daysA, daysB, year)...)
	}
	found = append(gather(b, DayOff, shifted), gather(b, Disagreement, apart)...)
	for i := range found {
		found[i].Against = &a
	}
	return found
}

// commonYears returns the days that two sources share, ascending, year by year.
func commonYears(a, b dailyCloses) (years [][]fund.Time) {
	var days []fund.Time
	for day := range a {
		if _, ok := b[day]; ok {
			days = append(days, day)
		}
	}
	slices.Sort(days)
	for i, day := range days {
		if i == 0 || day.UTC().Year() != days[i-1].UTC().Year() {
			years = append(years, nil)
		}
		last := len(years) - 1
		years[last] = append(years[last], day)
	}
	return years
}

// shiftOf reports whether the returns of a fit those of b better when they are moved by a day.
func shiftOf(a, b Series, daysA, daysB dailyCloses, days []fund.Time) (spot, bool) {
	now := correlation(daysA, daysB, days, 0)
	for _, shift := range []int{-1, 1} {
		moved := correlation(daysA, daysB, days, shift)
		if moved > certain && !(now > moved-clearlyMore) {
			word := map[int]string{1: "late", -1: "early"}[shift]
			return spot{Range{days[0], days[len(days)-1].Add(fund.Day)}, moved,
				fmt.Sprintf("a day %s against %v: daily returns correlate %.2f so moved, %.2f as they are", word, a.Key, moved, now)}, true
		}
	}
	return spot{}, false
}

// correlation returns that of a's returns with b's a number of days later, NaN for too few days.
func correlation(a, b dailyCloses, days []fund.Time, later int) float64 {
	var x, y []float64
	for _, day := range days {
		inA, okA := a.change(day)
		inB, okB := b.change(day.Add(time.Duration(later) * fund.Day))
		if okA && okB {
			x, y = append(x, inA), append(y, inB)
		}
	}
	if len(x) < enoughDays {
		return math.NaN()
	}
	return pearson(x, y)
}

// pearson returns the correlation coefficient of two lists of one length.
func pearson(x, y []float64) float64 {
	meanX, meanY := mean(x), mean(y)
	var xx, yy, xy float64
	for i := range x {
		dx, dy := x[i]-meanX, y[i]-meanY
		xx, yy, xy = xx+dx*dx, yy+dy*dy, xy+dx*dy
	}
	return xy / math.Sqrt(xx*yy)
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

// apartOn lists the days on which two sources tell prices that differ by much.
func apartOn(a Series, daysA, daysB dailyCloses, days []fund.Time) (spots []spot) {
	bound := tooFarApart
	if a.Kind == Caps {
		bound = tooFarInCaps
	}
	for _, day := range days {
		x, y := daysA[day], daysB[day]
		if ratio := math.Abs(math.Log(x / y)); ratio > bound {
			spots = append(spots, spot{Range{day, day.Add(fund.Day)}, ratio, fmt.Sprintf("%.6g, but %v says %.6g", y, a.Key, x)})
		}
	}
	return spots
}
