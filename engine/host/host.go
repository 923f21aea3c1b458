// Package host runs a core against a world and writes down what happens. What distinguishes a backtest from live
// trading is the World that it is given, and nothing else.
package host

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/steelyard/steelyard/engine"
)

// World is where events come from and where commands go.
type World interface {
	// Next returns the next event; its Seq is the host's to set. io.EOF ends the run. The event's body is valid
	// until the following call.
	Next(ctx context.Context) (engine.Event, error)
	// Do carries out one command. What becomes of it, refusal included, comes back as a later event; an error means
	// that the world itself is broken and ends the run.
	Do(ctx context.Context, c engine.Command) error
}

// Recorder writes down events before they are stepped and commands before they are done.
type Recorder interface {
	Event(ev *engine.Event) error
	// Commands records what followed from the newest event. When it returns, they may be done.
	Commands(cmds []engine.Command) error
	// End records that the world had no more events.
	End() error
}

// Run steps core through every event of w. It returns nil when the world ends, the context's error when that ends
// first, or the first error of world or recorder.
func Run(ctx context.Context, core *engine.Core, w World, rec Recorder) error {
	var (
		ev   engine.Event
		cmds []engine.Command
		err  error
	)
	for seq := uint64(1); ; seq++ {
		if ev, err = w.Next(ctx); err != nil {
			break
		}
		ev.Seq = seq
		if err = rec.Event(&ev); err != nil {
			return fmt.Errorf("halted: event %d could not be recorded: %w", seq, err)
		}
		cmds = core.Step(ev, cmds[:0])
		if len(cmds) == 0 {
			continue
		}
		if err = rec.Commands(cmds); err != nil {
			return fmt.Errorf("halted: what event %d led to could not be recorded, and none of it was done: %w", seq, err)
		}
		for _, c := range cmds {
			if err = w.Do(ctx, c); err != nil {
				return fmt.Errorf("event %d: %w", seq, err)
			}
		}
	}
	if !errors.Is(err, io.EOF) {
		return err
	}
	return rec.End()
}
