package fundfile

import (
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
	r.fits(n, out.Kind, keysOf(out.Kind))
	out.Breach = risk.Breach(r.choice(r.need(n, "breach"), "", breachesOf(out.Kind), nil))
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
