package projection

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/journal"
)

// Source is a run to project. It is only read.
type Source struct {
	Fund     string // its name
	Trigger  string // the kind of the fund's trigger, for decisions that nobody asked for
	Universe *fund.Universe
	Records  [][]byte      // of the journal, from the manifest on
	Panel    *fund.Panel   // the rows that were stepped
	MaxAge   time.Duration // a price older than this is worth nothing; as in the run's policy
}

// Head is how far the tables of a run follow its journal: so many records, after which the chain stands at Chain.
type Head struct {
	Records uint64
	Chain   string // 64 hex digits; "" at 0 records
}

// Row holds a value for every column of its table.
type Row []any

// Batch is what a stretch of a journal changes.
type Batch struct {
	Run      uuid.UUID
	From, To Head
	Replaced [tables][]int64 // the rows that go, by the last column of their table's key
	Rows     [tables][]Row   // that come
}

// Store keeps tables.
type Store interface {
	// Head returns how far the tables of a run have come: the zero Head where they hold nothing of it.
	Head(ctx context.Context, run uuid.UUID) (Head, error)
	// Write changes the tables by a batch, all of it or nothing. It fails where their head is not b.From: then another
	// process is projecting the same run.
	Write(ctx context.Context, b *Batch) error
	// Forget takes everything of a run out of the tables.
	Forget(ctx context.Context, run uuid.UUID) error
}

// Result is what a projection did.
type Result struct {
	Run      uuid.UUID
	From, To Head // equal where there was nothing to do
}

// OtherJournal is the error of tables that hold a run whose journal differs from the one to project.
type OtherJournal struct {
	Run   uuid.UUID
	Holds Head
	Has   uint64 // records of the journal to project
}

// Error implements error.
func (o *OtherJournal) Error() string {
	return fmt.Sprintf("the tables hold another journal of the same fund, data set and seed (run %s): theirs has the chain %.16s… after %d records; "+
		"the one to project, of %d records, has not", o.Run, o.Holds.Chain, o.Holds.Records, o.Has)
}

// Project brings the tables of a run up to its journal, batch by batch. told, which may be nil, hears of the records read. It
// fails with OtherJournal where the tables follow a journal that is not a beginning of this one.
func Project(ctx context.Context, s Source, to Store, told func(done, total int)) (Result, error) {
	w, err := newWalk(s)
	if err != nil {
		return Result{}, err
	}
	head, err := to.Head(ctx, w.run)
	if err != nil {
		return Result{}, err
	}
	p := pen{walk: w, to: to, head: head}
	result := Result{Run: w.run, From: head}
	for reader := journal.NewReader(s.Universe, s.Records); ; {
		e, more, err := reader.Next()
		if err != nil {
			return result, fmt.Errorf("journal: %w", err)
		}
		if !more {
			break
		}
		if err := p.take(ctx, &e); err != nil {
			return result, err
		}
		if told != nil && e.Record%progressEvery == 0 {
			told(int(e.Record), len(s.Records))
		}
	}
	err = p.finish(ctx)
	result.To = p.head
	return result, err
}

const (
	progressEvery = 10_000
	batchRows     = 100_000 // a batch is written once it holds so many
)

// pen writes down what a walk finds, from the head of the tables on.
type pen struct {
	walk *walk
	to   Store
	head Head
}

func (p *pen) take(ctx context.Context, e *journal.Entry) error {
	w := p.walk
	w.quiet = e.Record <= p.head.Records
	if err := w.entry(e); err != nil {
		return fmt.Errorf("journal: record %d: %w", e.Record, err)
	}
	switch {
	case e.Record == p.head.Records:
		if w.head().Chain != p.head.Chain {
			return &OtherJournal{w.run, p.head, uint64(len(w.source.Records))}
		}
		w.settleRows() // the tables have them
		return nil
	case !w.quiet && w.pending >= batchRows:
		return p.write(ctx)
	}
	return ctx.Err()
}

func (p *pen) write(ctx context.Context) error {
	b := p.walk.batch(p.head)
	if err := p.to.Write(ctx, b); err != nil {
		return err
	}
	p.head = b.To
	return nil
}

func (p *pen) finish(ctx context.Context) error {
	switch read := p.walk.head().Records; {
	case read < p.head.Records:
		return &OtherJournal{p.walk.run, p.head, read}
	case read > p.head.Records:
		return p.write(ctx)
	}
	return nil
}
