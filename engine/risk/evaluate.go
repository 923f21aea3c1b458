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
		l.Stage, l.Cost = t.Stage, t.Cost.Total()
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

// checkMarket checks a rule about the market, which no plan changes.
func (d *Desk) checkMarket(k int, c *Check, s *State, x *proposal, found []finding) []finding {
	r := &d.limits.Rules[k]
	value := 0.0
	switch r.Kind {
	case MaxDrawdown:
		value = d.memory.units.drawdown()
	case MaxDepeg:
		value, c.Subject = d.depeg(r, s.View)
		if math.IsInf(value, 1) {
			value, c.Why = 1, "no reference of the US dollar has a price"
		}
	default:
		for a, in := range d.scopes[k].named {
			if in && (x.course.now.totals()[a] > 0 || x.course.last.totals()[a] > 0) {
				if at := d.off(k, s.View, fund.AssetID(a)); at > value || c.Subject == "" {
					value, c.Subject = at, d.universe.AssetName(fund.AssetID(a))
				}
			}
		}
	}
	c.Now, c.After = value, value
	if value > r.Limit+least {
		c.Outcome = Breached
		found = append(found, finding{check: k, stands: true})
	}
	return found
}

// off returns the value of a rule about each price: how far it is from where it should be, or its age in days.
func (d *Desk) off(k int, v *fund.View, a fund.AssetID) float64 {
	if d.limits.Rules[k].Kind == MaxMove {
		return d.memory.marks[k][a].off
	}
	if at := d.memory.priced[a]; a != d.universe.Base && at != 0 {
		return days(v.At.Sub(at))
	}
	return 0
}

// depeg returns how far the base currency is from a US dollar: the least that any reference says, because a reference may
// fail by itself. Without a price of any it is infinite.
func (d *Desk) depeg(r *Rule, v *fund.View) (float64, string) {
	off, by := tooMuch(), ""
	for _, a := range r.References {
		if v.Stale[a] || v.Price[a] <= 0 {
			continue
		}
		if at := math.Abs(v.Price[a] - 1); at < off {
			off, by = at, d.universe.AssetName(a)
		}
	}
	return off, by
}

// Suspended returns, by asset, whose price is too old or too far from where it should be for a trade.
func (d *Desk) Suspended(v *fund.View) []bool {
	out := make([]bool, len(d.universe.Assets))
	for k := range d.limits.Rules {
		r := &d.limits.Rules[k]
		if r.Kind != MaxMove && r.Kind != MaxPriceAge || !r.Breach.Binds() {
			continue
		}
		for a, in := range d.scopes[k].named {
			out[a] = out[a] || in && d.off(k, v, fund.AssetID(a)) > r.Limit+least
		}
	}
	return out
}

// checkTrades checks a rule about what is traded.
func (d *Desk) checkTrades(k int, c *Check, s *State, x *proposal, found []finding) []finding {
	r := &d.limits.Rules[k]
	if r.Kind == MaxADV || r.Kind == MaxDays {
		return d.checkVolume(k, c, s, x, found)
	}
	adds := 0.0
	c.Now, adds = d.flow(k, s, x)
	c.After = c.Now + adds
	if c.After > r.Limit+least && adds > 0 {
		c.Outcome = Breached
		found = append(found, finding{check: k, over: c.After - r.Limit, keep: max(0, min(1, (r.Limit-c.Now)/adds))})
	} else if c.Now > r.Limit+least {
		c.Outcome = Passive
	}
	return found
}

// flow returns what a rule about all trades together counts already, and what the plan adds.
func (d *Desk) flow(k int, s *State, x *proposal) (now, adds float64) {
	r, m, nav := &d.limits.Rules[k], &d.memory, x.course.nav
	switch r.Kind {
	case MaxPlan:
		return 0, x.plan.Turnover()
	case MaxOrders:
		return float64(m.orders(s.View.At, r.Per)), d.orders(x)
	case MaxCost:
		if t := x.plan.Turnover(); t > 0 {
			adds = x.plan.Cost.Total() / t
		}
		return 0, adds
	}
	if nav <= 0 {
		return 0, 0
	}
	if r.Kind == MaxSlippage {
		return m.budgets[k].left(r, s.View.At) / nav, (x.plan.Cost.Spread + x.plan.Cost.Impact) / nav
	}
	return (m.turnover(s.View.At, r.Per) + flying(s.Working)) / nav, x.plan.Turnover() / nav
}

func flying(orders []Leg) float64 {
	sum := 0.0
	for k := range orders {
		sum += orders[k].Value
	}
	return sum
}

// orders returns how many orders a plan comes to.
func (d *Desk) orders(x *proposal) float64 {
	n := 0.0
	for k := range x.plan.Trades {
		n++
		if d.limits.MaxOrder > 0 {
			n += math.Ceil(x.plan.Trades[k].Notional/d.limits.MaxOrder) - 1
		}
	}
	return n
}

// checkVolume checks each instrument against its volume.
func (d *Desk) checkVolume(k int, c *Check, s *State, x *proposal, found []finding) []finding {
	r := &d.limits.Rules[k]
	closest := math.Inf(-1)
	for i := range x.plan.Trades {
		t := &x.plan.Trades[i]
		now, adds := d.volume(r, s, t.Instrument, t.Quantity.Float64())
		after := now + adds
		if after-r.Limit > closest {
			closest = after - r.Limit
			c.Subject, c.Now, c.After = d.universe.InstrumentKey(t.Instrument), now, after
		}
		if after > r.Limit+least {
			found = append(found, finding{check: k, subject: subject{rule: k, asset: fund.AssetID(t.Instrument), account: fund.None},
				over: after - r.Limit, keep: max(0, min(1, (r.Limit-now)/adds))})
			c.Outcome = Breached
		}
	}
	if math.IsInf(c.After, 1) {
		c.After, c.Why = math.MaxFloat64, c.Subject+": its daily volume is not known"
	}
	return found
}

// volume returns what a rule about volume measures of an instrument: what was traded in a day and works now, and what quantity
// more base units add. Without a known volume it is more than any limit.
func (d *Desk) volume(r *Rule, s *State, i fund.InstrumentID, quantity float64) (now, adds float64) {
	volume := 0.0
	if s.ADV != nil {
		volume = s.ADV(i)
	}
	done := 0.0
	for k := range s.Working {
		if w := &s.Working[k]; w.Instrument == i {
			done += w.Value / s.View.Price[d.universe.Instruments[i].Base]
		}
	}
	if r.Kind == MaxDays {
		volume *= r.Participation
	} else {
		done += d.memory.quantity(s.View.At, i)
	}
	if volume <= 0 {
		return 0, tooMuch()
	}
	return done / volume, quantity / volume
}
