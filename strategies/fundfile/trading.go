package fundfile

import (
	"slices"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

func (r *reader) orders(f *Fund, n *node) {
	f.Dust, f.Retry = one(), fund.Day
	if n == nil {
		return
	}
	r.keys(n, "aim", "dust", "retry")
	aim := n.entry("aim")
	f.BandEdge = r.choice(aim, "target", []string{"target", "band-edge"}, nil) == "band-edge"
	if f.BandEdge && f.Trigger.Band.IsZero() {
		r.fail(aim, "the trigger has no band to trade back to; give it one, or aim at the target")
	}
	f.Dust = r.amount(n.entry("dust"), f.Dust)
	f.Retry = r.duration(n.entry("retry"), f.Retry, time.Second)
}

func (r *reader) risk(f *Fund, n *node) {
	if n == nil {
		return
	}
	r.keys(n, "max-weight", "max-order", "max-plan", "block", "rules", "two-operators", "on-halt")
	const why = "then nothing is ever traded; take it out for no limit"
	f.Risk.MaxOrder = r.above0(n.entry("max-order"), r.amount(n.entry("max-order"), fund.Amount{}), why)
	f.Risk.MaxPlan = r.above0(n.entry("max-plan"), r.amount(n.entry("max-plan"), fund.Amount{}), why)
	f.Risk.MaxWeight = r.maxWeight(n.entry("max-weight"))
	for _, item := range r.items(n.entry("block")) {
		a := r.asset(item, r.text(item, ""))
		if a == r.universe.Base {
			r.fail(item, "%s is the base asset; without it nothing can be traded", item.text)
		}
		f.Risk.Blocked = append(f.Risk.Blocked, a)
	}
	f.Risk.Rules = r.mandate(f, n.entry("rules"), false)
	f.Risk.TwoOperators = r.choice(n.entry("two-operators"), "false", []string{"true", "false"}, nil) == "true"
	f.Risk.CancelOnHalt = r.choice(n.entry("on-halt"), "leave", []string{"cancel", "leave"}, nil) == "cancel"
	slices.Sort(f.Risk.Blocked)
	f.Risk.Blocked = slices.Compact(f.Risk.Blocked)
}

// maxWeight reads one limit for every asset but cash, or a limit for each.
func (r *reader) maxWeight(n *node) []Share {
	if n == nil {
		return nil
	}
	if n.shape == mapping {
		shares := r.shares(n)
		if slices.ContainsFunc(shares, func(s Share) bool { return s.Asset == r.universe.Base }) {
			r.fail(n, "%s is the base asset; what is not invested is cash, and has no maximum", r.universe.AssetName(r.universe.Base))
		}
		return shares
	}
	limit := r.above0(n, r.fraction(n, fund.Amount{}), "then nothing may be held; block assets that should not be")
	var shares []Share
	for a := range r.universe.Assets {
		if id := fund.AssetID(a); id != r.universe.Base {
			shares = append(shares, Share{id, limit})
		}
	}
	return shares
}
