package projection

import (
	"math"
	"strings"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/risk"
)

// judged notes what was checked of a plan: the rules with their numbers, and what else stopped it.
func (w *walk) judged(d *decision) {
	for i := range d.Checks {
		w.check(d, i+1, "plan", &d.Checks[i], string(d.Checks[i].Outcome), nil)
	}
	if d.Verdict == engine.NotWorth || d.Verdict == engine.Refused && len(d.Checks) == 0 {
		rule, why, ok := strings.Cut(d.Why, ": ")
		if d.Verdict == engine.NotWorth || !ok {
			rule, why = string(d.Verdict), d.Why
		}
		w.check(d, len(d.Checks)+1, "plan", &risk.Check{Rule: rule, Why: why}, string(risk.Breached), nil)
	}
}

// refuse notes that risk cut an order or refused it.
func (w *walk) refuse(r *engine.Refuse) {
	c := r.Check
	c.Rule, c.Why = r.Rule, r.Why
	w.check(w.decisions[r.Decision], 1, "order", &c, string(risk.Breached), r)
}

// check notes one check of a record, of a plan or of an order that was cut.
func (w *walk) check(d *decision, number int, subject string, c *risk.Check, outcome string, cut *engine.Refuse) {
	if w.quiet {
		return
	}
	row := Row{w.run, int64(w.record), int64(number), c.Rule, textOrNone(c.Clause), w.now, d.ref(), d.number(), subject,
		textOrNone(string(c.Kind)), textOrNone(c.Subject), textOrNone(string(c.Breach)), outcome, nil, nil, nil, nil, nil, textOrNone(c.Why), nil, nil, nil}
	if c.Kind != "" {
		for i, x := range []float64{c.Limit, c.Now, c.InFlight, c.Wanted, c.After} {
			row[13+i] = known(x)
		}
	}
	if cut != nil {
		row[19], row[20], row[21] = w.keys[cut.Instrument], cut.Side.String(), cut.Quantity
	}
	w.add(Checks, row)
}

// known returns a value of a check, nil where nothing is known of it.
func known(x float64) any {
	if math.Abs(x) == math.MaxFloat64 {
		return nil
	}
	return x
}

// number returns the number of a decision as a value of a column.
func (d *decision) number() any {
	if d == nil {
		return nil
	}
	return int64(d.ID)
}

// alert notes what the core told a person.
func (w *walk) alert(a *engine.Alert) {
	w.add(Notices, Row{w.run, int64(w.record), w.now, "alert", nil, string(a.Kind), a.Text})
}

// operator notes a person's word.
func (w *walk) operator(o *engine.Operator) {
	says := ""
	switch {
	case o.Rule != "":
		says = o.Rule + " to " + fund.AmountOfFloat(o.Limit).String()
	case o.List != nil:
		says = o.List.Name + " of " + o.List.Date.String()
	}
	w.add(Notices, Row{w.run, int64(w.record), w.now, "operator", o.Who, string(o.Action), textOrNone(says)})
}
