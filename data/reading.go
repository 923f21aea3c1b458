package data

import (
	"fmt"
	"slices"
	"strings"

	"github.com/steelyard/steelyard/engine/fund"
)

// Reading says what the files of an import do not say themselves. What is zero is not said.
type Reading struct {
	Columns    string // which column holds what: "time=0,open=1,close=2", by number from 0 or by name in the header
	TimeUnit   string // of times that are numbers, one of TimeUnits; otherwise their size tells
	DateFormat string // of dates, such as DD/MM/YYYY
	DateIs     DateIs // of the closes of days
	Source     string // the rows to take from a file that has a source column
	// Bars with From ≤ open < To are taken. To 0 is no end.
	From, To fund.Time
}

// DateIs says what the date of a daily price means.
type DateIs string

// The conventions. Vendors use both, and mixing them looks one day ahead.
const (
	CloseOfDay DateIs = "close-of-day" // the row dated D is the price at the end of D
	OpenOfDay  DateIs = "open-of-day"  // the row dated D is the price at 00:00 of D, which is the end of the day before
)

// option is a part of Reading that only some formats take.
type option int

const (
	columnsOption option = iota
	timeOption           // TimeUnit and DateFormat
	dateIsOption
	sourceOption
)

// check reports what a format does not take, or needs and does not have.
func (r Reading) check(f format) error {
	for _, o := range []struct {
		option
		flag, value string
	}{
		{columnsOption, "columns", r.Columns}, {timeOption, "time-unit", r.TimeUnit}, {timeOption, "date-format", r.DateFormat},
		{dateIsOption, "date-is", string(r.DateIs)}, {sourceOption, "source", r.Source},
	} {
		if o.value != "" && !slices.Contains(f.takes, o.option) {
			return fmt.Errorf("format %s does not take --%s: leave it out", f.name, o.flag)
		}
	}
	if r.TimeUnit != "" && !slices.Contains(TimeUnits(), r.TimeUnit) {
		return fmt.Errorf("time unit %q: use %s", r.TimeUnit, orList(TimeUnits()))
	}
	if r.To != 0 && r.From >= r.To {
		return fmt.Errorf("the range is empty: from %v is not before to %v", r.From, r.To)
	}
	if err := r.checkDateFormat(); err != nil {
		return err
	}
	if _, err := parseColumns(r.Columns); err != nil {
		return err
	}
	return r.checkDateIs(f)
}

func (r Reading) checkDateFormat() error {
	if r.DateFormat == "" {
		return nil
	}
	for _, part := range []string{"YYYY", "MM", "DD"} {
		if strings.Count(r.DateFormat, part) != 1 {
			return fmt.Errorf("date format %q: write it with YYYY, MM, DD and, where there are times, hh, mm, ss, such as DD/MM/YYYY", r.DateFormat)
		}
	}
	return nil
}

func (r Reading) checkDateIs(f format) error {
	switch {
	case !slices.Contains(f.takes, dateIsOption) || r.DateIs == CloseOfDay || r.DateIs == OpenOfDay:
		return nil
	case r.DateIs != "":
		return fmt.Errorf("date-is %q: use %s or %s", r.DateIs, CloseOfDay, OpenOfDay)
	}
	return fmt.Errorf("format %s needs --date-is: %s if the row dated D is the price at the end of D, or %s if it is the price at 00:00 of D; "+
		"the wrong one shifts every return by a day", f.name, CloseOfDay, OpenOfDay)
}

// barOpen returns the open of the bar whose close a daily price is, from its date.
func (r Reading) barOpen(date fund.Time) fund.Time {
	if r.DateIs == OpenOfDay {
		return date.Add(-fund.Day)
	}
	return date
}

// orList writes names as "a, b or c".
func orList(names []string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " or " + names[last]
}
