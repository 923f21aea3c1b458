package risk

import (
	"math"

	"github.com/steelyard/steelyard/engine/fund"
)

// Checks reports whether orders are checked at all: there are rules, or the kill switch is not at rest. If not, Approve looks
// at no state.
func (d *Desk) Checks() bool { return len(d.limits.Rules) > 0 || d.state != Active }

// Approve checks an order just before it leaves, with all that works at its worst outcome. It returns the order as it may be
// sent, cut to what the rules allow, and why, if anything was cut. An order that may not be sent at all comes back as the
// zero Approved. MaxOrder is not checked here: Split has seen to it.
func (d *Desk) Approve(o fund.Order, s *State) (Approved, *Refusal) {
	if !d.Checks() {
		return Approved{o}, nil
	}
	leg := LegOf(d.universe, o.Instrument, o.Side, o.Quantity.Float64(), s.View.Price)
	if why := d.shut(&leg, s); why != nil {
		return Approved{}, why
	}
	d.refresh(s.View)
	c := d.follow(s, nil)
	var cut *Refusal
	for k := range d.limits.Rules {
		r := &d.limits.Rules[k]
		if !r.Breach.Binds() || r.Kind.Market() {
			continue
		}
		check := Check{Rule: r.ID, Clause: r.Clause, Kind: r.Kind, Breach: r.Breach, Limit: r.Limit, Outcome: Breached}
		keep := d.part(k, &check, &leg, &o, s, c)
		if keep >= 1 {
			continue
		}
		cut = &Refusal{r.ID, check.name() + ": " + check.words(check.Wanted), check}
		if o.Quantity = d.universe.Instruments[o.Instrument].Lots(o.Quantity.Float64() * keep); r.Breach == Block || o.Quantity.Sign() <= 0 {
			return Approved{}, cut
		}
		leg = LegOf(d.universe, o.Instrument, o.Side, o.Quantity.Float64(), s.View.Price)
		cut.Check.After = check.Now + float64((check.Wanted-check.Now)*keep)
	}
	return Approved{d.spending(o, &leg, s, c)}, cut
}

// spending limits what a purchase may spend to what rules on least shares leave, whatever its price becomes.
func (d *Desk) spending(o fund.Order, l *Leg, s *State, c *course) fund.Order {
	in := &d.universe.Instruments[o.Instrument]
	for k := range d.limits.Rules {
		r := &d.limits.Rules[k]
		if r.Kind != MinClass || !r.Breach.Binds() || o.Side == fund.Sell || s.View.Price[in.Quote] <= 0 {
			continue
		}
		sub := d.subjects[k][0]
		if d.change(sub, l) >= 0 {
			continue
		}
		m := d.read(sub, c)
		room := -m.now - m.flight - float64(r.Limit*c.nav)
		most := fund.AmountOfFloat(max(0, room) / s.View.Price[in.Quote]).RoundDown(d.universe.Assets[in.Quote].Decimals)
		if o.Spend.IsZero() || most.Less(o.Spend) {
			o.Spend = most
		}
	}
	return o
}

// shut says why no order like this may leave now, whatever its size; nil: it may.
func (d *Desk) shut(l *Leg, s *State) *Refusal {
	cash := d.universe.Base
	if d.state == Halted || d.state == Reducing && l.Gets != cash {
		return &Refusal{Rule: "kill-switch", Why: "the kill switch is " + string(d.state)}
	}
	assets, accounts := d.Sanctions()
	for _, a := range [...]fund.AssetID{l.Gets, l.Gives} {
		if assets[a] {
			return d.closed(Sanctioned, a, d.universe.AssetName(a)+" is blocked")
		}
	}
	if accounts[l.Account] {
		return d.closed(Sanctioned, fund.None, d.universe.Accounts[l.Account]+" is blocked")
	}
	suspended := d.Suspended(s.View)
	for _, a := range [...]fund.AssetID{l.Gets, l.Gives} {
		if suspended[a] {
			return d.closed(MaxMove, a, "the price of "+d.universe.AssetName(a)+" is not to be relied on")
		}
	}
	for k := range d.limits.Rules {
		var c Check
		if r := &d.limits.Rules[k]; r.Breach.Binds() && l.Gets != cash && d.outdated(k, &c, s.View.At) {
			return &Refusal{Rule: r.ID, Why: c.Why}
		}
	}
	return nil
}

// closed names the rule of a kind that closes an asset, or for None an account.
func (d *Desk) closed(kind Kind, a fund.AssetID, why string) *Refusal {
	for k := range d.limits.Rules {
		r := &d.limits.Rules[k]
		same := r.Kind == kind || kind == MaxMove && r.Kind == MaxPriceAge
		if same && r.Breach.Binds() && (a == fund.None && !d.scopes[k].anywhere || a != fund.None && d.scopes[k].named[a]) {
			return &Refusal{Rule: r.ID, Why: why}
		}
	}
	return &Refusal{Rule: string(kind), Why: why}
}

// part returns what part of an order a rule leaves, and notes what it would come to in the check.
func (d *Desk) part(k int, check *Check, l *Leg, o *fund.Order, s *State, c *course) float64 {
	r := &d.limits.Rules[k]
	switch {
	case r.Kind == MaxCost || r.Kind == MaxPlan:
		return 1
	case r.Kind == MaxADV || r.Kind == MaxDays:
		now, adds := d.volume(r, s, o.Instrument, o.Quantity.Float64())
		check.Subject = d.universe.InstrumentKey(o.Instrument)
		return check.room(now, adds)
	case r.Kind == MaxOrders:
		return check.room(float64(d.memory.orders(s.View.At, r.Per)), 1)
	case r.Kind == MaxTurnover || r.Kind == MaxSlippage:
		return d.flowing(k, check, l, s, c)
	case r.Kind == MaxTop || r.Kind == MaxHerfindahl || r.Kind == MaxLeverage:
		return d.partConvex(k, check, l, c)
	}
	keep := 1.0
	for _, sub := range d.subjects[k] {
		adds := d.change(sub, l)
		if r.Kind == MinClass {
			adds = -adds
		}
		if adds <= 0 || c.nav <= 0 {
			continue
		}
		m := d.read(sub, c)
		trial, fixed := *check, 0.0
		if adds > l.Value { // a fee counts, of which a part stays however small the order
			fixed = d.universe.Instruments[l.Instrument].Fees.PerTrade.Float64()
		}
		if part := trial.within(limitOf(r), (m.now+m.flight+fixed)/c.nav, (adds-fixed)/c.nav); part < keep {
			keep = part
			*check = trial
			check.Subject = d.name(sub)
			if r.Kind == MinClass {
				check.Now, check.Wanted = -check.Now, -check.Wanted
			}
			if sub.asset == fund.None && r.Kind != MaxVenue {
				check.Subject = r.List
			}
		}
	}
	return keep
}

// room returns what part of what is to be added the limit leaves.
func (c *Check) room(now, adds float64) float64 { return c.within(c.Limit, now, adds) }

func (c *Check) within(limit, now, adds float64) float64 {
	c.Now, c.Wanted = now, now+adds
	if now+adds <= limit+least {
		return 1
	}
	if math.IsInf(adds, 1) {
		c.Wanted, c.Why = math.MaxFloat64, c.Subject+": its daily volume is not known"
		return 0
	}
	return max(0, (limit-now)/adds)
}

// flowing is part for what is counted over time.
func (d *Desk) flowing(k int, check *Check, l *Leg, s *State, c *course) float64 {
	if c.nav <= 0 {
		return 1
	}
	r := &d.limits.Rules[k]
	if r.Kind == MaxTurnover {
		return check.room((d.memory.turnover(s.View.At, r.Per)+flying(s.Working))/c.nav, l.Value/c.nav)
	}
	if used := d.memory.budgets[k].left(r, s.View.At) / c.nav; used > r.Limit+least { // of what the plan was allowed, prices took more
		return check.room(used, l.Value/c.nav)
	}
	return 1
}

// partConvex is part for what is no sum.
func (d *Desk) partConvex(k int, check *Check, l *Leg, c *course) float64 {
	r, sc := &d.limits.Rules[k], &d.scopes[k]
	if c.nav <= 0 {
		return 1
	}
	if r.Kind != MaxLeverage && !sc.assets[l.Gets] {
		return 1
	}
	at := func(part float64) float64 {
		if r.Kind == MaxLeverage {
			takes := c.leaves.copy()
			takes.add(l.Account, l.Gives, float64(l.Value*part))
			return long(c.now, takes, nil, 0) / c.nav
		}
		gains := c.flight.copy()
		gains.add(l.Account, l.Gets, float64(l.Value*part))
		return convex(r, sc, c.nav, c.now.totals(), gains.totals())
	}
	check.Now, check.Wanted = at(0), at(1)
	return fit(r.Limit+least, at)
}
