package journal

import (
	"context"
	"fmt"
	"io"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
)

// Replay is a World made of a recorded journal and the rows that were stepped. Commands go nowhere: a Verify recorder
// sees whether they are the recorded ones.
type Replay struct {
	reader *Reader
	panel  *fund.Panel
	row    engine.Row
	left   int // rows of the current range
}

// NewReplay replays records over the rows of panel, of which those before row first are history.
func NewReplay(u *fund.Universe, records [][]byte, panel *fund.Panel, first int) *Replay {
	return &Replay{reader: NewReader(u, records), panel: panel, row: engine.Row{Panel: panel, Index: first - 1}}
}

// Next implements the host's World.
func (r *Replay) Next(context.Context) (engine.Event, error) {
	for r.left == 0 {
		e, ok, err := r.reader.Next()
		switch {
		case err != nil:
			return engine.Event{}, err
		case !ok:
			return engine.Event{}, io.EOF
		case e.Event != nil:
			return engine.Event{At: e.At, Body: e.Event}, nil
		}
		if rest := r.panel.Rows() - r.row.Index - 1; e.Rows > rest {
			return engine.Event{}, fmt.Errorf("record %d steps %d rows; %d are left", e.Record, e.Rows, rest)
		}
		r.left = e.Rows
	}
	r.left--
	r.row.Index++
	return engine.Event{At: r.panel.CloseTime(r.row.Index), Body: &r.row}, nil
}

// Do implements the host's World.
func (r *Replay) Do(context.Context, engine.Command) error { return nil }
