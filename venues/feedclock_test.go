package venues_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

// shifted plays 90 rows of a venue whose clock is wrong by so much from a time to another, and returns them, what was told of the clock, and how
// often the venue was asked for the time.
func shifted(t *testing.T, by time.Duration, from, to fund.Time) (g *feedRig, got *fund.Panel, told string, asked int) {
	g = newFeedRig(90)
	g.tape.Shift = func(at fund.Time) time.Duration {
		if at >= from && at < to {
			return by
		}
		return 0
	}
	g.tape.Fault = func(call string, _ fund.Time) error {
		if call == "now" {
			asked++
		}
		return nil
	}
	got = g.play(t)
	var about []string
	for _, a := range g.alarms {
		if a.Kind == venues.WrongClock {
			about = append(about, fmt.Sprintf("%v %s", a.Over, a.Text))
		}
	}
	return g, got, strings.Join(about, "; "), asked
}

// A clock that jumps ahead for a few seconds costs no row: until it is back rows go by ours. One that cannot be is never followed.
func TestFeedClockJumps(t *testing.T) {
	for by, lasts := range map[time.Duration]time.Duration{time.Hour: 4 * time.Second, 10 * 365 * fund.Day: 20 * time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			from := day0.Add(10*time.Minute + 58*time.Second)
			g, got, told, asked := shifted(t, by, from, from.Add(lasts))
			samePanel(t, got, g.tape.Panel)
			if !strings.HasPrefix(told, "false x's clock jumped ahead") || !strings.HasSuffix(told, "true x's clock is right again") {
				t.Errorf("by %v: told %q", by, told)
			}
			if asked > 1000 {
				t.Errorf("by %v: asked %d times for the time", by, asked)
			}
		})
	}
}

// A clock that stays ahead is followed; when it comes back after all, the feed waits until it has caught up, says so, asks rarely, and goes on.
func TestFeedClockComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from := day0.Add(10*time.Minute + 30*time.Second)
		_, got, told, asked := shifted(t, 30*time.Minute, from, from.Add(3*time.Minute))
		for r := range got.Times {
			if (r < 10 || r > 42) && !(got.Has(r, 0) && got.Has(r, 1)) {
				t.Errorf("row %d has holes", r)
			}
		}
		parts := strings.Split(told, "; ")
		want := []string{"false x's clock jumped ahead by", "true x's clock stays ahead by", "false x's clock went back by", "true x's clock is right again"}
		for k := range want {
			if len(parts) != len(want) || !strings.HasPrefix(parts[k], want[k]) {
				t.Fatalf("told %q", told)
			}
		}
		if asked > 3000 {
			t.Errorf("asked %d times for the time", asked)
		}
	})
}
