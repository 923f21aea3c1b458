package main

import (
	"context"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/host"
)

// watched is a world that shows how far it has come, where somebody sits at a terminal.
type watched struct {
	host.World
	rows int
	bar  *progressbar.ProgressBar // nil: nobody watches
}

// everyRows is how many rows pass between two looks at the progress.
const everyRows = 2048

func watch(w host.World, rows int) *watched {
	x := &watched{World: w}
	if term.IsTerminal(int(os.Stderr.Fd())) {
		x.bar = progressbar.NewOptions(rows, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionSetDescription("rows"),
			progressbar.OptionSetPredictTime(true), progressbar.OptionShowCount(), progressbar.OptionThrottle(100*time.Millisecond))
	}
	return x
}

// Next implements the host's World.
func (w *watched) Next(ctx context.Context) (engine.Event, error) {
	ev, err := w.World.Next(ctx)
	if w.bar != nil {
		w.count(ev.Body)
	}
	return ev, err
}

func (w *watched) count(b engine.Body) {
	if _, ok := b.(*engine.Row); !ok {
		return
	}
	if w.rows++; w.rows%everyRows == 0 {
		w.bar.Set(w.rows) // what a terminal does not show is no error of the run
	}
}

func (w *watched) clear() {
	if w.bar != nil {
		w.bar.Clear()
	}
}
