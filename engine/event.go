package engine

import (
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/risk"
)

// Event is something that happened. The host numbers events from 1 without a gap; times never go back.
type Event struct {
	Seq  uint64
	At   fund.Time
	Body Body
}

// Body is what happened: one of the types of this file, by pointer. Whoever made an event owns its body, which is
// valid during Step only.
type Body interface{ isEvent() }

// Row says that row Index of Panel closed at the event's time. Rows of a run come from one panel, each once, in order.
type Row struct {
	Panel *fund.Panel
	Index int
}

// Flow says that units of an asset came from outside (an opening holding, a deposit: Amount > 0) or left (Amount < 0).
type Flow struct {
	Account    fund.AccountID
	Asset      fund.AssetID
	Amount     fund.Amount
	Opening    bool
	Redemption uint64 // the redemption that this withdrawal pays; 0: none
}

// Caps says what market capitalisations became known at the event's time. It may come before the opening holdings.
type Caps struct {
	USD []float64 // by asset, US dollars; 0: nothing new of it
}

// Redemption asks for units of an asset to be paid out as soon as they can be raised. IDs count from 1.
type Redemption struct {
	ID      uint64
	Account fund.AccountID
	Asset   fund.AssetID
	Amount  fund.Amount // > 0
}

// Accepted says that a venue took an order.
type Accepted struct{ Order fund.OrderID }

// Filled says that part or all of an order was executed.
type Filled struct{ Fill fund.Fill }

// Closed says that nothing more of an order will fill: it was rejected, cancelled or expired, and why. An order that
// filled whole is closed without it.
type Closed struct {
	Order  fund.OrderID
	Reason string
}

// TimerFired says that a timer reached its time.
type TimerFired struct{ Timer fund.TimerID }

// Operator is a person's word.
type Operator struct {
	Who    string
	Action Action
	Rule   string     // SetLimit: its ID
	Limit  float64    // SetLimit: in the rule's unit
	List   *risk.List // SetList: it takes the place of the list of its name
}

// Action is what an operator asks for.
type Action string

// The actions of an operator.
const (
	Pause     Action = "pause"     // no new rebalance, and no further slice of one under way
	Resume    Action = "resume"    // rebalances again
	Rebalance Action = "rebalance" // now, whatever the trigger says
	Halt      Action = "halt"      // the kill switch: no order leaves any more
	Reduce    Action = "reduce"    // the kill switch: nothing is bought but cash
	Release   Action = "release"   // the kill switch
	SetLimit  Action = "limit"     // a rule gets another limit
	SetList   Action = "list"      // a list is replaced
	Adjust    Action = "adjust"    // the books follow the venues: the flows that make them equal come next
)

// Discrepancy says that a venue's books and ours differ. It halts until an operator resumes.
type Discrepancy struct {
	Account fund.AccountID
	Asset   fund.AssetID
	Text    string
}

// Revision says that the fund goes by another fund file from now on, one that the core was told of (Expect).
type Revision struct {
	Fund string // its canonical hash, hex
}

func (*Row) isEvent()         {}
func (*Flow) isEvent()        {}
func (*Caps) isEvent()        {}
func (*Redemption) isEvent()  {}
func (*Accepted) isEvent()    {}
func (*Filled) isEvent()      {}
func (*Closed) isEvent()      {}
func (*TimerFired) isEvent()  {}
func (*Operator) isEvent()    {}
func (*Discrepancy) isEvent() {}
func (*Revision) isEvent()    {}
