package reports

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot/plotter"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/risk"
)

// riskView is the section about mandate and limits.
type riskView struct {
	Rules    Table
	Headroom []picture
	Cuts     Table
	CutNote  string
	Story    []Rule // what operators and breaches did, by time
	More     string
}

// riskView returns nil for a fund without rules.
func (a *Analysis) riskView() *riskView {
	if !a.ruled() {
		return nil
	}
	v := &riskView{Rules: a.ruleTable(), Headroom: a.headrooms()}
	v.Cuts, v.CutNote = a.cutTable()
	v.Story, v.More = a.story()
	return v
}

// record is what came of a rule in a run.
type record struct {
	rule         *risk.Rule
	least, last  risk.Check // with the least headroom, and the newest
	at           fund.Time  // of the least
	seen         bool
	broken       int // days
	cut, refused int // plans, and orders of them
}

// records follows every rule through the run.
func (a *Analysis) records() []record {
	list := make([]record, len(a.Run.Limits.Rules))
	for k := range list {
		list[k].rule = &a.Run.Limits.Rules[k]
	}
	for _, c := range a.Checked() {
		k := slices.IndexFunc(list, func(r record) bool { return r.rule.ID == c.Rule })
		if k < 0 {
			continue
		}
		list[k].take(&c)
	}
	for i := range a.Decisions {
		d := a.Decisions[i].Decided
		for k := range list {
			if slices.Contains(d.Clipped, list[k].rule.ID) {
				list[k].cut++
			}
		}
	}
	return list
}

func (r *record) take(c *Checked) {
	if c.Of == "order" {
		r.refused++
		return
	}
	if r.last = c.Check; !r.seen || c.Distance() < r.least.Distance() {
		r.least, r.at, r.seen = c.Check, c.At, true
	}
	if c.Of == "day" && c.Failed() {
		r.broken++
	}
}

// ruleTable lists the rules with what came of them.
func (a *Analysis) ruleTable() Table {
	t := Table{Caption: "Rules: how near the run came to each, after plans and by day", Words: 3,
		Head: []string{"rule", "clause", "kind", "breach", "limit", "least headroom", "of", "on", "at the end", "days broken", "plans cut", "orders cut"}}
	for _, r := range a.records() {
		least, at, last := "", "", ""
		if r.seen {
			least, at, last = r.least.Text(r.least.Distance()), minute(r.at), r.last.Text(r.last.After)
		}
		t.Rows = append(t.Rows, []string{r.rule.ID, r.rule.Clause, string(r.rule.Kind), string(r.rule.Breach), r.rule.Kind.Text(r.rule.Limit), minus(least), r.least.Subject,
			at, last, fmt.Sprint(r.broken), fmt.Sprint(r.cut), fmt.Sprint(r.refused)})
	}
	return t
}

// headrooms draws the value of each rule by day against its limit, but for rules about trades alone.
func (a *Analysis) headrooms() []picture {
	var list []picture
	for k := range a.Run.Limits.Rules {
		r := &a.Run.Limits.Rules[k]
		if !r.Kind.Holding() && !r.Kind.Market() {
			continue
		}
		var value, limit plotter.XYs
		for _, s := range a.Standings {
			c := &s.Checks[k]
			limit = append(limit, plotter.XY{X: seconds(s.At), Y: c.Limit})
			y := c.Now
			if c.Why != "" || math.Abs(y) == math.MaxFloat64 {
				y = math.NaN()
			}
			value = append(value, plotter.XY{X: seconds(s.At), Y: y})
		}
		c := chart{tick: func(x float64) string { return ruleTick(r.Kind, x) }, alarm: a.alarms(), zero: r.Kind != risk.MinCap,
			lines: []line{{"", inkAlarm, 1, 1.2, limit}, {"", inkFund, 0, 1.2, value}}}
		c.says = fmt.Sprintf("%s over time, limit %s", r.Kind, r.Kind.Text(r.Limit))
		list = append(list, picture{strings.TrimSpace(r.ID + " " + string(r.Kind) + " " + r.List), c.svg(panelWidth, panelHeight), ""})
	}
	return list
}

// ruleTick writes a value of a rule on an axis.
func ruleTick(k risk.Kind, x float64) string {
	switch k {
	case risk.MinCap:
		return compact(x)
	case risk.MaxHerfindahl, risk.MaxLeverage, risk.MaxPriceAge:
		return significant(x)
	}
	return percentTick(x)
}

// shownCuts is how many plans that were cut the page lists.
const shownCuts = 50

// cutTable lists the plans that rules cut or refused, and says what that cost in tracking error.
func (a *Analysis) cutTable() (Table, string) {
	t := Table{Caption: "Plans that rules cut or refused; tracking error is √Σ(weight − target)² after the plan", Words: 3,
		Head: []string{"time", "rules", "what was wanted", "what was left", "tracking error added"}}
	cut, refused, missed := 0, 0, 0.0
	for i := range a.Decisions {
		d := a.Decisions[i].Decided
		switch {
		case d.Verdict == engine.Refused:
			refused++
		case len(d.Clipped) > 0:
			cut++
			missed += d.Missed
		default:
			continue
		}
		if len(t.Rows) < shownCuts {
			t.Rows = append(t.Rows, cutRow(a.Decisions[i].At, d))
		}
	}
	note := fmt.Sprintf("Of %s, rules cut %d and refused %d.", count(len(a.Decisions), "plan"), cut, refused)
	if cut > 0 {
		note += fmt.Sprintf(" A plan that was cut was left %s further from its target on average.", significant(100*missed/float64(cut))+" %")
	}
	if more := cut + refused - len(t.Rows); more > 0 {
		note += fmt.Sprintf(" %d more are in checks.csv.", more)
	}
	return t, note
}

func cutRow(at fund.Time, d *engine.Decide) []string {
	var rules, wanted, left []string
	for k := range d.Checks {
		c := &d.Checks[k]
		if c.Outcome != risk.Breached || !c.Breach.Binds() {
			continue
		}
		rules = append(rules, c.Rule)
		wanted = append(wanted, strings.TrimSpace(c.Subject+" "+c.Text(c.Wanted)))
		left = append(left, c.Text(c.After))
	}
	missed := "refused"
	if d.Verdict != engine.Refused {
		missed = hundredths(d.Missed) + " %"
	}
	return []string{minute(at), strings.Join(rules, ", "), strings.Join(wanted, ", "), strings.Join(left, ", "), missed}
}

// story lists what breaches and operators did.
func (a *Analysis) story() ([]Rule, string) {
	var list []Rule
	more := 0
	for _, x := range a.Alerts {
		switch x.Kind {
		case engine.AlertKind(risk.Began), engine.AlertKind(risk.Cured), engine.AlertKind(risk.Overdue), engine.AlertKind(risk.Set), engine.OperatorSpoke, engine.OperatorWaits:
			if len(list) == listed {
				more++
				continue
			}
			list = append(list, Rule{minute(x.At), string(x.Kind) + ": " + x.Text})
		}
	}
	if more == 0 {
		return list, ""
	}
	return list, fmt.Sprintf("%d more are in journal.jsonl.", more)
}
