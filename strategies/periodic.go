package strategies

import "github.com/steelyard/steelyard/engine/fund"

// Periodic looks at the instants of a grid counted from the last decision, and at once while there has been none. An
// instant between two rows counts at the next row's close. Without a Band it is due whenever it looks.
//
// With a Band it is due when it looks and the band is breached. A look without a breach is no decision: the next look
// is at the grid's next instant, counting on; a decision starts the grid anew. A breach that led to no decision
// (the plan was refused) is looked at again whenever the trigger is asked.
type Periodic struct {
	Grid Grid
	Band *Threshold // nil: none

	look      fund.Time // the next instant to look at; 0: at once
	decisions int       // of the view that look was reckoned from
}

// Due implements engine.Trigger.
func (p *Periodic) Due(v *fund.View, target []float64) string {
	if v.Decisions != p.decisions {
		p.decisions = v.Decisions
		p.look = p.Grid.Next(v.LastDecision)
	}
	if v.At < p.look {
		return ""
	}
	if p.Band == nil {
		return p.reason(v)
	}
	reason := p.Band.Due(v, target)
	if reason == "" {
		p.look = p.after(v.At)
	}
	return reason
}

// Inherit implements engine.Heir: on the same grid the next look is the one that was due. On another grid looks count from the last
// decision.
func (p *Periodic) Inherit(before any) {
	if b, ok := before.(*Periodic); ok && b.Grid == p.Grid {
		p.look, p.decisions = b.look, b.decisions
	}
}

func (p *Periodic) reason(v *fund.View) string {
	if v.Decisions == 0 {
		return firstPurchase
	}
	return p.Grid.Reason(v.LastDecision)
}

// after returns the grid's first instant after now, counting on from the last look; the first look starts the grid.
func (p *Periodic) after(now fund.Time) fund.Time {
	if p.look == 0 {
		return p.Grid.Next(now)
	}
	next := p.look
	for next <= now {
		next = p.Grid.Next(next)
	}
	return next
}
