package fund_test

import (
	"math"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"pgregory.net/rapid"
)

func anyTime(t *rapid.T) fund.Time {
	return fund.Time(rapid.Int64Range(math.MinInt64/2, math.MaxInt64/2).Draw(t, "time"))
}

// Every instant, before 1970 too, is written in a way that reads back.
func TestTimeReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := anyTime(t)
		if got, err := fund.ParseTime(at.String()); err != nil || got != at {
			t.Fatalf("%s is read as %v, %v", at, got, err)
		}
		var back fund.Time
		text, _ := at.MarshalText()
		if err := back.UnmarshalText(text); err != nil || back != at || fund.TimeOf(at.UTC()) != at {
			t.Fatalf("%s is read as %v, %v", text, back, err)
		}
	})
}

func TestTimeText(t *testing.T) {
	for text, want := range map[string]string{
		"2022-03-04":                "2022-03-04T00:00:00Z",
		"2022-03-04T05:06:07Z":      "2022-03-04T05:06:07Z",
		"2022-03-04T05:06:07.80Z":   "2022-03-04T05:06:07.8Z",
		"2022-03-04T05:06:07+02:00": "2022-03-04T03:06:07Z",
		"1969-12-31T23:59:59.5Z":    "1969-12-31T23:59:59.5Z",
	} {
		if got, err := fund.ParseTime(text); err != nil || got.String() != want {
			t.Errorf("%s is read as %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "2022-13-01", "2022-02-30", "2022-03-04 05:06", "yesterday", "2022-03-04T05:06:07"} {
		if at, err := fund.ParseTime(text); err == nil {
			t.Errorf("%q is read as %v", text, at)
		}
	}
}

// Floor is the last multiple that is not after, on both sides of 1970.
func TestFloor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at, d := anyTime(t), time.Duration(rapid.Int64Range(1, int64(400*fund.Day)).Draw(t, "duration"))
		if f := at.Floor(d); f > at || at.Sub(f) >= d || int64(f)%int64(d) != 0 {
			t.Fatalf("%d to %d is %d", at, d, f)
		}
	})
	for at, want := range map[fund.Time]fund.Time{-1: -10, -10: -10, -11: -20, 0: 0, 9: 0, 10: 10} {
		if got := at.Floor(10); got != want {
			t.Errorf("%d to 10 is %d, want %d", at, got, want)
		}
	}
}

// A year that nanoseconds do not reach is an error, not another year.
func TestParseTimeRefusesFarYears(t *testing.T) {
	for _, text := range []string{"1677-12-31", "2262-01-01", "3000-01-01T00:00:00Z"} {
		if got, err := fund.ParseTime(text); err == nil {
			t.Errorf("%s is %v", text, got)
		}
	}
}
