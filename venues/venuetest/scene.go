// Package venuetest is the conformance suite of drivers: one set of cases that every venues.Driver must pass, on a venue
// that the driver's own tests provide. What the cases demand follows from the contract in venues.Driver: a status, the fills,
// the streams and the balances must tell one story, to the last unit.
package venuetest

import (
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

// Scene is the market and the account that a case plays in.
type Scene struct {
	Listings      []venues.Listing // by name
	Balances      []venues.Balance // all free
	Taker         fund.Amount      // fee, a fraction of what changes hands
	Maker         fund.Amount
	FeeIn         fund.FeeIn
	FeeAsset      string  // FeeInAsset
	Spread        float64 // full, a fraction of the price
	Participation float64 // share of a bar's volume that the account's orders may take; 0: any

	Interval time.Duration
	Rows     [][]venues.Bar // by time, then listing, all closed
	Past     int            // rows that are over when the scene begins

	Fault Fault // what will be armed when the scene has begun, for venues that have to know before; "": nothing
}

// Start is the venue's time when the scene begins: the open of the first row that is not over.
func (s *Scene) Start() fund.Time { return s.Rows[s.Past][0].Open }

// Row returns when the k-th row of the scene's future opens, from 0.
func (s *Scene) Row(k int) fund.Time { return s.Start().Add(time.Duration(k) * s.Interval) }

// Venue is a venue that plays a scene, and a driver of it.
type Venue struct {
	Driver venues.Driver
	// Until returns once the venue's clock shows t or more. A venue whose clock runs by itself waits; one whose clock is
	// still otherwise moves it.
	Until func(t fund.Time)
	// Arm lets something go wrong. It reports false where this venue cannot; the case is skipped then.
	Arm func(f Fault) bool
	// Placed returns how many orders with this client ID reached the venue, however it answered; nil: it does not count.
	Placed func(clientID string) int
	// Patience is how long a case waits for what must come; 0: 20 s.
	Patience time.Duration
}

// Harness makes a fresh venue of a scene; it ends with the test.
type Harness func(t testing.TB, s Scene) Venue

// Fault is something that goes wrong at a venue or on the way to it.
type Fault string

// The faults.
const (
	LostRequest Fault = "lost request" // the next order never reaches the venue, and nobody answers
	LostAnswer  Fault = "lost answer"  // the next order reaches the venue, its answer is lost
	Busy        Fault = "busy"         // the next request is refused for the rate of requests
	Disconnect  Fault = "disconnect"   // every stream that is open ends
	Twice       Fault = "twice"        // from now on each stream message comes twice
	Shuffled    Fault = "shuffled"     // from now on stream messages come out of order
	SlowRequest Fault = "slow request" // the next order reaches the venue when nobody waits for its answer any more
	Behind      Fault = "behind"       // the newest fill is not listed yet
	LateFill    Fault = "late fill"    // the next cancel crosses a fill of one lot that the venue tells after the cancel
)

// epoch is when the rows of scenes begin.
var epoch = fund.TimeOf(time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC))

// lively is the scene of most cases: two coins and a fee asset against USDT, 10 bp of fee in quote, flat prices for long
// enough that a case may take its time.
func lively() Scene {
	s := Scene{
		Listings: []venues.Listing{listing("BNB", "0.001"), listing("BTC", "0.00001"), listing("ETH", "0.0001")},
		Balances: []venues.Balance{held("BNB", "10"), held("BTC", "2"), held("ETH", "10"), held("USDT", "100000")},
		Taker:    fund.MustAmount("0.001"), Maker: fund.MustAmount("0.001"), Spread: 0.0002, Interval: time.Minute, Past: 5,
	}
	s.flat(200, prices()...)
	return s
}

func listing(base, lot string) venues.Listing {
	return venues.Listing{Name: base + "/USDT", Symbol: base + "USDT", Base: base, Quote: "USDT", BaseDecimals: 8, QuoteDecimals: 8, Trading: true,
		Lot: fund.MustAmount(lot), MinQuantity: fund.MustAmount(lot), MaxQuantity: fund.MustAmount("9000"),
		Tick: fund.MustAmount("0.01"), MinNotional: fund.MustAmount("5")}
}

func held(asset, units string) venues.Balance {
	return venues.Balance{Asset: asset, Free: fund.MustAmount(units)}
}

// prices are those of the listings of lively, in which nothing happens.
func prices() []string { return []string{"400", "60000", "3000"} }

// flat adds rows in which nothing moves, at a price for each listing.
func (s *Scene) flat(rows int, prices ...string) {
	for range rows {
		at := epoch.Add(time.Duration(len(s.Rows)) * s.Interval)
		var row []venues.Bar
		for k, price := range prices {
			p := fund.MustAmount(price)
			row = append(row, venues.Bar{Instrument: s.Listings[k].Name, Open: at, First: p, High: p, Low: p, Last: p,
				Volume: fund.MustAmount("1000"), Closed: true})
		}
		s.Rows = append(s.Rows, row)
	}
}

// dip lets the price of an instrument fall to low and come back within one row of the scene's future.
func (s *Scene) dip(row int, instrument, low string) {
	for k := range s.Listings {
		if s.Listings[k].Name == instrument {
			s.Rows[s.Past+row][k].Low = fund.MustAmount(low)
		}
	}
}
