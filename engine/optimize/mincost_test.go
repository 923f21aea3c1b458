package optimize_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/optimize"
)

// grain is the value below which differences are left alone.
func grain(p *optimize.Problem) float64 {
	sum := 0.0
	for _, held := range p.Holding {
		for a := range held {
			sum += held[a] * p.Price[a]
		}
	}
	return max(p.Dust, sum/1e6)
}

// feasible says which prefix of a plan cannot be paid for, or "".
func feasible(p *optimize.Problem, plan *fund.Plan) string {
	for k := range plan.Trades {
		tr := &plan.Trades[k]
		in := &p.Universe.Instruments[tr.Instrument]
		if k > 0 && tr.Stage < plan.Trades[k-1].Stage {
			return "stages out of order"
		}
		if !in.WholeLots(tr.Quantity).Equal(tr.Quantity) || tr.Quantity.Float64()*p.Mid[tr.Instrument] < in.MinNotional.Float64() {
			return "not whole lots above the minimum"
		}
		if p.Frozen[in.Base] || p.Frozen[in.Quote] {
			return "a frozen asset is traded"
		}
	}
	for _, part := range []float64{0, 0.5, 1} {
		if why := overdrawn(p, plan, part); why != "" {
			return why
		}
	}
	return ""
}

// overdrawn books a plan's trades one after the other as a venue would, at prices this part of the way from mid to what was
// planned, and says which of them leaves a balance below zero.
func overdrawn(p *optimize.Problem, plan *fund.Plan, part float64) string {
	whole, state := 0.0, make([][]float64, len(p.Holding))
	for acc, held := range p.Holding {
		state[acc] = slices.Clone(held)
		for a := range held {
			whole += held[a] * p.Price[a]
		}
	}
	for _, t := range plan.Trades {
		in, q := &p.Universe.Instruments[t.Instrument], t.Quantity.Float64()
		spread, impact := p.Quote.Slippage(t.Instrument, t.Side, q)
		paid := q * p.Mid[t.Instrument] * (1 + float64(t.Side)*part*(spread+impact))
		fee := paid*in.Fees.Taker.Float64() + in.Fees.PerTrade.Float64()/p.Price[in.Quote]
		held := state[in.Venue]
		held[in.Base] += float64(t.Side) * q
		held[in.Quote] -= float64(t.Side) * paid
		if in.Fees.In == fund.FeeInBase || in.Fees.In == fund.FeeInReceived && t.Side == fund.Buy {
			held[in.Base] -= fee / paid * q
		} else {
			held[in.Quote] -= fee
		}
		for _, a := range []fund.AssetID{in.Base, in.Quote} {
			if held[a]*p.Price[a] < -1e-11*whole {
				return fmt.Sprintf("%s overdraws %s at %s: %v", in.Name, p.Universe.Assets[a].Name, p.Universe.Accounts[in.Venue], plan.Trades)
			}
		}
	}
	return ""
}

// Where every asset that is not frozen trades against cash and in no other way, hub and spoke is the plan: a network, which is
// asked as soon as an instrument has a limit, however high, finds none that totals less by more than what is left alone. (With coarse lots it may by a little.)
func TestOneWayToTrade(t *testing.T) {
	frozen := 0
	for seed := range uint64(1000) {
		p := random(seed, shape{assets: 12, venues: 1, instruments: 40})
		for a := range p.Universe.Base {
			p.Frozen[a] = true
		}
		for i := range p.Universe.Instruments {
			in := &p.Universe.Instruments[i]
			in.Lot, in.MinNotional = fund.Amount{}, fund.Amount{}
			if in.Quote != p.Universe.Base {
				p.Mid[i] = math.NaN() // crosses do not trade now
			} else if !math.IsNaN(p.Mid[i]) && (seed+uint64(i))%5 > 0 {
				p.Frozen[in.Base] = false
			}
		}
		plan := optimize.MinCost{}.Plan(p)
		if diff := cmp.Diff((optimize.HubAndSpoke{}).Plan(p).Trades, plan.Trades, exactly()); diff != "" {
			t.Fatalf("seed %d: %s", seed, diff)
		}
		p.Universe.Instruments[0].MaxNotional = fund.MustAmount("1e20")
		network := optimize.MinCost{}.Plan(p)
		if x, y := total(&plan), total(&network); x > y+grain(p) {
			t.Errorf("seed %d: hub and spoke totals %v, a network %v", seed, x, y)
		}
		if slices.Contains(p.Frozen, true) && len(plan.Trades) > 0 {
			frozen++
		}
	}
	if frozen < 100 {
		t.Errorf("%d markets had something frozen: too few to tell", frozen)
	}
}

func exactly() cmp.Option { return cmp.Comparer(func(a, b fund.Amount) bool { return a.Cmp(b) == 0 }) }

// busy is a market of a size.
func busy(assets, instruments, venues int) *optimize.Problem {
	for seed := uint64(0); ; seed++ {
		p := random(seed, shape{assets: assets, venues: venues, instruments: instruments})
		if len(p.Price) == assets && len(p.Universe.Instruments) == instruments && len(p.Holding) == venues {
			return p
		}
	}
}

func benchmark(b *testing.B, p *optimize.Problem) {
	b.ReportAllocs()
	for b.Loop() {
		optimize.MinCost{}.Plan(p)
	}
}

func BenchmarkTwelve(b *testing.B)     { benchmark(b, busy(12, 40, 3)) }
func BenchmarkTwoHundred(b *testing.B) { benchmark(b, busy(200, 2000, 5)) }
func BenchmarkNaive(b *testing.B) {
	p := busy(200, 2000, 5)
	for b.Loop() {
		optimize.HubAndSpoke{}.Plan(p)
	}
}

func BenchmarkTwoHundredLinear(b *testing.B) {
	p := busy(200, 2000, 5)
	p.Quote.(*root).depth = make([]float64, 2000)
	benchmark(b, p)
}

// A fund whose weights have drifted by a tenth of their targets or less.
func BenchmarkTwoHundredDrifted(b *testing.B) {
	p := busy(200, 2000, 5)
	for a := range p.Target {
		p.Target[a] = 0
		for _, held := range p.Holding {
			p.Target[a] += held[a] * p.Price[a] * (1 + 0.1*math.Sin(float64(a)))
		}
	}
	normalise(p.Target)
	benchmark(b, p)
}
