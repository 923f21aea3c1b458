package optimize

import (
	"math"
	"slices"
)

// choice is what is decided about a leg: nothing yet, or that it is not traded, or that it is.
type choice int8

const (
	undecided choice = iota
	closed
	opened
)

// maxBranches bounds how many networks are solved for one plan where trades have a fixed cost or a minimum. It is a number
// and no time, so that the result is the same on every machine.
const maxBranches = 128

// branch finds which trades are worth what each costs whatever its size, and comes to the venues' minimums with all that
// are made: by branch and bound, deepest first, what is closed before what is open. It leaves the best flows that it has
// found.
func (m *market) branch() error {
	open := [][]choice{make([]choice, len(m.legs))}
	best, bestTotal := nothing(len(m.legs)), penalty*m.scale
	for n := 0; n < maxBranches && len(open) > 0; n++ {
		node := open[len(open)-1]
		open = open[:len(open)-1]
		if err := m.choose(node); err != nil {
			return err
		}
		relaxed, total, worst := m.weigh(node)
		if total < bestTotal {
			best, bestTotal = m.chosen(), total
		}
		if worst >= 0 && relaxed < bestTotal {
			open = append(open, with(node, worst, opened), with(node, worst, closed))
		}
	}
	return m.choose(best)
}

func nothing(legs int) []choice {
	all := make([]choice, legs)
	for k := range all {
		all[k] = closed
	}
	return all
}

func with(node []choice, k int, c choice) []choice {
	next := slices.Clone(node)
	next[k] = c
	return next
}

// choose solves the network under choices. A leg that nothing is decided about pays its fixed cost in proportion to its
// flow: less than it will have to.
func (m *market) choose(node []choice) error {
	for k, c := range node {
		l, e := &m.legs[k], &m.s.edges[len(m.places)+k]
		e.low, e.high, e.rate = 0, l.most, l.rate
		switch {
		case c == closed:
			e.high = 0
		case c == opened:
			e.low = min(l.least, l.most)
		case l.fixed > 0:
			e.rate += l.fixed / min(l.most, m.scale)
		}
	}
	_, err := m.solve(math.Inf(-1))
	return err
}

// weigh returns the cost of the flows found as the relaxed network counts it, and as it is: infinite where a trade is
// below its minimum. worst is the undecided leg whose cost the network gets most wrong, the first of equals, or −1.
func (m *market) weigh(node []choice) (relaxed, total float64, worst int) {
	most := 0.0
	worst = -1
	for k := range m.legs {
		l, e := &m.legs[k], &m.s.edges[len(m.places)+k]
		if e.flow <= 0 {
			continue
		}
		cost := m.flowCost(k)
		relaxed, total = relaxed+cost, total+cost
		wrong := l.fixed
		if node[k] == undecided {
			wrong -= float64((e.rate - l.rate) * e.flow)
			if e.flow < l.least {
				wrong = max(wrong, penalty*e.flow)
			}
			if wrong > most && wrong > m.grain*1e-6 {
				most, worst = wrong, k
			}
		} else {
			relaxed += l.fixed
		}
		total += l.fixed - float64((e.rate-l.rate)*e.flow)
		if e.flow < l.least*(1-1e-9) {
			total += float64(penalty * m.scale)
		}
	}
	left := m.slacks()
	return relaxed + left, total + left, worst
}

// slacks returns the penalty for what is unreached.
func (m *market) slacks() float64 {
	sum := 0.0
	for v := range m.supply {
		up := m.s.slackOf(v)
		for _, e := range m.s.edges[up : up+2] {
			sum += float64(e.rate * e.flow)
		}
	}
	return sum
}

// chosen returns the choices that the flows found come to.
func (m *market) chosen() []choice {
	all := nothing(len(m.legs))
	for k := range all {
		if m.s.edges[len(m.places)+k].flow > 0 {
			all[k] = opened
		}
	}
	return all
}

// limits sets the fixed cost of a leg, and the value that one trade has to come to: more than is left alone, a lot, and the
// venue's minimum with another lot, because quantities are cut to whole ones. What is traded already has paid for itself.
func (m *market) limits(l *leg) {
	in := &m.p.Universe.Instruments[l.instrument]
	l.fixed, l.least = 0, max(float64(in.LotSize().Float64()*l.value), m.grain)
	if l.done > 0 {
		return
	}
	l.fixed = m.p.perTrade(l.instrument)
	least := max(float64(in.MinQuantity.Float64()*l.value), float64(in.MinNotional.Float64()*m.p.Price[in.Quote]))
	if least > 0 {
		l.least = max(l.least, least+float64(in.LotSize().Float64()*l.value))
	}
}

// lumpy reports whether some trade that can be made costs something whatever its size.
func (m *market) lumpy() bool {
	return slices.ContainsFunc(m.legs, func(l leg) bool { return l.fixed > 0 && l.most > 0 })
}
