package reports

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/risk"
)

// Story tells the decisions of a run to somebody who was not there.
type Story struct {
	Terms   Terms       // what the fund file says
	Trigger string      // the kind of its trigger
	Limits  risk.Limits // that plans and orders were checked against
	Program string      // which decided, and where, in words

	a     *Analysis
	trace *trace
}

// NewStory returns the story of an analysed run, for its maker to say what only the run folder knows.
func NewStory(a *Analysis) (*Story, error) {
	t, err := traceOf(a)
	return &Story{a: a, trace: t}, err
}

// Find returns the place of a decision among Analysis.Decisions by its number, or by its ID or the beginning of it.
func (s *Story) Find(name string) (int, error) {
	if n, err := strconv.Atoi(name); err == nil && n >= 1 && n <= len(s.a.Decisions) {
		return n - 1, nil
	}
	found := -1
	for i := range s.trace.decisions {
		if len(name) >= 4 && strings.HasPrefix(s.trace.decisions[i].id, strings.ToLower(name)) {
			if found >= 0 {
				return 0, fmt.Errorf("several decisions have an ID that begins with %s: give more of it", name)
			}
			found = i
		}
	}
	if found < 0 {
		return 0, fmt.Errorf("the run has no decision %q: it has %d; without an EVENT they are listed", name, len(s.a.Decisions))
	}
	return found, nil
}

// document is what a reader gets, in a terminal or a browser: texts that only have to be put in their places.
type document struct {
	Kind, Title, Lead string
	Banners           []string // what nobody may overlook
	Sections          []section
}

// section is a part of a document. All but the title may be missing.
type section struct {
	Name, Title string
	Note        string
	Facts       []Rule
	Tables      []table
	Remarks     []string
}

// list is the document of all decisions.
func (s *Story) list() *document {
	a := s.a
	t := table{Caption: "Decisions; traded and cost in " + a.base(), Words: 4,
		Head: []string{"number", "decided, UTC", "due to", "reason", "came of it", "traded", "cost", "bp", "ID"}}
	trades := a.tradesOf()
	for i := range a.Decisions {
		d := &a.Decisions[i]
		own := trades[d.Decided.ID]
		row := []string{strconv.FormatUint(uint64(d.Decided.ID), 10), minute(d.At), s.dueTo(d), d.Decided.Reason, s.status(i), "", "", "", s.trace.decisions[i].id[:8]}
		if len(own) > 0 {
			cost, volume := costOf(own).Total(), volumeOf(own)
			row[5], row[6], row[7] = a.rounded(volume), a.rounded(cost), minus(fixed(cost/volume*1e4, 2))
		}
		t.Rows = append(t.Rows, row)
	}
	lead := fmt.Sprintf("%s to %s UTC; %s", minute(a.Summary.Start), minute(a.Summary.End), count(len(a.Decisions), "decision"))
	return &document{Kind: "steelyard audit", Title: a.Run.Fund, Lead: lead, Banners: s.banners(),
		Sections: []section{{Name: "decisions", Title: "Decisions", Tables: []table{t}}, s.evidence()}}
}

// tell is the document of one decision.
func (s *Story) tell(i int) *document {
	d := &s.a.Decisions[i]
	doc := &document{
		Kind:    "steelyard audit",
		Title:   fmt.Sprintf("%s, decision %d", s.a.Run.Fund, d.Decided.ID),
		Lead:    fmt.Sprintf("%s UTC; %s", minute(d.At), s.status(i)),
		Banners: s.banners(),
	}
	prices, differ := s.prices(i)
	doc.Banners = append(doc.Banners, differ...)
	doc.Sections = append(doc.Sections, s.why(i), s.who(i), s.weights(i), prices)
	if len(d.Decided.Plan.Trades) > 0 {
		doc.Sections = append(doc.Sections, s.plan(i))
	}
	doc.Sections = append(doc.Sections, s.checks(i))
	if d.carriedOut() {
		doc.Sections = append(doc.Sections, s.orders(i), s.cost(i))
	}
	doc.Sections = append(doc.Sections, s.outcome(i), s.whereToLook(i))
	return doc
}

func (s *Story) banners() []string {
	return (&Report{Main: s.a}).banners()
}

// dueTo says what made a decision due: the kind of the fund's trigger, a person, or a redemption.
func (s *Story) dueTo(d *Decision) string {
	if cause := d.Decided.Cause(); cause != engine.ByTrigger {
		return string(cause)
	}
	return s.Trigger
}

// status says how far a decision was carried out.
func (s *Story) status(i int) string {
	d := &s.a.Decisions[i]
	if words := d.outcome(); words != "" {
		return words
	}
	filled := map[fund.InstrumentID]fund.Amount{}
	for _, o := range s.trace.decisions[i].orders {
		filled[o.Instrument] = filled[o.Instrument].Add(o.filled)
	}
	for k := range d.Decided.Plan.Trades {
		t := &d.Decided.Plan.Trades[k]
		if filled[t.Instrument].Float64() < complete*t.Quantity.Float64() {
			return "done in part"
		}
	}
	return "done"
}

// term returns what the fund file says of something.
func (s *Story) term(name string) string {
	for _, r := range s.Terms.Rules {
		if r.Name == name {
			return r.Says
		}
	}
	return "the fund file says nothing"
}
