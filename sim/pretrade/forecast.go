package pretrade

import (
	"context"
	"math"
	"slices"
	"time"

	"gonum.org/v1/gonum/stat"

	"github.com/steelyard/steelyard/engine/execute"
	"github.com/steelyard/steelyard/engine/shortfall"
)

// Expectation is what a schedule is expected to cost, without a draw: of the one path on which prices only beat.
type Expectation struct {
	Cost          float64       // base currency: fees, spread and impact
	Risk          float64       // one standard deviation of the market's part, base currency
	Took          time.Duration // from the decision to the last fill
	Done          float64       // fraction of the turnover that was filled
	Participation float64       // the largest of the trades'
}

// Expect works the rebalance with a schedule on a path without chance.
func (b *Rebalance) Expect(ctx context.Context, s execute.Schedule) (Expectation, error) {
	p := b.Market.newPath()
	p.begin(&pulse{})
	w, err := b.do(ctx, p, s, 0)
	if err != nil {
		return Expectation{}, err
	}
	o := w.outcome()
	e := Expectation{Risk: w.risk(), Took: o.Took, Done: b.done(&o), Participation: slices.Max(o.Participation)}
	for _, parts := range o.Parts {
		e.Cost += parts.Paid().Total()
	}
	return e, nil
}

// done returns the part of the plan's turnover that was filled.
func (b *Rebalance) done(o *Outcome) float64 {
	sum, p := 0.0, &b.Decision.Plan
	for k := range p.Trades {
		sum += o.Done[k] * p.Trades[k].Notional
	}
	return sum / p.Turnover()
}

// Range is where a cost lies, in the base currency.
type Range struct {
	Mean, Error   float64 // expected, and one standard error of it
	Deviation     float64
	Low50, High50 float64
	Low95, High95 float64
}

// Spread returns where costs lie that were drawn in pairs.
func rangeOf(costs []float64) Range {
	pairs := make([]float64, len(costs)/2)
	for k := range pairs {
		pairs[k] = (costs[2*k] + costs[2*k+1]) / 2
	}
	mean, error := stat.MeanStdDev(pairs, nil)
	sorted := slices.Sorted(slices.Values(costs))
	at := func(p float64) float64 { return stat.Quantile(p, stat.LinInterp, sorted, nil) }
	return Range{
		Mean: mean, Error: error / math.Sqrt(float64(len(pairs))), Deviation: stat.StdDev(costs, nil),
		Low50: at(0.25), High50: at(0.75), Low95: at(0.025), High95: at(0.975),
	}
}

// Summary is what many draws say.
type Summary struct {
	Cost  Range
	Parts shortfall.Parts // mean
	Trade []TradeSummary  // by trade of the plan
	Took  time.Duration   // mean
	Done  float64         // mean fraction of the turnover that was filled
}

// TradeSummary is what many draws say of one trade.
type TradeSummary struct {
	Cost          Range
	Parts         shortfall.Parts // mean
	Done          float64         // mean
	Participation float64         // mean
}

// Summarize puts draws together.
func (b *Rebalance) Summarize(draws []Outcome) Summary {
	var s Summary
	costs := make([]float64, len(draws))
	each := 1 / float64(len(draws))
	took := 0.0
	for k := range draws {
		costs[k] = draws[k].Cost()
		took += each * float64(draws[k].Took)
		s.Done += each * b.done(&draws[k])
	}
	s.Cost, s.Took = rangeOf(costs), time.Duration(took)
	for t := range b.Decision.Plan.Trades {
		s.Trade = append(s.Trade, tradeSummary(draws, t))
		s.Parts = s.Parts.Plus(s.Trade[t].Parts)
	}
	return s
}

func tradeSummary(draws []Outcome, t int) TradeSummary {
	var s TradeSummary
	costs, each := make([]float64, len(draws)), 1/float64(len(draws))
	for k := range draws {
		o := &draws[k]
		costs[k] = o.Parts[t].Total()
		s.Parts = s.Parts.Plus(o.Parts[t])
		s.Done += each * o.Done[t]
		s.Participation += each * o.Participation[t]
	}
	s.Cost, s.Parts = rangeOf(costs), scaled(s.Parts, each)
	return s
}

func scaled(p shortfall.Parts, by float64) shortfall.Parts {
	for _, x := range []*float64{&p.Delay, &p.Spread, &p.Temporary, &p.Permanent, &p.Market, &p.Fees, &p.Opportunity} {
		*x *= by
	}
	return p
}
