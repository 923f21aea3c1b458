package data

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// TimeUnits are the units that numbers of a file can count since 1970 in.
func TimeUnits() []string { return []string{"s", "ms", "us", "ns"} }

// clock reads the times of a file, all of them UTC.
type clock struct {
	unit string // of numbers; "": told by their size
	date string // how the file writes dates, in Go's notation; "": only dates that can be read in one way
}

// newClock makes the clock that a spec asks for.
func newClock(r Reading) clock {
	// One digit in the notation reads two as well, but two do not read one.
	notation := strings.NewReplacer("YYYY", "2006", "MM", "1", "DD", "2", "hh", "15", "mm", "04", "ss", "05")
	return clock{r.TimeUnit, notation.Replace(r.DateFormat)}
}

var (
	rounded   = regexp.MustCompile(`^[0-9]+([.,][0-9]+)?[eE]\+?[0-9]+$`)
	counted   = regexp.MustCompile(`^[0-9]+(\.0*)?$`)
	ambiguous = regexp.MustCompile(`^[0-9]{1,2}[/.-][0-9]{1,2}[/.-]([0-9]{2}|[0-9]{4})( |$)`)
)

// plainDates are the notations that mean one day wherever they are read.
var plainDates = []string{
	"2006-01-02", "2006-01-02 15:04:05", time.RFC3339Nano, "2006-01-02 15:04:05 UTC", "2006-01-02 15:04:05-07:00",
	"2006-01-02 15:04", "2006-01-02 03-PM", "2006-01-02T15:04:05", "20060102 15:04", "Jan 2, 2006",
}

// parse reads one time.
func (c clock) parse(text string) (fund.Time, error) {
	text = strings.TrimSpace(text)
	switch {
	case rounded.MatchString(text):
		return 0, roundedTime(text)
	case c.date != "":
		t, err := time.Parse(c.date, text)
		if err != nil {
			return 0, fmt.Errorf("time %q is not written as --date-format says", text)
		}
		return believable(t, text)
	case counted.MatchString(text):
		text, _, _ = strings.Cut(text, ".")
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("time %s is no count since 1970", text)
		}
		return c.count(n)
	case ambiguous.MatchString(text):
		return 0, fmt.Errorf("date %s can be read in two ways: say which with --date-format DD/MM/YYYY or --date-format MM/DD/YYYY", text)
	}
	for _, notation := range plainDates {
		if t, err := time.Parse(notation, text); err == nil {
			return believable(t, text)
		}
	}
	return 0, fmt.Errorf("time %q is neither a count since 1970 nor a date such as 2006-01-02 15:04:05", text)
}

// believable refuses years that nanoseconds cannot hold, or that nothing traded in.
func believable(t time.Time, text string) (fund.Time, error) {
	if t.Year() < 1973 || t.Year() > 2200 {
		return 0, fmt.Errorf("time %q is in the year %d: is it a mistake?", text, t.Year())
	}
	return fund.TimeOf(t), nil
}

func roundedTime(text string) error {
	return fmt.Errorf("time %s was rounded by a spreadsheet, and what it was is lost: import the original file", text)
}

// The times that are believed, 1973 to 2255: in that span no number is a time in two units, and nanoseconds fit.
const (
	earliestSecond = 1e8
	latestSecond   = 9e9
)

// count reads a number of units since 1970.
func (c clock) count(n int64) (fund.Time, error) {
	scale := int64(1e9)
	for _, unit := range TimeUnits() {
		seconds := n / (1e9 / scale)
		if (c.unit == "" || c.unit == unit) && seconds >= earliestSecond && seconds < latestSecond {
			return fund.Time(n * scale), nil
		}
		scale /= 1e3
	}
	if c.unit != "" {
		return 0, fmt.Errorf("time %d is not in %s since 1970: is --time-unit right?", n, c.unit)
	}
	return 0, fmt.Errorf("time %d is not in seconds, milliseconds, microseconds or nanoseconds since 1970: is it the right column?", n)
}
