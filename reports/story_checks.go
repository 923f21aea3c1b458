package reports

import (
	"fmt"
	"strings"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/risk"
)

// checks tells what was checked before anything was sent, with its numbers, and what was cut on the way.
func (s *Story) checks(i int) Section {
	d := s.a.Decisions[i].Decided
	out := Section{Name: "checks", Title: "Checks"}
	if len(d.Checks) > 0 {
		out.Tables = append(out.Tables, rulesTable("Rules on the plan; after: as it may be done", d.Checks))
	} else {
		out.Notes = append(out.Notes, "The journal holds no checks of rules: the fund has none.")
	}
	for _, c := range d.Checks {
		if c.Why != "" {
			out.Remarks = append(out.Remarks, c.Rule+": "+c.Why+".")
		}
	}
	if len(d.Clipped) > 0 {
		out.Remarks = append(out.Remarks, fmt.Sprintf("The plan was cut by %s, which costs %.2f %% of tracking error.", strings.Join(d.Clipped, ", "), 100*d.Missed))
	}
	if d.Why != "" {
		out.Remarks = append(out.Remarks, verdictWords(d)+".")
	}
	out.Remarks = append(out.Remarks, s.largest(i)...)
	switch cuts := s.trace.decisions[i].refused; {
	case len(cuts) > 0:
		out.Tables = append(out.Tables, s.cuts(cuts), s.cutRules(cuts))
	case d.Verdict == engine.Go:
		out.Remarks = append(out.Remarks, "Nothing was cut from any order.")
	}
	return out
}

// rulesTable is a table of checks, each value with its unit.
func rulesTable(caption string, list []risk.Check) Table {
	t := Table{Caption: caption, Words: 5, Head: []string{"rule", "clause", "measures", "of", "if broken", "found", "limit", "before", "in flight", "wanted", "after", "to the limit"}}
	for k := range list {
		c := &list[k]
		flight := ""
		if c.InFlight != 0 {
			flight = c.Text(c.InFlight)
		}
		t.Rows = append(t.Rows, []string{c.Rule, c.Clause, string(c.Kind), orFund(c.Subject), string(c.Breach), string(c.Outcome),
			c.Text(c.Limit), c.Text(c.Now), flight, c.Text(c.Wanted), c.Text(c.After), minus(c.Text(c.Distance()))})
	}
	return t
}

func orFund(subject string) string {
	if subject == "" {
		return "the fund"
	}
	return subject
}

// largest sets the largest order beside the size above which orders are split, at the prices decided on.
func (s *Story) largest(i int) []string {
	d, orders := s.a.Decisions[i].Decided, s.trace.decisions[i].orders
	if len(orders) == 0 {
		return nil
	}
	value, largest := 0.0, orders[0].ID
	for _, o := range orders {
		if v := s.valueOf(d, &o.Order); v > value {
			value, largest = v, o.ID
		}
	}
	text := fmt.Sprintf("The largest of %s, order %d, comes to %s %s", count(len(orders), "order"), largest, s.a.rounded(value), s.a.base())
	if s.Limits.MaxOrder > 0 {
		text += "; what is above " + s.a.rounded(s.Limits.MaxOrder) + " is split"
	}
	return []string{text + "."}
}

// valueOf returns what an order comes to at the prices of a decision.
func (s *Story) valueOf(d *engine.Decide, o *fund.Order) float64 {
	return o.Quantity.Float64() * d.Prices[s.a.Run.Universe.Instruments[o.Instrument].Base]
}

// cuts lists what risk took from orders just before they left.
func (s *Story) cuts(list []refused) Table {
	u := s.a.Run.Universe
	t := Table{Caption: "Cut from orders just before they left", Words: 4, Head: []string{"record", "rule", "instrument", "side", "why", "not sent"}}
	for _, r := range list {
		t.Rows = append(t.Rows, []string{fmt.Sprint(r.record), r.Rule, instrumentName(u, r.Instrument), r.Side.String(), r.Why, Thousands(r.Quantity.String())})
	}
	return t
}

// cutRules tells the numbers of the rules that cut orders.
func (s *Story) cutRules(list []refused) Table {
	var checks []risk.Check
	for _, r := range list {
		if r.Check.Rule != "" {
			checks = append(checks, r.Check)
		}
	}
	return rulesTable("Rules that cut them, by the whole of each order", checks)
}
