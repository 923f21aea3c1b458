package paper_test

import (
	"testing"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues/paper"
	"github.com/steelyard/steelyard/venues/venuetest"
)

// The simulated exchange in running time passes the suite of every driver.
func TestConformance(t *testing.T) {
	venuetest.Run(t, func(t testing.TB, s venuetest.Scene) venuetest.Venue {
		clock := paper.NewHand(s.Start())
		u, p, x := s.World("paper")
		v, err := paper.New(paper.Config{Universe: u, Venue: x, Panel: p, First: s.Past, Opening: s.Balances, Clock: clock})
		if err != nil {
			t.Fatal(err)
		}
		until := func(at fund.Time) {
			if left := at.Sub(clock.Now()); left > 0 {
				clock.Advance(left)
			}
		}
		return venuetest.Venue{Driver: v, Until: until}
	})
}
