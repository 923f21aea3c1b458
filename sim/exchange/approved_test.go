package exchange_test

import (
	"context"
	"strings"
	"testing"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/sim/exchange"
)

// The zero Approved is all that can be made outside engine/risk; it reaches no venue.
func TestTheZeroApprovedIsRefused(t *testing.T) {
	s := newStage()
	s.declared = [][]string{{"BTC/USDT"}}
	if err := s.build(); err != nil {
		t.Fatal(err)
	}
	w := sim.New(sim.Config{Universe: s.u, Panel: &s.panel, Venues: []exchange.Config{s.cfg}})
	err := w.Do(context.Background(), &engine.Place{})
	if err == nil || !strings.Contains(err.Error(), "not approved") {
		t.Errorf("%v", err)
	}
	if at, ok := w.Venue(fund.AccountID(0)).NextArrival(); ok {
		t.Errorf("an order is under way to the venue, for %v", at)
	}
}
