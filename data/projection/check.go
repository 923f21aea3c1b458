package projection

import (
	"strings"

	"github.com/steelyard/steelyard/engine"
)

// judged notes what was checked of a plan as a whole: the verdict.
func (w *walk) judged(d *decision) {
	rule, outcome, why := "plan", "passed", any(nil)
	switch d.Verdict {
	case engine.Empty:
		return // there was nothing to check
	case engine.NotWorth:
		rule, outcome, why = "worth", string(d.Verdict), d.Why
	case engine.Refused:
		broken, words, _ := strings.Cut(d.Why, ": ")
		rule, outcome, why = broken, string(d.Verdict), words
	}
	w.add(Checks, Row{w.run, int64(w.record), int64(1), rule, w.now, d.id, int64(d.ID), "plan", outcome, nil, nil, nil, why})
}

// refuse notes that risk cut an order or refused it.
func (w *walk) refuse(r *engine.Refuse) {
	w.add(Checks, Row{w.run, int64(w.record), int64(1), r.Rule, w.now, w.decisions[r.Decision].ref(), int64(r.Decision), "order", "cut",
		w.keys[r.Instrument], r.Side.String(), r.Quantity, r.Why})
}
