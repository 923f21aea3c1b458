package risk

import (
	"math"

	"github.com/steelyard/steelyard/engine/fund"
)

// reading is what a rule about holdings measures of one subject: value in the base currency, or the same as a fraction of a
// NAV of 1, with the sign that makes more worse.
type reading struct {
	nav, ends float64 // NAV before the plan, and what its costs leave of it
	now       float64 // before the plan
	flight    float64 // that working orders may add
	peak      float64 // the worst of the stages that add to it: all that they bring has come, and nothing of what they give has gone
	after     float64 // when the plan has ended
	adds      float64 // that the trades which worsen it add up to the peak; 0: none does
	adding    float64 // that they add in all
	part      float64 // of a measure that is no sum: what part of them may stay at the peak
}

// worst returns the largest of what it comes to.
func (r *reading) worst() float64 {
	if r.adds > 0 {
		return max(r.peak, r.after, r.now+r.flight)
	}
	return max(r.after, r.now+r.flight)
}

// whole returns what values are fractions of.
func (r *reading) whole() float64 {
	if r.nav <= 0 {
		return 1
	}
	return r.nav
}

// least is how far two fractions of the NAV may differ and still be the same.
const least = 1e-9

// over returns by how much trades lead beyond a limit, as a fraction of the NAV. What nothing adds to breaks no limit actively,
// wherever it stands.
func (r *reading) over(limit float64) float64 {
	if r.adds <= 0 {
		return 0
	}
	return (r.peak - float64(limit*r.ends)) / r.whole()
}

// onWay reports whether a plan that breaks the limit keeps it in the end.
func (r *reading) onWay(limit float64) bool {
	return r.over(limit) > least && r.after <= (limit+least)*r.ends
}

// breach says by how much the trades that worsen a measure have to be cut.
func (r *reading) breach(k int, sub subject, limit float64) finding {
	f := finding{check: k, subject: sub, over: r.over(limit), onWay: r.onWay(limit)}
	if f.keep = r.part; f.keep == 0 {
		f.keep = min(1, max(0, 1-float64(f.over*r.whole())/r.adds))
	}
	return f
}

// read measures a subject of a rule about holdings.
func (d *Desk) read(s subject, c *course) reading {
	m := reading{nav: c.nav, ends: c.ends}
	switch r := &d.limits.Rules[s.rule]; {
	case r.Kind == MaxTop || r.Kind == MaxHerfindahl || r.Kind == MaxLeverage:
		return readConvex(r, &d.scopes[s.rule], c)
	case r.Kind == MinClass:
		return d.readSum(m, s, c, -1)
	case s.asset != fund.None:
		return readOne(m, s, c)
	}
	return d.readSum(m, s, c, 1)
}

// readOne measures one asset. Nothing both brings and takes it.
func readOne(m reading, s subject, c *course) reading {
	m.now, m.flight = c.now.row(s.account)[s.asset], c.flight.row(s.account)[s.asset]
	m.after = c.last.row(s.account)[s.asset] + m.flight
	for k := range c.stages {
		m.stage(c.stages[k].start.row(s.account)[s.asset], c.stages[k].gains.row(s.account)[s.asset])
	}
	return m
}

// stage takes what is held before a stage and what its trades add.
func (r *reading) stage(start, gains float64) {
	r.adding += gains
	if at := start + gains + r.flight; gains > 0 && (r.adds == 0 || at > r.peak) {
		r.peak, r.adds = at, r.adding
	}
}

// readSum measures what a set holds together, or with sign −1 what it lacks. A trade inside the set changes nothing.
func (d *Desk) readSum(m reading, s subject, c *course, sign float64) reading {
	m.now = float64(sign * d.sum(s, c.now))
	for k := range c.working {
		m.flight += max(0, float64(sign*d.change(s, &c.working[k])))
	}
	m.after = float64(sign*d.sum(s, c.last)) + m.flight
	for k := range c.stages {
		st := &c.stages[k]
		gains := 0.0
		for i := range st.legs {
			gains += max(0, float64(sign*d.change(s, &st.legs[i])))
		}
		m.stage(float64(sign*d.sum(s, st.start)), gains)
	}
	return m
}

// sum returns what a set holds.
func (d *Desk) sum(s subject, of sheet) float64 {
	kind, sc, sum := d.limits.Rules[s.rule].Kind, &d.scopes[s.rule], 0.0
	if s.account != fund.None || sc.anywhere {
		for a, v := range of.row(s.account) {
			if sc.assets[a] {
				sum += v
			}
		}
		return sum
	}
	for acc := range of[:len(of)-1] {
		for a, v := range of[acc] {
			if sc.has(kind, fund.AccountID(acc), fund.AssetID(a)) {
				sum += v
			}
		}
	}
	return sum
}

// change returns by how much a leg that fills whole changes what a subject holds.
func (d *Desk) change(s subject, l *Leg) float64 {
	if s.account != fund.None && s.account != l.Account {
		return 0
	}
	gets, gives := l.Gets == s.asset, l.Gives == s.asset
	if s.asset == fund.None {
		kind, sc := d.limits.Rules[s.rule].Kind, &d.scopes[s.rule]
		gets, gives = sc.has(kind, l.Account, l.Gets), sc.has(kind, l.Account, l.Gives)
	}
	switch {
	case gets && !gives:
		return l.Value
	case gives && !gets && l.Gives == d.universe.Instruments[l.Instrument].Quote:
		return -l.Value - l.Cost
	case gives && !gets:
		return -l.Value - l.Fee
	}
	return 0
}

// refresh marks whom MinCap rules limit now: assets whose market cap is below the limit, too old, or not known.
func (d *Desk) refresh(v *fund.View) {
	for k := range d.limits.Rules {
		r, sc := &d.limits.Rules[k], &d.scopes[k]
		if r.Kind != MinCap {
			continue
		}
		sc.assets = make([]bool, len(sc.named))
		for a, in := range sc.named {
			sc.assets[a] = in && !(capOf(r, v, a) >= r.Limit)
		}
	}
}

// capOf returns an asset's market cap, 0 where it is not known or too old.
func capOf(r *Rule, v *fund.View, a int) float64 {
	if v.Cap == nil || v.Cap[a] <= 0 || r.MaxAge > 0 && v.At.Sub(v.CapAt[a]) > r.MaxAge {
		return 0
	}
	return v.Cap[a]
}

// tooMuch is a value that is beyond every limit: what cannot be measured is not let pass.
func tooMuch() float64 { return math.Inf(1) }
