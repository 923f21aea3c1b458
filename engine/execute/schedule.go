// Package execute spreads an order over time.
package execute

import (
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// Parent is an order being worked in slices.
type Parent struct {
	Start    fund.Time
	Total    fund.Amount // base units
	Released fund.Amount // base units handed out so far
	Lot      fund.Amount // slices are multiples of it
}

// mostPlaces is more decimals than any lot has.
const mostPlaces = 18

// Schedule decides how much of a parent order is sent when.
type Schedule interface {
	// Slice returns the quantity to send now, and when to ask again (0: never; then all of it has been released).
	Slice(p *Parent, at fund.Time) (fund.Amount, fund.Time)
}

// Immediate sends everything at once.
type Immediate struct{}

// Slice implements Schedule.
func (Immediate) Slice(p *Parent, _ fund.Time) (fund.Amount, fund.Time) {
	return p.Total.Sub(p.Released), 0
}

// TWAP sends Slices equal parts, Over from the first to the end of the last.
type TWAP struct {
	Over   time.Duration
	Slices int
}

// Slice implements Schedule. A slice that was missed is caught up by the next.
func (s TWAP) Slice(p *Parent, at fund.Time) (fund.Amount, fund.Time) {
	step := s.Over / time.Duration(s.Slices)
	k := int(at.Sub(p.Start)/step) + 1 // slices due by now
	if k >= s.Slices {
		return p.Total.Sub(p.Released), 0
	}
	due := s.due(p, int64(k))
	next := p.Start.Add(time.Duration(k) * step)
	if due.Cmp(p.Released) <= 0 {
		return fund.Amount{}, next
	}
	return due.Sub(p.Released), next
}

// due returns k parts of the total in whole lots, toward zero and exact: a third of 3 is 1. The last QuoUp has nothing
// to round.
func (s TWAP) due(p *Parent, k int64) fund.Amount {
	slices := fund.NewAmount(int64(s.Slices), 0)
	return p.Total.Mul(fund.NewAmount(k, 0)).FloorTo(p.Lot.Mul(slices)).QuoUp(slices, mostPlaces)
}
