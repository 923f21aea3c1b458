package optimize

import (
	"cmp"
	"slices"

	"github.com/steelyard/steelyard/engine/fund"
)

// The network prices every instrument by itself. Where trades of one plan share an asset that is not cash, as a cross does
// with the spokes of its assets, each moves the price that the next one gets. What that comes to decides between plans, and
// stands in their cost.

// crowd returns how much more each trade costs, as a fraction of its value, for the trades that are done before it. They
// are in the order of the plan. It is nil where no trade has to do with another.
func (p *Problem) crowd(list []wish) []float64 {
	if p.Quote.Separable() || !p.touching(list) {
		return nil
	}
	more, one, quote := make([]float64, len(list)), make([]float64, len(p.Universe.Instruments)), p.Quote
	for k := range list {
		w := &list[k]
		_, alone := p.Quote.Slippage(w.instrument, w.side, w.quantity)
		_, here := quote.Slippage(w.instrument, w.side, w.quantity)
		more[k] = max(0, here-alone)
		one[w.instrument] = float64(float64(w.side) * w.quantity)
		quote = quote.After(one)
		one[w.instrument] = 0
	}
	return more
}

// touching reports whether two trades have an asset of one account in common that is not cash.
func (p *Problem) touching(list []wish) bool {
	seen := p.sheet()
	for k := range list {
		in := &p.Universe.Instruments[list[k].instrument]
		for _, a := range [...]fund.AssetID{in.Base, in.Quote} {
			if seen[in.Venue][a]++; seen[in.Venue][a] > 1 && a != p.Universe.Base {
				return true
			}
		}
	}
	return false
}

// ordered returns net trades in the order in which they are done, and whether there is one.
func (p *Problem) ordered(net []fund.Amount) ([]wish, bool) {
	list := p.trades(net)
	ok := p.stages(p.Holding, list)
	slices.SortStableFunc(list, func(a, b wish) int { return cmp.Compare(a.stage, b.stage) })
	return list, ok
}

// together returns what net trades cost each other, base currency.
func (p *Problem) together(net []fund.Amount) float64 {
	if p.Quote.Separable() {
		return 0
	}
	list, _ := p.ordered(net)
	sum := 0.0
	for k, more := range p.crowd(list) {
		sum += float64(more * list[k].quantity * p.value(list[k].instrument))
	}
	return sum
}

// maxTurns bounds how often the network is solved again beside the trades of the plan before.
const maxTurns = 3

// apart goes on from a candidate whose trades are in each other's way: it looks for a cheaper one where every instrument
// is priced as the trades in the others leave it, as long as it finds one. It returns the best with what its trades cost
// each other.
func (p *Problem) apart(c candidate) (candidate, float64) {
	extra := p.together(c.net)
	for range maxTurns {
		if extra == 0 {
			break
		}
		next := p.beside(c.net).improve(make([]fund.Amount, len(c.net)))
		next.verdict, next.bound, next.duals = p.judge(next.net), c.bound, c.duals
		more := p.together(next.net)
		if !next.feasible || next.total()+more >= c.total()+extra {
			break
		}
		c, extra = next, more
	}
	return c, extra
}

// atMost returns a candidate, or hub and spoke where that is cheaper after all: what was added to it for its own sake
// may be in the way of the rest. What hub and spoke leaves to be done is added where it is in nobody's way.
func (p *Problem) atMost(c candidate, naive *fund.Plan) candidate {
	net := p.netOf(naive)
	spokes := p.judge(net)
	most := spokes.total() + p.together(net)
	if !spokes.feasible || most >= c.total()+p.together(c.net)-p.doubt(&c) {
		return c
	}
	c.verdict, c.net = spokes, net
	if all := p.whole(c); all.total()+p.together(all.net) <= most {
		return all
	}
	return c
}

// beside returns the problem in which every instrument is quoted as net trades in the others leave it.
func (p *Problem) beside(net []fund.Amount) *Problem {
	q, traded := *p, make([]float64, len(net))
	for i := range net {
		traded[i] = net[i].Float64()
	}
	quotes := make(besideOthers, len(net))
	for i := range quotes {
		own := traded[i]
		traded[i] = 0
		quotes[i] = p.Quote.After(traded)
		traded[i] = own
	}
	q.Quote = quotes
	return &q
}

// besideOthers is a quote of its own for each instrument.
type besideOthers []Quote

// Slippage implements Quote.
func (b besideOthers) Slippage(i fund.InstrumentID, side fund.Side, q float64) (spread, impact float64) {
	return b[i].Slippage(i, side, q)
}

// Separable implements Quote: what the others leave is part of each instrument's own.
func (b besideOthers) Separable() bool { return true }

// After implements Quote.
func (b besideOthers) After(traded []float64) Quote {
	next := make(besideOthers, len(b))
	for i := range b {
		next[i] = b[i].After(traded)
	}
	return next
}
