package optimize_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/optimize"
)

// triangle holds cash alone and wants BTC alone, straight or through ETH; all three markets have impact.
func triangle(perTrade int64) *optimize.Problem {
	u := &fund.Universe{Accounts: []string{"v"}, Base: 2, Assets: []fund.Asset{{Name: "BTC", Decimals: 8}, {Name: "ETH", Decimals: 8}, {Name: "USD", Decimals: 8}}}
	fees := fund.Fees{Taker: fund.MustAmount("0.001"), PerTrade: fund.NewAmount(perTrade, 0)}
	u.Instruments = []fund.Instrument{
		{Name: "BTC/USD", Base: 0, Quote: 2, Fees: fees},
		{Name: "ETH/BTC", Base: 1, Quote: 0, Fees: fees},
		{Name: "ETH/USD", Base: 1, Quote: 2, Fees: fees},
	}
	return &optimize.Problem{
		Universe: u, Holding: [][]float64{{0, 0, 1e6}}, Price: []float64{20000, 1000, 1}, Mid: []float64{20000, 0.05, 1000},
		Target: []float64{1, 0, 0}, Frozen: make([]bool, 3), Dust: 1,
		Quote: &root{half: []float64{1e-4, 1e-4, 1e-4}, depth: []float64{100, 40000, 30000}},
	}
}

// through is what buying BTC for the part x of the cash through ETH costs, and the rest straight: stepped as a trader
// would, cash by cash, without any network.
func through(p *optimize.Problem, x float64) float64 {
	buy := func(i int, cash float64) (got, cost float64) {
		in := &p.Universe.Instruments[i]
		fixed := in.Fees.PerTrade.Float64()
		if cash <= fixed {
			return 0, cash
		}
		q := cash / p.Mid[i]
		for range 100 {
			s, m := p.Quote.Slippage(fund.InstrumentID(i), fund.Buy, q)
			q = (cash - fixed) / (p.Mid[i] * (1 + s + m) * 1.001)
		}
		return q, cash - q*p.Mid[i]
	}
	cost := 0.0
	if x < 1 {
		_, c := buy(0, (1-x)*1e6)
		cost += c
	}
	if x > 0 {
		q, c := buy(2, x*1e6)
		s, m := p.Quote.Slippage(1, fund.Sell, q)
		value := q * 1000
		cost += c + value*(s+m) + value*(1-s-m)*0.001 + p.Universe.Instruments[1].Fees.PerTrade.Float64()
	}
	return cost
}

// A plan costs what the best of ten thousand splits costs, with and without a cost of each trade.
func TestConvexAndFixedEqualBruteForce(t *testing.T) {
	for _, perTrade := range []int64{0, 100, 1000, 5000, 20000} {
		p := triangle(perTrade)
		best, at := math.Inf(1), 0.0
		for k := range 10_001 {
			if c := through(p, float64(k)/1e4); c < best {
				best, at = c, float64(k)/1e4
			}
		}
		plan := optimize.MinCost{}.Plan(p)
		if cost := total(&plan); math.Abs(cost-best) > 1e-4*best {
			t.Errorf("with %d a trade: %v, the best split, %v through ETH, costs %v: %+v", perTrade, cost, at, best, plan.Trades)
		}
		if perTrade == 0 && plan.Certificate.Gap > 1e-4*best {
			t.Errorf("the gap is %v of %v", plan.Certificate.Gap, best)
		}
		want := 3
		if at == 0 {
			want = 1
		} else if at == 1 {
			want = 2
		}
		if len(plan.Trades) != want {
			t.Errorf("with %d a trade: %d trades, want %d", perTrade, len(plan.Trades), want)
		}
	}
}

// Prices, cash and what is measured in it in another unit of account: the same quantities.
func TestUnitOfAccountChangesNothing(t *testing.T) {
	for seed := range uint64(300) {
		p := random(seed, small)
		want := optimize.MinCost{}.Plan(p)
		for _, scale := range []float64{1. / 1024, 4096} {
			plan := optimize.MinCost{}.Plan(scaled(p, scale))
			if len(plan.Trades) != len(want.Trades) || plan.Cost.Total() != want.Cost.Total()*scale {
				t.Fatalf("seed %d: %d trades for %v, want %d for %v", seed, len(plan.Trades), plan.Cost.Total(), len(want.Trades), want.Cost.Total()*scale)
			}
			for k := range plan.Trades {
				if a, b := plan.Trades[k], want.Trades[k]; a.Instrument != b.Instrument || a.Side != b.Side || !a.Quantity.Equal(b.Quantity) {
					t.Fatalf("seed %d: %+v, want %+v", seed, a, b)
				}
			}
		}
	}
}

func scaled(p *optimize.Problem, by float64) *optimize.Problem {
	q, u := *p, *p.Universe
	q.Universe, u.Instruments = &u, append([]fund.Instrument(nil), u.Instruments...)
	q.Price, q.Mid, q.Holding = nil, nil, nil
	q.Dust *= by
	for a, x := range p.Price {
		if fund.AssetID(a) != u.Base {
			x *= by
		}
		q.Price = append(q.Price, x)
	}
	for i := range u.Instruments {
		in := &u.Instruments[i]
		mid := p.Mid[i]
		if in.Quote == u.Base {
			mid *= by
			in.MinNotional = fund.AmountOfFloat(in.MinNotional.Float64() * by)
		}
		q.Mid = append(q.Mid, mid)
	}
	for _, held := range p.Holding {
		held = append([]float64(nil), held...)
		held[u.Base] *= by
		q.Holding = append(q.Holding, held)
	}
	return &q
}

func TestDegenerateProblems(t *testing.T) {
	for what, c := range map[string]struct {
		change func(p *optimize.Problem)
		trades int
		why    string // of what is left alone
	}{
		"already there":      {func(p *optimize.Problem) { p.Holding[0] = []float64{50, 0, 0} }, 0, ""},
		"nothing at all":     {func(p *optimize.Problem) { p.Holding[0] = []float64{0, 0, 0} }, 0, ""},
		"target 0, and held": {func(p *optimize.Problem) { p.Holding[0] = []float64{0, 1000, 0} }, 3, ""},
		"no route":           {func(p *optimize.Problem) { p.Mid = []float64{math.NaN(), math.NaN(), 1000} }, 0, "no instrument trades it now"},
		"only the other way": {func(p *optimize.Problem) { p.Mid[0] = math.NaN() }, 2, ""},
		"an asset is frozen": {func(p *optimize.Problem) { p.Frozen[0] = true }, 0, "it has no price now, or is blocked"},
		"an isolated asset": {func(p *optimize.Problem) {
			p.Mid[1], p.Mid[2] = math.NaN(), math.NaN()
			p.Holding[0][1] = 100
		}, 1, "no instrument trades it now"},
		"a circle for nothing": {func(p *optimize.Problem) {
			free(p)
			p.Holding[0] = []float64{20, 0, 600_000}
			p.Target = []float64{0.4, 0, 0.6}
		}, 0, ""},
		"all ways cost the same": {func(p *optimize.Problem) {
			free(p)
			p.Universe.Instruments = append(p.Universe.Instruments, p.Universe.Instruments[0], p.Universe.Instruments[0])
			p.Mid = append(p.Mid, 20000, 20000)
			p.Quote = &root{half: make([]float64, 5), depth: make([]float64, 5)}
		}, 1, ""},
		"all free, all equal": {func(p *optimize.Problem) { free(p) }, 1, ""},
		"buying is closed":    {func(p *optimize.Problem) { p.MaxBuy = []float64{0, 0, 0} }, 0, "no way there or away from it has room, or is worth what it costs"},
		"buying is capped":    {func(p *optimize.Problem) { p.MaxBuy = []float64{1000, 0, 0} }, 1, "no way there or away from it has room, or is worth what it costs"},
		"a largest trade":     {func(p *optimize.Problem) { p.Universe.Instruments[0].MaxNotional = fund.NewAmount(5000, 0) }, 3, ""},
		"no target":           {func(p *optimize.Problem) { p.Target = []float64{0, 0, 0}; p.Holding[0] = []float64{1, 0, 0} }, 3, ""},
		"more owed than held": {func(p *optimize.Problem) { p.Owed = 1e9; p.Holding[0] = []float64{1, 0, 5} }, 3, ""},
		"one asset": {func(p *optimize.Problem) {
			*p = optimize.Problem{Universe: &fund.Universe{Accounts: []string{"v"}, Assets: []fund.Asset{{Name: "USD"}}}, Holding: [][]float64{{5}},
				Price: []float64{1}, Target: []float64{1}, Frozen: []bool{false}, Quote: p.Quote}
		}, 0, ""},
	} {
		p := triangle(0)
		c.change(p)
		plan := optimize.MinCost{}.Plan(p)
		why := ""
		if len(plan.LeftAlone) > 0 {
			why = plan.LeftAlone[0].Why
		}
		if len(plan.Trades) != c.trades || why != c.why {
			t.Errorf("%s: %d trades, %q; want %d, %q: %+v", what, len(plan.Trades), why, c.trades, c.why, plan)
		}
		if bad := feasible(p, &plan); bad != "" {
			t.Errorf("%s: %s", what, bad)
		}
	}
}

func free(p *optimize.Problem) {
	for i := range p.Universe.Instruments {
		p.Universe.Instruments[i].Fees.Taker = fund.Amount{}
	}
	p.Quote = &root{half: make([]float64, 3), depth: make([]float64, 3)}
}

// With bands, what is outside ends at its edge and nothing is traded that is inside.
func TestBandEdge(t *testing.T) {
	p := triangle(0)
	p.Holding[0] = []float64{10, 400, 400_000} // 20 %, 40 %, 40 %
	p.Target, p.Band = []float64{0.4, 0.4, 0.2}, []float64{0.1, 0.1, 0.1}
	plan := optimize.MinCost{}.Plan(p)
	if w := plan.After; math.Abs(w[0]-0.3) > 1e-4 || w[2] > 0.3+1e-4 || w[1] < 0.3-1e-4 || plan.Certificate.Unreached > 1 {
		t.Errorf("weights %v", w)
	}
	p.Holding[0] = []float64{17, 440, 220_000}
	if plan := (optimize.MinCost{}).Plan(p); len(plan.Trades) > 0 {
		t.Errorf("all are inside, and %+v", plan.Trades)
	}
}

// Of whatever kind the market is.
func FuzzMinCost(f *testing.F) {
	f.Add(uint64(1), 3, 1, 5, 0)
	f.Add(uint64(7), 12, 3, 40, 4)
	f.Add(uint64(2798), 10, 2, 40, 7)
	f.Fuzz(func(t *testing.T, seed uint64, assets, venues, instruments, kind int) {
		k := kinds[abs(kind)%len(kinds)]
		p := random(seed, shape{assets: 1 + abs(assets)%12, venues: 1 + abs(venues)%3, instruments: abs(instruments) % 41, fixed: k.shape.fixed})
		k.change(rand.New(rand.NewPCG(seed, 3)), p)
		if why := wrong(p); why != "" {
			t.Fatal(why)
		}
	})
}

func abs(x int) int { return max(x, -(x + 1)) }
