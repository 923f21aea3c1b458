package risk

import (
	"fmt"
	"math"
	"slices"

	"github.com/steelyard/steelyard/engine/fund"
)

// Bounds limit what a planner may trade: by instrument, base currency, infinite where nothing limits it.
type Bounds struct{ Buy, Sell []float64 }

// Refusal says which rule stopped or cut something, and its numbers.
type Refusal struct {
	Rule, Why string
	Check     Check
}

// Review is what the rules make of a plan.
type Review struct {
	Plan    fund.Plan // as it may be done
	Checks  []Check   // by rule
	Refusal *Refusal  // nil: it may be done
	Clipped []string  // IDs of the rules that cut it
	Missed  float64   // tracking error that the cuts cost: √Σ(weight−target)² after the plan less the same as wanted
}

// rounds is how often a plan is made again. Every time some trades are bound more tightly, and mostly one is enough.
const rounds = 12

// hair is what a plan may be off a block rule by, as a fraction of the NAV, for its lots: the plan is then made a hair smaller.
const hair = 1e-5

// Review checks a plan and has it made again under bounds until it breaks no rule that binds. plan makes it; the first call
// is without bounds. Where that does not help, or a rule that blocks is broken, the plan is refused.
func (d *Desk) Review(s *State, target []float64, plan func(*Bounds) fund.Plan) Review {
	var bounds *Bounds
	if d.state == Reducing {
		bounds = d.reducing()
	}
	v := Review{Plan: plan(bounds)}
	wanted := v.Plan
	for round := range rounds {
		checks, found := d.evaluate(s, &v.Plan)
		v.keep(checks)
		found = slices.DeleteFunc(found, func(f finding) bool { return !d.limits.Rules[f.check].Breach.Binds() || d.aside(f) })
		if len(found) == 0 {
			break
		}
		f := d.gravest(found)
		if f.stands || round == rounds-1 || d.blocks(&f) {
			v.refuse(f.check)
			return v
		}
		if bounds == nil {
			bounds = d.open()
		}
		for i := range found {
			if !d.blocks(&found[i]) {
				d.tighten(bounds, s, &v.Plan, &found[i], round)
				v.Clipped = append(v.Clipped, d.limits.Rules[found[i].check].ID)
			}
		}
		v.Plan = plan(bounds)
	}
	slices.Sort(v.Clipped)
	v.Clipped = slices.Compact(v.Clipped)
	if len(v.Clipped) > 0 {
		v.Missed = off(v.Plan.After, target) - off(wanted.After, target)
	}
	return v
}

// aside reports whether a finding concerns prices alone of which Suspended takes care.
func (d *Desk) aside(f finding) bool {
	r := &d.limits.Rules[f.check]
	return (r.Kind == MaxMove || r.Kind == MaxPriceAge) && r.Breach == Clip
}

// blocks reports whether a finding refuses the plan at once: a rule that blocks, by what the plan leads to.
func (d *Desk) blocks(f *finding) bool {
	return d.limits.Rules[f.check].Breach == Block && !f.onWay && f.over > hair
}

// gravest returns the first finding that nothing helps against; where clipping other rules may help, the first of those.
func (d *Desk) gravest(found []finding) finding {
	for _, f := range found {
		if f.stands {
			return f
		}
	}
	for _, f := range found {
		if !d.blocks(&f) {
			return f
		}
	}
	return found[0]
}

// keep takes the checks of a plan. The first are of the plan as it was wanted, the later ones say what is left of it.
func (v *Review) keep(checks []Check) {
	if v.Checks == nil {
		v.Checks = checks
		return
	}
	for k := range checks {
		old := &v.Checks[k]
		if checks[k].Outcome == Breached && old.Outcome != Breached { // what a rule cut broke another
			*old = checks[k]
			continue
		}
		if old.Outcome != Breached {
			old.Subject, old.Now = checks[k].Subject, checks[k].Now
		}
		old.After = checks[k].After
	}
}

func (v *Review) refuse(k int) {
	c := &v.Checks[k]
	c.Outcome = Breached
	v.Refusal = &Refusal{c.Rule, c.name() + ": " + c.words(c.After), *c}
}

// open returns bounds that bind nothing.
func (d *Desk) open() *Bounds {
	n := len(d.universe.Instruments)
	b := &Bounds{make([]float64, n), make([]float64, n)}
	for i := range n {
		b.Buy[i], b.Sell[i] = math.Inf(1), math.Inf(1)
	}
	return b
}

// reducing returns bounds that let nothing be bought but cash.
func (d *Desk) reducing() *Bounds {
	b := d.open()
	for i := range d.universe.Instruments {
		if in := &d.universe.Instruments[i]; in.Base != d.universe.Base {
			b.Buy[i] = 0
		}
		if in := &d.universe.Instruments[i]; in.Quote != d.universe.Base {
			b.Sell[i] = 0
		}
	}
	return b
}

// tighten binds the trades of a plan that worsen a finding to the part that may stay, and closes every other way to do the same. From
// round to round it takes a little more, for what whole lots are off.
func (d *Desk) tighten(b *Bounds, s *State, p *fund.Plan, f *finding, round int) {
	done := d.open()
	for k := range p.Trades {
		t := &p.Trades[k]
		*done.side(t.Instrument, t.Side) = t.Notional
	}
	keep := f.keep * (1 - float64(1e-9*float64(int(1)<<(2*round))))
	for i := range d.universe.Instruments {
		for _, side := range [...]fund.Side{fund.Buy, fund.Sell} {
			id := fund.InstrumentID(i)
			if l := LegOf(d.universe, id, side, 1, s.View.Price); !d.worsens(f, &l) {
				continue
			}
			most := 0.0
			if traded := *done.side(id, side); !math.IsInf(traded, 1) {
				most = traded * keep
			}
			bound := b.side(id, side)
			*bound = min(*bound, most)
		}
	}
}

func (b *Bounds) side(i fund.InstrumentID, side fund.Side) *float64 {
	if side == fund.Buy {
		return &b.Buy[i]
	}
	return &b.Sell[i]
}

// worsens reports whether trading a leg can worsen what was found.
func (d *Desk) worsens(f *finding, l *Leg) bool {
	r := &d.limits.Rules[f.check]
	switch {
	case r.Kind == MaxADV || r.Kind == MaxDays:
		return fund.AssetID(l.Instrument) == f.subject.asset
	case r.Kind == MinClass:
		return d.change(f.subject, l) < 0
	case r.Kind.set() || r.Kind.each():
		return d.change(f.subject, l) > 0
	case r.Kind == MaxTop || r.Kind == MaxHerfindahl:
		return d.scopes[f.check].assets[l.Gets]
	}
	return true
}

// off returns the distance of weights from a target.
func off(weights, target []float64) float64 {
	sum := 0.0
	for a := range min(len(weights), len(target)) {
		x := weights[a] - target[a]
		sum += float64(x * x)
	}
	return math.Sqrt(sum)
}

// String says what was cut.
func (r *Refusal) String() string { return fmt.Sprintf("%s: %s", r.Rule, r.Why) }
