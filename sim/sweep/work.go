package sweep

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/steelyard/steelyard/engine/impact"
)

// Work is how points are run.
type Work struct {
	Workers  int            // how many work at once; it changes nothing but the time
	Progress func(done int) // told of the points done, one call at a time; nil: nobody wants to know
}

// What a process that is killed may lose of each worker's: so many points, and the work of so long a time and one point.
const (
	mostAtOnce    = 8
	longUnwritten = 2 * time.Second
)

// Run runs points of a grid and keeps their rows in the folder. After an error, or when the context ends, the points that
// were finished by then are kept too.
func (w Work) Run(ctx context.Context, b *Base, g *Grid, f *Folder, t *Table, points []int) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	b = b.summed()
	size := min(mostAtOnce, max(1, len(points)/(4*max(1, w.Workers))))
	var next atomic.Int64
	done := make(chan error)
	var workers sync.WaitGroup
	for range max(1, w.Workers) {
		workers.Go(func() {
			own := worker{base: b, grid: g, folder: f, table: t, done: done}
			for k := int(next.Add(1)-1) * size; k < len(points); k = int(next.Add(1)-1) * size {
				if own.shard(ctx, points[k:min(k+size, len(points))]) != nil {
					return
				}
			}
		})
	}
	go func() { workers.Wait(); close(done) }()
	return w.follow(done, cancel)
}

// summed returns the base with the sums by day of its rows, which no point then has to make again.
func (b *Base) summed() *Base {
	with, panel := *b, *b.Panel
	panel.Days = impact.SumDays(b.Panel)
	with.Panel = &panel
	return &with
}

// follow counts points until the workers are done, and stops them all at the first error, which it returns. That others were
// stopped for it is not worth telling.
func (w Work) follow(done <-chan error, stop func()) error {
	var failed error
	finished := 0
	for err := range done {
		if err != nil {
			if failed == nil || errors.Is(failed, context.Canceled) {
				failed = err
			}
			stop()
			continue
		}
		if finished++; w.Progress != nil {
			w.Progress(finished)
		}
	}
	return failed
}
