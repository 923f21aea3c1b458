package strategies

import (
	"strings"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// Grid is a set of instants at which a periodic trigger looks.
type Grid interface {
	// Next returns the first instant of the grid after t. A grid that counts from somewhere counts from t.
	Next(t fund.Time) fund.Time
	// Reason says in words for the journal why Next(last) has come, last being the last decision.
	Reason(last fund.Time) string
}

// Every is a grid of equal steps from the last decision. It must be positive.
type Every time.Duration

// Next implements Grid.
func (e Every) Next(t fund.Time) fund.Time { return t.Add(time.Duration(e)) }

// Reason implements Grid: "30d since 2022-01-01T00:00:00Z".
func (e Every) Reason(last fund.Time) string {
	return Span(time.Duration(e)) + " since " + last.String()
}

// Monthly is the first day of every month, At after midnight UTC.
type Monthly struct{ At time.Duration }

// Next implements Grid.
func (m Monthly) Next(t fund.Time) fund.Time {
	year, month, _ := t.UTC().Date()
	first := fund.TimeOf(time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)).Add(m.At)
	if first > t {
		return first
	}
	return fund.TimeOf(time.Date(year, month+1, 1, 0, 0, 0, 0, time.UTC)).Add(m.At)
}

// Reason implements Grid.
func (Monthly) Reason(fund.Time) string { return "first of month" }

// Weekly is one day of every week, At after midnight UTC.
type Weekly struct {
	Day time.Weekday
	At  time.Duration
}

// Next implements Grid.
func (w Weekly) Next(t fund.Time) fund.Time {
	midnight := t.Floor(fund.Day)
	ahead := (int(w.Day) - int(t.UTC().Weekday()) + 7) % 7
	day := midnight.Add(time.Duration(ahead) * fund.Day).Add(w.At)
	if day > t {
		return day
	}
	return day.Add(7 * fund.Day)
}

// Reason implements Grid: "monday".
func (w Weekly) Reason(fund.Time) string { return strings.ToLower(w.Day.String()) }
