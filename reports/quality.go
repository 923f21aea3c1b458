package reports

import (
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// Quality says how well the rows price one asset, and what that did to the fund.
type Quality struct {
	Asset      string
	First      fund.Time     // close of its first bar; 0: it has none
	Last       fund.Time     // close of its last bar; 0: it has none
	Missing    int           // rows without a bar between the two
	LongestGap time.Duration // time without a bar between the two
	Ended      bool          // the newest row has no bar: the series ended before the run did
	Worthless  fund.Time     // when its price became too old to count; 0: it counts, or there never was one
	Units      float64       // held at the end
}

// quality watches the assets of a universe that instruments price.
type quality struct {
	assets []watch       // by asset
	gap    time.Duration // longest time between two rows
	closed fund.Time     // when the newest row closed
}

type watch struct {
	Quality
	sources []fund.InstrumentID
	absent  int // rows since the last bar
}

func newQuality(u *fund.Universe) quality {
	q := quality{assets: make([]watch, len(u.Assets))}
	for a := range q.assets {
		q.assets[a].Asset = u.Assets[a].Name
	}
	for i := range u.Instruments {
		if in := &u.Instruments[i]; in.Quote == u.Base {
			w := &q.assets[in.Base]
			w.sources = append(w.sources, fund.InstrumentID(i))
		}
	}
	return q
}

// row takes a row that closed, and the marks after it.
func (q *quality) row(p *fund.Panel, row int, m *fund.Marks) {
	if row > 0 {
		q.gap = max(q.gap, p.Times[row].Sub(q.closed))
	}
	q.closed = p.CloseTime(row)
	for a := range q.assets {
		w := &q.assets[a]
		switch {
		case len(w.sources) == 0:
		case !m.Stale[a]:
			w.bar(p.Times[row], q.closed)
		case w.Last != 0:
			w.absent++
			if m.Price[a] == 0 && w.Worthless == 0 {
				w.Worthless = q.closed
			}
		}
	}
}

// bar takes the times of a bar that is there.
func (w *watch) bar(open, closed fund.Time) {
	if w.Last == 0 {
		w.First = closed
	} else {
		w.Missing += w.absent
		w.LongestGap = max(w.LongestGap, open.Sub(w.Last))
	}
	w.Last, w.absent, w.Worthless = closed, 0, 0
}

func (q *quality) seen(a fund.AssetID) bool { return q.assets[a].Last != 0 }

// list returns what was found of every asset that instruments price or that is held, but for cash; by name.
func (q *quality) list(units []float64, cash fund.AssetID) []Quality {
	var list []Quality
	for a := range q.assets {
		w := &q.assets[a]
		if fund.AssetID(a) == cash || len(w.sources) == 0 && units[a] == 0 {
			continue
		}
		w.Ended, w.Units = w.absent > 0, units[a]
		list = append(list, w.Quality)
	}
	return list
}
