package fundfile

import (
	"fmt"
	"math"
	"slices"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/risk"
)

// consistent fails where rules contradict each other or the target, naming both. Rules whose list has not been read are left out.
func (r *reader) consistent(f *Fund) {
	rules := slices.Concat(f.Mandate, f.Risk.Rules)
	seen := map[string]bool{"max-weight": true, "max-plan": true, "block": true}
	for k := range rules {
		if seen[rules[k].ID] {
			r.fail(rules[k].at, "%s is the ID of another rule already", quoted(rules[k].ID))
		}
		seen[rules[k].ID] = true
	}
	r.oneVendor(f, rules)
	rules = append(rules, f.houseRules()...)
	rules = slices.DeleteFunc(rules, func(x Rule) bool {
		l := f.list(x.List)
		return !x.Breach.Binds() || l != nil && l.Date == 0
	})
	for i := range rules {
		for k := range i {
			r.agree(f, &rules[k], &rules[i])
		}
		r.roomFor(f, &rules[i], rules)
	}
	for i := range rules {
		r.meets(f, &rules[i])
	}
}

// houseRules are max-weight and block in the form of rules.
func (f *Fund) houseRules() []Rule {
	var rules []Rule
	for _, s := range f.Risk.MaxWeight {
		rules = append(rules, Rule{ID: "risk.max-weight", Kind: risk.MaxWeight, Limit: s.Fraction, Breach: risk.Clip, Assets: []fund.AssetID{s.Asset}})
	}
	if len(f.Risk.Blocked) > 0 {
		rules = append(rules, Rule{ID: "risk.block", Kind: risk.Sanctioned, Breach: risk.Block, Assets: f.Risk.Blocked})
	}
	return rules
}

// clash fails at whichever of two rules stands in the file, naming both.
func (r *reader) clash(a, b *Rule, format string, args ...any) {
	at := b.at
	if at == nil {
		at = a.at
	}
	if at == nil {
		return // both are of max-weight and block, which other checks have seen to
	}
	r.fail(at, "%s contradicts %s: %s; change one of the two", b.says(r.universe), a.says(r.universe), fmt.Sprintf(format, args...))
}

// says names a rule with what it demands.
func (x *Rule) says(u *fund.Universe) string {
	name := x.ID
	if x.Clause != "" {
		name += " (" + x.Clause + ")"
	}
	of := x.List
	if of == "" && len(x.Assets) == 1 {
		of = u.AssetName(x.Assets[0])
	}
	if of != "" {
		of = " " + of
	}
	switch x.Kind {
	case risk.Allowed, risk.Forbidden, risk.Sanctioned:
		return fmt.Sprintf("%s, %s%s", name, x.Kind, of)
	}
	return fmt.Sprintf("%s, %s%s %s", name, x.Kind, of, x.LimitText())
}

// LimitText writes the limit with its unit, as people read it.
func (x *Rule) LimitText() string {
	if x.Kind == risk.MaxPriceAge {
		return span(x.MaxAge)
	}
	return x.Kind.Text(x.Limit.Float64())
}

// agree fails where two rules cannot both be kept.
func (r *reader) agree(f *Fund, a, b *Rule) {
	for _, pair := range [...][2]*Rule{{a, b}, {b, a}} {
		x, y := pair[0], pair[1]
		xs, _ := f.members(x)
		ys, _ := f.members(y)
		switch {
		case x.Kind == risk.MinClass && y.Kind == risk.MaxClass && subset(xs, ys) && y.Limit.Less(x.Limit):
			r.clash(a, b, "whatever keeps the one breaks the other")
		case x.Kind == risk.Allowed && (y.Kind == risk.Forbidden || y.Kind == risk.Sanctioned):
			for _, asset := range xs {
				if slices.Contains(ys, asset) {
					r.clash(a, b, "%s is on both", r.universe.AssetName(asset))
				}
			}
		}
	}
	if a.Kind == risk.MinClass && b.Kind == risk.MinClass && one().Less(a.Limit.Add(b.Limit)) {
		as, _ := f.members(a)
		bs, _ := f.members(b)
		if !slices.ContainsFunc(as, func(x fund.AssetID) bool { return slices.Contains(bs, x) }) {
			r.clash(a, b, "together they ask for %s", percent(a.Limit.Add(b.Limit)))
		}
	}
}

func subset(xs, ys []fund.AssetID) bool {
	return !slices.ContainsFunc(xs, func(x fund.AssetID) bool { return !slices.Contains(ys, x) })
}

// most returns the largest weight that rules on single assets leave an asset, and the rule that sets it.
func (f *Fund) most(a fund.AssetID, rules []Rule) (float64, *Rule) {
	most, by := 1.0, (*Rule)(nil)
	for k := range rules {
		x := &rules[k]
		members, named := f.members(x)
		in := slices.Contains(members, a)
		limit := most
		switch cash := a == f.universe.Base; {
		case x.Kind == risk.MaxWeight && (in || !named && !cash):
			limit = x.Limit.Float64()
		case (x.Kind == risk.Forbidden || x.Kind == risk.Sanctioned) && in, x.Kind == risk.Allowed && !in && !cash:
			limit = 0
		}
		if limit < most {
			most, by = limit, x
		}
	}
	return most, by
}

// roomFor fails where a class must be more than the rules on its assets let it be, or where what a class must not be has no other place.
func (r *reader) roomFor(f *Fund, x *Rule, rules []Rule) {
	members, _ := f.members(x)
	inside, outside := 0.0, 0.0
	var by *Rule
	for a := range r.universe.Assets {
		most, rule := f.most(fund.AssetID(a), rules)
		if in := slices.Contains(members, fund.AssetID(a)); in {
			inside += most
		} else {
			outside += most
		}
		if slices.Contains(members, fund.AssetID(a)) == (x.Kind == risk.MinClass) && rule != nil {
			by = rule
		}
	}
	switch {
	case x.Kind == risk.MinClass && by != nil && inside < x.Limit.Float64()-1e-9:
		r.clash(by, x, "the assets of the class may come to %.2f %% together", 100*inside)
	case x.Kind == risk.MaxClass && by != nil && outside < 1-x.Limit.Float64()-1e-9:
		r.clash(by, x, "all that is not in the class may come to %.2f %% together", 100*outside)
	}
}

// goal is between which weights a target may put an asset.
type goal struct{ low, high float64 }

// goals returns the bounds of the target's weights, by asset.
func (f *Fund) goals() []goal {
	goals := make([]goal, len(f.universe.Assets))
	for _, w := range f.Target.Weights {
		goals[w.Asset] = goal{w.Fraction.Float64(), w.Fraction.Float64()}
	}
	for _, a := range f.Target.Assets {
		part := 1 / float64(len(f.Target.Assets))
		if f.measured() {
			goals[a] = goal{f.Target.Floor.Float64(), f.Target.Cap.Float64()}
		} else {
			goals[a] = goal{part, part}
		}
	}
	return goals
}

// measured reports whether the target's weights change by themselves.
func (f *Fund) measured() bool {
	return f.Target.Kind == MarketCap || f.Target.Kind == inverseVolatility
}

// meets fails where the target breaks a rule whatever happens.
func (r *reader) meets(f *Fund, x *Rule) {
	if x.at == nil {
		return // the target was read beside max-weight and block
	}
	goals := f.goals()
	members, named := f.members(x)
	in := func(a int) bool {
		return slices.Contains(members, fund.AssetID(a)) || !named && fund.AssetID(a) != r.universe.Base
	}
	low, high := sums(goals, in)
	limit := x.Limit.Float64()
	switch x.Kind {
	case risk.MaxClass:
		r.unmet(x, low > limit+1e-9, "the target has at least %.2f %% of it", 100*low)
	case risk.MinClass:
		r.unmet(x, high < limit-1e-9 && (!f.measured() || x.Breach == risk.Block), "the target has at most %.2f %% of it", 100*high)
	case risk.MaxDays:
		if days := float64(f.Execution.Over) / float64(fund.Day); days > limit+1e-9 {
			r.fail(x.at, "%s contradicts execution.over: orders are worked for %s; change one of the two", x.says(r.universe), x.Kind.Text(days))
		}
	case risk.MaxTop, risk.MaxHerfindahl:
		if value := leastConvex(x, goals, in); value > limit+1e-9 {
			r.unmet(x, true, "the target comes to %s", x.Kind.Text(value))
		}
	}
	for a := range goals {
		name := r.universe.AssetName(fund.AssetID(a))
		switch {
		case goals[a].high <= 0:
		case x.Kind == risk.MaxWeight && in(a):
			r.unmet(x, goals[a].low > limit+1e-9 || goals[a].high > limit+1e-9 && !f.measured(), "the target of %s is %.2f %%", name, 100*goals[a].low)
		case (x.Kind == risk.Forbidden || x.Kind == risk.Sanctioned) && in(a), x.Kind == risk.Allowed && !in(a) && fund.AssetID(a) != r.universe.Base:
			r.unmet(x, true, "%s has a target", name)
		}
	}
}

func (r *reader) unmet(x *Rule, is bool, format string, args ...any) {
	if is {
		r.fail(x.at, "%s contradicts target: %s; change one of the two", x.says(r.universe), fmt.Sprintf(format, args...))
	}
}

// sums returns between which shares the target may put a set.
func sums(goals []goal, in func(int) bool) (low, high float64) {
	var others goal
	for a, g := range goals {
		if in(a) {
			low, high = low+g.low, high+g.high
		} else {
			others.low, others.high = others.low+g.low, others.high+g.high
		}
	}
	return max(low, 1-others.high), min(high, 1-others.low)
}

// leastConvex returns the least that the target can come to by a measure of concentration: with weights as equal as they can be.
func leastConvex(x *Rule, goals []goal, in func(int) bool) float64 {
	var w []float64
	for a, g := range goals {
		if in(a) && g.high > 0 {
			w = append(w, g.low)
		}
	}
	low, _ := sums(goals, in)
	for i := range w {
		w[i] = max(w[i], low/float64(len(w)))
	}
	slices.Sort(w)
	sum := 0.0
	if x.Kind == risk.MaxTop {
		w = w[max(0, len(w)-x.Top):]
	}
	for _, v := range w {
		if x.Kind == risk.MaxHerfindahl {
			v = float64(v * v)
		}
		sum += v
	}
	return math.Min(sum, 1)
}
