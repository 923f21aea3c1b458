// Package reports says what came of a run: it reads the journal beside the rows once, values the fund as the core did,
// and computes statistics, costs and series. It reads nothing else, so a run folder is enough to do it again.
package reports

import (
	"fmt"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/engine/risk"
)

// Run is a finished run, or one that was stopped, in memory. Analyse only reads it.
type Run struct {
	Fund     string // its name
	Name     string // of the run, to tell it from others of the same fund; "" where nothing does
	Universe *fund.Universe
	Records  [][]byte      // of the journal, from the manifest on; nil: they were told to a Walk, and no page can be made
	Panel    *fund.Panel   // the rows that were stepped, from the first on; there may be more
	Limits   risk.Limits   // the fund's rules, as they were at the start
	MaxAge   time.Duration // a price older than this is worth nothing; as in the run's policy
	Later    []Revised     // fund files that took the place of the first
	AtClose  bool          // orders filled at the close that they were decided on: idealised
	Live     bool          // the venues were real ones, whose fills say nothing of spread and impact

	FundHash, DatasetHash        string // of the manifest
	Seed                         uint64
	JournalHead, DecisionsDigest string // hex; JournalHead is "" where there is no journal

	Notes []string // about data and assumptions, a sentence each; they are passed on
}

// Revised is a fund file that the fund went by later in a run, as its journal names it (engine.Revision).
type Revised struct {
	Hash   string
	Limits risk.Limits
	MaxAge time.Duration
}

// Analysis is what came of a run. Its slices belong to whoever asked for it.
type Analysis struct {
	Run         Run
	Ended       bool // the journal has its last record; otherwise the run was cut short
	Summary     Summary
	Points      []Point            // the start, every UTC midnight after it, and the end; ascending
	Decisions   []Decision         // in order
	Trades      []Trade            // one per fill, in order
	Parents     []Parent           // the trades of the plans that were done, in order
	Instruments []InstrumentReview // those that were traded, the largest volume first
	Alerts      []Alert            // in order
	Standings   []Standing         // by day; nil: the fund has no rules
	Refusals    []Refusal          // orders that the rules cut or refused, in order
	Quality     []Quality
	Notes       []string // what to know before the figures are believed, a sentence each

	remarksBeside []string // the notes but for the alerts, which a page lists beside them
	orders        []placed // in order
	room          vectors  // of the lists by asset
}

// Analyse walks the journal of r. It fails where a record does not read, or where journal and rows do not belong
// together: then it names the record.
func Analyse(r Run) (*Analysis, error) {
	w, err := Follow(r, nil)
	if err != nil {
		return nil, err
	}
	for reader := journal.NewReader(r.Universe, r.Records); ; {
		e, more, err := reader.Next()
		if err != nil {
			return nil, fmt.Errorf("journal: %w", err)
		}
		if !more {
			return w.Finish(), nil
		}
		if err := w.Take(&e); err != nil {
			return nil, fmt.Errorf("journal: record %d: %w", e.Record, err)
		}
	}
}

func (r *Run) check() error {
	switch {
	case r.Universe == nil:
		return fmt.Errorf("the run has no universe: give the one that its fund file describes")
	case r.Panel == nil || r.Panel.Rows() == 0:
		return fmt.Errorf("the run has no rows")
	case r.Panel.N != len(r.Universe.Instruments):
		return fmt.Errorf("the rows have %d instruments, the fund has %d: they are not of one run", r.Panel.N, len(r.Universe.Instruments))
	}
	return nil
}
