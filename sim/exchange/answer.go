package exchange

import (
	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
)

// Event is an answer and when it reaches us.
type Event struct {
	At   fund.Time
	Body engine.Body
}

// answers is what the venue answers to one call. The next call takes its room.
type answers struct {
	list     []Event
	accepted []engine.Accepted
	filled   []engine.Filled
	closed   []engine.Closed
}

// begin forgets what was answered before.
func (a *answers) begin() {
	a.list, a.accepted, a.filled, a.closed = a.list[:0], a.accepted[:0], a.filled[:0], a.closed[:0]
}

// accept says that the venue took an order.
func (a *answers) accept(at fund.Time, id fund.OrderID) {
	a.accepted = append(a.accepted, engine.Accepted{Order: id})
	a.list = append(a.list, Event{at, &a.accepted[len(a.accepted)-1]})
}

// fill says that some of an order was executed.
func (a *answers) fill(at fund.Time, f *fund.Fill) {
	a.filled = append(a.filled, engine.Filled{Fill: *f})
	a.list = append(a.list, Event{at, &a.filled[len(a.filled)-1]})
}

// close says that nothing more of an order will fill.
func (a *answers) close(at fund.Time, id fund.OrderID, why string) {
	a.closed = append(a.closed, engine.Closed{Order: id, Reason: why})
	a.list = append(a.list, Event{at, &a.closed[len(a.closed)-1]})
}
