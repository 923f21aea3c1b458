package optimize

import "math"

// prove keeps the certificate of the first network solved: later ones are of what is left to do.
func (m *market) prove() {
	if m.prices == nil {
		m.lower, m.prices = m.low, m.duals()
	}
}

// bound returns what no flow that reaches these aims can cost less than: the Lagrangian dual at the network's prices. For
// every edge it takes the cheapest flow at those prices on the true cost curve, not on its chords.
func (m *market) bound() float64 {
	sum, whole := 0.0, m.worthAll()
	for v, b := range m.supply {
		sum -= float64(m.s.dual[v] * b)
	}
	for a := range m.s.edges {
		e := &m.s.edges[a]
		lead := m.s.dual[e.to] - m.s.dual[e.from]
		sum += m.least(int32(a), e, lead, whole)
	}
	return sum
}

// cost returns what the flows found cost on the true curves, with the penalty for what is unreached.
func (m *market) cost() float64 {
	sum := m.slacks()
	for k := range m.legs {
		sum += m.flowCost(k)
	}
	return sum
}

// flowCost returns what the flow of a leg costs.
func (m *market) flowCost(k int) float64 {
	a := len(m.places) + k
	e := &m.s.edges[a]
	cost := float64(e.rate * e.flow)
	if e.convex && e.flow > 0 {
		cost += m.s.curve(int32(a), e.flow)
	}
	return cost
}

// least returns the smallest of cost(x) − price·x over the flows of an edge. Value passes an edge at most once, so that no
// flow need be larger than all that is held.
func (m *market) least(a int32, e *edge, price, whole float64) float64 {
	if !e.convex {
		return min(0, float64((e.rate-price)*min(e.high, whole)))
	}
	x, _ := m.s.response(a, e, price)
	if x == 0 {
		return 0
	}
	x = min(x, whole)
	return min(0, float64((e.rate-price)*x)+m.s.curve(a, x))
}

// worthAll returns the value of all holdings in the network.
func (m *market) worthAll() float64 {
	sum := 0.0
	for _, v := range m.held {
		sum += max(0, v)
	}
	return sum
}

// duals returns what one more unit of value costs, by account and asset, relative to the cash that is cheapest to be had;
// NaN where nothing can be had.
func (m *market) duals() [][]float64 {
	out := m.p.sheet()
	zero := math.Inf(1)
	for k, at := range m.places {
		if at.asset == m.p.Universe.Base {
			zero = min(zero, m.s.dual[k])
		}
	}
	for acc := range out {
		for a := range out[acc] {
			out[acc][a] = math.NaN()
			if n := m.nodeOf[acc][a]; n != none {
				out[acc][a] = m.s.dual[n] - zero
			}
		}
	}
	return out
}
