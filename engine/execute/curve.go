package execute

import (
	"math"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
)

// Curve is how much of an order is out when, as planned at its beginning: some slices, one a step.
type Curve struct {
	Slices  int
	Step    time.Duration
	urgency float64   // κτ of Almgren and Chriss; 0: equal slices
	parts   []float64 // of 1, out at equal times until the end; nil: by urgency
}

// Curve returns the curve of q base units that begin at a time. That of POV is what is expected of it.
func (s *Schedule) Curve(side fund.Side, q float64, at fund.Time, t *Terms) Curve {
	switch s.Kind {
	case TWAP:
		return Curve{Slices: s.Slices, Step: s.Over / time.Duration(s.Slices)}
	case VWAP:
		return Curve{Slices: s.Slices, Step: s.Over / time.Duration(s.Slices), parts: summed(t.Usual)}
	case POV:
		return t.even(q, s.Rate)
	case AlmgrenChriss:
		return s.almgrenChriss(side, q, at, t)
	}
	return Curve{Slices: 1, Step: max(1, t.Inputs.Interval)}
}

// Out returns the part of the order that is out after k slices: from 0 to 1.
func (c *Curve) Out(k float64) float64 {
	n := len(c.parts)
	if n == 0 {
		return 1 - remaining(c.urgency, c.Slices, k)
	}
	x := k * float64(n) / float64(c.Slices)
	whole := min(int(x), n-1)
	before := 0.0
	if whole > 0 {
		before = c.parts[whole-1]
	}
	return before + float64((c.parts[whole]-before)*(x-float64(whole)))
}

// largest returns the part that the largest slice is.
func (c *Curve) largest() float64 {
	most, before := 0.0, 0.0
	for _, out := range c.parts {
		most, before = max(most, out-before), out
	}
	if c.parts == nil {
		return c.Out(1)
	}
	return most
}

// even reports whether all slices are equal.
func (c *Curve) even() bool { return c.parts == nil && c.urgency == 0 }

// even returns the curve of an order that takes a fraction of the usual volume of each row.
func (t *Terms) even(q, rate float64) Curve {
	perRow := rate * PerRow(t.Inputs)
	if perRow <= 0 {
		return Curve{Slices: 1, Step: max(1, t.Inputs.Interval)}
	}
	return Curve{Slices: max(1, int(min(float64(longest/t.Inputs.Interval), math.Ceil(q/perRow)))), Step: t.Inputs.Interval}
}

// summed returns the running sums of volumes as fractions of all of them; nil, for equal parts, where there are none.
func summed(volumes []float64) []float64 {
	parts, sum := make([]float64, len(volumes)), 0.0
	for k, v := range volumes {
		sum += v
		parts[k] = sum
	}
	if sum <= 0 {
		return nil
	}
	for k := range parts {
		parts[k] /= sum
	}
	return parts
}

// almgrenChriss spreads an order over a horizon as risk aversion asks for, or without one as urgently as the horizon does.
// Without a figure for the market's volatility parts are equal.
func (s *Schedule) almgrenChriss(side fund.Side, q float64, at fund.Time, t *Terms) Curve {
	if s.Over == 0 {
		return s.untilDone(side, q, at, t)
	}
	c := Curve{Slices: s.Slices, Step: s.Over / time.Duration(s.Slices)}
	if s.Lambda == 0 {
		c.urgency = natural / float64(c.Slices)
	} else {
		c.urgency = s.urgency(side, q, at, t, c)
	}
	return c
}

// untilDone sends a slice a row until the order is done, but for 1 % that the last slice takes along, or the deadline
// comes. More slices cost less, and none is faster than a row. What the average slice pays depends on their number, which
// a few rounds find.
func (s *Schedule) untilDone(side fund.Side, q float64, at fund.Time, t *Terms) Curve {
	last := longest
	if s.Deadline > 0 {
		last = s.Deadline
	}
	c := Curve{Step: max(1, t.Inputs.Interval)}
	most := max(1, int(last/c.Step))
	c.Slices = most
	for range 5 {
		c.urgency = s.urgency(side, q, at, t, c)
		c.Slices = max(1, int(min(float64(most), math.Ceil(natural/c.urgency))))
	}
	return c
}

// natural is κT of an order that is done, but for 1 %, at the end of its horizon: a trajectory never ends by itself.
const natural = 4.605170185988091 // ln 100

// urgency returns κτ for a curve's slices.
//
// A slice takes one row, whatever the time to the next, so that its temporary impact depends on its size alone: η grows
// with τ. An impact that is not linear is taken to be, through what the average slice pays. What lasts of our own trading
// is what the model says of a time long after it.
func (s *Schedule) urgency(side fund.Side, q float64, at fund.Time, t *Terms, c Curve) float64 {
	if t.Inputs.Sigma == 0 {
		return 0
	}
	slice, days := q/float64(c.Slices), float64(c.Step)/float64(fund.Day)
	least, _ := t.Model.Cost(t.Inputs, impact.State{}, side, slice*1e-9, at)
	whole, _ := t.Model.Cost(t.Inputs, impact.State{}, side, slice, at)
	_, after := t.Model.Cost(t.Inputs, impact.State{}, side, q, at)
	lasting := t.Model.Standing(t.Inputs, after, side, at.Add(1000*fund.Day))
	l := Liquidation{
		X: q, T: days * float64(c.Slices), N: c.Slices, Lambda: s.Lambda,
		Sigma: t.Price * t.Inputs.Sigma,
		Eta:   t.Price * (whole.Temporary - least.Temporary) / slice * days,
		Gamma: t.Price * lasting / q,
	}
	return l.Kappa() * l.Tau()
}
