package reports

import (
	"fmt"
	"math"
	"slices"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/engine/ledger"
)

// agreement is how far a NAV of the journal and ours may differ, as a fraction: both add the same products.
const agreement = 1e-9

// Walk is the state of a run while its journal is read, or made. Until the first event that is no opening holding, the fund
// only opens; then the series begins.
type Walk struct {
	run   *Run
	book  *ledger.Book
	marks *fund.Marks
	row   int // rows stepped

	begun    bool
	ended    bool      // the journal has its last record
	now      fund.Time // of the newest event
	midnight fund.Time // the next that gets a point

	value   chain // of the fund
	hold    hold
	shadow  shadow
	waiting []float64 // by asset: units that came before the asset had a price
	waits   bool      // some may
	flowed  float64   // external flows since the newest point
	flows   float64   // external flows since the start
	target  []float64 // of the newest decision; nil before it
	day     day
	points  []Point
	room    vectors // of the points' lists by asset

	trades    [][]uint64 // by instrument: IDs of the trades booked, ascending
	tally     tally
	parents   parents
	quality   quality
	rules     standings
	decisions []Decision
	alerts    []Alert
}

// Alert is what the core told a person during the run.
type Alert struct {
	At   fund.Time
	Kind engine.AlertKind
	Text string
}

// Follow begins the analysis of a run of which the records are told one after the other: the run needs none. Lists are laid out
// in the memory of spare, an analysis that nobody uses any more; nil: in new memory. It fails where the rows are not those of
// the universe.
func Follow(r Run, spare *Analysis) (*Walk, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	n := len(r.Universe.Assets)
	w := &Walk{
		run:     &r,
		book:    ledger.New(r.Universe),
		marks:   fund.NewMarks(r.Universe, r.MaxAge),
		now:     r.Panel.Times[0],
		waiting: make([]float64, n),
		trades:  make([][]uint64, len(r.Universe.Instruments)),
		tally:   newTally(r.Universe),
		parents: newParents(r.Universe),
		quality: newQuality(r.Universe),
		rules:   newStandings(&r),
	}
	if spare != nil {
		w.points, w.decisions, w.room = emptied(spare.Points), emptied(spare.Decisions), spare.room.emptied()
		w.tally.trades, w.tally.orders, w.parents.list = emptied(spare.Trades), emptied(spare.orders), emptied(spare.Parents)
	}
	return w, nil
}

// emptied returns the list's memory for another, and keeps nothing of what it held alive.
func emptied[T any](list []T) []T {
	clear(list)
	return list[:0]
}

// Take takes one record, whether it was read or just made; of what it points to only commands are kept. It fails where journal
// and rows do not belong together. Commands happen at the time of the newest event.
func (w *Walk) Take(e *journal.Entry) error {
	w.ended = w.ended || e.Kind == "end"
	if f, ok := e.Event.(*engine.Flow); ok && f.Opening && !w.begun {
		w.now = e.At
		w.open(f)
		return nil
	}
	if e.Event != nil {
		w.hear(e.Event, e.At)
	}
	if _, ok := e.Event.(*engine.Caps); ok { // known, perhaps from before the start; nothing happened to the fund
		return nil
	}
	switch {
	case e.Rows > 0:
		return w.rows(e)
	case e.Event != nil:
		w.reach(e.At)
		return w.event(e.Event)
	case e.Order != nil:
		w.sent(e.Order, e.Seq)
		if w.rules.desk != nil {
			w.rules.desk.Sent(w.now)
		}
	case e.Refuse != nil:
		w.tally.cut++
		w.rules.refusals = append(w.rules.refusals, Refusal{w.now, *e.Refuse})
	case e.Alert != nil:
		w.alerts = append(w.alerts, Alert{w.now, e.Alert.Kind, e.Alert.Text})
	case e.Decide != nil:
		return w.decided(e.Decide, e.Seq)
	case e.Settle != nil:
		return w.settled(e.Settle)
	}
	return nil
}

// agree checks a NAV of the journal against ours.
func (w *Walk) agree(what string, id fund.DecisionID, nav float64) error {
	own := w.nav()
	if math.Abs(own-nav) > agreement*max(math.Abs(own), math.Abs(nav)) {
		return fmt.Errorf("%s %d values the fund at %v, the rows and the trades before it at %v: journal, rows and fund file are not of one run",
			what, id, nav, own)
	}
	return nil
}

// begin starts the series at the opening holdings. The first row's opening prices value them: they are known at the
// start, its closes are not.
func (w *Walk) begin() {
	w.begun = true
	w.marks.Row(fund.HistoryOf(w.run.Panel, 1).Open(0), w.now)
	w.midnight = w.now.Floor(fund.Day).Add(fund.Day)
	for a, units := range w.book.Units() {
		if !w.priced(fund.AssetID(a)) {
			w.waiting[a], w.waits = units, true
		}
	}
	w.value, w.hold.value, w.shadow = chainFrom(w.nav()), chainFrom(w.nav()), shadowFrom(w.nav())
	w.point(w.now)
}

// reach moves the time to an event's. Midnights before it get their point: all that happened up to then is in it.
func (w *Walk) reach(at fund.Time) {
	if !w.begun {
		w.begin()
	}
	for w.midnight < at {
		w.point(w.midnight)
		w.midnight = w.midnight.Add(fund.Day)
	}
	w.now = at
}

func (w *Walk) rows(e *journal.Entry) error {
	p := w.run.Panel
	if w.row+e.Rows > p.Rows() {
		return fmt.Errorf("it steps to row %d, and there are %d: the rows are of another run, or cut short", w.row+e.Rows, p.Rows())
	}
	for range e.Rows {
		w.reach(p.CloseTime(w.row))
		w.marks.Row(fund.HistoryOf(p, w.row+1).Close(w.row), w.now)
		w.quality.row(p, w.row, w.marks)
		w.row++
		w.appear()
		w.stand()
	}
	if e.At != w.now {
		return fmt.Errorf("it steps to %v, row %d closes at %v: the rows are of another run", e.At, w.row, w.now)
	}
	return nil
}

func (w *Walk) event(b engine.Body) error {
	switch b := b.(type) {
	case *engine.Flow:
		w.flow(b)
	case *engine.Filled:
		w.fill(&b.Fill)
	case *engine.Closed:
		w.tally.closed(b.Order)
	case *engine.Revision:
		return w.revised(b)
	}
	return nil
}

// revised has the fund go by another fund file.
func (w *Walk) revised(r *engine.Revision) error {
	k := slices.IndexFunc(w.run.Later, func(l Revised) bool { return l.Hash == r.Fund })
	if k < 0 {
		return fmt.Errorf("the fund goes by the fund file %s from %v on, which was not given", r.Fund, w.now)
	}
	w.marks.Revise(w.run.Later[k].MaxAge)
	if d := w.rules.desk; d != nil {
		d.Revise(w.run.Universe, w.run.Later[k].Limits)
	}
	return nil
}

// fill books an execution as the core does: once, however often its venue reports it, and not at all if the book cannot.
func (w *Walk) fill(f *fund.Fill) {
	ids := w.trades[f.Instrument]
	at, known := slices.BinarySearch(ids, f.Trade)
	if known || w.book.Fill(f) != nil {
		return
	}
	w.trades[f.Instrument] = slices.Insert(ids, at, f.Trade)
	if d := w.rules.desk; d != nil {
		d.Filled(f, w.now, w.marks.Price[w.run.Universe.Instruments[f.Instrument].Quote])
	}
	f = w.explained(f)
	w.tally.filled(w.now, f, w.marks.Price)
	booked := &w.tally.trades[len(w.tally.trades)-1]
	w.shadow.filled(w.nav(), booked.Cost)
	if p := w.parentOf(f); p != nil {
		p.Fills++
		p.Value += booked.Value
		p.work.Fill(f, w.marks.Price)
	}
}

func (w *Walk) nav() float64 { return worth(w.book.Units(), w.marks.Price) }

// priced reports whether an asset has, or ever had, a price.
func (w *Walk) priced(a fund.AssetID) bool {
	return a == w.run.Universe.Base || w.quality.seen(a) || w.marks.Price[a] > 0
}

// worth returns Σ units × price, added in the core's order.
func worth(units, price []float64) float64 {
	sum := 0.0
	for a, u := range units {
		sum += float64(u * price[a])
	}
	return sum
}
