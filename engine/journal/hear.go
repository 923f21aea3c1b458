package journal

import (
	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
)

// Hear is a recorder for a run that writes no files: it computes the decisions digest, and no chain, and tells of every record
// but the manifest as it is made. An entry is what a Reader makes of the record, but that it has no text, and may hold more than a record does. It
// and the event or order that it points to are valid during the call only; the commands are never changed.
func Hear(u *fund.Universe, m Manifest, told func(*Entry) error) (*Recorder, error) {
	r, err := start(u, m, Recorder{})
	if err == nil {
		r.told = told
	}
	return r, err
}

// tell tells of the newest record, if somebody listens. What has no time of its own stands at that of its event.
func (r *Recorder) tell(e Entry) error {
	if r.told == nil {
		return nil
	}
	if e.At == 0 {
		e.At = r.entry.At
	}
	e.Record, e.Kind = r.n, r.enc.kind
	r.entry = e
	return r.told(&r.entry)
}

func (r *Recorder) tellCommand(c engine.Command) error {
	if r.told == nil {
		return nil
	}
	e := Entry{Seq: r.seq}
	switch c := c.(type) {
	case *engine.Place:
		r.placed = c.Order.Order()
		e.Order = &r.placed
	case *engine.Decide:
		e.Decide = c
	case *engine.Settle:
		e.Settle = c
	case *engine.Refuse:
		e.Refuse = c
	case *engine.Alert:
		e.Alert = c
	}
	return r.tell(e)
}
