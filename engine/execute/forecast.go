package execute

import (
	"math"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
)

// Forecast is what an order is expected to meet under a schedule, as fractions of its value when it begins.
type Forecast struct {
	Move impact.Move // average displacement against us
	Risk float64     // one standard deviation of what the market may do until the last slice is out
}

// Market prices what we would trade: the next q base units at a time, which it remembers. Times do not go back.
type Market interface {
	Fill(q float64, at fund.Time) impact.Move
}

// mostSteps bounds how many slices are priced one by one; more are priced in as many groups.
const mostSteps = 16

// Forecast returns what q base units that begin at a time are expected to meet on a market that it changes. Passive slices
// are taken to cross, and halts, guards and deadlines not to happen.
//
// A group of slices is priced by the one in its middle, which meets the market as the first half of the group, sent in one
// piece some time before it, has left it.
func (s *Schedule) Forecast(side fund.Side, q float64, at fund.Time, t *Terms, m Market) Forecast {
	if !s.Lasts() {
		return Forecast{Move: m.Fill(q, at)}
	}
	c := s.Curve(side, q, at, t)
	c = s.slowed(c, q, t)
	var f Forecast
	variance, waits, before, last := 0.0, 0.0, 0.0, at
	steps := min(c.Slices, mostSteps)
	for j := range steps {
		from, to := j*c.Slices/steps, (j+1)*c.Slices/steps
		n, after := float64(to-from), c.Out(float64(to))
		part := after - before
		middle := at.Add(time.Duration(from)*c.Step + time.Duration((n-1)/2*float64(c.Step)))
		half := float64(part * (n - 1) / n / 2)
		if waits += half; waits > 0 {
			m.Fill(waits*q, last.Add(middle.Sub(last)/2))
		}
		if part > 0 {
			move := m.Fill(part/n*q, middle)
			f.Move.Temporary += float64(move.Temporary * part)
			f.Move.Permanent += float64(move.Permanent * part)
		}
		variance += float64(n * meanSquare(1-before-part/n, 1-after, n))
		before, waits, last = after, half, middle
	}
	f.Risk = t.Inputs.Sigma * math.Sqrt(variance*float64(c.Step)/float64(fund.Day))
	return f
}

// meanSquare returns the average square of n numbers that go from a to b in equal steps.
func meanSquare(a, b, n float64) float64 {
	if n == 1 {
		return a * a
	}
	mean, width := (a+b)/2, a-b
	return float64(mean*mean) + float64(width*width*(n+1)/(12*(n-1)))
}

// longest bounds how far a forecast looks ahead.
const longest = 1000 * fund.Day

// slowed returns a curve as the participation cap lets it be: slices above the cap are sent in parts, row by row. A
// trajectory that begins above it is taken to go on at the cap.
func (s *Schedule) slowed(c Curve, q float64, t *Terms) Curve {
	if room := s.MaxParticipation * PerRow(t.Inputs); room > 0 {
		switch pieces := math.Ceil(c.largest() * q / room); {
		case pieces <= 1:
		case c.urgency > 0:
			c = t.even(q, s.MaxParticipation)
		default:
			c.Slices *= int(min(pieces, float64(longest/t.Inputs.Interval)))
			c.Step = max(t.Inputs.Interval, time.Duration(float64(c.Step)/pieces))
		}
	}
	c.Slices = max(1, min(c.Slices, int(longest/c.Step)))
	return c
}
