package engine

import (
	"fmt"
	"slices"
	"strings"

	"github.com/steelyard/steelyard/engine/execute"
	"github.com/steelyard/steelyard/engine/fund"
)

// slack is how far a purchase may overspend what was planned for it when cash is ample: prices move between the
// decision and the fill.
const slack = 0.05

// rebalance is a plan being done, stage by stage.
type rebalance struct {
	decision *Decide
	stage    int
	parents  []parent     // of this stage
	slices   fund.TimerID // when the next slice is due; 0: none
	deadline fund.TimerID // when what still works is cancelled; 0: not yet set
	inFlight []float64    // by asset, base currency: purchases sent and not yet closed
	opening  [][]float64  // [account][asset] units that were free when it began
	left     []string     // what was not done
	cost     fund.Cost    // realised
	fills    int
}

// parent is a trade of the plan being worked.
type parent struct {
	trade *fund.Trade
	work  execute.Parent
	spend float64 // quote units that one base unit may cost, fees included; buys only
	asks  fund.Time
}

func (c *Core) begin(d *Decide) {
	c.current = &rebalance{decision: d, stage: -1, inFlight: make([]float64, len(c.universe.Assets)), opening: c.balances()}
	c.advance()
}

// advance starts the next stage that has something to send, or ends the rebalance.
func (c *Core) advance() {
	r := c.current
	for r.idle() && len(c.orders) == 0 {
		if r.stage++; r.stage > r.last() {
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

// startStage sizes the stage's trades by what is there: sells by the balance, buys by the cash that has arrived.
func (c *Core) startStage() {
	r := c.current
	r.parents, r.slices, r.deadline = nil, 0, 0
	trades := r.decision.Plan.Trades
	for i := range trades {
		if t := &trades[i]; t.Stage == r.stage {
			r.parents = append(r.parents, c.parentOf(t))
		}
	}
}

// release sends the slices that are due and sets the timer for the next. After the last it sets the deadline.
func (c *Core) release() {
	r := c.current
	next := fund.Time(0)
	for i := range r.parents {
		p := &r.parents[i]
		if p.asks == 0 || p.asks > c.view.At {
			next = earlier(next, p.asks)
			continue
		}
		var quantity fund.Amount
		quantity, p.asks = c.policy.Schedule.Slice(&p.work, c.view.At)
		if in := &c.universe.Instruments[p.trade.Instrument]; p.trade.Side == fund.Sell && c.sellable(in).Less(quantity) {
			quantity = c.sellable(in) // several sales of one asset may be over by the smallest unit
		}
		next = earlier(next, p.asks)
		if p.asks != 0 && c.belowMinimum(p.trade.Instrument, quantity) {
			continue // the next slice takes it along
		}
		if quantity.Sign() > 0 {
			p.work.Released = p.work.Released.Add(quantity)
			c.send(p, quantity)
		}
	}
	switch {
	case next != 0:
		r.slices = c.setTimer(next)
	case len(c.orders) > 0:
		r.deadline = c.setTimer(c.view.At.Add(c.policy.Deadline))
	}
}

func (c *Core) belowMinimum(i fund.InstrumentID, q fund.Amount) bool {
	in := &c.universe.Instruments[i]
	return q.Sign() <= 0 || q.Less(in.MinQuantity) || q.Float64()*c.mid(i) < in.MinNotional.Float64()
}

// mid returns the last close of an instrument that the plan traded: it had one in the row that was decided on.
func (c *Core) mid(i fund.InstrumentID) float64 {
	in := &c.universe.Instruments[i]
	return c.current.decision.Prices[in.Base] / c.current.decision.Prices[in.Quote]
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
	case id == r.slices:
		c.release()
		c.advance()
	case id == r.deadline:
		for i := range c.orders {
			c.emit(&Cancel{c.orders[i].ID, c.orders[i].Instrument, fmt.Sprintf("still working %v after its last slice", c.policy.Deadline)})
		}
	}
}

// settle ends the rebalance and notes what came of it.
func (c *Core) settle() {
	r := c.current
	c.value()
	c.emit(&Settle{
		ID:      r.decision.ID,
		Fills:   r.fills,
		NAV:     c.view.NAV,
		Weights: c.weights(),
		Cost:    r.cost,
		Left:    strings.Join(slices.Compact(r.left), "; "),
	})
	c.current = nil
	if r.fills == 0 {
		c.restUntil = c.view.At.Add(c.policy.Retry)
	}
	c.pay()
}
