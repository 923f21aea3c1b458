package fundfile

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/risk"
)

// Rule is one rule of the mandate or of the house's own limits. Fields that its kind does not have are zero.
type Rule struct {
	ID, Clause    string
	Kind          risk.Kind
	Limit         fund.Amount // a fraction, or what the kind says; days of a price's age
	Breach        risk.Breach
	Cure          time.Duration
	Assets        []fund.AssetID // sorted
	List          string
	Venues        []fund.AccountID // sorted
	Top           int
	Per           time.Duration
	MaxAge        time.Duration
	Participation fund.Amount
	References    []fund.AssetID // sorted
	Vendor        string         // of market caps; "": the only one that the store has

	at *node
}

// terms of a kind of rule: which keys it has besides id, clause, rule and breach, and which of them it needs.
type ruleKeys struct {
	has, needs []string
	breaches   []string
}

func keysOf(kind risk.Kind) ruleKeys {
	trades := []string{"block", "clip", "warn"}
	switches := []string{"block", "warn", "reduce", "halt"}
	switch kind {
	case risk.MaxWeight:
		return ruleKeys{[]string{"limit", "cure", "assets", "except", "list"}, []string{"limit"}, trades}
	case risk.MaxAtVenue:
		return ruleKeys{[]string{"limit", "cure", "assets", "except", "list", "venues"}, []string{"limit"}, trades}
	case risk.MaxVenue:
		return ruleKeys{[]string{"limit", "cure", "venues"}, []string{"limit"}, trades}
	case risk.MaxClass, risk.MinClass:
		return ruleKeys{[]string{"limit", "cure", "assets", "list"}, []string{"limit"}, trades}
	case risk.MaxTop:
		return ruleKeys{[]string{"limit", "cure", "assets", "except", "list", "top"}, []string{"limit", "top"}, trades}
	case risk.MaxHerfindahl:
		return ruleKeys{[]string{"limit", "cure", "assets", "except", "list"}, []string{"limit"}, trades}
	case risk.MaxLeverage:
		return ruleKeys{[]string{"limit", "cure"}, nil, trades}
	case risk.MinCap:
		return ruleKeys{[]string{"limit", "cure", "assets", "except", "list", "max-age", "vendor"}, []string{"limit"}, trades}
	case risk.Allowed, risk.Forbidden, risk.Sanctioned:
		return ruleKeys{[]string{"cure", "assets", "list"}, nil, trades}
	case risk.MaxADV, risk.MaxCost, risk.MaxPlan:
		return ruleKeys{[]string{"limit"}, []string{"limit"}, trades}
	case risk.MaxDays:
		return ruleKeys{[]string{"limit", "participation"}, []string{"limit", "participation"}, trades}
	case risk.MaxTurnover, risk.MaxSlippage:
		return ruleKeys{[]string{"limit", "per"}, []string{"limit", "per"}, trades}
	case risk.MaxOrders:
		return ruleKeys{[]string{"limit", "per"}, []string{"limit", "per"}, []string{"block", "warn"}}
	case risk.MaxMove:
		return ruleKeys{[]string{"limit", "confirm", "assets", "except", "list"}, []string{"limit"}, append(trades, "reduce", "halt")}
	case risk.MaxPriceAge:
		return ruleKeys{[]string{"limit", "assets", "except", "list"}, []string{"limit"}, append(trades, "reduce", "halt")}
	case risk.MaxDepeg:
		return ruleKeys{[]string{"limit", "references"}, []string{"limit", "references"}, switches}
	}
	return ruleKeys{[]string{"limit"}, []string{"limit"}, switches} // MaxDrawdown
}

// ruleKinds lists the kinds of rule.
func ruleKinds() []string {
	return []string{
		string(risk.MaxWeight), string(risk.MaxAtVenue), string(risk.MaxVenue), string(risk.MaxClass), string(risk.MinClass), string(risk.MaxTop),
		string(risk.MaxHerfindahl), string(risk.MaxLeverage), string(risk.MinCap), string(risk.Allowed), string(risk.Forbidden), string(risk.Sanctioned),
		string(risk.MaxADV), string(risk.MaxDays), string(risk.MaxCost), string(risk.MaxPlan), string(risk.MaxTurnover), string(risk.MaxSlippage),
		string(risk.MaxOrders), string(risk.MaxMove), string(risk.MaxPriceAge), string(risk.MaxDepeg), string(risk.MaxDrawdown),
	}
}

// mandate reads a list of rules. Those of a mandate have a clause.
func (r *reader) mandate(f *Fund, n *node, clauses bool) []Rule {
	var rules []Rule
	for _, item := range r.items(n) {
		rule := r.rule(f, item)
		if clauses && rule.Clause == "" && r.err == nil {
			r.fail(item, "%s has no clause; say where the contract has it, as clause: 4.2(a), or move the rule to risk.rules", rule.ID)
		}
		rules = append(rules, rule)
	}
	slices.SortStableFunc(rules, func(a, b Rule) int { return strings.Compare(a.ID, b.ID) })
	return rules
}

func (r *reader) rule(f *Fund, n *node) Rule {
	r.keys(n, "id", "clause", "rule", "limit", "breach", "cure", "assets", "except", "list", "venues", "top", "per", "max-age", "confirm", "participation",
		"references", "vendor")
	out := Rule{at: n, ID: r.title(r.need(n, "id")), Clause: r.text(n.entry("clause"), "")}
	out.Kind = risk.Kind(r.choice(r.need(n, "rule"), "", ruleKinds(), nil))
	if r.err != nil {
		return out
	}
	keys := keysOf(out.Kind)
	r.fits(n, out.Kind, keys)
	out.Breach = risk.Breach(r.choice(r.need(n, "breach"), "", keys.breaches, nil))
	out.Cure = r.duration(n.entry("cure"), 0, time.Hour)
	r.about(f, &out, n)
	r.limit(&out, n.entry("limit"))
	out.Top = int(r.integer(n.entry("top"), 0, 1, 1000))
	out.Per = r.duration(n.entry("per"), 0, time.Minute)
	out.Participation = r.above0(n.entry("participation"), r.fraction(n.entry("participation"), fund.Amount{}), "then nothing is ever finished")
	out.References = r.pricedList(n.entry("references"))
	switch out.Kind {
	case risk.MinCap:
		out.MaxAge = r.duration(n.entry("max-age"), 7*fund.Day, time.Second)
		if v := n.entry("vendor"); v != nil {
			out.Vendor = r.name(v, r.text(v, "-"))
		}
	case risk.MaxMove:
		out.MaxAge = r.duration(n.entry("confirm"), 3*time.Hour, 0)
	}
	return out
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

// about reads whom a rule limits.
func (r *reader) about(f *Fund, out *Rule, n *node) {
	assets, except, from := n.entry("assets"), n.entry("except"), n.entry("list")
	out.List = r.text(from, "")
	switch {
	case assets != nil && from != nil, except != nil && (assets != nil || from != nil):
		r.fail(n, "assets, except and list exclude each other; keep one")
	case from != nil && f.list(out.List) == nil:
		var names []string
		for _, l := range f.Lists {
			names = append(names, l.Name)
		}
		r.fail(from, "there is no list %s; %s", quoted(out.List), suggest(out.List, names))
	case assets == nil && from == nil && needsAssets(out.Kind):
		r.fail(n, "it names nobody; give it assets or a list")
	case assets != nil:
		out.Assets = r.assetList(assets)
	case except != nil:
		left := r.assetList(except)
		for a := range r.universe.Assets {
			if id := fund.AssetID(a); id != r.universe.Base && !slices.Contains(left, id) {
				out.Assets = append(out.Assets, id)
			}
		}
	}
	for _, item := range r.items(n.entry("venues")) {
		out.Venues = append(out.Venues, r.account(item, r.text(item, "")))
	}
	slices.Sort(out.Venues)
	r.populated(f, out, n)
}

// needsAssets reports whether a kind is about nobody in particular unless it names them.
func needsAssets(k risk.Kind) bool {
	return slices.Contains([]risk.Kind{risk.MaxClass, risk.MinClass, risk.Allowed, risk.Forbidden, risk.Sanctioned}, k)
}

// populated fails where a rule is about a class without members, or closes the base asset.
func (r *reader) populated(f *Fund, out *Rule, n *node) {
	members, named := f.members(out)
	if l := f.list(out.List); l != nil && l.Date == 0 {
		return // its file has not been read
	}
	closes := out.Kind == risk.Forbidden || out.Kind == risk.Sanctioned
	switch {
	case named && len(members) == 0 && !closes:
		r.fail(n, "%s of %s has no member that this fund trades; the rule would never bind", orWord(out.List, "the list"), out.ID)
	case closes && slices.Contains(members, r.universe.Base):
		r.fail(n, "%s is the base asset; without it nothing can be traded", r.universe.AssetName(r.universe.Base))
	}
}

func orWord(name, absent string) string {
	if name == "" {
		return absent
	}
	return "list " + name
}

// members returns the assets that a rule names, sorted, and whether it names any.
func (f *Fund) members(r *Rule) ([]fund.AssetID, bool) {
	if l := f.list(r.List); l != nil {
		return l.Assets, true
	}
	return r.Assets, r.Assets != nil
}

// pricedList is assetList of assets whose worth in base currency is known.
func (r *reader) pricedList(n *node) []fund.AssetID {
	for _, item := range r.items(n) {
		r.priced(item, r.text(item, ""))
	}
	return r.assetList(n)
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

// riskRules returns all rules as the engine has them, by ID: the mandate's, the house's, and those of max-weight, max-plan and block.
func (f *Fund) riskRules() []risk.Rule {
	var all []risk.Rule
	for _, r := range slices.Concat(f.Mandate, f.Risk.Rules) {
		all = append(all, risk.Rule{
			ID: r.ID, Clause: r.Clause, Kind: r.Kind, Limit: r.engineLimit().Float64(), Breach: r.Breach, Cure: r.Cure, Assets: r.Assets, List: r.List, Venues: r.Venues,
			Top: r.Top, Per: r.Per, MaxAge: r.MaxAge, Participation: r.Participation.Float64(), References: r.References,
		})
	}
	all = append(all, f.weightRules()...)
	if !f.Risk.MaxPlan.IsZero() {
		all = append(all, risk.Rule{ID: "max-plan", Kind: risk.MaxPlan, Limit: f.Risk.MaxPlan.Float64(), Breach: risk.Block})
	}
	if len(f.Risk.Blocked) > 0 {
		all = append(all, risk.Rule{ID: "block", Kind: risk.Sanctioned, Breach: risk.Block, Assets: f.Risk.Blocked})
	}
	slices.SortStableFunc(all, func(a, b risk.Rule) int { return strings.Compare(a.ID, b.ID) })
	return all
}

// engineLimit returns the limit as the engine has it: of prices' ages in days.
func (x *Rule) engineLimit() fund.Amount {
	if x.Kind == risk.MaxPriceAge {
		return fund.AmountOfFloat(float64(x.MaxAge) / float64(fund.Day))
	}
	return x.Limit
}

// limitAs writes a limit that an operator gives a rule as the file does.
func (f *Fund) limitAs(id string, limit fund.Amount) string {
	for _, x := range slices.Concat(f.Mandate, f.Risk.Rules) {
		if x.ID == id && x.Kind == risk.MaxPriceAge {
			return span(time.Duration(limit.Float64()*float64(fund.Day)).Round(time.Second))
		}
	}
	return limit.String()
}

// weightRules makes one rule of all assets with the same max-weight.
func (f *Fund) weightRules() []risk.Rule {
	var rules []risk.Rule
	for _, s := range f.Risk.MaxWeight {
		limit := s.Fraction.Float64()
		k := slices.IndexFunc(rules, func(r risk.Rule) bool { return r.Limit == limit })
		if k < 0 {
			k = len(rules)
			rules = append(rules, risk.Rule{ID: "max-weight", Kind: risk.MaxWeight, Limit: limit, Breach: risk.Clip})
		}
		rules[k].Assets = append(rules[k].Assets, s.Asset)
	}
	if len(rules) > 1 {
		for k := range rules {
			rules[k].ID = fmt.Sprintf("max-weight %s", percent(fund.AmountOfFloat(rules[k].Limit)))
		}
	}
	return rules
}

type ruleSection struct {
	ID            string       `json:"id"`
	Clause        string       `json:"clause,omitempty"`
	Rule          risk.Kind    `json:"rule"`
	Limit         string       `json:"limit,omitempty"`
	Breach        risk.Breach  `json:"breach"`
	Cure          string       `json:"cure,omitempty"`
	Assets        []string     `json:"assets,omitempty"`
	List          string       `json:"list,omitempty"`
	Venues        []string     `json:"venues,omitempty"`
	Top           int          `json:"top,omitempty"`
	Per           string       `json:"per,omitempty"`
	MaxAge        string       `json:"max-age,omitempty"`
	Confirm       string       `json:"confirm,omitempty"`
	Participation *fund.Amount `json:"participation,omitempty"`
	References    []string     `json:"references,omitempty"`
	Vendor        string       `json:"vendor,omitempty"`
}

func (f *Fund) ruleSections(rules []Rule) []ruleSection {
	var sections []ruleSection
	for k := range rules {
		r := &rules[k]
		s := ruleSection{ID: r.ID, Clause: r.Clause, Rule: r.Kind, Limit: r.Limit.String(), Breach: r.Breach, Cure: span(r.Cure), Assets: f.names(r.Assets), List: r.List,
			Top: r.Top, Per: span(r.Per), References: f.names(r.References), Vendor: r.Vendor}
		for _, acc := range r.Venues {
			s.Venues = append(s.Venues, f.universe.Accounts[acc])
		}
		switch r.Kind {
		case risk.MaxPriceAge:
			s.Limit = span(r.MaxAge)
		case risk.Allowed, risk.Forbidden, risk.Sanctioned:
			s.Limit = ""
		case risk.MinCap:
			s.MaxAge = span(r.MaxAge)
		case risk.MaxMove:
			s.Confirm = span(r.MaxAge)
		case risk.MaxDays:
			s.Participation = &r.Participation
		}
		sections = append(sections, s)
	}
	return sections
}

// CapsOf is whose market caps a fund looks at, as a vendor counts them, and how old they may be.
type CapsOf struct {
	Vendor string
	Assets []fund.AssetID
	MaxAge time.Duration
}

// Caps returns the market caps that the target and the rules look at, each asset once.
func (f *Fund) Caps() []CapsOf {
	var all []CapsOf
	if f.Target.Kind == MarketCap {
		all = append(all, CapsOf{f.Target.Vendor, f.Target.Assets, f.Target.MaxCapAge})
	}
	for _, x := range slices.Concat(f.Mandate, f.Risk.Rules) {
		if x.Kind == risk.MinCap {
			all = append(all, CapsOf{x.Vendor, f.capped(&x), x.MaxAge})
		}
	}
	seen := map[fund.AssetID]bool{}
	for k := range all {
		all[k].Assets = slices.DeleteFunc(slices.Clone(all[k].Assets), func(a fund.AssetID) bool {
			twice := seen[a]
			seen[a] = true
			return twice
		})
	}
	return all
}

// capped returns the assets that a rule about market caps is about.
func (f *Fund) capped(x *Rule) []fund.AssetID {
	members, named := f.members(x)
	if named {
		return members
	}
	var all []fund.AssetID
	for a := range f.universe.Assets {
		if fund.AssetID(a) != f.universe.Base {
			all = append(all, fund.AssetID(a))
		}
	}
	return all
}

// oneVendor fails where two look at the market cap of an asset as different vendors count it: a run knows one.
func (r *reader) oneVendor(f *Fund, rules []Rule) {
	vendors := map[fund.AssetID]string{}
	if f.Target.Kind == MarketCap {
		for _, a := range f.Target.Assets {
			vendors[a] = f.Target.Vendor
		}
	}
	for k := range rules {
		if rules[k].Kind != risk.MinCap {
			continue
		}
		for _, a := range f.capped(&rules[k]) {
			if v, seen := vendors[a]; seen && v != rules[k].Vendor {
				r.fail(rules[k].at, "%s takes the market cap of %s from %s, another part of the file from %s; a run knows one", rules[k].ID,
					r.universe.AssetName(a), quoted(rules[k].Vendor), quoted(v))
			}
			vendors[a] = rules[k].Vendor
		}
	}
}
