package reports

import (
	"cmp"
	"math"
	"slices"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/shortfall"
)

// Review says what trades really cost beside what was expected of them, summed over the parents of an instrument or of the
// run. Money is in the base currency.
type Review struct {
	Trades   int
	Working  int     // of them, those that had not ended when the run stopped
	Volume   float64 // what was to be traded, at the prices planned with
	Done     float64 // the part of it that was
	Parts    shortfall.Parts
	Expected fund.Cost // fees, spread and impact that the plans expected
	Risk     float64   // one standard deviation of the sum, as if the market moved every trade on its own
	Coverage Coverage

	met float64 // of Expected, in proportion to what was filled
}

// reviewOf sums parents.
func reviewOf(list []*Parent) Review {
	r := Review{Trades: len(list), Coverage: coverageOf(list)}
	variance := 0.0
	for _, p := range list {
		r.Working += one(p.Ended == 0)
		r.Volume += p.Trade.Notional
		share := p.Filled().Float64() / p.Trade.Quantity.Float64()
		r.Done += float64(p.Trade.Notional * share)
		r.met += float64(p.Trade.Cost.Total() * share)
		r.Parts = r.Parts.Plus(p.Parts)
		r.Expected = r.Expected.Plus(p.Trade.Cost)
		variance += float64(p.Expected().Risk * p.Expected().Risk)
	}
	r.Risk = math.Sqrt(variance)
	return r
}

// bp returns money in basis points of the volume.
func (r *Review) bp(x float64) float64 { return x / r.Volume * 1e4 }

// InstrumentReview is the review of an instrument that was traded.
type InstrumentReview struct {
	Instrument fund.InstrumentID
	Review
}

// reviews returns the review of every instrument of a plan that was done, the largest volume first, and that of the run.
func (a *Analysis) reviews() ([]InstrumentReview, Review) {
	by := make([][]*Parent, len(a.Run.Universe.Instruments))
	var all []*Parent
	for i := range a.Parents {
		p := &a.Parents[i]
		by[p.Trade.Instrument] = append(by[p.Trade.Instrument], p)
		all = append(all, p)
	}
	var list []InstrumentReview
	for i, own := range by {
		if len(own) > 0 {
			list = append(list, InstrumentReview{fund.InstrumentID(i), reviewOf(own)})
		}
	}
	slices.SortStableFunc(list, func(x, y InstrumentReview) int { return cmp.Compare(y.Volume, x.Volume) })
	return list, reviewOf(all)
}

// explainDecisions gives every decision the shortfall of its parents; both stand in the same order.
func (a *Analysis) explainDecisions() {
	d := 0
	for i := range a.Parents {
		for p := &a.Parents[i]; ; d++ {
			if a.Decisions[d].Decided.ID == p.Decision {
				a.Decisions[d].shortfall = a.Decisions[d].shortfall.Plus(p.Parts)
				break
			}
		}
	}
}

// Planned sums what the plans that were done expected, beside the naive ones: every asset against cash.
type Planned struct {
	Cost, Naive               fund.Cost
	Unreached, NaiveUnreached float64 // value that they leave outside its aim
	Gap                       float64 // at most so much less would cheaper plans have cost
}

func (a *Analysis) planned() Planned {
	var sum Planned
	for i := range a.Decisions {
		d := a.Decisions[i].Decided
		if !a.Decisions[i].carriedOut() {
			continue
		}
		c := &d.Plan.Certificate
		sum.Cost, sum.Naive = sum.Cost.Plus(d.Plan.Cost), sum.Naive.Plus(c.Naive)
		sum.Unreached, sum.NaiveUnreached, sum.Gap = sum.Unreached+c.Unreached, sum.NaiveUnreached+c.NaiveUnreached, sum.Gap+c.Gap
	}
	return sum
}
