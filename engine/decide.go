package engine

import (
	"math"
	"slices"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/optimize"
	"github.com/steelyard/steelyard/engine/risk"
)

// decide asks the trigger, plans, checks, and starts a rebalance. It is called at a row's close.
func (c *Core) decide() {
	c.pay()
	if c.view.At < c.restUntil && c.forced == "" {
		return
	}
	target := c.comply(c.target())
	if target == nil {
		return
	}
	asked := c.forced != "" || c.unpaid() != nil
	reason := c.due(target)
	if reason == "" {
		return
	}
	d := &Decide{
		ID:      fund.DecisionID(c.view.Decisions + 1),
		Reason:  reason,
		NAV:     c.view.NAV,
		Prices:  slices.Clone(c.view.Price),
		Weights: c.weights(),
		Target:  slices.Clone(target),
	}
	refused := c.plan(d)
	c.assess(&d.Plan)
	d.Verdict, d.Why = c.judge(d, refused, asked)
	c.view.Decisions++
	c.view.LastDecision = c.view.At
	c.emit(d)
	if d.Verdict == Go {
		c.begin(d)
		return
	}
	c.restUntil = c.view.At.Add(c.policy.Retry)
	c.giveUp(d)
}

// due returns why a rebalance is due: an operator's word, a redemption without cash, or the trigger's reason.
func (c *Core) due(target []float64) string {
	if c.forced != "" {
		reason := c.forced
		c.forced = ""
		return reason
	}
	if r := c.unpaid(); r != nil {
		return redemptionReason(r.Amount, c.universe.AssetName(r.Asset))
	}
	return c.policy.Trigger.Due(&c.view, c.eligible(target))
}

// assess notes what the market may do to each trade of a plan until its schedule ends.
func (c *Core) assess(p *fund.Plan) {
	for i := range p.Trades {
		t := &p.Trades[i]
		t.Risk = c.costs.forecast(t.Instrument, t.Side, t.Quantity.Float64()).Risk * t.Notional
	}
}

// judge says what becomes of a plan. One that an operator or a redemption asked for need not be worth its cost.
func (c *Core) judge(d *Decide, refused *risk.Refusal, asked bool) (Verdict, string) {
	if refused != nil {
		return Refused, refused.Why
	}
	if len(d.Plan.Trades) == 0 {
		return d.nothing()
	}
	if w, ok := c.policy.Trigger.(Worth); ok && !asked {
		if worth, why := w.Worth(&c.view, &d.Plan); !worth {
			return NotWorth, why
		}
	}
	return Go, ""
}

// problem states the planner's question. What is stale or blocked is left out of it.
func (c *Core) problem(target []float64) *optimize.Problem {
	p := &optimize.Problem{
		Universe: c.universe,
		Holding:  c.balances(),
		Price:    c.view.Price,
		Mid:      slices.Clone(c.view.History.Close(c.view.History.Rows() - 1)),
		Target:   target,
		Frozen:   make([]bool, len(c.universe.Assets)),
		Owed:     c.raise(),
		Dust:     c.policy.Dust,
		Slices:   c.policy.Schedule.Slices,
		Quote:    &c.costs,
	}
	if c.policy.Aim != nil {
		p.Band = c.policy.Aim.Band(target)
	}
	assets, accounts := c.desk.Sanctions()
	suspended := c.desk.Suspended(&c.view)
	for a := range p.Frozen {
		p.Frozen[a] = c.view.Stale[a] || assets[a] || suspended[a]
	}
	for i := range p.Mid {
		if in := &c.universe.Instruments[i]; p.Frozen[in.Base] || p.Frozen[in.Quote] || accounts[in.Venue] {
			p.Mid[i] = math.NaN()
		}
	}
	return p
}

// balances returns the units that no working order has reserved, [account][asset].
func (c *Core) balances() [][]float64 {
	all := make([][]float64, len(c.universe.Accounts))
	for acc := range all {
		all[acc] = make([]float64, len(c.universe.Assets))
		for a := range all[acc] {
			all[acc][a] = c.book.Free(fund.AccountID(acc), fund.AssetID(a)).Float64()
		}
	}
	return all
}

func (c *Core) weights() []float64 {
	w := make([]float64, len(c.view.Value))
	for a, v := range c.view.Value {
		if c.view.NAV > 0 {
			w[a] = v / c.view.NAV
		}
	}
	return w
}
