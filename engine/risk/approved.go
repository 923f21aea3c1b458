// Package risk decides what may be sent: checks of a plan and of each order before it leaves.
package risk

import "github.com/steelyard/steelyard/engine/fund"

// Approved is an order that passed every check. Only this package can make one that holds an order, and only an
// Approved can be executed; the zero value holds none.
type Approved struct{ order fund.Order }

// Order returns the approved order. Its ID is 0 only for the zero Approved, which nobody may send.
func (a Approved) Order() fund.Order { return a.order }
