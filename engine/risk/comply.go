package risk

import "github.com/steelyard/steelyard/engine/fund"

// Comply returns the target that the fund may go for: where a rule that binds is broken, one that keeps it, so that a plan trades
// toward compliance; with the kill switch at reducing, no more of anything but cash than is held. What an asset gives up becomes cash,
// what a class needs comes from all others in proportion. Most of the time that is the target itself. By asset, the weights are
// fractions as target's are; the slice is new where it differs.
func (d *Desk) Comply(s *State, target []float64) []float64 {
	if target == nil || d.state != Reducing && !d.broken() {
		return target
	}
	d.refresh(s.View)
	g := d.goal(s, target)
	if g.whole <= 0 {
		return target
	}
	for _, atLeast := range [...]bool{true, false} { // what must not be more has the last word: it becomes cash
		for k := range d.limits.Rules {
			if r := &d.limits.Rules[k]; r.Breach.Binds() && d.memory.watch[k].since != 0 && (r.Kind == MinClass) == atLeast {
				g.keep(d, k, r)
			}
		}
	}
	if d.state == Reducing {
		for a := range g.value {
			g.lower(fund.AssetID(a), g.held[a])
		}
	}
	return g.weights(target)
}

// broken reports whether a rule that binds is broken, or was so within a day.
func (d *Desk) broken() bool {
	for k := range d.memory.watch {
		if d.memory.watch[k].since != 0 && d.limits.Rules[k].Breach.Binds() {
			return true
		}
	}
	return false
}

// goal is a target in value.
type goal struct {
	base    fund.AssetID
	nav     float64
	held    []float64 // by asset
	value   []float64 // by asset: wanted; of what cannot be traded, what is held
	fixed   []bool    // by asset: it cannot be traded
	whole   float64   // that the target divides
	counted float64   // sum of the target's weights that count
}

func (d *Desk) goal(s *State, target []float64) *goal {
	n := len(target)
	g := &goal{base: d.universe.Base, nav: s.nav(), held: make([]float64, n), value: make([]float64, n), fixed: make([]bool, n), whole: -s.View.Owed}
	blocked, _ := d.Sanctions()
	suspended := d.Suspended(s.View)
	for a := range target {
		for acc := range s.Held {
			g.held[a] += s.Held[acc][a]
		}
		if g.fixed[a] = s.View.Stale[a] || blocked[a] || suspended[a]; !g.fixed[a] {
			g.whole += g.held[a]
			g.counted += target[a]
		}
	}
	for a := range target {
		switch {
		case g.fixed[a]:
			g.value[a] = g.held[a]
		case g.counted > 0:
			g.value[a] = target[a] / g.counted * g.whole
		}
	}
	return g
}

// weights turns values back into fractions.
func (g *goal) weights(target []float64) []float64 {
	out := make([]float64, len(target))
	for a := range out {
		out[a] = target[a]
		if !g.fixed[a] {
			out[a] = g.value[a] / g.whole * g.counted
		}
	}
	return out
}

// lower takes from an asset what it has above most, for cash.
func (g *goal) lower(a fund.AssetID, most float64) {
	if a == g.base || g.fixed[a] || g.value[a] <= most {
		return
	}
	g.value[g.base] += g.value[a] - max(0, most)
	g.value[a] = max(0, most)
}

// keep changes the goal until it keeps a rule.
func (g *goal) keep(d *Desk, k int, r *Rule) {
	switch r.Kind {
	case MaxWeight:
		for _, sub := range d.subjects[k] {
			g.lower(sub.asset, float64(r.Limit*g.nav))
		}
	case MaxClass, MinCap, Allowed, Forbidden:
		g.shrink(d.scopes[k].assets, float64(limitOf(r)*g.nav))
	case MinClass:
		g.grow(d.scopes[k].assets, float64(r.Limit*g.nav))
	}
}

// shrink scales what a set may have of the goal down to most in all.
func (g *goal) shrink(set []bool, most float64) {
	free := 0.0
	for a, in := range set {
		switch {
		case in && g.fixed[a]:
			most -= g.value[a]
		case in && fund.AssetID(a) != g.base:
			free += g.value[a]
		}
	}
	if set[g.base] {
		most -= g.value[g.base]
	}
	if free <= max(0, most) {
		return
	}
	for a, in := range set {
		if in {
			g.lower(fund.AssetID(a), g.value[a]*(max(0, most)/free))
		}
	}
}

// grow takes from all that is not in the set, in proportion, what the set lacks to come to least, and gives it to cash if that is in the
// set, else to the set's assets in proportion.
func (g *goal) grow(set []bool, least float64) {
	has, free, others := 0.0, 0.0, 0.0
	for a, in := range set {
		switch {
		case in:
			has += g.value[a]
			if !g.fixed[a] {
				free += g.value[a]
			}
		case !g.fixed[a]:
			others += g.value[a]
		}
	}
	lacks := min(least-has, others)
	if lacks <= 0 || !set[g.base] && free <= 0 {
		return
	}
	for a, in := range set {
		switch {
		case g.fixed[a]:
		case !in:
			g.value[a] -= float64(g.value[a] * (lacks / others))
		case set[g.base] && fund.AssetID(a) == g.base:
			g.value[a] += lacks
		case !set[g.base]:
			g.value[a] += float64(g.value[a] * (lacks / free))
		}
	}
}

// Eligible returns the target that a trigger is to measure the fund against: of what may not be bought no more than is held, and of what may not
// be traded as much as is held, so that nobody asks again and again for what cannot be. Mostly that is the target itself.
func (d *Desk) Eligible(s *State, target []float64) []float64 {
	if target == nil || !d.excludes(s, target) {
		return target
	}
	g := d.goal(s, target)
	if g.whole <= 0 {
		return target
	}
	for k := range d.limits.Rules {
		if !d.limits.Rules[k].closesPurchases() {
			continue
		}
		for a, in := range d.scopes[k].assets {
			if in {
				g.lower(fund.AssetID(a), g.held[a])
			}
		}
	}
	all := g.whole
	for a, fixed := range g.fixed {
		if fixed && !s.View.Stale[a] {
			all += g.held[a]
		}
	}
	out := make([]float64, len(target))
	for a := range out {
		if out[a] = g.value[a] / all; s.View.Stale[a] {
			out[a] = target[a]
		}
	}
	return out
}

// closesPurchases reports whether nothing of a rule's assets may be bought.
func (r *Rule) closesPurchases() bool {
	return r.Breach.Binds() && (r.Kind == Forbidden || r.Kind == Allowed || r.Kind == MinCap)
}

// excludes reports whether a rule closes an asset that has a target.
func (d *Desk) excludes(s *State, target []float64) bool {
	d.refresh(s.View)
	blocked, _ := d.Sanctions()
	suspended := d.Suspended(s.View)
	for a, t := range target {
		if t > 0 && (blocked[a] || suspended[a]) {
			return true
		}
		for k := range d.limits.Rules {
			if t > 0 && d.limits.Rules[k].closesPurchases() && d.scopes[k].assets[a] {
				return true
			}
		}
	}
	return false
}
