// Package execute spreads a parent order over time. A Schedule says how, a Curve how much is out when, a Parent is the state
// of one order under it. Everything here is a pure function of what the caller knows; caps, cash and orders are its own.
package execute

import (
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
)

// Kind is the rule by which an order is cut into slices.
type Kind int8

// The kinds.
const (
	Immediate     Kind = iota // no slices: all of it at once
	TWAP                      // equal slices
	VWAP                      // slices in proportion to the volume that is usual at their time of day
	POV                       // a fraction of what the market trades
	AlmgrenChriss             // slices of least expected cost plus λ times its variance
)

// Halt says what a schedule does while its instrument does not trade.
type Halt int8

// What a schedule may do in a halt. In all of them nothing is sent until the instrument trades again.
const (
	Wait   Halt = iota // its clock stands still; afterwards it goes on where it was
	Resume             // its clock runs on; afterwards what was missed is caught up
	End                // what was not sent yet is left
)

// Schedule says how orders are worked. The zero Schedule sends each at once and never gives it up. Fractions are of 1.
type Schedule struct {
	Kind   Kind
	Over   time.Duration // from the first slice to the end of the last; AlmgrenChriss: 0: a slice a row, as long as Lambda asks for
	Slices int           // of TWAP, VWAP and AlmgrenChriss; not where Over is 0
	Lambda float64       // AlmgrenChriss: risk aversion, 1/base currency; 0: as Over asks for
	Rate   float64       // POV: of the volume that the market trades
	Jitter float64       // of the time between slices, at most: by so much a slice is late

	MaxParticipation float64       // of the volume usual in a row: most that may work in an instrument, catch-up included; 0: no cap
	Passive          bool          // slices are limit orders that cross the spread when the slice ends
	Offset           float64       // of mid: how far behind it they are placed
	Guard            float64       // of the price at arrival: when the market ran further against an order, it stops; 0: never
	Deadline         time.Duration // from the beginning; 0: none
	Cross            bool          // at the deadline, what is left is sent at once, not given up
	Halt             Halt
}

// Lasts reports whether orders are worked for a while, not sent at once.
func (s *Schedule) Lasts() bool { return s.Kind != Immediate }

// Order is a parent order when it begins, and what is known of its market then.
type Order struct {
	ID       uint64 // of the parent order; jitter is made of it
	At       fund.Time
	Side     fund.Side
	Quantity fund.Amount // base units
	Lot      fund.Amount // slices are multiples of it
	Terms
}

// Parent is an order being worked.
type Parent struct {
	Start    fund.Time   // of its clock: when it began, later by the halts that it waited for
	Total    fund.Amount // base units
	Released fund.Amount // base units handed out and not come back
	Traded   float64     // base units that the market traded in the rows that closed since it began

	id    uint64
	lot   fund.Amount
	row   time.Duration
	curve Curve
}

// Begin returns the state of an order that begins.
func (s *Schedule) Begin(o Order) Parent {
	p := Parent{Start: o.At, Total: o.Quantity, id: o.ID, lot: o.Lot, row: o.Inputs.Interval}
	p.curve = s.Curve(o.Side, o.Quantity.Float64(), o.At, &o.Terms)
	return p
}

// Terms is what a curve is made of, as known when an order begins.
type Terms struct {
	Price  float64       // base currency a base unit
	Inputs impact.Inputs // of the instrument
	Model  impact.Model  // of the instrument
	Usual  []float64     // VWAP: volume that is usual in each slice, as Schedule.Usual measures it
}

// Step returns the time from one slice to the next.
func (p *Parent) Step() time.Duration { return p.curve.Step }

// Due returns the quantity that is to be out by now and is not, and when to ask again: later than at, or 0 when all of the
// order is due. A slice that was missed is part of the next. Quantities are whole lots, but for the last.
func (s *Schedule) Due(p *Parent, at fund.Time) (fund.Amount, fund.Time) {
	out, next := p.Total, fund.Time(0)
	switch s.Kind {
	case Immediate:
	case POV:
		if out = p.part(s.Rate * p.Traded / p.Total.Float64()); out.Less(p.Total) {
			next = at.Add(p.row)
		}
	default:
		if k := s.begun(p, at); k < p.curve.Slices {
			if out = p.after(k); out.Less(p.Total) {
				next = s.begins(p, k)
			}
		}
	}
	if out.Less(p.Released) {
		return fund.Amount{}, next
	}
	return out.Sub(p.Released), next
}

// Ends returns when the slice that is under way at a time ends: when the next begins, or the order's time is over.
func (s *Schedule) Ends(p *Parent, at fund.Time) fund.Time {
	if s.Kind == POV {
		return at.Add(p.row)
	}
	if k := s.begun(p, at); k < p.curve.Slices {
		return s.begins(p, k)
	}
	return max(at, p.Start.Add(time.Duration(p.curve.Slices)*p.curve.Step))
}

// begun returns how many slices have begun by a time.
func (s *Schedule) begun(p *Parent, at fund.Time) int {
	k := int(at.Sub(p.Start) / p.curve.Step)
	if k < p.curve.Slices && s.begins(p, k) <= at {
		k++
	}
	return min(k, p.curve.Slices)
}

// begins returns when slice k begins, counted from 0. The first is not late.
func (s *Schedule) begins(p *Parent, k int) fund.Time {
	at := p.Start.Add(time.Duration(k) * p.curve.Step)
	if k == 0 || s.Jitter == 0 {
		return at
	}
	return at.Add(time.Duration(s.Jitter * chance(p.id, uint64(k)) * float64(p.curve.Step)))
}

// mostPlaces is more decimals than any lot has.
const mostPlaces = 18

// after returns what is to be out after k slices. Equal parts are exact: a third of 3 is 1. (The last QuoUp has nothing to
// round.)
func (p *Parent) after(k int) fund.Amount {
	if !p.curve.even() {
		return p.part(p.curve.Out(float64(k)))
	}
	slices := fund.NewAmount(int64(p.curve.Slices), 0)
	return p.Total.Mul(fund.NewAmount(int64(k), 0)).FloorTo(p.lot.Mul(slices)).QuoUp(slices, mostPlaces)
}

// part returns a fraction of the total in whole lots, toward zero: all of it from 1 on.
func (p *Parent) part(fraction float64) fund.Amount {
	if fraction >= 1 {
		return p.Total
	}
	return fund.AmountOfFloat(p.Total.Float64() * fraction).FloorTo(p.lot)
}

// chance returns a number from 0 to below 1 that the two numbers determine: the splitmix64 hash of them.
func chance(a, b uint64) float64 {
	x := a + b*0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return float64((x^x>>31)>>11) / (1 << 53)
}
