package fundfile

import (
	"cmp"
	"slices"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/risk"
)

// Word is what an operator says during a backtest.
type Word struct {
	At     fund.Time
	Who    string
	Action engine.Action
	Rule   string      // limit: ID of a rule
	Limit  fund.Amount // limit: in its unit
	List   *List       // list: it takes the place of the fund's list of its name
}

// operators reads what people say during a backtest, by time.
func (r *reader) operators(f *Fund, n *node) {
	known := []string{string(engine.Pause), string(engine.Resume), string(engine.Rebalance), string(engine.Halt), string(engine.Reduce), string(engine.Release),
		string(engine.SetLimit), string(engine.SetList)}
	for _, item := range r.items(n) {
		r.keys(item, "at", "who", "action", "rule", "limit", "list", "with")
		at, who, action := r.need(item, "at"), r.need(item, "who"), r.need(item, "action")
		if r.err != nil {
			return
		}
		w := Word{At: r.instant(at), Who: r.name(who, r.text(who, "")), Action: engine.Action(r.choice(action, "", known, nil))}
		switch w.Action {
		case engine.SetLimit:
			r.newLimit(f, &w, item)
		case engine.SetList:
			r.newList(f, &w, item)
		default:
			for _, key := range []string{"rule", "limit", "list", "with"} {
				if e := item.entry(key); e != nil {
					r.fail(e, "does not belong to the action %s", w.Action)
				}
			}
		}
		f.Operators = append(f.Operators, w)
	}
	slices.SortStableFunc(f.Operators, func(a, b Word) int { return cmp.Compare(a.At, b.At) })
}

func (r *reader) newLimit(f *Fund, w *Word, n *node) {
	id, limit := r.need(n, "rule"), r.need(n, "limit")
	w.Rule = r.text(id, "")
	var ids []string
	for _, x := range slices.Concat(f.Mandate, f.Risk.Rules) {
		if ids = append(ids, x.ID); x.ID == w.Rule && limit != nil {
			x.Limit = fund.Amount{}
			r.limit(&x, limit)
			w.Limit = x.engineLimit()
			return
		}
	}
	r.fail(id, "there is no rule %s; %s", quoted(w.Rule), suggest(w.Rule, ids))
}

func (r *reader) newList(f *Fund, w *Word, n *node) {
	name, with := r.need(n, "list"), r.need(n, "with")
	if r.err != nil {
		return
	}
	if f.list(r.text(name, "")) == nil {
		var names []string
		for _, l := range f.Lists {
			names = append(names, l.Name)
		}
		r.fail(name, "there is no list %s; %s", quoted(name.text), suggest(name.text, names))
		return
	}
	l := r.list(name.text, with)
	w.List = &l
}

// Body returns the word as the engine hears it.
func (f *Fund) Body(w *Word) *engine.Operator {
	o := &engine.Operator{Who: w.Who, Action: w.Action, Rule: w.Rule, Limit: w.Limit.Float64()}
	if l := w.List; l != nil {
		o.List = &risk.List{Name: l.Name, Date: l.Date, Hash: l.Hash, Assets: l.Assets, Venues: f.onVenue(l)}
	}
	return o
}

type operatorSection struct {
	At     fund.Time    `json:"at"`
	Who    string       `json:"who"`
	Action string       `json:"action"`
	Rule   string       `json:"rule,omitempty"`
	Limit  string       `json:"limit,omitempty"`
	List   string       `json:"list,omitempty"`
	With   *listSection `json:"with,omitempty"`
}

func (f *Fund) operatorSections() []operatorSection {
	var sections []operatorSection
	for _, w := range f.Operators {
		s := operatorSection{At: w.At, Who: w.Who, Action: string(w.Action), Rule: w.Rule}
		if w.Action == engine.SetLimit {
			s.Limit = f.limitAs(w.Rule, w.Limit)
		}
		if w.List != nil {
			with := f.listSection(w.List)
			s.List, s.With = w.List.Name, &with
		}
		sections = append(sections, s)
	}
	return sections
}
