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

// List is the page of all decisions.
func (s *Story) List() *Sheet {
	a := s.a
	t := Table{Caption: "Decisions; traded and cost in " + a.base(), Words: 4,
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
	return &Sheet{Kind: "steelyard audit", Title: a.Run.Fund, Below: lead, Banners: s.banners(), Wide: true,
		Sections: []Section{{Name: "decisions", Title: "Decisions", Tables: []Table{t}}, s.evidence()}}
}

// Tell is the page of one decision, by its place among Analysis.Decisions.
func (s *Story) Tell(i int) *Sheet {
	d := &s.a.Decisions[i]
	sheet := &Sheet{
		Kind:    "steelyard audit",
		Title:   fmt.Sprintf("%s, decision %d", s.a.Run.Fund, d.Decided.ID),
		Below:   fmt.Sprintf("%s UTC; %s", minute(d.At), s.status(i)),
		Banners: s.banners(),
		Wide:    true,
	}
	prices, differ := s.prices(i)
	sheet.Banners = append(append(sheet.Banners, s.corrections(i)...), differ...)
	sheet.Sections = append(sheet.Sections, s.why(i), s.who(i), s.weights(i), prices)
	if len(d.Decided.Plan.Trades) > 0 {
		sheet.Sections = append(sheet.Sections, s.plan(i))
	}
	sheet.Sections = append(sheet.Sections, s.checks(i))
	if d.carriedOut() {
		sheet.Sections = append(sheet.Sections, s.orders(i), s.cost(i))
	}
	sheet.Sections = append(sheet.Sections, s.outcome(i), s.whereToLook(i))
	return sheet
}

func (s *Story) banners() []string {
	return (&Report{Main: s.a}).banners()
}

// corrections tells what people have said since of the records that tell of a decision.
func (s *Story) corrections(i int) []string {
	var list []string
	for _, c := range s.trace.corrected {
		if s.trace.decisions[i].records[c.Record] {
			list = append(list, fmt.Sprintf("Corrected by %s at %v: %s (record %d, of record %d)", c.Who, c.At, c.Text, c.record, c.Record))
		}
	}
	return list
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
