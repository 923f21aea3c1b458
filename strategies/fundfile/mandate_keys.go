package fundfile

import (
	"slices"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/risk"
)

// ruleKeys are the keys of a kind of rule: which it has besides id, clause, rule and breach, and which of them it needs.
type ruleKeys struct{ has, needs []string }

func keysOf(kind risk.Kind) ruleKeys {
	switch kind {
	case risk.MaxWeight, risk.MaxHerfindahl:
		return ruleKeys{[]string{"limit", "cure", "assets", "except", "list"}, []string{"limit"}}
	case risk.MaxAtVenue:
		return ruleKeys{[]string{"limit", "cure", "assets", "except", "list", "venues"}, []string{"limit"}}
	case risk.MaxVenue:
		return ruleKeys{[]string{"limit", "cure", "venues"}, []string{"limit"}}
	case risk.MaxClass, risk.MinClass:
		return ruleKeys{[]string{"limit", "cure", "assets", "list"}, []string{"limit"}}
	case risk.MaxTop:
		return ruleKeys{[]string{"limit", "cure", "assets", "except", "list", "top"}, []string{"limit", "top"}}
	case risk.MaxLeverage:
		return ruleKeys{[]string{"limit", "cure"}, nil}
	case risk.MinCap:
		return ruleKeys{[]string{"limit", "cure", "assets", "except", "list", "max-age", "vendor"}, []string{"limit"}}
	case risk.Allowed, risk.Forbidden, risk.Sanctioned:
		return ruleKeys{[]string{"cure", "assets", "list"}, nil}
	case risk.MaxDays:
		return ruleKeys{[]string{"limit", "participation"}, []string{"limit", "participation"}}
	case risk.MaxTurnover, risk.MaxSlippage, risk.MaxOrders:
		return ruleKeys{[]string{"limit", "per"}, []string{"limit", "per"}}
	case risk.MaxMove:
		return ruleKeys{[]string{"limit", "confirm", "assets", "except", "list"}, []string{"limit"}}
	case risk.MaxPriceAge:
		return ruleKeys{[]string{"limit", "assets", "except", "list"}, []string{"limit"}}
	case risk.MaxDepeg:
		return ruleKeys{[]string{"limit", "references"}, []string{"limit", "references"}}
	}
	return ruleKeys{[]string{"limit"}, []string{"limit"}} // MaxADV, MaxCost, MaxPlan, MaxDrawdown
}

// breachesOf lists what a breach of a kind may do.
func breachesOf(kind risk.Kind) []string {
	breaches := []string{string(risk.Block)}
	if kind.Clips() {
		breaches = append(breaches, string(risk.Clip))
	}
	if breaches = append(breaches, string(risk.Warn)); kind.Market() {
		breaches = append(breaches, string(risk.Reduce), string(risk.Halt))
	}
	return breaches
}

// ruleKinds lists the kinds of rule.
func ruleKinds() []string {
	var kinds []string
	for _, k := range risk.Kinds() {
		kinds = append(kinds, string(k))
	}
	return kinds
}

// fits fails on keys that do not belong to a kind, and on those that it misses.
func (r *reader) fits(n *node, kind risk.Kind, keys ruleKeys) {
	for _, e := range n.entries {
		if !slices.Contains([]string{"id", "clause", "rule", "breach"}, e.key) && !slices.Contains(keys.has, e.key) {
			r.fail(e.value, "does not belong to a rule of kind %s, which has %s", kind, list(keys.has))
		}
	}
	for _, key := range keys.needs {
		r.need(n, key)
	}
}

// limit reads a rule's limit in the unit of its kind.
func (r *reader) limit(out *Rule, n *node) {
	switch out.Kind {
	case risk.Allowed, risk.Forbidden, risk.Sanctioned:
		return
	case risk.MinCap:
		out.Limit = r.large(n)
	case risk.MaxPlan:
		out.Limit = r.amount(n, fund.Amount{})
	case risk.MaxOrders:
		out.Limit = fund.NewAmount(int64(r.integer(n, 1, 1, 1e9)), 0)
	case risk.MaxDays:
		out.Limit = r.amount(n, fund.Amount{})
	case risk.MaxPriceAge:
		out.MaxAge = r.duration(n, 0, time.Second)
		return
	case risk.MaxLeverage, risk.MaxTurnover:
		if out.Limit = one(); n != nil {
			out.Limit = r.share(n)
		}
		if out.Kind == risk.MaxLeverage && out.Limit.Less(one()) {
			r.fail(n, "%s is less than 100 %%; a fund without any debt has a leverage of 100 %%", n.text)
		}
	default:
		out.Limit = r.fraction(n, fund.Amount{})
	}
	if n != nil && out.Limit.IsZero() && out.Kind != risk.MaxMove && out.Kind != risk.MaxClass && out.Kind != risk.MaxVenue {
		r.fail(n, "is 0; a limit is above 0")
	}
}
