package sweep

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/steelyard/steelyard/reports"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// worker runs points one after the other.
type worker struct {
	base   *Base
	grid   *Grid
	folder *Folder
	table  *Table
	done   chan<- error      // told nil of each point that was finished, and an error where no more are
	spare  *reports.Analysis // of the point before, in whose memory the next is laid out; nil: there was none
}

// shard runs some points, tells of each, and writes down those that were finished: all together, or after every one where
// they take long.
func (w *worker) shard(ctx context.Context, points []int) error {
	var rows []Row
	var failed error
	written := time.Now()
	for _, k := range points {
		row, err := w.row(ctx, k, w.grid.Settings(k))
		if err == nil {
			rows = append(rows, row)
			w.done <- nil
			if time.Since(written) > longUnwritten {
				err = w.folder.save(w.table, rows)
				rows, written = nil, time.Now()
			}
		}
		if failed = err; err != nil {
			break
		}
	}
	failed = errors.Join(failed, w.folder.save(w.table, rows))
	if failed != nil {
		w.done <- failed
	}
	return failed
}

// row runs a point. A bug of ours must not take the other points with it: a panic becomes an error that names the point.
func (w *worker) row(ctx context.Context, k int, settings []fundfile.Setting) (row Row, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("point %s: a bug of the program: %v", words(settings), p)
		}
	}()
	f, err := w.base.point(settings)
	if err != nil {
		return Row{}, err
	}
	if w.spare, err = w.base.run(ctx, f, w.spare); err != nil {
		return Row{}, fmt.Errorf("point %s: %w", words(settings), err)
	}
	return Row{k, settings, append(w.spare.Scalars(), yearly(w.spare, w.base.Years())...)}, nil
}
