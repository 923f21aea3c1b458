package pretrade

import (
	"math"
	"slices"
	"time"

	"gonum.org/v1/gonum/stat"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/shortfall"
)

// Range is where a cost lies, in the base currency.
type Range struct {
	Mean, Error   float64 // expected, and one standard error of it
	Deviation     float64 // standard deviation
	Low50, High50 float64
	Low95, High95 float64
}

// rangeOf returns where costs lie that were drawn in pairs.
func rangeOf(costs []float64) Range {
	pairs := make([]float64, len(costs)/2)
	for k := range pairs {
		pairs[k] = (costs[2*k] + costs[2*k+1]) / 2
	}
	mean, deviation := stat.MeanStdDev(pairs, nil)
	sorted := slices.Sorted(slices.Values(costs))
	at := func(p float64) float64 { return stat.Quantile(p, stat.LinInterp, sorted, nil) }
	return Range{
		Mean: mean, Error: deviation / math.Sqrt(float64(len(pairs))), Deviation: stat.StdDev(costs, nil),
		Low50: at(0.25), High50: at(0.75), Low95: at(0.025), High95: at(0.975),
	}
}

// Summary is what many draws of a rebalance say.
type Summary struct {
	All    AssetSummary
	Assets []AssetSummary // those that are traded, by ID; a trade counts for the base asset of its instrument
	Took   time.Duration  // mean time from the decision to the last fill
}

// AssetSummary is what many draws say of the trades in an asset, or of all.
type AssetSummary struct {
	Asset         fund.AssetID // fund.None: all
	Turnover      float64      // base currency, as planned
	Cost          Range
	Parts         shortfall.Parts // mean, base currency
	Done          float64         // mean fraction of the turnover that was filled
	Participation float64         // mean of the trade that takes the largest share of its market
}

// Summarize puts draws together.
func (b *Rebalance) Summarize(draws []Outcome) Summary {
	s := Summary{All: b.summaryOf(draws, fund.None)}
	for a := range b.Universe.Assets {
		if x := b.summaryOf(draws, fund.AssetID(a)); x.Turnover > 0 {
			s.Assets = append(s.Assets, x)
		}
	}
	took := 0.0
	for k := range draws {
		took += float64(draws[k].Took) / float64(len(draws))
	}
	s.Took = time.Duration(took)
	return s
}

func (b *Rebalance) summaryOf(draws []Outcome, asset fund.AssetID) AssetSummary {
	s := AssetSummary{Asset: asset}
	costs, each := make([]float64, len(draws)), 1/float64(len(draws))
	for t := range b.Decision.Plan.Trades {
		trade := &b.Decision.Plan.Trades[t]
		if asset != fund.None && b.Universe.Instruments[trade.Instrument].Base != asset {
			continue
		}
		participation := 0.0
		for k := range draws {
			o := &draws[k]
			costs[k] += o.Parts[t].Total()
			s.Parts = s.Parts.Plus(o.Parts[t])
			s.Done += each * o.Done[t] * trade.Notional
			participation += each * o.Participation[t]
		}
		s.Turnover += trade.Notional
		s.Participation = max(s.Participation, participation)
	}
	s.Cost, s.Parts, s.Done = rangeOf(costs), scaled(s.Parts, each), s.Done/s.Turnover
	return s
}

func scaled(p shortfall.Parts, by float64) shortfall.Parts {
	for _, x := range []*float64{&p.Delay, &p.Spread, &p.Temporary, &p.Permanent, &p.Market, &p.Fees, &p.Opportunity} {
		*x *= by
	}
	return p
}
