// Package risk decides what may be sent: checks of a plan and of each order before it leaves.
package risk

import "github.com/steelyard/steelyard/engine/fund"

// Approved is an order that passed every check. Only this package can make one that holds an order, and only an
// Approved can be executed; the zero value holds none.
type Approved struct{ order fund.Order }

// Order returns the approved order. Its ID is 0 only for the zero Approved, which nobody may send.
func (a Approved) Order() fund.Order { return a.order }

// WithSpend returns the approved order limited to spending at most this much quote. It only ever narrows what was
// approved: a smaller limit that is already set stays.
func (a Approved) WithSpend(most fund.Amount) Approved {
	if a.order.Spend.IsZero() || most.Less(a.order.Spend) {
		a.order.Spend = most
	}
	return a
}

// WithWorst returns the approved sale bound to fill at no price below this. A higher one that is already set stays.
func (a Approved) WithWorst(price fund.Amount) Approved {
	if a.order.Worst.Less(price) {
		a.order.Worst = price
	}
	return a
}
