package optimize

import "github.com/steelyard/steelyard/engine/fund"

// leg is an instrument in one direction. The flow of its edge is the value of the base units traded, at their mark.
type leg struct {
	instrument fund.InstrumentID
	side       fund.Side
	units      float64 // base units a unit of value
	value      float64 // base currency a base unit, at the instrument's price
	taker      float64 // fee
	done       float64 // base units that are traded already
	before     float64 // what they cost, base currency
	rate       float64 // what a unit of value costs in addition to the curve, or without one
	most       float64 // value that may be traded yet
	fixed      float64 // what a trade costs whatever its size, base currency
	least      float64 // value that a trade must come to
}

// findLegs lists both directions of every open instrument.
func (m *market) findLegs() {
	for i := range m.p.Universe.Instruments {
		id := fund.InstrumentID(i)
		if !m.p.open(id) {
			continue
		}
		in := &m.p.Universe.Instruments[i]
		for _, side := range [...]fund.Side{fund.Buy, fund.Sell} {
			m.legs = append(m.legs, leg{instrument: id, side: side, units: 1 / m.p.Price[in.Base],
				value: m.p.Mid[i] * m.p.Price[in.Quote], taker: in.Fees.Taker.Float64()})
		}
	}
}

// cost returns what q base units cost, in the base currency, without what each trade costs.
func (l *leg) cost(from Quote, q float64) float64 {
	if q <= 0 {
		return 0
	}
	spread, impact := from.Slippage(l.instrument, l.side, q)
	slip, value := spread+impact, q*l.value
	return float64(value*slip) + float64(value*l.taker*(1+float64(float64(l.side)*slip)))
}

// more returns what trading q base units on top of what is traded costs.
func (l *leg) more(from Quote, q float64) float64 { return l.cost(from, l.done+q) - l.before }

// price sets what a leg's edge costs. A trade on top of one that is made already costs what it adds; one that undoes some
// of it is priced as if it were made later, on the market that the first one leaves. The edge is convex unless it costs as
// much a unit for little as for all that is to be moved.
func (m *market) price(k int) {
	l, e := &m.legs[k], &m.s.edges[len(m.places)+k]
	l.done, l.before = 0, 0
	if net := m.net[l.instrument]; net.Sign() == int(l.side) {
		l.done = abs(net.Float64())
		l.before = l.cost(m.p.Quote, l.done)
	}
	m.limits(l)
	e.flow, e.low, e.convex, e.first, l.rate = 0, 0, false, 0, nudge*m.s.least
	l.most = max(0, m.p.room(l.instrument, l.side)-float64(l.done*l.value))
	defer func() { e.high, e.rate = l.most, l.rate }()
	if l.most == 0 || m.scale == 0 {
		return
	}
	all := l.mean(m.p.Quote, m.scale)
	if e.first = l.mean(m.p.Quote, m.scale/(1<<30)); all-e.first > curved {
		e.convex = true
	} else {
		l.rate += all
	}
}

// curved is by how much the cost of a unit grows on an edge that counts as convex, at least.
const curved = 1e-11

// mean returns what a unit of value costs when so much is traded on top.
func (l *leg) mean(from Quote, value float64) float64 {
	return l.more(from, float64(value*l.units)) / value
}
