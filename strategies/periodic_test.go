package strategies_test

import (
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/strategies"
)

func instant(t *testing.T, s string) fund.Time {
	t.Helper()
	at, err := fund.ParseTime(s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestGridNext(t *testing.T) {
	for _, c := range []struct {
		grid       strategies.Grid
		from, want string
	}{
		{strategies.Every(30 * fund.Day), "2022-01-01", "2022-01-31T00:00:00Z"},
		{strategies.Monthly{}, "2022-01-01", "2022-02-01T00:00:00Z"},
		{strategies.Monthly{}, "2021-12-31T23:59:59Z", "2022-01-01T00:00:00Z"},
		{strategies.Monthly{At: 8 * time.Hour}, "2022-01-01T07:00:00Z", "2022-01-01T08:00:00Z"},
		{strategies.Monthly{At: 8 * time.Hour}, "2022-01-01T08:00:00Z", "2022-02-01T08:00:00Z"},
		{strategies.Weekly{Day: time.Monday}, "2022-01-01", "2022-01-03T00:00:00Z"}, // a Saturday
		{strategies.Weekly{Day: time.Monday}, "2022-01-03", "2022-01-10T00:00:00Z"},
		{strategies.Weekly{Day: time.Monday, At: 12 * time.Hour}, "2022-01-03", "2022-01-03T12:00:00Z"},
		{strategies.Weekly{Day: time.Sunday}, "2022-01-03", "2022-01-09T00:00:00Z"},
		{strategies.Weekly{Day: time.Saturday, At: time.Hour}, "2022-01-01T01:00:00Z", "2022-01-08T01:00:00Z"},
	} {
		if got := c.grid.Next(instant(t, c.from)).String(); got != c.want {
			t.Errorf("%T%v after %s: got %s, want %s", c.grid, c.grid, c.from, got, c.want)
		}
	}
}

// days asks a trigger at midnight of each day of 2022, tells it what a plan made of it, and returns the days with
// reasons. values(d) is BTC's value on day d, of 1000.
func days(trigger interface {
	Due(*fund.View, []float64) string
}, n int, values func(day int) float64, accepted func(day int) bool,
) map[int]string {
	start := fund.TimeOf(time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC))
	due := map[int]string{}
	v := holdings(500, 500, 0, 0)
	v.Decisions = 0
	for d := range n {
		v.At = start.Add(time.Duration(d) * fund.Day)
		v.Value[0] = values(d)
		v.Value[1] = 1000 - v.Value[0]
		reason := trigger.Due(v, []float64{0.5, 0.5, 0, 0})
		if reason == "" {
			continue
		}
		due[d] = reason
		if accepted(d) {
			v.Decisions++
			v.LastDecision = v.At
		}
	}
	return due
}

func level(int) float64   { return 500 }
func drifted(int) float64 { return 600 }
func always(int) bool     { return true }
func never(int) bool      { return false }
func btc(day int) float64 {
	return map[bool]float64{true: 600, false: 500}[day >= 17 && day < 20 || day >= 25]
}
func band() *strategies.Threshold { return &strategies.Threshold{Band: 0.1, Dust: 1} }

const high = "BTC 60.0 % > 55.0 %"

func TestTriggersInTime(t *testing.T) {
	for _, c := range []struct {
		name    string
		trigger interface {
			Due(*fund.View, []float64) string
		}
		n        int
		values   func(int) float64
		accepted func(int) bool
		want     map[int]string
	}{
		{"hold", strategies.Hold{}, 100, drifted, always, map[int]string{0: "first purchase"}},
		{"hold, refused", strategies.Hold{}, 2, drifted, never, map[int]string{0: "first purchase", 1: "first purchase"}},
		{
			"periodic", &strategies.Periodic{Grid: strategies.Every(30 * fund.Day)}, 70, level, always,
			map[int]string{0: "first purchase", 30: "30d since 2022-01-01T00:00:00Z", 60: "30d since 2022-01-31T00:00:00Z"},
		},
		{
			"periodic between rows: at the next row", &strategies.Periodic{Grid: strategies.Every(36 * time.Hour)}, 4, level, always,
			map[int]string{0: "first purchase", 2: "36h since 2022-01-01T00:00:00Z"},
		},
		{
			"monthly", &strategies.Periodic{Grid: strategies.Monthly{}}, 60, level, always,
			map[int]string{0: "first purchase", 31: "first of month", 59: "first of month"},
		},
		{
			"weekly at noon: at the next midnight", &strategies.Periodic{Grid: strategies.Weekly{Day: time.Monday, At: 12 * time.Hour}}, 14, level, always,
			map[int]string{0: "first purchase", 3: "monday", 10: "monday"},
		},
		{
			"hybrid rests", strategies.Hybrid{Band: band(), AtMostEvery: 3 * fund.Day}, 8, drifted, always,
			map[int]string{0: high, 3: high, 6: high},
		},
		{
			"hybrid quiet", strategies.Hybrid{Band: band(), AtMostEvery: 3 * fund.Day}, 30, btc, always,
			map[int]string{17: high, 25: high, 28: high},
		},
		{
			// Looks at 0, 7, 14, 21, 28: the breach of days 17 to 19 is never seen. The decision of 28 starts anew.
			"band on a grid", &strategies.Periodic{Grid: strategies.Every(7 * fund.Day), Band: band()}, 36, btc, always,
			map[int]string{28: high, 35: high},
		},
		{
			"band on a grid, refused", &strategies.Periodic{Grid: strategies.Every(7 * fund.Day), Band: band()}, 31, btc, never,
			map[int]string{28: high, 29: high, 30: high},
		},
		{
			"band on mondays", &strategies.Periodic{Grid: strategies.Weekly{Day: time.Monday}, Band: band()}, 31, btc, always,
			map[int]string{30: high},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := days(c.trigger, c.n, c.values, c.accepted)
			if len(got) != len(c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
			for day, reason := range c.want {
				if got[day] != reason {
					t.Errorf("day %d: got %q, want %q", day, got[day], reason)
				}
			}
		})
	}
}

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", 30 * fund.Day: "30d", 36 * time.Hour: "36h", 90 * time.Minute: "90m", 61 * time.Second: "61s", 1500 * time.Millisecond: "1500ms",
	} {
		if got := strategies.Span(d); got != want {
			t.Errorf("%v: got %s, want %s", d, got, want)
		}
	}
}
