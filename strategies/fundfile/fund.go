// Package fundfile reads fund files: one YAML file that says what a fund holds, wants and may do, in every way of running
// it. It is strict: what it does not know is an error that shows the line. docs/FUNDFILE.md lists the keys.
package fundfile

import (
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
)

// Fund is a fund file with every default filled in and everything sorted by name. It is read, not changed.
type Fund struct {
	Name      string
	Venues    []Venue        // by AccountID
	Impact    []impact.Model // by InstrumentID: how trades move that market
	Start     []Holding      // opening holdings, none of them zero, by account and asset
	Flows     []Flow         // by time, account, asset and amount
	Target    Target
	Trigger   Trigger
	Crosses   []fund.Cross  // instruments whose prices are derived, by InstrumentID
	BandEdge  bool          // orders aim at the edge of the trigger's band, not at the target
	Dust      fund.Amount   // base currency: smaller differences are left alone
	Retry     time.Duration // rest after a plan that was refused or empty
	Execution Execution
	Risk      Risk
	Mandate   []Rule        // by ID
	Lists     []List        // by name
	Operators []Word        // by time
	MaxAge    time.Duration // a price older than this is worth nothing
	MaxGap    time.Duration // a longer gap ends a series
	Window    time.Duration // over which volatility and volume are estimated
	WarmUp    time.Duration // rows that opened at most so long before the first are its history
	Backtest  Backtest
	Variants  []string // names of the file's variants, in its order; the fund itself is none of them

	universe *fund.Universe
}

// Universe returns the assets, accounts (one per venue) and instruments that the file names. It is shared.
func (f *Fund) Universe() *fund.Universe { return f.universe }

// HistoryFrom returns the open of the earliest row that a backtest is given: those before Backtest.From are history.
func (f *Fund) HistoryFrom() fund.Time { return f.Backtest.From.Add(-f.WarmUp) }

// Venue is a place to trade and, by the same index, an account.
type Venue struct {
	Name          string
	Participation float64       // most that is filled in a row, of an average day's volume; 0: no cap
	Latency       time.Duration // from sending an order to its arrival
	Jitter        time.Duration // at most this much is added to the latency at random
	Address       string        // on a chain, or ""
	RejectRate    float64       // fraction of orders that the simulated venue refuses
	Driver        Driver        // how the real venue is reached
}

// Driver says how paper and live reach a venue. Backtests do not read it, and no decision depends on it.
type Driver struct {
	Kind              string // "binance", or "" where there is none
	Testnet           bool   // of the kind: its addresses, and no money
	REST, Stream, API string // base addresses; "": those of the kind
	Key               string // where the key lies, as venues.ReadKey reads it, relative to the fund file; "": there is none
}

// Holding is an amount in an account.
type Holding struct {
	Account fund.AccountID
	Asset   fund.AssetID
	Amount  fund.Amount
}

// Flow is a deposit, or with a negative amount a withdrawal.
type Flow struct {
	At fund.Time
	Holding
}

// Share is a fraction that belongs to an asset.
type Share struct {
	Asset    fund.AssetID
	Fraction fund.Amount
}

// Target says what to hold. Fields that a kind does not have are zero.
type Target struct {
	Kind    string         // "fixed", "equal", MarketCap or "inverse-volatility"
	Weights []Share        // fixed: by asset; they sum to 1 exactly
	Assets  []fund.AssetID // the other kinds: sorted
	Floor   fund.Amount    // least fraction that an asset with a weight gets; not of fixed and equal
	Cap     fund.Amount    // most; not of fixed and equal
	Window  time.Duration  // inverse-volatility: over which volatility is measured
	Every   time.Duration  // inverse-volatility: how often it is measured

	MinCap    fund.Amount   // market-cap: US dollars; an asset with less has no weight
	MaxCapAge time.Duration // market-cap: an older cap counts for nothing
	Vendor    string        // market-cap: whose caps count; "": of the only vendor there is
}

// Trigger says when to trade. Fields that a kind does not have are zero.
type Trigger struct {
	Kind        string        // "hold", "threshold", "periodic", "hybrid" or "cost-aware"
	Band        fund.Amount   // fraction; 0: periodic without a band
	Absolute    bool          // bands are of absolute drift
	Bands       []Share       // assets with a band other than Band
	Every       time.Duration // periodic; 0: by the calendar
	On          string        // periodic: "first-of-month", or a weekday in lower case
	At          time.Duration // periodic: after midnight UTC
	AtMostEvery time.Duration // hybrid
	Floor       fund.Amount   // cost-aware: tracking error
	Ratio       fund.Amount   // cost-aware: benefit over cost
}

// Risk holds the limits. Money is in base currency; 0 means no limit.
type Risk struct {
	MaxWeight []Share // assets with a limit; never the base asset
	MaxOrder  fund.Amount
	MaxPlan   fund.Amount
	Blocked   []fund.AssetID // sorted; never the base asset
	Rules     []Rule         // by ID

	TwoOperators bool // to change a limit or a list, and to release the kill switch
	CancelOnHalt bool // the kill switch cancels what works
}

// Backtest says what a backtest covers. From equals To where the file has no such section.
type Backtest struct {
	From, To  fund.Time     // rows with From ≤ open < To
	Interval  time.Duration // of a row
	FillClose bool          // idealised: orders fill at the close that they were decided on
	Seed      uint64
}

// Present reports whether the file has a backtest section.
func (b Backtest) Present() bool { return b.From != b.To }
