package market_test

import (
	"math"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/sim/market"
)

// The places of USDPEG and ICARA.
const (
	pegged = 2
	doomed = 3
)

// aYear is a market with the stablecoin and the coin that dies, past the end of both stories.
func aYear(seed uint64) market.Config {
	return market.Config{Assets: 4, Days: 365, Interval: time.Hour, Start: day0, Seed: seed}
}

// row returns the row of p that opens at t.
func row(p *fund.Panel, t fund.Time) int { return int(t.Sub(p.Times[0]) / p.Interval) }

func TestACoinDies(t *testing.T) {
	for seed := range uint64(20) {
		c := aYear(seed)
		p := makePanel(t, c)
		start, end := row(p, market.CollapseStart(seed, day0)), row(p, market.CollapseEnd(seed, day0))
		if start < 180*24 || end > 335*24 || end-start != 5*24 {
			t.Errorf("seed %d: it dies from row %d to %d", seed, start, end)
		}
		for r := range p.Rows() {
			if p.Has(r, doomed) != (r < end) {
				t.Fatalf("seed %d: a bar in row %d is %t, and the end is row %d", seed, r, p.Has(r, doomed), end)
			}
		}
		left := p.Close[(end-1)*p.N+doomed] / p.Close[(start-1)*p.N+doomed]
		if left > 0.05 {
			t.Errorf("seed %d: %.3f of its price is left", seed, left)
		}
	}
}

func TestAStablecoinLosesItsPegAndFindsIt(t *testing.T) {
	for seed := range uint64(20) {
		p := makePanel(t, aYear(seed))
		lost := row(p, market.PegLost(seed, day0))
		if lost < 60*24 || lost >= 180*24 {
			t.Errorf("seed %d: the peg is lost in row %d", seed, lost)
		}
		low := math.Inf(1)
		for r, price := range column(p, p.Close, pegged) {
			off := math.Abs(price - 1)
			if inDoubt := r >= lost && r < lost+4*24; !inDoubt && off > 0.003 {
				t.Errorf("seed %d: %v in row %d, and the peg is lost in row %d", seed, price, r, lost)
			}
			low = min(low, price)
		}
		if low < 0.8 || low > 0.93 {
			t.Errorf("seed %d: the lowest price is %v", seed, low)
		}
	}
}

// The stories are the market's, whatever the interval.
func TestEventsOnDailyBars(t *testing.T) {
	c := aYear(7)
	c.Interval = 24 * time.Hour
	p := makePanel(t, c)
	end := market.CollapseEnd(c.Seed, c.Start)
	for r, open := range p.Times {
		if p.Has(r, doomed) != (open < end) {
			t.Errorf("a bar on %v is %t, and the end is %v", open, p.Has(r, doomed), end)
		}
	}
}

// Volume and spread go with volatility: the tenth of bars with the widest spread moves and trades more than the rest.
func TestSpreadsGoWithVolatility(t *testing.T) {
	p := makePanel(t, demo())
	for _, i := range living(p) {
		bid, ask := column(p, p.Bid, i), column(p, p.Ask, i)
		spread := make([]float64, len(bid))
		for r := range spread {
			spread[r] = ask[r]/bid[r] - 1
		}
		size := absolute(changes(column(p, p.Close, i)))
		if c := correlation(size, spread[1:]); c < 0.2 {
			t.Errorf("coin %d: |r| and spread have correlation %.2f", i, c)
		}
		if typical := mean(spread); typical < 0.00002 || typical > 0.003 {
			t.Errorf("coin %d: spread %.6f", i, typical)
		}
	}
}
