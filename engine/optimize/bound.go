package optimize

import "math"

// prove keeps the certificate of the first network solved: later ones are of what is left to do.
func (m *market) prove() {
	if m.prices == nil {
		m.lower, m.prices = m.bound(), m.duals()
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
		sum += m.least(int32(a), e, lead, min(e.high, whole))
	}
	return sum
}

// least returns the smallest of cost(x) − price·x over the flows of an edge up to most. Value passes an edge at most once, so
// that no flow need be larger than all that is held.
func (m *market) least(a int32, e *edge, price, most float64) float64 {
	if !e.convex {
		return min(0, float64((e.rate-price)*most))
	}
	cost := func(x float64) float64 { return float64((e.rate-price)*x) + m.s.curve(a, x) }
	if e.flow == 0 && cost(m.s.step) >= 0 {
		return 0
	}
	low, high := 0.0, most
	for range 40 { // ternary search: the cost is convex
		x, y := low+(high-low)/3, high-(high-low)/3
		if cost(x) < cost(y) {
			high = y
		} else {
			low = x
		}
	}
	return min(0, cost((low+high)/2))
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
