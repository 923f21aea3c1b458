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
	fresh  []bool        // by asset: the newest row prices it, or no instrument does
	gap    time.Duration // longest time between two rows
	closed fund.Time     // when the newest row closed
}

type watch struct {
	Quality
	sourced bool // an instrument prices it
	absent  int  // rows since the last bar
}

func newQuality(u *fund.Universe) quality {
	q := quality{assets: make([]watch, len(u.Assets)), fresh: make([]bool, len(u.Assets))}
	for i := range u.Instruments {
		if in := &u.Instruments[i]; in.Quote == u.Base {
			q.assets[in.Base].sourced = true
		}
	}
	for a := range q.assets {
		q.assets[a].Asset = u.Assets[a].Name
		q.fresh[a] = !q.assets[a].sourced
	}
	return q
}

// row takes a row that closed, and the marks after it. Where a bar follows a bar there is nothing to note.
func (q *quality) row(p *fund.Panel, row int, m *fund.Marks) {
	open, before := p.Times[row], q.closed
	if row > 0 && open > before {
		q.skip(open.Sub(before))
	}
	q.closed = p.CloseTime(row)
	for a, stale := range m.Stale {
		switch w := &q.assets[a]; {
		case q.fresh[a] && (!stale || !w.sourced):
		case stale:
			if q.fresh[a] {
				q.fresh[a], w.Last = false, before
			}
			w.miss(q.closed, m.Price[a])
		default:
			w.bar(open, q.closed)
			q.fresh[a] = true
		}
	}
}

// skip notes that there are no rows for a time.
func (q *quality) skip(d time.Duration) {
	q.gap = max(q.gap, d)
	for a := range q.assets {
		if w := &q.assets[a]; w.sourced && q.fresh[a] {
			w.LongestGap = max(w.LongestGap, d)
		}
	}
}

// miss takes a row without a bar.
func (w *watch) miss(closed fund.Time, price float64) {
	if w.First == 0 {
		return
	}
	w.absent++
	if price == 0 && w.Worthless == 0 {
		w.Worthless = closed
	}
}

// bar takes the times of the first bar, or of the first after rows without.
func (w *watch) bar(open, closed fund.Time) {
	if w.First == 0 {
		w.First = closed
	} else {
		w.Missing += w.absent
		w.LongestGap = max(w.LongestGap, open.Sub(w.Last))
	}
	w.absent, w.Worthless = 0, 0
}

func (q *quality) seen(a fund.AssetID) bool { return q.assets[a].First != 0 }

// list returns what was found of every asset that instruments price or that is held, but for cash; by name.
func (q *quality) list(units []float64, cash fund.AssetID) []Quality {
	var list []Quality
	for a := range q.assets {
		w := &q.assets[a]
		if fund.AssetID(a) == cash || !w.sourced && units[a] == 0 {
			continue
		}
		if w.sourced && q.fresh[a] {
			w.Last = q.closed
		}
		w.Ended, w.Units = w.absent > 0, units[a]
		list = append(list, w.Quality)
	}
	return list
}
