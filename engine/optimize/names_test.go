package optimize_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/optimize"
)

// Under other names, which number assets, venues and instruments in another order, a plan costs as much: names decide
// between equals alone.
func TestNamesDecideBetweenEqualsAlone(t *testing.T) {
	for seed := range uint64(300) {
		p := random(seed, small)
		a, b := optimize.MinCost{}.Plan(p), optimize.MinCost{}.Plan(renamed(rand.New(rand.NewPCG(seed, 4)), p))
		if x, y := total(&a), total(&b); math.Abs(x-y) > 8*grain(p)+1e-3*x { // roundings to lots come out otherwise
			t.Errorf("seed %d: %v, under other names %v", seed, x, y)
		}
	}
}

// renamed returns the same problem with assets, venues and instruments in another order.
func renamed(r *rand.Rand, p *optimize.Problem) *optimize.Problem {
	assets, venues, instruments := r.Perm(len(p.Price)), r.Perm(len(p.Holding)), r.Perm(len(p.Mid))
	old := p.Quote.(*root)
	u, quote := *p.Universe, &root{half: moved(old.half, instruments), depth: moved(old.depth, instruments)}
	u.Base = fund.AssetID(assets[u.Base])
	u.Assets, u.Accounts, u.Instruments = moved(u.Assets, assets), moved(u.Accounts, venues), moved(u.Instruments, instruments)
	for i := range u.Instruments {
		in := &u.Instruments[i]
		in.Venue = fund.AccountID(venues[in.Venue])
		in.Base, in.Quote = fund.AssetID(assets[in.Base]), fund.AssetID(assets[in.Quote])
	}
	q := *p
	q.Universe, q.Quote, q.Mid = &u, quote, moved(p.Mid, instruments)
	q.Price, q.Target, q.Frozen = moved(p.Price, assets), moved(p.Target, assets), moved(p.Frozen, assets)
	q.Holding = moved(p.Holding, venues)
	for acc, held := range q.Holding {
		q.Holding[acc] = moved(held, assets)
	}
	return &q
}

// moved returns the items with each at its new place.
func moved[T any](items []T, to []int) []T {
	out := slices.Clone(items)
	for k, at := range to {
		out[at] = items[k]
	}
	return out
}
