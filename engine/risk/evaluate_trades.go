package risk

import (
	"math"

	"github.com/steelyard/steelyard/engine/fund"
)

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
