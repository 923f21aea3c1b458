package reports

import (
	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/shortfall"
)

// Decision is one decision of the run and what became of it.
type Decision struct {
	At      fund.Time
	Decided *engine.Decide
	Aim     []float64      // by asset: the target as it bound then
	Ended   fund.Time      // when its rebalance was done; 0: it had none, or it was not done when the run stopped
	Settled *engine.Settle // likewise; nil

	shortfall shortfall.Parts // of its parents
}

// decided takes a decision that the journal notes.
func (w *Walk) decided(d *engine.Decide, seq uint64) error {
	w.target = d.Target
	w.tally.decided(d)
	w.planned(d, seq)
	w.decisions = append(w.decisions, Decision{At: w.now, Decided: d, Aim: w.aim(d.Weights)})
	return w.agree("decision", d.ID, d.NAV)
}

// carriedOut reports whether the plan was to be done.
func (d *Decision) carriedOut() bool { return d.Decided.Verdict == engine.Go }

// settled takes the end of a rebalance. One goes on at a time, so that it is among the newest decisions.
func (w *Walk) settled(s *engine.Settle) error {
	if s.Fills > 0 {
		w.hold.begin(w.book.Units())
	}
	for i := len(w.decisions) - 1; i >= 0; i-- {
		if d := &w.decisions[i]; d.Decided.ID == s.ID {
			d.Ended, d.Settled = w.now, s
			w.done(s.ID, w.room.copied(w.marks.Price))
			break
		}
	}
	return w.agree("the end of decision", s.ID, s.NAV)
}

// parentsOf returns the parents by their decisions.
func (a *Analysis) parentsOf() map[fund.DecisionID][]*Parent {
	by := map[fund.DecisionID][]*Parent{}
	for i := range a.Parents {
		p := &a.Parents[i]
		by[p.Decision] = append(by[p.Decision], p)
	}
	return by
}

// tradesOf returns the fills by the decision that they followed from.
func (a *Analysis) tradesOf() map[fund.DecisionID][]*Trade {
	by := map[fund.DecisionID][]*Trade{}
	for i := range a.Trades {
		t := &a.Trades[i]
		by[t.Decision] = append(by[t.Decision], t)
	}
	return by
}

func costOf(trades []*Trade) fund.Cost {
	var sum fund.Cost
	for _, t := range trades {
		sum = sum.Plus(t.Cost)
	}
	return sum
}

func volumeOf(trades []*Trade) float64 {
	sum := 0.0
	for _, t := range trades {
		sum += t.Value
	}
	return sum
}
