package risk

import (
	"fmt"
	"math"

	"github.com/steelyard/steelyard/engine/fund"
)

// finding is a breach that a plan would make or worsen.
type finding struct {
	check   int     // by rule
	subject subject // of a rule about holdings
	over    float64 // of the limit, in the rule's unit
	onWay   bool    // not by the plan's end, but before
	keep    float64 // part of the trades that worsen it which may stay, 0 to 1
	stands  bool    // no smaller plan helps
}

// proposal is a plan as the rules see it.
type proposal struct {
	plan   *fund.Plan
	legs   []Leg
	course *course
}

func (d *Desk) propose(s *State, p *fund.Plan) *proposal {
	x := &proposal{plan: p}
	for k := range p.Trades {
		t := &p.Trades[k]
		l := LegOf(d.universe, t.Instrument, t.Side, t.Quantity.Float64(), s.View.Price)
		if l.Stage, l.Cost = t.Stage, t.Cost.Total(); l.Fee > 0 {
			l.Fee, l.Cost = t.Cost.Fees, t.Cost.Spread+t.Cost.Impact
		}
		x.legs = append(x.legs, l)
	}
	x.course = d.follow(s, x.legs)
	return x
}

// evaluate checks every rule on a plan: one check per rule, in their order, and what the plan would break.
func (d *Desk) evaluate(s *State, p *fund.Plan) ([]Check, []finding) {
	d.refresh(s.View)
	x := d.propose(s, p)
	checks := make([]Check, len(d.limits.Rules))
	var found []finding
	for k := range d.limits.Rules {
		r := &d.limits.Rules[k]
		checks[k] = Check{Rule: r.ID, Clause: r.Clause, Kind: r.Kind, Breach: r.Breach, Limit: r.Limit, Outcome: Pass}
		c := &checks[k]
		switch {
		case d.outdated(k, c, s.View.At):
			found = append(found, finding{check: k, stands: true})
		case r.Kind.Holding():
			found = d.checkHoldings(k, c, s, x, found)
		case r.Kind.Market():
			found = d.checkMarket(k, c, s, x, found)
		default:
			found = d.checkTrades(k, c, s, x, found)
		}
		c.Wanted = c.After
	}
	return checks, found
}

// outdated breaks every rule whose list is older than it may be: who is on it now nobody knows.
func (d *Desk) outdated(k int, c *Check, at fund.Time) bool {
	l := d.scopes[k].list
	if l == nil || !l.Outdated(at) {
		return false
	}
	c.Outcome, c.Subject, c.After = Breached, "list "+l.Name, c.Limit
	c.Why = fmt.Sprintf("list %s of %s is older than %.3g days", l.Name, l.Date, days(l.MaxAge))
	return true
}

// limitOf returns the limit as readings have it, with the sign that makes more worse.
func limitOf(r *Rule) float64 {
	switch r.Kind {
	case MinClass:
		return -r.Limit
	case MinCap, Allowed, Forbidden, Sanctioned:
		return 0
	}
	return r.Limit
}

// checkHoldings checks a rule about what is held, subject by subject, and keeps the figures of the worst.
func (d *Desk) checkHoldings(k int, c *Check, s *State, x *proposal, found []finding) []finding {
	limit, slack := limitOf(&d.limits.Rules[k]), 0.0
	if limit == 0 {
		slack = hair // what is too little to be sold is nothing
	}
	closest := math.Inf(-1)
	var worst subject
	var of reading
	for _, sub := range d.subjects[k] {
		m := d.read(sub, x.course)
		outcome := Pass
		switch over := m.over(limit); {
		case over > least:
			outcome = Breached
			found = append(found, m.breach(k, sub, limit))
		case max(m.now+m.flight, m.after) > (limit+slack+least)*m.nav:
			outcome = Passive
		}
		if near := m.worst()/m.whole() + float64(10*severity(outcome)); near > closest {
			closest, worst, of, c.Outcome = near, sub, m, outcome
		}
	}
	if len(d.subjects[k]) > 0 {
		d.fill(c, worst, &of, x, s)
	}
	return found
}

func severity(o Outcome) float64 {
	switch o {
	case Breached:
		return 2
	case Passive:
		return 1
	}
	return 0
}

// fill writes a reading into its check.
func (d *Desk) fill(c *Check, sub subject, m *reading, x *proposal, s *State) {
	r := &d.limits.Rules[sub.rule]
	c.Subject, c.Now, c.InFlight, c.After = d.name(sub), m.now/m.whole(), m.flight/m.whole(), m.after/m.whole()
	if m.onWay(limitOf(r)) {
		c.After = m.peak / m.whole()
	}
	switch r.Kind {
	case MinClass:
		c.Subject, c.Now, c.After = r.List, -c.Now, -c.After
	case MaxClass, Forbidden, Allowed, Sanctioned:
		c.Subject = r.List
	case MinCap:
		named := d.scopes[sub.rule].named
		now, least := smallest(r, s.View, named, x.course.now.totals())
		after, of := smallest(r, s.View, named, x.course.last.totals())
		if of == fund.None {
			of, after = least, now
		}
		c.Now, c.After, c.InFlight, c.Subject = now, after, 0, d.universe.AssetName(of)
		if of == fund.None {
			c.Why = "nothing is held that it limits"
		}
	}
}

// smallest returns the smallest market cap of what is held, and whose it is; of nothing, the limit.
func smallest(r *Rule, v *fund.View, named []bool, held []float64) (float64, fund.AssetID) {
	least, of := r.Limit, fund.AssetID(fund.None)
	for a, in := range named {
		if in && held[a] > 0 && (of == fund.None || capOf(r, v, a) < least) {
			least, of = capOf(r, v, a), fund.AssetID(a)
		}
	}
	return least, of
}
