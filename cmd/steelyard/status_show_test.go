package main

import (
	"strings"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

// A person reads times to the second, ages in words, and thousands apart.
func TestStatusReadsWell(t *testing.T) {
	at := fund.TimeOf(time.Date(2026, 11, 23, 1, 29, 2, 821173362, time.UTC))
	s := status{Run: "RUN", Fund: "F", State: isRunning, Base: "USDT", NAV: 1234567.891, At: at, Rows: 3, Records: 4,
		Assets: []assetStatus{{Asset: "BTC", Units: 1500.25, Price: 60000.5, Value: 90015750.125, Weight: 0.5}},
		Orders: []orderStatus{{Order: 7, At: at, Instrument: "v:BTC/USDT", Side: "buy", Quantity: fund.MustAmount("1200.5"), Limit: fund.MustAmount("60000")}},
		Events: []eventStatus{{at, "something"}},
		Feed: &venues.Health{Now: at.Add(3400 * time.Millisecond), Venues: []venues.VenueHealth{{Name: "v", Up: true}},
			Instruments: []venues.InstrumentHealth{{Instrument: "v:BTC/USDT", Heard: at.Add(-90 * time.Minute)}}}}
	var b strings.Builder
	if err := s.table(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"as of 2026-11-23 01:29:02 UTC: 3 rows, 4 records, NAV 1,234,567.89 USDT", "1,500.25  60,000.5  90,015,750.12", "1,200.5       0  60,000  2026-11-23 01:29:02  3 s",
		"2026-11-22 23:59:02  90 min", "  2026-11-23 01:29:02  something"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in\n%s", want, &b)
		}
	}
	for d, want := range map[time.Duration]string{-time.Second: "0 s", 119 * time.Second: "119 s", 5 * time.Minute: "5 min", 26*time.Hour + 7*time.Minute: "26 h 7 min", 10 * fund.Day: "10 days"} {
		if got := age(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
