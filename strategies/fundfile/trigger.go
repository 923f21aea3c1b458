package fundfile

import (
	"slices"
	"strings"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// trigger reads when to trade. Each kind has its own keys; a key of another kind is an error.
func (r *reader) trigger(f *Fund, n *node) {
	if n == nil || !r.is(n, mapping) {
		return
	}
	t := &f.Trigger
	t.Kind = r.choice(r.need(n, "kind"), "hold", []string{"hold", "threshold", "periodic", "hybrid", "cost-aware"}, []string{"no-trade-band"})
	switch t.Kind {
	case "hold":
		r.keys(n, "kind")
	case "threshold":
		r.keys(n, "kind", "band", "band-is", "bands")
		r.band(t, n, r.need(n, "band"))
	case "hybrid":
		r.keys(n, "kind", "band", "band-is", "bands", "at-most-every")
		r.band(t, n, r.need(n, "band"))
		t.AtMostEvery = r.duration(r.need(n, "at-most-every"), 0, time.Second)
	case "periodic":
		r.keys(n, "kind", "every", "on", "at", "band", "band-is", "bands")
		r.grid(t, n)
		r.periodicBand(t, n)
	case "cost-aware":
		r.keys(n, "kind", "floor", "ratio")
		floor, ratio := r.need(n, "floor"), r.need(n, "ratio")
		t.Floor = r.above0(floor, r.fraction(floor, fund.Amount{}), "every row would plan; 2% is a start")
		t.Ratio = r.above0(ratio, r.amount(ratio, fund.Amount{}), "then every plan is worth its cost; a threshold trigger does that")
	}
}

// band reads the drift that is allowed.
func (r *reader) band(t *Trigger, n, band *node) {
	t.Band = r.above0(band, r.fraction(band, fund.Amount{}), "a band is above 0 %; every row would trade")
	t.Absolute = r.choice(n.entry("band-is"), "relative", []string{"relative", "absolute"}, nil) == "absolute"
	for _, s := range r.shares(n.entry("bands")) {
		if !s.Fraction.Equal(t.Band) {
			t.Bands = append(t.Bands, s)
		}
	}
}

// periodicBand reads the band of a periodic trigger, which need not have one.
func (r *reader) periodicBand(t *Trigger, n *node) {
	if band := n.entry("band"); band != nil {
		r.band(t, n, band)
		return
	}
	for _, key := range []string{"band-is", "bands"} {
		if without := n.entry(key); without != nil {
			r.fail(without, "needs trigger.band beside it")
		}
	}
}

// grid reads either every, or on with at.
func (r *reader) grid(t *Trigger, n *node) {
	every, on, at := n.entry("every"), n.entry("on"), n.entry("at")
	switch {
	case every == nil && on == nil:
		r.fail(n, "every is missing; say every: 30d, or on: first-of-month")
	case every != nil && on != nil:
		r.fail(on, "every and on exclude each other; keep one")
	case at != nil && on == nil:
		r.fail(at, "needs trigger.on beside it; every counts from the last decision")
	}
	t.Every = r.duration(every, 0, time.Second)
	t.On = r.choice(on, "", append([]string{firstOfMonth}, weekdays()...), nil)
	t.At = r.clock(at)
}

const firstOfMonth = "first-of-month"

// weekdays returns the names of the days in lower case, sunday first, as time.Weekday counts them.
func weekdays() []string {
	names := make([]string, 7)
	for d := range names {
		names[d] = strings.ToLower(time.Weekday(d).String())
	}
	return names
}

// weekday returns the day that a name of weekdays means.
func weekday(name string) time.Weekday { return time.Weekday(slices.Index(weekdays(), name)) }
