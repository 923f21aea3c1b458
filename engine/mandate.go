package engine

import (
	"fmt"
	"slices"
	"strings"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/optimize"
	"github.com/steelyard/steelyard/engine/risk"
)

// Desk returns the core's risk desk, for reading.
func (c *Core) Desk() *risk.Desk { return c.desk }

// ruled reports whether the fund has rules at all.
func (c *Core) ruled() bool { return len(c.policy.Limits.Rules) > 0 }

// exposure lays out what is held and what works for the rules. It is the core's own and valid until the next call.
func (c *Core) exposure() *risk.State {
	s := &c.exposed
	s.Working = s.Working[:0]
	for acc := range s.Held {
		for a := range s.Held[acc] {
			s.Held[acc][a] = c.book.Balance(fund.AccountID(acc), fund.AssetID(a)).Float64() * c.view.Price[a]
		}
	}
	for k := range c.orders {
		o := &c.orders[k]
		l := risk.LegOf(c.universe, o.Instrument, o.Side, o.rest.Float64(), c.view.Price)
		if beyond := max(0, float64(o.held.Float64()*c.view.Price[o.asset])-l.Value); o.Side == fund.Buy {
			l.Cost = beyond
		} else {
			l.Fee = beyond
		}
		s.Working = append(s.Working, l)
	}
	return s
}

// newExposure returns the sheet that exposure fills.
func (c *Core) newExposure() risk.State {
	s := risk.State{View: &c.view, Held: make([][]float64, len(c.universe.Accounts)), ADV: c.volume}
	for acc := range s.Held {
		s.Held[acc] = make([]float64, len(c.universe.Assets))
	}
	return s
}

// volume returns an instrument's average daily volume, base units.
func (c *Core) volume(i fund.InstrumentID) float64 {
	return c.costs.left.Inputs(c.view.History, i).ADV
}

// oversee tells the desk of a row that closed, and a person what the desk has to say.
func (c *Core) oversee() {
	if !c.desk.Watches() {
		return
	}
	for _, n := range c.desk.Row(c.exposure()) {
		c.emit(&Alert{AlertKind(n.Kind), n.Text})
	}
	c.obey()
}

// obey ends the rebalance under way where the kill switch says so. What works is cancelled, or left to end.
func (c *Core) obey() {
	r := c.current
	if c.desk.Switch() != risk.Halted || r == nil {
		return
	}
	const why = "the kill switch is halted"
	for i := range r.parents {
		if c.desk.CancelOnHalt() {
			c.stop(i, why)
		}
		r.parents[i].asks = 0
	}
	r.stage = r.last()
	c.leave(why)
	c.advance()
}

// Word returns what an operator asks of the rules, and whether it is about them.
func (o *Operator) Word() (risk.Word, bool) {
	w := risk.Word{Who: o.Who}
	switch o.Action {
	case Halt:
		w.Switch = risk.Halted
	case Reduce:
		w.Switch = risk.Reducing
	case Release:
		w.Switch = risk.Active
	case SetLimit:
		w.Rule, w.Limit = o.Rule, o.Limit
	case SetList:
		w.List = o.List
	default:
		return risk.Word{}, false
	}
	return w, true
}

// speak takes an operator's word about the rules.
func (c *Core) speak(w risk.Word) {
	text, done := c.desk.Hear(w)
	kind := AlertKind(OperatorSpoke)
	if !done {
		kind = OperatorWaits
	}
	c.emit(&Alert{kind, text})
	c.obey()
}

// comply returns the target that the rules let the fund go for.
func (c *Core) comply(target []float64) []float64 {
	if !c.ruled() {
		return target
	}
	return c.desk.Comply(c.exposure(), target)
}

// eligible returns the target that the trigger is to see.
func (c *Core) eligible(target []float64) []float64 {
	if !c.ruled() {
		return target
	}
	return c.desk.Eligible(c.exposure(), target)
}

// approve has an order checked.
func (c *Core) approve(o fund.Order) (risk.Approved, *risk.Refusal) {
	if !c.desk.Checks() {
		return c.desk.Approve(o, nil)
	}
	return c.desk.Approve(o, c.exposure())
}

// plan makes the plan of a decision and has the rules check it.
func (c *Core) plan(d *Decide) *risk.Refusal {
	p := c.problem(d.Target)
	if !c.desk.Checks() {
		d.Plan = c.policy.Planner.Plan(p)
		return nil
	}
	v := c.desk.Review(c.exposure(), d.Target, func(b *risk.Bounds) fund.Plan { return c.planWithin(p, b) })
	d.Plan, d.Checks, d.Clipped, d.Missed = v.Plan, v.Checks, v.Clipped, v.Missed
	return v.Refusal
}

func (c *Core) planWithin(p *optimize.Problem, b *risk.Bounds) fund.Plan {
	p.MaxBuy, p.MaxSell = nil, nil
	if b != nil {
		p.MaxBuy, p.MaxSell = b.Buy, b.Sell
	}
	return c.policy.Planner.Plan(p)
}

// nothing says why a plan is empty.
func (d *Decide) nothing() (Verdict, string) {
	if len(d.Clipped) > 0 {
		return Refused, fmt.Sprintf("%s: what may be traded is not worth a trade", strings.Join(d.Clipped, ", "))
	}
	return Empty, "nothing that can be traded is off its target by more than dust"
}

// Standing returns how the rules stand on what is held, as a decision that the kill switch refuses.
func (c *Core) Standing() *Decide {
	w := c.weights()
	return &Decide{
		Verdict: Refused, Why: "the kill switch is " + string(c.desk.Switch()), NAV: c.view.NAV,
		Prices: slices.Clone(c.view.Price), Weights: w, Target: w, Plan: fund.Plan{After: w}, Checks: c.desk.Stand(c.exposure()),
	}
}
