package journal

import (
	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/risk"
)

// checks writes what the rules found on a plan.
func (e *encoder) checks(d *engine.Decide) {
	if d.Checks == nil {
		return
	}
	e.key("checks")
	e.b = append(e.b, '[')
	for i := range d.Checks {
		e.comma(i)
		e.check(&d.Checks[i])
	}
	e.b = append(e.b, ']')
	if len(d.Clipped) > 0 {
		e.key("clipped")
		e.words(d.Clipped)
		e.float("missed", d.Missed)
	}
}

func (e *encoder) check(c *risk.Check) {
	e.b = appendString(append(e.b, `{"rule":`...), c.Rule)
	if c.Clause != "" {
		e.text("clause", c.Clause)
	}
	e.text("kind", string(c.Kind))
	e.text("breach", string(c.Breach))
	if c.Subject != "" {
		e.text("subject", c.Subject)
	}
	e.float("limit", c.Limit)
	e.float("now", c.Now)
	if c.InFlight != 0 {
		e.float("in_flight", c.InFlight)
	}
	e.float("wanted", c.Wanted)
	e.float("after", c.After)
	e.text("outcome", string(c.Outcome))
	if c.Why != "" {
		e.text("why", c.Why)
	}
	e.close()
}

func (e *encoder) words(list []string) {
	e.b = append(e.b, '[')
	for i, w := range list {
		e.comma(i)
		e.b = appendString(e.b, w)
	}
	e.b = append(e.b, ']')
}

// operator writes what an operator asks for.
func (e *encoder) operator(o *engine.Operator) {
	e.text("who", o.Who)
	e.text("action", string(o.Action))
	if o.Rule != "" {
		e.text("rule", o.Rule)
		e.float("to", o.Limit)
	}
	if o.List != nil {
		e.list(o.List)
	}
}

func (e *encoder) list(l *risk.List) {
	e.text("list", l.Name)
	e.time("date", l.Date)
	e.text("hash", l.Hash)
	assets, venues := make([]string, len(l.Assets)), make([]string, len(l.Venues))
	for i, a := range l.Assets {
		assets[i] = e.u.AssetName(a)
	}
	for i, acc := range l.Venues {
		venues[i] = e.u.Accounts[acc]
	}
	e.key("assets")
	e.words(assets)
	e.key("venues")
	e.words(venues)
}

// wireCheck is a check as it is written.
type wireCheck struct {
	Rule     string       `json:"rule"`
	Clause   string       `json:"clause"`
	Kind     risk.Kind    `json:"kind"`
	Breach   risk.Breach  `json:"breach"`
	Subject  string       `json:"subject"`
	Limit    float64      `json:"limit"`
	Now      float64      `json:"now"`
	InFlight float64      `json:"in_flight"`
	Wanted   float64      `json:"wanted"`
	After    float64      `json:"after"`
	Outcome  risk.Outcome `json:"outcome"`
	Why      string       `json:"why"`
}

// wireList is a list as an operator's word has it.
type wireList struct {
	List   string    `json:"list"`
	Date   fund.Time `json:"date"`
	Hash   string    `json:"hash"`
	Assets []string  `json:"assets"`
	Venues []string  `json:"venues"`
}

// wireRules is what records about rules have besides.
type wireRules struct {
	wireList
	Checks  []wireCheck `json:"checks"`
	Clipped []string    `json:"clipped"`
	Missed  float64     `json:"missed"`
	Check   wireCheck   `json:"check"`
	To      float64     `json:"to"`
}

func (w *wireRules) checks() []risk.Check {
	if w.Checks == nil {
		return nil
	}
	list := make([]risk.Check, len(w.Checks))
	for i, c := range w.Checks {
		list[i] = risk.Check(c)
	}
	return list
}

func (n *names) operator(w *wire) *engine.Operator {
	o := &engine.Operator{Who: w.Who, Action: engine.Action(w.Action), Rule: w.Rule, Limit: w.To}
	if w.List == "" {
		return o
	}
	o.List = &risk.List{Name: w.List, Date: w.Date, Hash: w.Hash}
	for _, a := range w.Assets {
		o.List.Assets = append(o.List.Assets, n.asset(a))
	}
	for _, v := range w.Venues {
		o.List.Venues = append(o.List.Venues, n.account(v))
	}
	return o
}
