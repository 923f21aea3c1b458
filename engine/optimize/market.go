package optimize

import (
	"math"

	"github.com/steelyard/steelyard/engine/fund"
)

// market is a problem as a network of value. Its nodes are what is held, by account and asset, and one aim for each asset.
// Its edges are the instruments in both directions, and one from each holding to the aim of its asset. What stays where it
// is not wanted flows to the root, and what is missing comes from there, at the penalty.
//
// Value is what units are worth at the marks; what a trade loses on its way is charged to the node that pays for it.
// That an instrument's price differs from that of its marks is taken for noise: nothing is traded to profit from it.
type market struct {
	p     *Problem
	net   []fund.Amount // by instrument, signed base units: what is traded already
	after [][]float64   // [account][asset] units: what that leads to
	grain float64       // base currency: smaller differences are left alone
	scale float64       // value that is to be moved, about
	idle  float64       // what it costs to move nothing
	stuck float64       // value off its aim that no flow found so far moves

	places   []place
	nodeOf   [][]int32 // [account][asset] node, or none
	aimOf    []int32   // by asset: node, or none
	legs     []leg
	s        *simplex
	supply   []float64   // by node
	held     []float64   // by place: value before charges
	value    []float64   // by asset, after charges
	straight bool        // no edge is convex
	low      float64     // no flows cost less, by the newest round
	gap      float64     // what the flows of the newest round cost beyond that
	lower    float64     // no plan for the problem as first stated totals less
	prices   [][]float64 // [account][asset] its duals; nil before
}

// place is a node of something held. Its number is that of its edge to the aim as well.
type place struct {
	account fund.AccountID
	asset   fund.AssetID
}

// The network is solved until no way saves more than a hundredth of a grain on all there is. Every trade costs
// four times that besides: of equally cheap ways it makes the one with fewest trades the cheapest, and value that flows in
// a circle pay.
const (
	careless = 1. / 100
	nudge    = 4
)

// Costs of a unit of value that no plan is worth: of a place that owes more than it gets, and of a flow out of its bounds.
const (
	forbidden = 1e3
	broken    = 1e4
)

// newMarket returns the network of a problem, to be stated.
func newMarket(p *Problem) *market {
	m := &market{p: p, aimOf: make([]int32, len(p.Price))}
	m.findPlaces()
	m.findLegs()
	m.connect()
	return m
}

// state says what is left to do after net trades.
func (m *market) state(net []fund.Amount, grain float64) {
	p := m.p
	m.net, m.grain, m.after = net, grain, p.settle(net)
	m.value = p.values(m.after)
	low, high := p.aims(m.value)
	m.scale, m.idle = 0, 0
	for a, v := range m.value {
		if off := max(low[a]-v, v-high[a]); off > 0 {
			m.scale += off
			if off >= grain {
				m.idle += float64(penalty * off)
			}
		}
	}
	m.scale = max(m.scale-m.stuck, min(m.scale, grain))
	for k, at := range m.places {
		m.held[k] = float64(m.after[at.account][at.asset] * p.Price[at.asset])
	}
	m.s.least = max(1e-11, careless*grain/max(grain, p.worth(m.after)))
	m.straight = true
	for k := range m.legs {
		m.price(k)
		m.straight = m.straight && !m.s.edges[len(m.places)+k].convex
	}
}

// findPlaces numbers the nodes: what is held or can be traded, then the aims.
func (m *market) findPlaces() {
	p := m.p
	m.nodeOf = make([][]int32, len(p.Holding))
	for acc := range m.nodeOf {
		m.nodeOf[acc] = make([]int32, len(p.Price))
		for a, units := range p.Holding[acc] {
			m.nodeOf[acc][a] = none
			if units != 0 && !p.Frozen[a] {
				m.nodeOf[acc][a] = 0
			}
		}
	}
	for i := range p.Universe.Instruments {
		if in := &p.Universe.Instruments[i]; p.open(fund.InstrumentID(i)) {
			m.nodeOf[in.Venue][in.Base], m.nodeOf[in.Venue][in.Quote] = 0, 0
		}
	}
	for acc := range m.nodeOf {
		for a, node := range m.nodeOf[acc] {
			if node != none {
				m.nodeOf[acc][a] = int32(len(m.places))
				m.places = append(m.places, place{fund.AccountID(acc), fund.AssetID(a)})
			}
		}
	}
	m.held = make([]float64, len(m.places))
	next := int32(len(m.places))
	for a := range m.aimOf {
		m.aimOf[a] = none
		if !p.Frozen[a] {
			m.aimOf[a] = next
			next++
		}
	}
	m.supply = make([]float64, next)
}

// connect makes the edges.
func (m *market) connect() {
	m.s = newSimplex(len(m.supply), len(m.places)+len(m.legs))
	m.s.hard = broken
	m.s.curve = func(a int32, x float64) float64 {
		l := &m.legs[int(a)-len(m.places)]
		return l.more(m.p.Quote, float64(x*l.units))
	}
	for k, at := range m.places {
		m.s.add(edge{from: int32(k), to: m.aimOf[at.asset], high: math.Inf(1)})
	}
	for k := range m.legs {
		in := &m.p.Universe.Instruments[m.legs[k].instrument]
		e := edge{from: m.nodeOf[in.Venue][in.Quote], to: m.nodeOf[in.Venue][in.Base]}
		if m.legs[k].side == fund.Sell {
			e.from, e.to = e.to, e.from
		}
		m.s.add(e)
	}
	for v := range m.supply {
		if v < len(m.places) {
			m.s.slack(v, rates{up: penalty, down: forbidden})
		} else {
			m.s.slack(v, rates{up: 0, down: penalty})
		}
	}
}
