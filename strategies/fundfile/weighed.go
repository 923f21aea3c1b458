package fundfile

import (
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/strategies"
)

const inverseVolatility = "inverse-volatility"

// MarketCap is the kind of targets that need market caps.
const MarketCap = "market-cap"

func (r *reader) inverseVolatility(f *Fund, n *node) {
	r.keys(n, "kind", "assets", "window", "every", "floor", "cap")
	f.Target.Window = r.duration(n.entry("window"), 30*fund.Day, fund.Day)
	f.Target.Every = r.duration(n.entry("every"), fund.Day, time.Second)
	r.weighed(f, n)
}

func (r *reader) marketCap(f *Fund, n *node) {
	r.keys(n, "kind", "assets", "floor", "cap", "min-cap", "max-cap-age", "vendor")
	f.Target.MinCap = r.large(n.entry("min-cap"))
	f.Target.MaxCapAge = r.duration(n.entry("max-cap-age"), 7*fund.Day, time.Second)
	if vendor := n.entry("vendor"); vendor != nil {
		f.Target.Vendor = r.name(vendor, r.text(vendor, "-"))
	}
	r.weighed(f, n)
}

// weighed reads what targets share whose weights are measured.
func (r *reader) weighed(f *Fund, n *node) {
	t := &f.Target
	t.Floor = r.fraction(n.entry("floor"), fund.Amount{})
	t.Cap = r.above0(n.entry("cap"), r.fraction(n.entry("cap"), one()), "then nothing has a weight; take it out for no cap")
	t.Assets = r.listed(r.need(n, "assets"), func(item *node, a fund.AssetID) {
		if a == r.universe.Base {
			r.fail(item, "%s is the base asset, which a target of kind %s does not weigh; take it out", item.text, t.Kind)
		}
		r.unblocked(f, item, a)
		r.below(f, item, a, t.Cap)
	})
	r.boundable(n, t)
}

// below fails when the cap of a measured weight is above the asset's limit.
func (r *reader) below(f *Fund, item *node, a fund.AssetID, most fund.Amount) {
	if limit, ok := f.maxWeight(a); ok && limit.Less(most) {
		r.fail(item, "%s may get %s, above risk.max-weight, %s; set target.cap to that or less", item.text, percent(most), percent(limit))
	}
}

// boundable fails when no weights are within floor and cap.
func (r *reader) boundable(n *node, t *Target) {
	assets := fund.NewAmount(int64(len(t.Assets)), 0)
	floors, caps := t.Floor.Mul(assets), t.Cap.Mul(assets)
	switch {
	case r.err != nil:
	case t.Cap.Less(t.Floor):
		r.fail(n.entry("floor"), "%s is above target.cap, %s; change one of the two", percent(t.Floor), percent(t.Cap))
	case one().Less(floors):
		r.fail(n.entry("floor"), "%s for each of %s assets is %s; lower it, or list fewer assets", percent(t.Floor), assets, percent(floors))
	case caps.Less(one()):
		r.fail(n.entry("cap"), "%s for each of %s assets is %s; raise it, or list more assets", percent(t.Cap), assets, percent(caps))
	}
}

// measurable fails when a window holds too few rows of a backtest for a volatility.
func (r *reader) measurable(f *Fund, n *node) {
	t, interval := &f.Target, f.Backtest.Interval
	if t.Kind == inverseVolatility && t.Window < strategies.MinReturns*interval {
		r.fail(n, "target.window, %s, is less than %d rows of backtest.interval, %s; lengthen it, or take shorter rows",
			strategies.Span(t.Window), strategies.MinReturns, strategies.Span(interval))
	}
}

// bounds returns the target's floor and cap for the policy.
func (t *Target) bounds() strategies.Bounds {
	return strategies.Bounds{Floor: t.Floor.Float64(), Cap: t.Cap.Float64()}
}

// targetSection returns the target in the shape of its file.
func (f *Fund) targetSection() targetSection {
	t := f.Target
	s := targetSection{Kind: t.Kind, Weights: f.named(t.Weights), Assets: f.names(t.Assets), Window: span(t.Window), Every: span(t.Every)}
	if !t.Cap.IsZero() {
		s.Floor, s.Cap = &t.Floor, &t.Cap
	}
	if t.Kind == MarketCap {
		s.MinCap, s.MaxCapAge, s.Vendor = &t.MinCap, span(t.MaxCapAge), t.Vendor
	}
	return s
}
