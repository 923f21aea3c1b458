package fund

import (
	"errors"
	"fmt"
	"time"
)

// Time is an instant in nanoseconds since 1970-01-01 00:00 UTC.
type Time int64

// Day is the length of a UTC day; volatility and volume are "per day" in this unit.
const Day = 24 * time.Hour

// TimeOf converts a standard time to a Time.
func TimeOf(t time.Time) Time { return Time(t.UnixNano()) }

// Add returns t shifted by d.
func (t Time) Add(d time.Duration) Time { return t + Time(d) }

// Sub returns t−u.
func (t Time) Sub(u Time) time.Duration { return time.Duration(t - u) }

// UTC returns t as a standard time in UTC.
func (t Time) UTC() time.Time { return time.Unix(0, int64(t)).UTC() }

// Floor returns the last multiple of d, counted from the epoch, that is not after t. d must be positive.
func (t Time) Floor(d time.Duration) Time {
	r := t % Time(d)
	if r < 0 {
		r += Time(d)
	}
	return t - r
}

// AppendTo appends t in RFC 3339 with as many fractional digits as it needs.
func (t Time) AppendTo(b []byte) []byte { return t.UTC().AppendFormat(b, time.RFC3339Nano) }

// String returns t in RFC 3339, UTC.
func (t Time) String() string { return string(t.AppendTo(nil)) }

// ErrYear says that a time is too far away to be counted in nanoseconds.
var ErrYear = errors.New("the year is not between 1678 and 2261")

// ParseTime reads RFC 3339 or a plain UTC date (2006-01-02), of the years 1678 to 2261: what nanoseconds reach.
func ParseTime(s string) (Time, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		if t, err = time.Parse(time.RFC3339Nano, s); err != nil {
			return 0, err
		}
	}
	if y := t.UTC().Year(); y < 1678 || y > 2261 {
		return 0, fmt.Errorf("%s: %w", s, ErrYear)
	}
	return TimeOf(t), nil
}

// MarshalText implements encoding.TextMarshaler.
func (t Time) MarshalText() ([]byte, error) { return t.AppendTo(nil), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (t *Time) UnmarshalText(b []byte) (err error) {
	*t, err = ParseTime(string(b))
	return err
}
