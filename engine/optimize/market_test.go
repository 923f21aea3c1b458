package optimize_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/optimize"
)

// root quotes a half spread and square-root impact, by instrument, and remembers what was traded.
type root struct {
	half, depth []float64 // depth: base units of an average day; 0: no impact
	done        []float64 // signed base units
}

func (r *root) Slippage(i fund.InstrumentID, side fund.Side, q float64) (float64, float64) {
	if r.depth[i] == 0 {
		return r.half[i], 0
	}
	before := 0.0
	if r.done != nil && r.done[i]*float64(side) > 0 {
		before = math.Abs(r.done[i])
	}
	a, b := math.Sqrt(before/r.depth[i]), math.Sqrt((before+q)/r.depth[i])
	return r.half[i], 0.05 * 2 / 3 * (a*a + a*b + b*b) / (a + b)
}

func (r *root) After(traded []float64) optimize.Quote {
	next := *r
	next.done = slices.Clone(traded)
	for i := range r.done {
		next.done[i] += r.done[i]
	}
	return &next
}

func (r *root) Separable() bool { return true }

// after is the problem that a plan leaves behind.
func after(p *optimize.Problem, plan *fund.Plan) *optimize.Problem {
	next, traded := *p, make([]float64, len(p.Universe.Instruments))
	for _, t := range plan.Trades {
		traded[t.Instrument] += float64(t.Side) * t.Quantity.Float64()
	}
	next.Holding, next.Quote = optimize.After(p, plan), p.Quote.After(traded)
	return &next
}

// shape bounds a random market.
type shape struct {
	assets, venues, instruments int
	linear, fixed, frictionless bool
}

// random returns a market with crosses: every asset has a price, most trade against cash somewhere.
func random(seed uint64, s shape) *optimize.Problem {
	r := rand.New(rand.NewPCG(seed, 1))
	n, venues := 1+r.IntN(s.assets), 1+r.IntN(s.venues)
	u := &fund.Universe{Base: fund.AssetID(n)}
	p := &optimize.Problem{Universe: u, Frozen: make([]bool, n+1), Target: make([]float64, n+1), Price: make([]float64, n+1), Dust: 1}
	for a := range n + 1 {
		u.Assets = append(u.Assets, fund.Asset{Name: fmt.Sprintf("A%03d", a), Decimals: 8})
		p.Price[a] = math.Exp(r.Float64()*12 - 3)
		p.Target[a] = float64(r.IntN(4))
		p.Frozen[a] = a < n && r.IntN(20) == 0
	}
	p.Price[n] = 1
	normalise(p.Target)
	for v := range venues {
		u.Accounts = append(u.Accounts, fmt.Sprintf("v%d", v))
		held := make([]float64, n+1)
		for a := range held {
			if r.IntN(3) > 0 {
				held[a] = math.Floor(1e6*r.Float64()/p.Price[a]*1e8) / 1e8
			}
		}
		p.Holding = append(p.Holding, held)
	}
	q := &root{}
	p.Quote = q
	for _, in := range instruments(r, s, n, venues) {
		in.Name = u.Assets[in.Base].Name + "/" + u.Assets[in.Quote].Name
		fee := r.IntN(4) * 5
		if s.frictionless {
			fee = 0
		}
		in.Fees.Taker = fund.NewAmount(int64(fee), 4)
		if s.fixed && r.IntN(2) == 0 {
			in.Fees.PerTrade = fund.NewAmount(int64(r.IntN(50)), 0)
		}
		if !s.linear && r.IntN(3) == 0 {
			in.Lot = fund.AmountOfFloat(float64(1+r.IntN(20)) / p.Price[in.Base]).RoundDown(8)
			in.MinNotional = fund.AmountOfFloat(25 / p.Price[in.Quote]).RoundDown(8)
		}
		u.Instruments = append(u.Instruments, in)
		mid := p.Price[in.Base] / p.Price[in.Quote]
		if r.IntN(30) == 0 {
			mid = math.NaN()
		}
		p.Mid = append(p.Mid, mid)
		half, depth := 0.0001*float64(r.IntN(5)), 1e7*r.Float64()/p.Price[in.Base]
		if s.linear {
			depth = 0
		}
		if s.frictionless {
			half = 0
		}
		q.half, q.depth = append(q.half, half), append(q.depth, depth)
	}
	return p
}

// instruments draws pairs against cash and against each other, sorted as a universe is.
func instruments(r *rand.Rand, s shape, n, venues int) []fund.Instrument {
	seen := map[[3]int]bool{}
	var list []fund.Instrument
	add := func(v, b, q int) {
		if b != q && len(list) < s.instruments && !seen[[3]int{v, b, q}] && !seen[[3]int{v, q, b}] {
			seen[[3]int{v, b, q}] = true
			list = append(list, fund.Instrument{Venue: fund.AccountID(v), Base: fund.AssetID(b), Quote: fund.AssetID(q)})
		}
	}
	for v := range venues {
		for a := range n {
			if r.IntN(10) > 0 {
				add(v, a, n)
			}
		}
	}
	for range s.instruments {
		add(r.IntN(venues), r.IntN(n), r.IntN(n+1))
	}
	slices.SortFunc(list, func(a, b fund.Instrument) int {
		return int(a.Venue-b.Venue)*1e6 + int(a.Base-b.Base)*1e3 + int(a.Quote-b.Quote)
	})
	return list
}

// total is what a plan costs, with the penalty for what it leaves unreached.
func total(p *fund.Plan) float64 { return p.Cost.Total() + p.Certificate.Unreached }
