package risk

import (
	"slices"
)

// readConvex measures what is no sum, as a fraction. What orders give is taken to stay until their stage has ended, so that the
// values are the largest that can be.
func readConvex(r *Rule, sc *scope, c *course) reading {
	m := reading{nav: 1, ends: 1}
	if c.nav <= 0 {
		return m
	}
	if r.Kind == MaxLeverage {
		m.now = long(c.now, nil, nil, 0) / c.nav
		m.flight, m.after = long(c.now, c.leaves, nil, 0)/c.nav-m.now, long(c.last, c.leaves, nil, 0)/c.nav
		for k := range c.stages {
			st := &c.stages[k]
			at := func(part float64) float64 { return long(st.start, c.leaves, st.gives, part) / c.nav }
			if before, with := at(0), at(1); with > before+least {
				m.peg(before, with, fit(r.Limit, at))
			}
		}
		return m
	}
	flight := c.flight.totals()
	m.now, m.after = convex(r, sc, c.nav, c.now.totals()), convex(r, sc, c.nav, c.last.totals(), flight)
	m.flight = convex(r, sc, c.nav, c.now.totals(), flight) - m.now
	for k := range c.stages {
		st := &c.stages[k]
		if !adds(sc, st.gains.totals()) {
			continue
		}
		at := func(part float64) float64 {
			return convex(r, sc, c.ends, st.start.totals(), flight, scaled(st.gains.totals(), part))
		}
		m.peg(at(0), at(1), fit(r.Limit, at))
	}
	return m
}

// peg takes what a convex measure is before a stage and when it adds, and what part of that may stay.
func (r *reading) peg(before, with, part float64) {
	if r.adds == 0 || with > r.peak {
		r.peak, r.adds, r.part = with, max(with-before, least), part
	}
}

// fit returns the largest part from 0 to 1, or a hair less, at which a measure that grows with it keeps a limit; 0 where none does.
func fit(limit float64, at func(part float64) float64) float64 {
	if at(1) <= limit {
		return 1
	}
	low, high := 0.0, 1.0
	for range 40 {
		if mid := (low + high) / 2; at(mid) <= limit {
			low = mid
		} else {
			high = mid
		}
	}
	return low
}

func scaled(values []float64, by float64) []float64 {
	out := make([]float64, len(values))
	for a, v := range values {
		out[a] = v * by
	}
	return out
}

// adds reports whether gains are of assets that are limited.
func adds(sc *scope, gains []float64) bool {
	for a, v := range gains {
		if v > 0 && sc.assets[a] {
			return true
		}
	}
	return false
}

// convex returns the rule's measure of values by asset, added up.
func convex(r *Rule, sc *scope, nav float64, parts ...[]float64) float64 {
	w := make([]float64, 0, len(sc.assets))
	for a, in := range sc.assets {
		v := 0.0
		for _, part := range parts {
			v += part[a]
		}
		if in {
			w = append(w, max(0, v)/nav)
		}
	}
	sum := 0.0
	if r.Kind == MaxTop {
		slices.Sort(w)
		w = w[max(0, len(w)-r.Top):]
	}
	for _, x := range w {
		if r.Kind == MaxHerfindahl {
			x *= x
		}
		sum += x
	}
	return sum
}

// disagree is how far the price of a trade may be from those of the marks that its value is counted at.
const disagree = 0.01

// long returns the value of everything held, what is borrowed for it included: what orders, and a part of what a stage gives, take beyond what
// is there.
func long(held, takes, gives sheet, part float64) float64 {
	sum := 0.0
	for acc := range held[:len(held)-1] {
		for a, v := range held[acc] {
			taken := 0.0
			if takes != nil {
				taken = takes[acc][a]
			}
			if gives != nil {
				taken += float64(gives[acc][a] * part)
			}
			sum += max(0, v) + max(0, taken-float64(max(0, v)*(1+disagree)))
		}
	}
	return sum
}
