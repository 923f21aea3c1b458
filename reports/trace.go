package reports

import (
	"fmt"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/journal"
)

// trace is what a journal holds of its decisions beside figures: which records tell of them, and who spoke.
type trace struct {
	decisions []traced // as Analysis.Decisions
	words     []word
	corrected []corrected
	orders    map[fund.OrderID]*sent
}

// traced is a decision's trace.
type traced struct {
	record  uint64          // that notes it
	last    uint64          // that tells of it
	records map[uint64]bool // that tell of it
	id      string          // the same wherever the journal is read
	chain   string          // the chain's value after the record, hex
	rows    int             // rows stepped before it
	spoke   int             // words of operators before it
	orders  []*sent
	refused []refused
}

// word is an operator's.
type word struct {
	*engine.Operator
	record uint64
	at     fund.Time
}

// sent is an order and what came of it.
type sent struct {
	fund.Order
	record uint64
	at     fund.Time
	filled fund.Amount
	ended  fund.Time // 0: it works
	how    string    // why it ended before it was whole
}

// corrected is a correction and the record that holds it.
type corrected struct {
	*journal.Correction
	record uint64
}

// refused is what risk took from an order.
type refused struct {
	*engine.Refuse
	record uint64
}

// traceOf reads the journal of an analysis again.
func traceOf(a *Analysis) (*trace, error) {
	t := &trace{orders: map[fund.OrderID]*sent{}}
	var chain journal.Chain
	rows := 0
	for reader := journal.NewReader(a.Run.Universe, a.Run.Records); ; {
		e, more, err := reader.Next()
		if err != nil {
			return nil, fmt.Errorf("journal: %w", err)
		}
		if !more {
			return t, nil
		}
		chain.Follow(e.Text)
		rows += e.Rows
		if e.Decide != nil {
			t.decisions = append(t.decisions, traced{record: e.Record, last: e.Record, records: map[uint64]bool{e.Record: true}, id: chain.ID().String(), chain: chain.String(), rows: rows, spoke: len(t.words)})
		}
		t.entry(&e)
	}
}

func (t *trace) entry(e *journal.Entry) {
	switch {
	case e.Order != nil:
		if d := t.of(e.Order.Decision, e.Record); d != nil {
			o := &sent{Order: *e.Order, record: e.Record, at: e.At}
			d.orders = append(d.orders, o)
			t.orders[o.ID] = o
		}
	case e.Refuse != nil:
		if d := t.of(e.Refuse.Decision, e.Record); d != nil {
			d.refused = append(d.refused, refused{e.Refuse, e.Record})
		}
	case e.Settle != nil:
		t.of(e.Settle.ID, e.Record)
	case e.Correction != nil:
		t.corrected = append(t.corrected, corrected{e.Correction, e.Record})
	default:
		t.event(e)
	}
}

func (t *trace) event(e *journal.Entry) {
	switch b := e.Event.(type) {
	case *engine.Operator:
		t.words = append(t.words, word{b, e.Record, e.At})
	case *engine.Accepted:
		if o := t.orders[b.Order]; o != nil {
			t.of(o.Decision, e.Record)
		}
	case *engine.Filled:
		if o := t.orders[b.Fill.Order]; o != nil {
			t.of(o.Decision, e.Record)
			o.filled = o.filled.Add(b.Fill.Quantity)
			if !o.filled.Less(o.Quantity) {
				o.ended = e.At
			}
		}
	case *engine.Closed:
		if o := t.orders[b.Order]; o != nil {
			t.of(o.Decision, e.Record)
			o.ended, o.how = e.At, b.Reason
		}
	}
}

// of returns the trace of a decision, which a record tells of; nil where the journal notes no such decision. IDs count.
func (t *trace) of(id fund.DecisionID, record uint64) *traced {
	if id == 0 || int(id) > len(t.decisions) {
		return nil
	}
	d := &t.decisions[id-1]
	d.last, d.records[record] = record, true
	return d
}

// status says how far an order came.
func (o *sent) status() string {
	switch {
	case o.filled.Float64() >= complete*o.Quantity.Float64():
		return "filled"
	case o.ended == 0:
		return "working"
	case o.filled.IsZero():
		return "unfilled"
	}
	return "partial"
}
