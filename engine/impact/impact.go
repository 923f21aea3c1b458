// Package impact prices what a trade does to the market: pure functions from (model, inputs, state, quantity) to
// (move, state). The simulated exchange evaluates them on the true state, the core on its estimate.
package impact

import (
	"math"
	"time"

	"github.com/steelyard/steelyard/engine/float"
	"github.com/steelyard/steelyard/engine/fund"
)

// Inputs is what a model knows of an instrument, from rows closed before the trade. Where a figure is missing what
// depends on it is 0, and the trade is remembered for when there is one.
type Inputs struct {
	Sigma    float64       // volatility of simple returns over a day, a fraction
	ADV      float64       // average daily volume, base units
	Interval time.Duration // that a trade takes: the length of a row; 0: a day
}

// known reports whether there are figures.
func (in Inputs) known() bool { return in.ADV > 0 && in.Sigma > 0 }

// interval returns the length of an interval.
func (in Inputs) interval() time.Duration {
	if in.Interval <= 0 {
		return fund.Day
	}
	return in.Interval
}

// days returns the length of an interval in days: the τ of the papers.
func (in Inputs) days() float64 { return float64(in.interval()) / float64(fund.Day) }

// Move is how far the price is against us, averaged over a trade, as fractions of the undisturbed mid. Neither part is
// negative.
type Move struct {
	Temporary float64 // what the trades of this interval pay on a market that we left alone before
	Permanent float64 // what our earlier trades left standing and, in models that have one, the trade's own lasting part
}

// Total returns the sum of the parts.
func (m Move) Total() float64 { return m.Temporary + m.Permanent }

// apart splits a total of which the trades of this interval alone account for a part. The parts sum to the total
// exactly: the larger of them is a difference without an error.
func apart(total, alone float64) Move {
	permanent := max(0, total-alone)
	return Move{Temporary: total - permanent, Permanent: permanent}
}

// Trail is what our trades on one side of an instrument left, in base units.
type Trail struct {
	All  float64 // executed, ever
	Left float64 // of All: still remembered by a model that forgets
	Now  float64 // of Left: executed in the interval under way
}

// State is what an instrument remembers of our own trading, as of At. What fades fades on each side alone: a purchase does
// not get the price that our sale left behind, so a round trip pays twice. What lasts for ever follows the balance of the
// sides: a sale takes back what a purchase moved, or every fund would end at infinite prices; but below nothing it is
// no gain, so that a round trip cannot earn.
type State struct {
	Bought, Sold Trail
	At           fund.Time
}

// Model prices impact. Models are comparable values.
//
// What is executed within one interval, counted from the epoch, is one trade in time: however it is split, its parts
// pay in sum what it pays in one piece.
type Model interface {
	// Cost returns the average displacement against us over the next q > 0 base units, and the state after them.
	Cost(in Inputs, s State, side fund.Side, q float64, at fund.Time) (Move, State)

	// Aged returns a state as it is at a time: what Cost and Standing at that time start from, so that they say of it what
	// they say of s.
	Aged(in Inputs, s State, at fund.Time) State

	// Standing returns the displacement that the next infinitesimal trade meets because of what we did, as a fraction
	// of mid: what it would pay more than the first of all.
	Standing(in Inputs, s State, side fund.Side, at fund.Time) float64
}

// on returns the trail of a side.
func (s *State) on(side fund.Side) *Trail {
	if side == fund.Buy {
		return &s.Bought
	}
	return &s.Sold
}

// add notes q more units.
func (s *State) add(side fund.Side, q float64) {
	t := s.on(side)
	t.All += q
	t.Left += q
	t.Now += q
}

// balance returns what we executed on a side beyond what we executed on the other: what moves the price for good.
func (s *State) balance(side fund.Side) float64 { return s.on(side).All - s.on(-side).All }

// settled returns the balance without what was executed in the interval under way.
func (s *State) settled(side fund.Side) float64 {
	return s.balance(side) - s.on(side).Now + s.on(-side).Now
}

// risen returns the mean of max(0, b) while the balance b grows by q: below zero our trades go back where the price came
// from, and that is no gain.
func risen(balance, q float64) float64 {
	switch {
	case balance >= 0:
		return balance + float64(q/2) // a division by two is a product to some compilers
	case balance+q <= 0:
		return 0
	}
	return (balance + q) / q * (balance + q) / 2
}

// age brings the state to a time, with a half-life of what is remembered; 0: nothing is forgotten. A time before s.At
// changes nothing.
func (s *State) age(in Inputs, halfLife time.Duration, at fund.Time) {
	if at <= s.At {
		return
	}
	if halfLife > 0 && (s.Bought.Left != 0 || s.Sold.Left != 0) {
		keep := float.Exp(-math.Ln2 * float64(at.Sub(s.At)) / float64(halfLife))
		s.Bought.fade(keep)
		s.Sold.fade(keep)
	}
	if (s.Bought.Now != 0 || s.Sold.Now != 0) && s.At < at.Floor(in.interval()) {
		s.Bought.Now, s.Sold.Now = 0, 0
	}
	s.At = at
}

func (t *Trail) fade(keep float64) {
	t.Left *= keep
	t.Now *= keep
}
