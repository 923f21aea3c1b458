// Package impact prices what a trade does to the market: pure functions from (model, inputs, state, quantity) to
// (move, state). The simulated exchange evaluates them on the true state, the core on its estimate.
package impact

import (
	"math"
	"time"

	"github.com/steelyard/steelyard/engine/float"
	"github.com/steelyard/steelyard/engine/fund"
)

// Inputs is what a model knows of an instrument, from rows closed before the trade. Without volatility or volume no
// model has a figure: then a trade moves nothing, and is remembered for when there is one.
type Inputs struct {
	Sigma    float64       // volatility of simple returns over a day, a fraction
	ADV      float64       // average daily volume, base units
	Interval time.Duration // that a trade takes: the length of a row
}

// known reports whether there are figures.
func (in Inputs) known() bool { return in.ADV > 0 && in.Sigma > 0 }

// days returns the length of an interval in days: the τ of the papers.
func (in Inputs) days() float64 { return float64(in.Interval) / float64(fund.Day) }

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

// State is what an instrument remembers of our own trading, as of At. What fades does so on each side alone: a purchase
// does not get the price that our sale left behind, so a round trip pays twice. What lasts is the balance of the sides.
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

// with returns the state after q more units.
func (s State) with(side fund.Side, q float64) State {
	t := s.on(side)
	t.All += q
	t.Left += q
	t.Now += q
	return s
}

// aged returns the state as it is at a time, with a half-life of what is remembered; 0: nothing is forgotten. A time
// before s.At changes nothing.
func (s State) aged(in Inputs, halfLife time.Duration, at fund.Time) State {
	if at <= s.At {
		return s
	}
	if halfLife > 0 && (s.Bought.Left != 0 || s.Sold.Left != 0) {
		keep := float.Exp(-math.Ln2 * float64(at.Sub(s.At)) / float64(halfLife))
		s.Bought.fade(keep)
		s.Sold.fade(keep)
	}
	if in.Interval <= 0 || at.Floor(in.Interval) > s.At.Floor(in.Interval) {
		s.Bought.Now, s.Sold.Now = 0, 0
	}
	s.At = at
	return s
}

func (t *Trail) fade(keep float64) {
	t.Left *= keep
	t.Now *= keep
}
