// Package pretrade says what a rebalance will cost before it is done. The real core works the plan against the simulated
// venues, on markets that go on from the newest row as they might; every such run is explained by the code that explains runs
// that happened, so that forecast and realised cost differ by their inputs and by nothing else.
package pretrade

import (
	"fmt"
	"slices"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/optimize"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/sim/exchange"
)

// Rebalance is a decision that was taken at the newest row of a market, and all that it takes to work it.
type Rebalance struct {
	Universe *fund.Universe
	Policy   engine.Policy     // how it is worked; target, trigger and planner do not matter: what they said is in the decision
	Venues   []exchange.Config // one per account, in their order
	Opening  []sim.Flow        // what was held when it was taken
	Market   *Market
	Decision *engine.Decide // to be worked it needs a verdict of Go
	Omitted  string         // which assets of the target have no weight, and why; "": none
}

// Check reports what keeps the rebalance from being priced.
func (b *Rebalance) Check() error {
	if v := b.Decision.Verdict; v != engine.Go {
		return fmt.Errorf("nothing would be traded: the plan is %s: %s", v, b.Decision.Why)
	}
	for i := range b.Decision.Plan.Trades {
		in := b.Decision.Plan.Trades[i].Instrument
		if n := b.Market.bars[in]; n < enough {
			return fmt.Errorf("%s has %s in the window over which volatility is measured, and %d are needed: import more history, or lengthen data.window",
				b.Universe.InstrumentKey(in), bars(n), enough)
		}
	}
	return nil
}

func bars(n int) string {
	if n == 1 {
		return "1 bar"
	}
	return fmt.Sprintf("%d bars", n)
}

// enough is how many bars an instrument needs for its volatility: of 20 returns it is off by about 16 %.
const enough = 20

// again takes one decision again: it is target, trigger and planner of a core that only has to work it.
type again struct {
	decision *engine.Decide
	at       fund.Time
}

func (a *again) Weights(*fund.View) []float64 { return a.decision.Target }

func (a *again) Due(v *fund.View, _ []float64) string {
	if v.At != a.at {
		return ""
	}
	return a.decision.Reason
}

// Plan returns the plan with trades of its own: the core writes into them, and others work the same plan at the same time.
func (a *again) Plan(*optimize.Problem) fund.Plan {
	p := a.decision.Plan
	p.Trades = slices.Clone(p.Trades)
	return p
}

// working returns a policy that works the rebalance as p would.
func (b *Rebalance) working(p engine.Policy) engine.Policy {
	a := &again{b.Decision, b.decided()}
	p.Target, p.Trigger, p.Planner, p.Aim = a, a, a, nil
	return p
}

// decided returns when the decision was taken.
func (b *Rebalance) decided() fund.Time {
	h := b.Market.history
	return h.CloseTime(h.Rows() - 1)
}
