package fundfile

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/strategies"
)

// one is 1, or all of something.
func one() fund.Amount { return fund.NewAmount(1, 0) }

// number reads a decimal number of sane size: below 10^30, at most 30 decimals.
func (r *reader) number(n *node, text string) fund.Amount {
	mantissa, exponent, scientific := strings.Cut(strings.ToLower(text), "e")
	e := 0
	if scientific {
		var err error
		if e, err = strconv.Atoi(exponent); err != nil {
			mantissa = ""
		}
	}
	if len(mantissa) > 80 || e > 30 || e < -30 {
		r.fail(n, "%s is too large or too fine; numbers are below 10^30 and have at most 30 decimals", quoted(text))
		return fund.Amount{}
	}
	a, err := fund.ParseAmount(text)
	if err != nil || mantissa == "" {
		r.fail(n, "%s is not a number; write it like 1000 or 0.25", quoted(n.text))
		return fund.Amount{}
	}
	return r.sane(n, a)
}

func (r *reader) sane(n *node, a fund.Amount) fund.Amount {
	enormous := fund.NewAmount(1, -30)
	if !a.Less(enormous) || !a.Neg().Less(enormous) || !a.RoundDown(30).Equal(a) {
		r.fail(n, "%s is too large or too fine; numbers are below 10^30 and have at most 30 decimals", quoted(n.text))
	}
	return a
}

// signed returns an amount that may be negative.
func (r *reader) signed(n *node) fund.Amount {
	if n == nil || !r.is(n, scalar) {
		return fund.Amount{}
	}
	return r.number(n, n.text)
}

// amount returns an amount that is not negative.
func (r *reader) amount(n *node, absent fund.Amount) fund.Amount {
	if n == nil {
		return absent
	}
	a := r.signed(n)
	if a.Sign() < 0 {
		r.fail(n, "%s is negative; it must be 0 or more", n.text)
	}
	return a
}

// large returns an amount that may be written in millions or billions: 500M, 1.5B.
func (r *reader) large(n *node) fund.Amount {
	if n == nil || !r.is(n, scalar) {
		return fund.Amount{}
	}
	digits, unit := n.text, 0
	if t, ok := strings.CutSuffix(n.text, "M"); ok {
		digits, unit = t, -6
	} else if t, ok := strings.CutSuffix(n.text, "B"); ok {
		digits, unit = t, -9
	}
	a := r.sane(n, r.number(n, digits).Mul(fund.NewAmount(1, unit)))
	if a.Sign() < 0 {
		r.fail(n, "%s is negative; it must be 0 or more", n.text)
	}
	return a
}

// fraction returns 10bp, 0.1% or 0.001 as a fraction between 0 and 1.
func (r *reader) fraction(n *node, absent fund.Amount) fund.Amount {
	if n == nil || !r.is(n, scalar) {
		return absent
	}
	f, unit := r.part(n)
	switch {
	case one().Less(f) && unit == 0:
		r.fail(n, "%s is %s; write percent as %s%%", n.text, percent(f), n.text)
	case one().Less(f):
		r.fail(n, "%s is above 100 %%", n.text)
	}
	return f
}

// share is fraction of what may be more than all: 250%.
func (r *reader) share(n *node) fund.Amount {
	if n == nil || !r.is(n, scalar) {
		return fund.Amount{}
	}
	f, _ := r.part(n)
	return f
}

// part reads a fraction of any size, and how many decimals its unit has.
func (r *reader) part(n *node) (fund.Amount, int) {
	a, unit := n.text, 0
	if t, ok := strings.CutSuffix(a, "%"); ok {
		a, unit = t, 2
	} else if t, ok := strings.CutSuffix(a, "bp"); ok {
		a, unit = t, 4
	}
	f := r.sane(n, r.number(n, strings.TrimSpace(a)).Mul(fund.NewAmount(1, unit)))
	if f.Sign() < 0 {
		r.fail(n, "%s is negative; it must be between 0 %% and 100 %%", n.text)
	}
	return f, unit
}

// above0 fails when a fraction or amount that was read is 0. why says what to do.
func (r *reader) above0(n *node, a fund.Amount, why string) fund.Amount {
	if n != nil && a.IsZero() {
		r.fail(n, "is 0; %s", why)
	}
	return a
}

func percent(f fund.Amount) string { return f.Mul(fund.NewAmount(100, 0)).String() + " %" }

// integer returns a whole number between low and high.
func (r *reader) integer(n *node, absent, low, high uint64) uint64 {
	if n == nil || !r.is(n, scalar) {
		return absent
	}
	i, err := strconv.ParseUint(n.text, 10, 64)
	if err != nil || i < low || i > high {
		r.fail(n, "%s is not a whole number from %d to %d", quoted(n.text), low, high)
	}
	return i
}

// unit is a unit of durations.
type unit struct {
	suffix string
	length time.Duration
}

// units lists them, the longer suffix first where one ends in another.
func units() []unit {
	return []unit{
		{"ms", time.Millisecond}, {"s", time.Second}, {"m", time.Minute}, {"h", time.Hour}, {"d", fund.Day}, {"w", 7 * fund.Day},
	}
}

// longest is the longest duration that a file may name.
const longest = 100 * 365 * fund.Day

// duration returns a whole number of one unit: 500ms, 30s, 15m, 12h, 3d, 2w. It must be at least low.
func (r *reader) duration(n *node, absent, low time.Duration) time.Duration {
	if n == nil || !r.is(n, scalar) {
		return absent
	}
	for _, u := range units() {
		digits, ok := strings.CutSuffix(n.text, u.suffix)
		if !ok {
			continue
		}
		i, err := strconv.ParseUint(digits, 10, 63)
		switch {
		case err != nil:
			continue
		case i > uint64(longest/u.length):
			r.fail(n, "%s is longer than 100 years", n.text)
			return absent
		case time.Duration(i)*u.length < low:
			r.fail(n, "%s is too short; it must be at least %s", n.text, strategies.Span(low))
			return absent
		}
		return time.Duration(i) * u.length
	}
	r.fail(n, "%s is not a duration; write a whole number and ms, s, m, h, d or w, like 12h or 3d", quoted(n.text))
	return absent
}

// instant returns a UTC date or an RFC 3339 time.
func (r *reader) instant(n *node) fund.Time {
	if n == nil || !r.is(n, scalar) {
		return 0
	}
	t, err := fund.ParseTime(n.text)
	if err != nil && !errors.Is(err, fund.ErrYear) {
		r.fail(n, "%s is not a date; write 2021-04-05 (UTC) or 2021-04-05T12:00:00Z", quoted(n.text))
		return 0
	}
	if year := t.UTC().Year(); err != nil || year < 1971 || year > 2200 {
		r.fail(n, "%s is outside the years 1971 to 2200", n.text)
	}
	return t
}

// clock returns a time of day, HH:MM, as the duration since midnight.
func (r *reader) clock(n *node) time.Duration {
	if n == nil || !r.is(n, scalar) {
		return 0
	}
	t, err := time.Parse("15:04", n.text)
	if err != nil {
		r.fail(n, "%s is not a time of day; write 00:00 to 23:59 (UTC)", quoted(n.text))
		return 0
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
}
