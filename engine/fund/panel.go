package fund

import (
	"slices"
	"time"
)

// Panel is a table of closed bars: rows are times, columns are instruments. The value of instrument i in row r
// stands at [r*N+i] of each column; a missing bar is NaN in all of them. Whoever made the panel owns it; a live
// hub appends rows to it, nobody changes a row that was stepped.
type Panel struct {
	N        int           // instruments
	Interval time.Duration // from a row's open to its close
	Times    []Time        // open times, strictly ascending

	Open, High, Low, Close []float64 // quote units per base unit
	Volume                 []float64 // base units traded in the bar
	Bid, Ask               []float64 // at the open; nil where not known

	Days *DaySums // of rows that change no more; nil: nobody made them
}

// Rows returns the number of rows.
func (p *Panel) Rows() int { return len(p.Times) }

// Has reports whether instrument i has a bar in row r.
func (p *Panel) Has(r int, i InstrumentID) bool {
	c := p.Close[r*p.N+int(i)]
	return c == c
}

// Between returns the rows with from ≤ open < to as a panel of their own, which shares the columns of p.
func (p *Panel) Between(from, to Time) *Panel {
	low, high := p.Find(from), p.Find(to)
	return p.Part(low, max(low, high))
}

// CloseTime returns when row r closed.
func (p *Panel) CloseTime(r int) Time { return p.Times[r].Add(p.Interval) }

// Part returns rows from to before to as a panel of their own, which shares the columns of p.
func (p *Panel) Part(from, to int) *Panel {
	q := &Panel{N: p.N, Interval: p.Interval, Times: p.Times[from:to:to]}
	cut := func(column []float64) []float64 {
		if column == nil {
			return nil
		}
		return column[from*p.N : to*p.N : to*p.N]
	}
	q.Open, q.High, q.Low, q.Close, q.Volume = cut(p.Open), cut(p.High), cut(p.Low), cut(p.Close), cut(p.Volume)
	q.Bid, q.Ask = cut(p.Bid), cut(p.Ask)
	return q
}

// Find returns the first row that opens at a time or later.
func (p *Panel) Find(at Time) int {
	r, _ := slices.BinarySearch(p.Times, at)
	return r
}

// History is the part of a panel that has closed. The zero value is empty.
type History struct {
	panel *Panel
	rows  int
}

// HistoryOf returns the first rows rows of p. Only those who feed a core make one.
func HistoryOf(p *Panel, rows int) History { return History{p, rows} }

// Rows returns the number of closed rows.
func (h History) Rows() int { return h.rows }

// Interval returns the length of a row.
func (h History) Interval() time.Duration { return h.panel.Interval }

// Time returns the open time of row r.
func (h History) Time(r int) Time { return h.panel.Times[:h.rows][r] }

// Close returns the closing prices of row r by instrument, NaN where there is no bar. The slice belongs to the panel.
func (h History) Close(r int) []float64 { return h.row(h.panel.Close, r) }

// Open returns the opening prices of row r by instrument, like Close.
func (h History) Open(r int) []float64 { return h.row(h.panel.Open, r) }

// Volume returns base units traded in row r by instrument, like Close.
func (h History) Volume(r int) []float64 { return h.row(h.panel.Volume, r) }

// Bar returns the close and the volume of instrument i in row r, for those who read one instrument after another.
func (h History) Bar(r int, i InstrumentID) (close, volume float64) {
	_ = h.Time(r) // it has closed
	k := r*h.panel.N + int(i)
	return h.panel.Close[k], h.panel.Volume[k]
}

func (h History) row(column []float64, r int) []float64 {
	n := h.panel.N
	return column[: h.rows*n : h.rows*n][r*n : (r+1)*n]
}
