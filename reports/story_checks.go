package reports

import (
	"fmt"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
)

// checks tells what was checked before anything was sent, with both numbers, and what was cut on the way.
func (s *Story) checks(i int) Section {
	d := s.a.Decisions[i].Decided
	t := Table{Caption: "Checks of the plan; money in " + s.a.base(), Words: 2, Head: []string{"rule", "of what", "came of it", "value", "limit"}}
	if d.Verdict == engine.NotWorth {
		t.Rows = append(t.Rows, []string{"worth its cost", d.Why, "refused", "", ""})
	}
	if len(d.Plan.Trades) > 0 {
		t.Rows = append(t.Rows, s.turnover(d))
		t.Rows = append(t.Rows, s.heaviest(d)...)
		if len(s.trace.decisions[i].orders) > 0 {
			t.Rows = append(t.Rows, s.largest(i))
		}
		t.Rows = append(t.Rows, s.blocked(d))
	}
	out := Section{Name: "checks", Title: "Checks", Tables: []Table{t}}
	if len(t.Rows) == 0 {
		out.Tables, out.Notes = nil, []string{"There was nothing to check."}
	}
	if cuts := s.cuts(i); len(cuts.Rows) > 0 {
		out.Tables = append(out.Tables, cuts)
	} else if d.Verdict == engine.Go {
		out.Remarks = append(out.Remarks, "Nothing was cut from any order.")
	}
	return out
}

// turnover is the check of the whole plan.
func (s *Story) turnover(d *engine.Decide) []string {
	return s.check("max-plan", "the plan's turnover", d.Plan.Turnover(), s.Limits.MaxPlan, "refused")
}

// check is a row: passed, or what happens to what exceeds a limit. A limit of 0 is none.
func (s *Story) check(rule, what string, value, limit float64, otherwise string) []string {
	row := []string{rule, what, "passed", s.a.rounded(value), "none"}
	if limit > 0 {
		row[4] = s.a.rounded(limit)
		if value > limit {
			row[2] = otherwise
		}
	}
	return row
}

// heaviest checks the weights that the plan leads to.
func (s *Story) heaviest(d *engine.Decide) [][]string {
	var rows [][]string
	for a, limit := range s.Limits.MaxWeight {
		if limit == 0 {
			continue
		}
		row := []string{"max-weight", s.a.Run.Universe.Assets[a].Name + " once the plan is done", "passed", hundredths(d.Plan.After[a]) + " %", hundredths(limit) + " %"}
		if d.Plan.After[a] > limit {
			row[2] = "purchases are cut"
		}
		rows = append(rows, row)
	}
	if rows == nil {
		rows = [][]string{{"max-weight", "every asset", "passed", "", "none"}}
	}
	return rows
}

// largest checks the size of orders, at the prices decided on.
func (s *Story) largest(i int) []string {
	d := s.a.Decisions[i].Decided
	value, what := 0.0, ""
	for _, o := range s.trace.decisions[i].orders {
		if v := s.valueOf(d, &o.Order); v > value {
			value, what = v, fmt.Sprintf("the largest of %s, order %d", count(len(s.trace.decisions[i].orders), "order"), o.ID)
		}
	}
	return s.check("max-order", what, value, s.Limits.MaxOrder, "broken")
}

// valueOf returns what an order comes to at the prices of a decision.
func (s *Story) valueOf(d *engine.Decide, o *fund.Order) float64 {
	return o.Quantity.Float64() * d.Prices[s.a.Run.Universe.Instruments[o.Instrument].Base]
}

// blocked checks that nothing blocked is traded.
func (s *Story) blocked(d *engine.Decide) []string {
	row := []string{"block", "no trade of a blocked asset", "passed", "", "none"}
	for a, is := range s.Limits.Blocked {
		if !is {
			continue
		}
		if name := s.a.Run.Universe.Assets[a].Name; row[4] == "none" {
			row[4] = name
		} else {
			row[4] += ", " + name
		}
		for k := range d.Plan.Trades {
			if in := &s.a.Run.Universe.Instruments[d.Plan.Trades[k].Instrument]; int(in.Base) == a || int(in.Quote) == a {
				row[2] = "refused"
			}
		}
	}
	return row
}

// cuts lists what risk took from orders.
func (s *Story) cuts(i int) Table {
	u := s.a.Run.Universe
	t := Table{Caption: "Cut from orders just before they left", Words: 4, Head: []string{"record", "rule", "instrument", "side", "why", "not sent"}}
	for _, r := range s.trace.decisions[i].refused {
		t.Rows = append(t.Rows, []string{fmt.Sprint(r.record), r.Rule, instrumentName(u, r.Instrument), r.Side.String(), r.Why, thousands(r.Quantity.String())})
	}
	return t
}
