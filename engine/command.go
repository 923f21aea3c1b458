package engine

import (
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/risk"
)

// Command is something that the core wants done or known: one of the types of this file, by pointer. Its slices are
// not changed after it was returned.
type Command interface{ isCommand() }

// Place sends an approved order to its instrument's venue. The core makes many: it is valid until the next Step.
type Place struct{ Order risk.Approved }

// Cancel withdraws what is left of an order.
type Cancel struct {
	Order      fund.OrderID
	Instrument fund.InstrumentID
	Reason     string
}

// SetTimer asks for a TimerFired at a time, or at once if it has passed.
type SetTimer struct {
	Timer fund.TimerID
	At    fund.Time
}

// Pay sends a redemption's units out. A Flow with the redemption's ID answers it.
type Pay struct {
	Redemption uint64
	Account    fund.AccountID
	Asset      fund.AssetID
	Amount     fund.Amount
}

// Verdict is what became of a plan.
type Verdict string

// The verdicts.
const (
	Go       Verdict = "go"
	Empty    Verdict = "empty"     // nothing that may be traded is worth a trade
	Refused  Verdict = "refused"   // risk said no
	NotWorth Verdict = "not-worth" // it costs more than it brings
)

// Decide notes a decision: what was seen, what was wanted, what follows.
type Decide struct {
	ID      fund.DecisionID
	Reason  string    // why a rebalance was due
	Verdict Verdict   // what follows
	Why     string    // for every verdict but Go
	NAV     float64   // base currency
	Prices  []float64 // by asset, base currency
	Weights []float64 // by asset, now
	Target  []float64 // by asset
	Plan    fund.Plan

	Checks  []risk.Check // by rule; nil: the fund has none
	Clipped []string     // IDs of the rules that cut the plan
	Missed  float64      // tracking error that the cuts cost
}

// Refuse notes that risk cut an order or refused it.
type Refuse struct {
	Decision   fund.DecisionID
	Instrument fund.InstrumentID
	Side       fund.Side
	Quantity   fund.Amount // that will not be sent
	Rule, Why  string
	Check      risk.Check // the rule's numbers for the whole order; zero where it has none
}

// Settle notes the end of a rebalance.
type Settle struct {
	ID      fund.DecisionID
	Fills   int
	NAV     float64
	Weights []float64 // by asset
	Cost    fund.Cost // realised, base currency
	Left    string    // what was not done and why; "" if all was
}

// Alert tells a person something.
type Alert struct {
	Kind AlertKind
	Text string
}

// AlertKind sorts alerts.
type AlertKind string

// The kinds of alert. Those of risk.Notice are kinds as well.
const (
	Worthless     AlertKind = "worthless"    // an asset's last price is older than the maximum age
	Priced        AlertKind = "priced"       // it has a price again
	Halted        AlertKind = "halted"       // the books differ
	Unredeemable  AlertKind = "unredeemable" // a redemption cannot be raised
	NotTraded     AlertKind = "not-traded"   // an instrument that a schedule works in had a halt
	OperatorSpoke AlertKind = "operator"     // what an operator asked of the rules was done
	OperatorWaits AlertKind = "waiting"      // it was not, or not yet
	Unweighed     AlertKind = "unweighed"    // which assets of the target have no weight for want of data changed
)

func (*Place) isCommand()    {}
func (*Cancel) isCommand()   {}
func (*SetTimer) isCommand() {}
func (*Pay) isCommand()      {}
func (*Decide) isCommand()   {}
func (*Refuse) isCommand()   {}
func (*Settle) isCommand()   {}
func (*Alert) isCommand()    {}
