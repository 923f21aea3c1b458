package reports

import (
	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/risk"
)

// Standing is how all rules stand at the first row of a UTC day.
type Standing struct {
	At     fund.Time
	Checks []risk.Check // by rule
}

// Refusal is an order that the rules cut or refused.
type Refusal struct {
	At fund.Time
	engine.Refuse
}

// standings follows the rules through a run with a desk of its own, as the core did with its.
type standings struct {
	desk     *risk.Desk // nil: the fund has no rules
	view     fund.View
	day      fund.Time // of the newest standing
	list     []Standing
	refusals []Refusal
}

func newStandings(r *Run) standings {
	s := standings{view: fund.View{Universe: r.Universe, Cap: make([]float64, len(r.Universe.Assets)), CapAt: make([]fund.Time, len(r.Universe.Assets))}}
	if len(r.Limits.Rules) > 0 {
		s.desk = risk.NewDesk(r.Universe, r.Limits)
	}
	return s
}

// exposure lays out what is held, marked with the newest row.
func (w *Walk) exposure() *risk.State {
	v := &w.rules.view
	v.At, v.Price, v.Stale = w.now, w.marks.Price, w.marks.Stale
	v.History = fund.HistoryOf(w.run.Panel, w.row)
	s := &risk.State{View: v, Held: make([][]float64, len(w.run.Universe.Accounts))}
	for acc := range s.Held {
		s.Held[acc] = make([]float64, len(w.run.Universe.Assets))
		for a := range s.Held[acc] {
			s.Held[acc][a] = w.book.Balance(fund.AccountID(acc), fund.AssetID(a)).Float64() * w.marks.Price[a]
		}
	}
	return s
}

// stand takes a row that closed.
func (w *Walk) stand() {
	d := w.rules.desk
	if d == nil {
		return
	}
	s := w.exposure()
	d.Row(s)
	if day := w.now.Floor(fund.Day); day != w.rules.day {
		w.rules.day = day
		w.rules.list = append(w.rules.list, Standing{w.now, d.Stand(s)})
	}
}

// hear takes an event that the rules have to know.
func (w *Walk) hear(b engine.Body, at fund.Time) {
	d := w.rules.desk
	if d == nil {
		return
	}
	switch b := b.(type) {
	case *engine.Caps:
		for a, usd := range b.USD {
			if usd > 0 {
				w.rules.view.Cap[a], w.rules.view.CapAt[a] = usd, at
			}
		}
	case *engine.Operator:
		if word, about := b.Word(); about {
			d.Hear(word)
		}
	case *engine.Flow:
		d.Flowed(b.Amount.Float64() * w.marks.Price[b.Asset])
	}
}

// Checked is a check of a run: of a decision's plan, of a day, or of an order that was cut or refused.
type Checked struct {
	At       fund.Time
	Of       string          // "decision", "day" or "order"
	Decision fund.DecisionID // 0: of a day
	risk.Check
}

// Checked returns every check of the run, by time.
func (a *Analysis) Checked() []Checked {
	var all []Checked
	d, r := 0, 0
	until := func(at fund.Time) {
		for ; d < len(a.Decisions) && a.Decisions[d].At < at; d++ {
			all = appendChecks(all, a.Decisions[d].At, "decision", a.Decisions[d].Decided.ID, a.Decisions[d].Decided.Checks)
		}
		for ; r < len(a.Refusals) && a.Refusals[r].At < at; r++ {
			if c := a.Refusals[r].Check; c.Rule != "" {
				all = appendChecks(all, a.Refusals[r].At, "order", a.Refusals[r].Decision, []risk.Check{c})
			}
		}
	}
	for _, s := range a.Standings {
		until(s.At)
		all = appendChecks(all, s.At, "day", 0, s.Checks)
	}
	until(a.Summary.End + 1)
	return all
}

func appendChecks(all []Checked, at fund.Time, of string, id fund.DecisionID, checks []risk.Check) []Checked {
	for _, c := range checks {
		all = append(all, Checked{at, of, id, c})
	}
	return all
}
