package pretrade

import (
	"context"
	"math"
	"time"

	"github.com/steelyard/steelyard/engine/execute"
	"github.com/steelyard/steelyard/engine/fund"
)

// Point is a schedule and what comes of it.
type Point struct {
	Schedule execute.Schedule
	Expectation
}

// mostSlices bounds how finely the schedules of a frontier are cut.
const mostSlices = 96

// Frontier returns what comes of the schedules of Almgren & Chriss ("Optimal execution of portfolio transactions", 2000), which no
// other beats at its own risk where impact is linear: from everything at once to equal slices over the fund's own horizon, or over
// a day where its orders are not worked over time. Caps, halts and deadline are the fund's, but
// what goes at once knows only the venues' caps; no order waits for a better price.
func (b *Rebalance) Frontier(ctx context.Context) ([]Point, error) {
	once, even := b.ends()
	points, err := b.points(ctx, once, even)
	if err != nil {
		return nil, err
	}
	first, last := points[0], points[1]
	for _, urgency := range []float64{1000, 300, 100, 30, 10, 3, 1} {
		s := even
		s.Kind, s.Lambda = execute.AlmgrenChriss, urgency*b.balance(first, last)
		more, err := b.points(ctx, s)
		if err != nil {
			return nil, err
		}
		points = append(points[:len(points)-1], more[0], last)
	}
	return points, nil
}

// ends returns the schedules at the ends of the frontier.
func (b *Rebalance) ends() (once, even execute.Schedule) {
	own := b.Policy.Schedule
	once = execute.Schedule{Deadline: own.Deadline, Cross: own.Cross, Halt: own.Halt}
	even = once
	even.MaxParticipation = own.MaxParticipation
	if even.Kind, even.Over = execute.TWAP, own.Over; own.Over == 0 {
		even.Over = fund.Day
	}
	if even.Deadline > 0 {
		even.Over = min(even.Over, even.Deadline)
	}
	row := b.Market.history.Interval
	step := max(row, (even.Over/mostSlices+row-1)/row*row)
	even.Slices = max(1, int(even.Over/step))
	even.Over = time.Duration(even.Slices) * step
	return once, even
}

// balance returns the risk aversion at which the two ends of the frontier are worth the same.
func (b *Rebalance) balance(once, even Point) float64 {
	saved := once.Cost - even.Cost
	if saved <= 0 || even.Risk == 0 {
		saved, even.Risk = 1, math.Max(even.Risk, 1)
	}
	return saved / (even.Risk * even.Risk)
}

func (b *Rebalance) points(ctx context.Context, schedules ...execute.Schedule) ([]Point, error) {
	var points []Point
	for _, s := range schedules {
		p := b.Policy
		p.Schedule = s
		e, err := b.Expect(ctx, p)
		if err != nil {
			return nil, err
		}
		points = append(points, Point{s, e})
	}
	return points, nil
}
