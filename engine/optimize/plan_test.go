package optimize_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/optimize"
	"pgregory.net/rapid"
)

// flat quotes a constant spread and an impact that grows linearly with the value traded,
// what went before included.
type flat struct {
	half, y float64
	mid     []float64
	done    []float64 // by instrument, base units on either side
}

func (f flat) Slippage(i fund.InstrumentID, side fund.Side, q float64) (float64, float64) {
	before := 0.0
	if f.done != nil && (f.done[i] > 0) == (side == fund.Buy) {
		before = math.Abs(f.done[i])
	}
	return f.half, f.y * (2*before + q) * f.mid[i] / 1e10
}

func (f flat) Separable() bool { return true }

func (f flat) After(traded []float64) optimize.Quote {
	traded = slices.Clone(traded)
	for i := range f.done {
		traded[i] += f.done[i]
	}
	f.done = traded
	return f
}

func draw(t *rapid.T) *optimize.Problem {
	n, venues := rapid.IntRange(1, 8).Draw(t, "assets"), rapid.IntRange(1, 3).Draw(t, "venues")
	u := &fund.Universe{Base: fund.AssetID(n)}
	p := &optimize.Problem{Universe: u, Dust: 1, Frozen: make([]bool, n+1), Target: make([]float64, n+1), Price: make([]float64, n+1)}
	for a := range n + 1 {
		u.Assets = append(u.Assets, fund.Asset{Name: fmt.Sprintf("A%02d", a), Decimals: 8})
		p.Price[a] = rapid.Float64Range(0.001, 60000).Draw(t, "price")
		p.Target[a] = float64(rapid.IntRange(0, 3).Draw(t, "target"))
		p.Frozen[a] = a < n && rapid.IntRange(0, 9).Draw(t, "frozen") == 0
	}
	p.Price[n] = 1
	normalise(p.Target)
	fee := rapid.SampledFrom([]string{"0", "0.001", "0.01"}).Draw(t, "fee")
	for v := range venues {
		u.Accounts = append(u.Accounts, fmt.Sprintf("v%d", v))
		held := make([]float64, n+1)
		for a := range held {
			held[a] = float64(rapid.Int64Range(0, 1e12).Draw(t, "held")) * 1e-8
		}
		held[n] = 10_000 + held[n]*100 // a fund, not a purse: what dust is to it, lots are not
		p.Holding = append(p.Holding, held)
		for a := range n {
			u.Instruments = append(u.Instruments, fund.Instrument{
				Venue: fund.AccountID(v), Name: u.Assets[a].Name + "/B", Base: fund.AssetID(a), Quote: u.Base,
				Lot:         rapid.SampledFrom([]fund.Amount{{}, fund.MustAmount("0.001"), fund.MustAmount("3")}).Draw(t, "lot"),
				MinNotional: rapid.SampledFrom([]fund.Amount{{}, fund.MustAmount("25")}).Draw(t, "minimum"),
				Fees:        fund.Fees{Taker: fund.MustAmount(fee)},
			})
			p.Mid = append(p.Mid, p.Price[a])
		}
	}
	if rapid.Bool().Draw(t, "owed") {
		p.Owed = rapid.Float64Range(0, 1e6).Draw(t, "owes")
	}
	p.Quote = flat{rapid.SampledFrom([]float64{0, 0.001}).Draw(t, "half spread"), rapid.SampledFrom([]float64{0, 0.05}).Draw(t, "y"), p.Mid, nil}
	return p
}

func normalise(w []float64) {
	sum := 0.0
	for _, x := range w {
		sum += x
	}
	if sum == 0 {
		w[0], sum = 1, 1
	}
	for i := range w {
		w[i] /= sum
	}
}

// On the state that a plan predicts, its mark on the market included, there is nothing left to do.
func TestPlanIsIdempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := draw(t)
		plan := optimize.HubAndSpoke{}.Plan(p)
		if again := (optimize.HubAndSpoke{}).Plan(after(p, &plan)); len(again.Trades) > 0 {
			t.Fatalf("plan %+v\nthen %+v", plan.Trades, again.Trades)
		}
	})
}

// Every trade is a whole number of lots above the venue's minimum, sells come first, sells sell what is there, and
// nowhere does cash fall below zero on the way.
func TestPlanIsFeasible(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := draw(t)
		plan := optimize.HubAndSpoke{}.Plan(p)
		stage, total := 0, 0.0
		for _, held := range p.Holding {
			for a := range held {
				total += held[a] * p.Price[a]
			}
		}
		for k := range plan.Trades {
			tr := &plan.Trades[k]
			in := &p.Universe.Instruments[tr.Instrument]
			if tr.Stage < stage || (tr.Side == fund.Sell) != (tr.Stage == 0) {
				t.Fatalf("stage %d of a %s after stage %d", tr.Stage, tr.Side, stage)
			}
			stage = tr.Stage
			if !in.WholeLots(tr.Quantity).Equal(tr.Quantity) || tr.Notional < in.MinNotional.Float64() {
				t.Fatalf("%s of %s", tr.Quantity, in.Name)
			}
			if p.Frozen[in.Base] {
				t.Fatalf("%s is frozen and traded", in.Name)
			}
			prefix := fund.Plan{Trades: plan.Trades[:k+1]}
			for acc, held := range optimize.After(p, &prefix) {
				for a, units := range held {
					if units*p.Price[a] < -1e-12*total {
						t.Fatalf("after trade %d account %d holds %v of asset %d", k, acc, units, a)
					}
				}
			}
		}
	})
}

// The same of the planner for the least cost, whose stages follow from what funds what.
func TestMinCostOnSpokesAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := draw(t)
		plan, naive := optimize.MinCost{}.Plan(p), optimize.HubAndSpoke{}.Plan(p)
		if why := feasible(p, &plan); why != "" {
			t.Fatalf("%s: %+v", why, plan.Trades)
		}
		if total(&plan) > total(&naive)+4*grain(p) {
			t.Fatalf("%v, and hub and spoke %v", total(&plan), total(&naive))
		}
		if again := (optimize.MinCost{}).Plan(after(p, &plan)); len(again.Trades) > 0 {
			t.Fatalf("plan %+v\nthen %+v", plan.Trades, again.Trades)
		}
	})
}

// A trade that is sent in slices pays the venue's cost per trade for each.
func TestSlicesPayPerTrade(t *testing.T) {
	p := random(5, shape{assets: 6, venues: 1, instruments: 6, linear: true})
	for i := range p.Universe.Instruments {
		p.Universe.Instruments[i].Fees.PerTrade = fund.NewAmount(5, 0)
	}
	for slices, least := range map[int]float64{0: 5, 1: 5, 12: 60} {
		p.Slices = slices
		trades := optimize.HubAndSpoke{}.Plan(p).Trades
		if len(trades) == 0 {
			t.Fatal("nothing to trade")
		}
		for _, tr := range trades {
			rate := p.Universe.Instruments[tr.Instrument].Fees.Taker.Float64() * tr.Notional
			if math.Abs(tr.Cost.Fees-rate-least) > 0.01*rate+1e-9 {
				t.Errorf("%d slices: fees of %g, of which %g by the rate", slices, tr.Cost.Fees, rate)
			}
		}
	}
}
