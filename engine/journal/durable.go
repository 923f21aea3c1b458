package journal

import (
	"time"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
)

// Durable is a recorder for worlds that cannot be run again: what a step wants is on the disk before its first command
// leaves, and what merely happened is at most MaxLag behind, counted by the events' own time. It implements the host's
// Recorder. Who waits for the next event calls CatchUp meanwhile, about every MaxLag; who has reason to sync at other times
// calls Sync. Both are called between the host's calls and not during one.
type Durable struct {
	*Recorder
	file interface{ Sync() error }
	from fund.Time // when the oldest event that is not synced happened
	open bool      // there is one
}

// MaxLag is how far events that nothing followed from may be ahead of the disk.
const MaxLag = time.Second

// NewDurable returns a recorder that records with r, whose lines go to file.
func NewDurable(r *Recorder, file interface{ Sync() error }) *Durable {
	return &Durable{Recorder: r, file: file}
}

// Event implements the host's Recorder.
func (d *Durable) Event(ev *engine.Event) error {
	if err := d.Recorder.Event(ev); err != nil {
		return err
	}
	if !d.open {
		d.open, d.from = true, ev.At
	}
	if ev.At.Sub(d.from) >= MaxLag {
		return d.Sync()
	}
	return nil
}

// Commands implements the host's Recorder.
func (d *Durable) Commands(cmds []engine.Command) error {
	if err := d.Recorder.Commands(cmds); err != nil {
		return err
	}
	return d.Sync()
}

// End implements the host's Recorder.
func (d *Durable) End() error {
	if err := d.Recorder.End(); err != nil {
		return err
	}
	return d.Sync()
}

// CatchUp syncs if something happened that is not on the disk.
func (d *Durable) CatchUp() error {
	if !d.open {
		return nil
	}
	return d.Sync()
}

// Sync returns when everything that happened so far is on the disk, the rows of the range under way too. What was recorded
// and is only done again is there, in the ranges that it was recorded in.
func (d *Durable) Sync() error {
	d.open = false
	if d.Verifying() {
		return nil
	}
	if err := d.putRows(); err != nil {
		return err
	}
	return d.file.Sync()
}
