package risk

import (
	"math"

	"github.com/steelyard/steelyard/engine/fund"
)

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
