package projection

import (
	"fmt"
	"strconv"

	"github.com/google/uuid"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/engine/ledger"
)

// walk is the state of a run while its journal is read. It books fills and marks assets as the core does.
type walk struct {
	source   Source
	run      uuid.UUID
	manifest journal.Manifest
	keys     []string // of instruments
	ended    bool

	chain    journal.Chain
	record   uint64    // the newest
	now      fund.Time // of the newest record
	midnight fund.Time // the next of which positions are noted
	row      int       // rows stepped
	book     *ledger.Book
	marks    *fund.Marks
	booked   map[trade]bool

	decisions map[fund.DecisionID]*decision
	orders    map[fund.OrderID]*order
	touched   struct {
		decisions []*decision
		orders    []*order
	}

	quiet   bool // the tables hold what the newest record says
	rows    [tables][]Row
	pending int
}

// trade identifies a fill: a venue may report one twice, and the core books it once.
type trade struct {
	instrument fund.InstrumentID
	id         uint64
}

// RunOf returns the ID of the run that a journal is of: that of its first record. Runs of one fund with the same data set and
// seed are one run.
func RunOf(records [][]byte) (uuid.UUID, error) {
	if _, err := journal.ReadManifest(records); err != nil {
		return uuid.UUID{}, err
	}
	var first journal.Chain
	first.Follow(records[0])
	return first.ID(), nil
}

func newWalk(s Source) (*walk, error) {
	m, err := journal.ReadManifest(s.Records)
	if err != nil {
		return nil, err
	}
	if s.Panel.Rows() == 0 || s.Panel.N != len(s.Universe.Instruments) {
		return nil, fmt.Errorf("the run's %d rows have %d instruments, the fund has %d: they are not of one run",
			s.Panel.Rows(), s.Panel.N, len(s.Universe.Instruments))
	}
	w := &walk{
		source: s, manifest: m, now: s.Panel.Times[0],
		book: ledger.New(s.Universe), marks: fund.NewMarks(s.Universe, s.MaxAge), booked: map[trade]bool{},
		decisions: map[fund.DecisionID]*decision{}, orders: map[fund.OrderID]*order{},
	}
	for i := range s.Universe.Instruments {
		w.keys = append(w.keys, s.Universe.InstrumentKey(fund.InstrumentID(i)))
	}
	if w.run, err = RunOf(s.Records); err != nil {
		return nil, err
	}
	w.midnight = w.now.Floor(fund.Day).Add(fund.Day)
	w.marks.Row(fund.HistoryOf(s.Panel, 1).Open(0), w.now) // known at the start, the closes are not
	return w, nil
}

func (w *walk) entry(e *journal.Entry) error {
	w.chain.Follow(e.Text)
	w.record = e.Record
	switch {
	case e.Rows > 0:
		return w.step(e)
	case e.Event != nil:
		w.reach(e.At)
		w.event(e.Event)
	case e.Decide != nil:
		w.decide(e.Decide)
	case e.Settle != nil:
		w.settle(e.Settle)
	case e.Order != nil:
		w.place(e.Order)
	case e.Refuse != nil:
		w.refuse(e.Refuse)
	case e.Alert != nil:
		w.alert(e.Alert)
	case e.Correction != nil:
		w.correct(e.Correction)
	}
	w.ended = w.ended || e.Kind == "end"
	return nil
}

func (w *walk) event(b engine.Body) {
	switch b := b.(type) {
	case *engine.Flow:
		if w.book.Flow(b.Account, b.Asset, b.Amount) == nil { // what the book refuses, the core refused
			w.position(w.now, b.Account, b.Asset)
		}
	case *engine.Filled:
		w.fill(&b.Fill)
	case *engine.Closed:
		w.closed(b)
	case *engine.Operator:
		w.operator(b)
	}
}

// reach moves the time to an event's. Midnights before it get their positions.
func (w *walk) reach(at fund.Time) {
	for w.midnight < at {
		w.holdings(w.midnight)
		w.midnight = w.midnight.Add(fund.Day)
	}
	w.now = at
}

// step marks the assets by the rows of a range.
func (w *walk) step(e *journal.Entry) error {
	p := w.source.Panel
	if w.row+e.Rows > p.Rows() {
		return fmt.Errorf("it steps to row %d, and there are %d: the rows are of another run, or cut short", w.row+e.Rows, p.Rows())
	}
	for range e.Rows {
		w.reach(p.CloseTime(w.row))
		w.marks.Row(fund.HistoryOf(p, w.row+1).Close(w.row), w.now)
		w.row++
	}
	return nil
}

func (w *walk) add(table int, row Row) {
	if w.quiet {
		return
	}
	w.rows[table] = append(w.rows[table], row)
	w.pending++
}

func (w *walk) head() Head { return Head{w.record, w.chain.String()} }

// batch returns what changed since the tables stood at from, and forgets it.
func (w *walk) batch(from Head) *Batch {
	b := &Batch{Run: w.run, From: from, To: w.head(), Rows: w.rows}
	for _, d := range w.touched.decisions {
		b.Rows[Rebalancings] = append(b.Rows[Rebalancings], d.row(w))
		if d.stored {
			b.Replaced[Rebalancings] = append(b.Replaced[Rebalancings], int64(d.ID))
		}
	}
	for _, o := range w.touched.orders {
		b.Rows[Orders] = append(b.Rows[Orders], o.row(w))
		if o.stored {
			b.Replaced[Orders] = append(b.Replaced[Orders], int64(o.ID))
		}
	}
	b.Rows[Heads] = []Row{w.headRow()}
	w.settleRows()
	return b
}

// settleRows notes that the tables hold everything up to the newest record.
func (w *walk) settleRows() {
	for _, d := range w.touched.decisions {
		d.touched, d.stored = false, true
	}
	for _, o := range w.touched.orders {
		o.touched, o.stored = false, true
	}
	w.touched.decisions, w.touched.orders = w.touched.decisions[:0], w.touched.orders[:0]
	w.rows, w.pending = [tables][]Row{}, 0
}

func (w *walk) headRow() Row {
	m, u := &w.manifest, w.source.Universe
	return Row{w.run, w.source.Fund, u.AssetName(u.Base), m.Fund, m.Dataset, strconv.FormatUint(m.Seed, 10),
		int64(w.record), w.chain.String(), w.now, w.ended}
}
