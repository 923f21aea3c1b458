package sim

import (
	"context"
	"fmt"
	"slices"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
)

// Pace is running time: a world with one does nothing before it has happened. It owns the world's panel, which has one row
// more than have closed; the run ends with the last that it appends. Times are the venues'. A call ends early with
// what an operator said meanwhile (a *engine.Operator, at the venues' time); the same is then waited for again, or what goes
// before it. io.EOF ends the run.
type Pace interface {
	// Until returns when it is at.
	Until(ctx context.Context, at fund.Time) (*engine.Event, error)
	// Open returns when the opens of row r stand in the panel, as far as they will ever be known.
	Open(ctx context.Context, r int) (*engine.Event, error)
	// Close returns when the rest of row r stands in the panel, as far as it will ever be known, and the row after it begins there.
	Close(ctx context.Context, r int) (*engine.Event, error)
}

// await waits for what is next, at its time, and reports whether an operator spoke instead.
func (w *World) await(ctx context.Context, next what, at fund.Time) (bool, error) {
	if next == ending || w.phase == after {
		return false, nil
	}
	heard, err := w.cfg.Pace.Until(ctx, at)
	if heard == nil && err == nil {
		switch next {
		case opening:
			heard, err = w.cfg.Pace.Open(ctx, w.row.Index+1)
		case closing:
			heard, err = w.cfg.Pace.Close(ctx, w.row.Index+1)
		}
	}
	if heard == nil || err != nil {
		return false, err
	}
	return true, w.heed(*heard)
}

// heed puts an operator's word in its place among the words: after all that happened, and not after the close of the row under
// way, which its closed bars are still awaited for. A run that is given the word from the start has it at the same place.
func (w *World) heed(ev engine.Event) error {
	o, ok := ev.Body.(*engine.Operator)
	if !ok {
		return fmt.Errorf("a simulated world heard %T; only operators speak to it", ev.Body)
	}
	said := Word{At: min(max(ev.At, w.now+1), w.cfg.Panel.CloseTime(w.row.Index+1)), Operator: *o}
	at := w.word
	for at < len(w.cfg.Words) && w.cfg.Words[at].At <= said.At {
		at++
	}
	w.cfg.Words = slices.Insert(slices.Clip(w.cfg.Words), at, said)
	return nil
}
