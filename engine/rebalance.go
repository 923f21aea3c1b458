package engine

import (
	"fmt"
	"slices"
	"strings"

	"github.com/steelyard/steelyard/engine/execute"
	"github.com/steelyard/steelyard/engine/fund"
)

// rebalance is a plan being done: stage by stage where orders are sent at once, all stages together under a schedule that
// lasts, where every slice is cut to what the slices before it have brought.
type rebalance struct {
	decision *Decide
	schedule execute.Schedule // the policy's when it began
	stage    int              // begun, and those before it
	parents  []parent         // of the stages that began, in the plan's order
	seen     fund.Time        // when the newest row closed
	wake     fund.TimerID     // for a slice that is due between two rows
	wakesAt  fund.Time        // when that is; 0: it is not set
	deadline fund.TimerID     // when what still works is given up; 0: not yet set
	overdue  bool             // the deadline has passed
	working  []float64        // by instrument, base units that worked when the newest row closed, or were sent since
	opening  [][]float64      // [account][asset] units that were free when it began
	left     []string         // what was not done
	cost     fund.Cost        // realised
	fills    int
}

func (c *Core) begin(d *Decide) {
	c.current = &rebalance{
		decision: d, schedule: c.policy.Schedule, stage: -1, seen: c.closeTime(), opening: c.balances(),
		parents: c.parents[:0],
		working: make([]float64, len(c.universe.Instruments)),
	}
	c.advance()
}

// proceed sends what has become due, and goes on when nothing works any more.
func (c *Core) proceed() {
	c.release()
	c.advance()
}

// advance starts the next stage that has something to send, or ends the rebalance.
func (c *Core) advance() {
	r := c.current
	for r.idle() && len(c.orders) == 0 {
		if r.stage == r.last() {
			c.settle()
			return
		}
		c.startStage()
		c.release()
	}
}

// last returns the plan's highest stage.
func (r *rebalance) last() int {
	last := 0
	for i := range r.decision.Plan.Trades {
		last = max(last, r.decision.Plan.Trades[i].Stage)
	}
	return last
}

// idle reports whether every parent has released all that it will.
func (r *rebalance) idle() bool {
	for i := range r.parents {
		if r.parents[i].asks != 0 {
			return false
		}
	}
	return true
}

// startStage begins the trades of the next stage, or of all stages where the schedule lasts.
func (c *Core) startStage() {
	r := c.current
	first := r.stage + 1
	r.stage, r.deadline = first, 0
	if c.current.schedule.Lasts() {
		r.stage = r.last()
	}
	trades := r.decision.Plan.Trades
	for i := range trades {
		if t := &trades[i]; first <= t.Stage && t.Stage <= r.stage {
			r.parents = append(r.parents, c.parentOf(t))
		}
	}
}

func earlier(a, b fund.Time) fund.Time {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

func (c *Core) setTimer(at fund.Time) fund.TimerID {
	c.timerID++
	c.emit(&SetTimer{c.timerID, at})
	return c.timerID
}

func (c *Core) timer(id fund.TimerID) {
	r := c.current
	switch {
	case r == nil:
	case id == r.wake:
		r.wakesAt = 0
		c.proceed()
	case id == r.deadline:
		c.expire()
		c.proceed()
	}
}

// expire gives up what still works at the deadline. Where the schedule says so, what is left is sent at once instead, and
// has as much time again.
func (c *Core) expire() {
	r, s := c.current, &c.current.schedule
	crosses := s.Lasts() && s.Cross && !r.overdue
	r.overdue = true
	for i := range r.parents {
		switch p := &r.parents[i]; {
		case p.stopped:
		case crosses:
			p.asks = c.view.At
		default:
			c.stop(i, fmt.Sprintf("still working %v after it began", s.Deadline))
		}
	}
	if crosses {
		c.cancelToCross("its deadline has passed", func(*order) bool { return true })
		r.deadline = c.setTimer(c.view.At.Add(s.Deadline))
	}
}

// settle ends the rebalance and notes what came of it.
func (c *Core) settle() {
	r := c.current
	c.leaveUnpaid()
	c.value()
	c.emit(&Settle{
		ID:      r.decision.ID,
		Fills:   r.fills,
		NAV:     c.view.NAV,
		Weights: c.weights(),
		Cost:    r.cost,
		Left:    strings.Join(slices.Compact(r.left), "; "),
	})
	c.current, c.parents = nil, r.parents
	if r.fills == 0 {
		c.restUntil = c.view.At.Add(c.policy.Retry)
	}
	c.pay()
}

// leaveUnpaid tells what was never sent because there was nothing to pay it with.
func (c *Core) leaveUnpaid() {
	for i := range c.current.parents {
		p := &c.current.parents[i]
		in := &c.universe.Instruments[p.trade.Instrument]
		rest := p.work.Total.Sub(p.work.Released)
		if float64(rest.Float64()*p.mid)*c.view.Price[in.Quote] <= c.policy.Dust {
			continue
		}
		asset, _ := spends(p.trade, in)
		c.leave("no " + c.money(asset) + " for " + rest.String() + " of " + c.universe.InstrumentKey(p.trade.Instrument))
	}
}
