package fundfile

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/risk"
)

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
			return span(time.Duration(limit.Float64() * float64(fund.Day)).Round(time.Second))
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
