package pretrade

import (
	"context"
	"slices"
	"time"

	"github.com/steelyard/steelyard/engine"
)

// Expectation is what a way of working a rebalance is expected to cost, without a draw: on the path on which prices only beat.
type Expectation struct {
	Cost          float64       // base currency: fees, spread and impact
	Risk          float64       // one standard deviation of the market's part, base currency
	Took          time.Duration // from the decision to the last fill
	Done          float64       // fraction of the turnover that was filled
	Participation float64       // of the trade that takes the largest share of its market
}

// BP returns the cost in basis points of what is filled of a turnover; 0 where nothing is.
func (e Expectation) BP(turnover float64) float64 {
	if e.Done == 0 {
		return 0
	}
	return e.Cost / (turnover * e.Done) * 1e4
}

// Expect works the rebalance on a path without chance, as a policy would: its own, or another that trades the same plan.
func (b *Rebalance) Expect(ctx context.Context, policy engine.Policy) (Expectation, error) {
	p := b.Market.newPath()
	p.begin(&pulse{})
	w, err := b.do(ctx, p, policy, 0)
	if err != nil {
		return Expectation{}, err
	}
	o := w.outcome()
	e := Expectation{Risk: w.risk(), Took: o.Took, Participation: slices.Max(o.Participation)}
	for t, parts := range o.Parts {
		e.Cost += parts.Paid().Total()
		e.Done += o.Done[t] * b.Decision.Plan.Trades[t].Notional / b.Decision.Plan.Turnover()
	}
	return e, nil
}
