package optimize_test

import (
	"flag"
	"math/rand/v2"
	"testing"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/optimize"
)

var (
	small = shape{assets: 11, venues: 3, instruments: 40}
	tiny  = shape{assets: 5, venues: 2, instruments: 12, fixed: true} // branch and bound solves many networks for one plan

	markets = flag.Uint64("markets", 200, "how many random `markets` of each awkward kind are planned")
)

// kinds are what makes markets awkward, each by itself.
var kinds = []struct {
	name   string
	shape  shape
	change func(r *rand.Rand, p *optimize.Problem)
}{
	{"plain", small, func(*rand.Rand, *optimize.Problem) {}},
	{"fees in base", small, fees(fund.FeeInBase)},
	{"fees in what is received", small, fees(fund.FeeInReceived)},
	{"fees in a third asset", small, fees(fund.FeeInAsset)},
	{"a cost of each trade", tiny, func(*rand.Rand, *optimize.Problem) {}},
	{"coarse lots", small, each(func(r *rand.Rand, p *optimize.Problem, in *fund.Instrument) {
		in.Lot = fund.AmountOfFloat(float64(1+r.IntN(2000)) / p.Price[in.Base]).RoundDown(8)
	})},
	{"large minimums", small, each(func(r *rand.Rand, p *optimize.Problem, in *fund.Instrument) {
		in.MinNotional = fund.AmountOfFloat(float64(r.IntN(5000)) / p.Price[in.Quote]).RoundDown(8)
	})},
	{"small maximums", small, each(func(r *rand.Rand, p *optimize.Problem, in *fund.Instrument) {
		in.MaxNotional = fund.AmountOfFloat(float64(100+r.IntN(100_000)) / p.Price[in.Quote]).RoundDown(8)
	})},
	{"bands", small, func(r *rand.Rand, p *optimize.Problem) {
		for _, w := range p.Target {
			p.Band = append(p.Band, w*r.Float64()/2)
		}
	}},
	{"cash owed", small, func(r *rand.Rand, p *optimize.Problem) { p.Owed = 1e6 * r.Float64() }},
}

func fees(in fund.FeeIn) func(*rand.Rand, *optimize.Problem) {
	return each(func(_ *rand.Rand, _ *optimize.Problem, i *fund.Instrument) { i.Fees.In = in })
}

func each(change func(*rand.Rand, *optimize.Problem, *fund.Instrument)) func(*rand.Rand, *optimize.Problem) {
	return func(r *rand.Rand, p *optimize.Problem) {
		for i := range p.Universe.Instruments {
			change(r, p, &p.Universe.Instruments[i])
		}
	}
}

// Whatever the kind of market, no plan is costlier than hub and spoke, every prefix can be paid for, and on the state that
// a plan predicts there is nothing left to do.
func TestMinCost(t *testing.T) {
	for _, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			t.Parallel()
			n := *markets
			if kind.name == "plain" && !testing.Short() {
				n = max(n, 10_000)
			}
			for seed := range n {
				p := random(seed, kind.shape)
				kind.change(rand.New(rand.NewPCG(seed, 3)), p)
				if why := wrong(p); why != "" {
					t.Fatalf("seed %d: %s", seed, why)
				}
			}
		})
	}
}

// wrong says what is wrong with the plan for a problem, or "".
func wrong(p *optimize.Problem) string {
	plan, naive := optimize.MinCost{}.Plan(p), optimize.HubAndSpoke{}.Plan(p)
	if len(plan.Trades) > 0 && total(&plan) > total(&naive)*(1+1e-12) || total(&plan) > total(&naive)+4*grain(p) {
		return "costlier than hub and spoke"
	}
	if why := feasible(p, &plan); why != "" {
		return why
	}
	if again := (optimize.MinCost{}).Plan(after(p, &plan)); len(again.Trades) > 0 && !capped(p, &plan) {
		return "it is followed by another"
	}
	return ""
}

// capped reports whether a trade is as large as its venue takes in one plan: then the next one goes on.
func capped(p *optimize.Problem, plan *fund.Plan) bool {
	for _, t := range plan.Trades {
		in := &p.Universe.Instruments[t.Instrument]
		if most := in.MaxNotional.Float64() * p.Price[in.Quote]; most > 0 && t.Notional > 0.9*most {
			return true
		}
	}
	return false
}
