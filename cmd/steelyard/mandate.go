package main

import (
	"fmt"
	"strings"

	"github.com/steelyard/steelyard/engine/risk"
	"github.com/steelyard/steelyard/reports"
	"github.com/steelyard/steelyard/strategies"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

func riskWords(f *fundfile.Fund) string {
	var parts []string
	if !f.Risk.MaxOrder.IsZero() {
		parts = append(parts, "orders above "+f.Risk.MaxOrder.String()+" are split")
	}
	if !f.Risk.MaxPlan.IsZero() {
		parts = append(parts, "plans above "+f.Risk.MaxPlan.String()+" are refused")
	}
	if n := len(f.Risk.MaxWeight); n > 0 {
		parts = append(parts, "a maximum weight for "+plural(n, "asset", "assets"))
	}
	for _, a := range f.Risk.Blocked {
		parts = append(parts, f.Universe().AssetName(a)+" is blocked")
	}
	if f.Risk.TwoOperators {
		parts = append(parts, "changing a limit or a list and releasing the kill switch takes two operators")
	}
	if f.Risk.CancelOnHalt {
		parts = append(parts, "the kill switch cancels what works")
	}
	return orElse(strings.Join(parts, ", "), "no limits")
}

// ruleWords says each rule of the mandate and the house, and each list, in words to be read beside the contract.
func ruleWords(f *fundfile.Fund) []reports.Rule {
	var words []reports.Rule
	for k := range f.Mandate {
		r := &f.Mandate[k]
		words = append(words, reports.Rule{Name: r.ID, Says: "clause " + r.Clause + ": " + oneRule(f, r)})
	}
	for k := range f.Risk.Rules {
		words = append(words, reports.Rule{Name: f.Risk.Rules[k].ID, Says: oneRule(f, &f.Risk.Rules[k])})
	}
	for k := range f.Lists {
		words = append(words, reports.Rule{Name: "list " + f.Lists[k].Name, Says: listWords(f, &f.Lists[k])})
	}
	return words
}

// oneRule says what a rule demands and what its breach does.
func oneRule(f *fundfile.Fund, r *fundfile.Rule) string {
	words := demanded(f, r)
	switch r.Breach {
	case risk.Block:
		words += "; a plan that breaks it is refused"
	case risk.Clip:
		words += "; trades are cut to it"
	case risk.Warn:
		words += "; a breach is told"
	case risk.Reduce:
		words += "; a breach sets the kill switch: nothing is bought any more"
	case risk.Halt:
		words += "; a breach sets the kill switch: no order leaves any more"
	}
	if r.Cure > 0 {
		words += ", and a breach by the market is to be cured within " + strategies.Span(r.Cure)
	}
	return words
}

// demanded says what a rule demands.
func demanded(f *fundfile.Fund, r *fundfile.Rule) string {
	u, limit := f.Universe(), r.LimitText()
	whom := "any asset but " + u.AssetName(u.Base)
	var names []string
	for _, a := range r.Assets {
		names = append(names, u.AssetName(a))
	}
	switch {
	case r.List != "":
		whom = "list " + r.List
	case len(names) > 0:
		whom = strings.Join(names, ", ")
	}
	switch r.Kind {
	case risk.MaxWeight:
		return "no more than " + limit + " in each of " + whom
	case risk.MaxAtVenue:
		return "no more than " + limit + " in each of " + whom + " at one venue"
	case risk.MaxVenue:
		return "no more than " + limit + " at one venue"
	case risk.MaxClass:
		return "no more than " + limit + " in " + whom + " together"
	case risk.MinClass:
		return "no less than " + limit + " in " + whom + " together"
	case risk.MaxTop:
		return fmt.Sprintf("no more than %s in the largest %d together", limit, r.Top)
	case risk.MaxHerfindahl:
		return "a sum of squared weights of no more than " + limit
	case risk.MaxLeverage:
		return "no more is held than " + limit + " times what the fund is worth"
	case risk.MinCap:
		return "nothing with a market cap below " + limit + ", or older than " + strategies.Span(r.MaxAge) + ", of " + whom
	case risk.Allowed:
		return "nothing is held but " + whom + " and " + u.AssetName(u.Base)
	case risk.Forbidden:
		return "nothing of " + whom + " is bought"
	case risk.Sanctioned:
		return "nothing of " + whom + " is traded"
	}
	return houseDemand(f, r, limit)
}

// houseDemand says what rules about trades and the market demand.
func houseDemand(f *fundfile.Fund, r *fundfile.Rule, limit string) string {
	per := strategies.Span(r.Per)
	switch r.Kind {
	case risk.MaxADV:
		return "no more than " + limit + " of an average day's volume of each instrument in a day"
	case risk.MaxDays:
		return fmt.Sprintf("each trade is done within %s at %s of the volume", limit, percentOf(r.Participation))
	case risk.MaxCost:
		return "a plan is expected to cost no more than " + limit + " of its turnover"
	case risk.MaxPlan:
		return "a plan turns over no more than " + limit
	case risk.MaxTurnover:
		return "a turnover of no more than " + limit + " of the fund in " + per
	case risk.MaxSlippage:
		return "a budget for slippage of " + limit + " of the fund, which fills again over " + per
	case risk.MaxOrders:
		return "no more than " + limit + " orders in " + per
	case risk.MaxMove:
		return "no price further than " + limit + " from its second source or the last good one; a price that has lasted " + strategies.Span(r.MaxAge) + " is good"
	case risk.MaxPriceAge:
		return "no price older than " + limit
	case risk.MaxDepeg:
		var names []string
		for _, a := range r.References {
			names = append(names, f.Universe().AssetName(a))
		}
		return f.Universe().AssetName(f.Universe().Base) + " is no further than " + limit + " from a US dollar, by " + strings.Join(names, ", ")
	}
	return "no more than " + limit + " below the highest"
}

func listWords(f *fundfile.Fund, l *fundfile.List) string {
	var names []string
	for _, a := range l.Assets {
		names = append(names, f.Universe().AssetName(a))
	}
	names = append(append(names, l.Venues...), l.Addresses...)
	words := orElse(strings.Join(names, ", "), "nobody")
	words += ", of " + l.Date.UTC().Format("2006-01-02")
	if l.MaxAge > 0 {
		words += ", not to be relied on after " + strategies.Span(l.MaxAge)
	}
	if l.Hash != "" {
		words += fmt.Sprintf(", from %s (%.12s)", l.File, l.Hash)
	}
	return words
}
