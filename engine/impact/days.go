package impact

import "github.com/steelyard/steelyard/engine/fund"

// SumDays makes the sums by day of a panel whose rows change no more, which every estimator then takes instead of reading bar
// after bar. They are those that it would come to, to the last bit.
func SumDays(p *fund.Panel) *fund.DaySums {
	rows := p.Rows()
	sums := &fund.DaySums{Ends: make([]int32, rows), Bars: make([]uint32, len(p.Close)), Squares: make([]float64, len(p.Close)), Volume: make([]float64, len(p.Close))}
	e := NewEstimator(p.N, fund.Day)
	for i := range e.stats {
		t := &e.stats[i]
		t.ring = make([]day, 1)
		for r := range rows {
			t.read(fund.HistoryOf(p, r+1), fund.InstrumentID(i))
			d, k := &t.ring[0], r*p.N+i
			sums.Bars[k], sums.Squares[k], sums.Volume[k] = uint32(d.bars), d.squares, d.volume
		}
	}
	for r, end := rows-1, rows; r >= 0; r-- {
		if r+1 < rows && dayOf(p.Times[r]) != dayOf(p.Times[r+1]) {
			end = r + 1
		}
		sums.Ends[r] = int32(end)
	}
	return sums
}

// take takes the rows not yet read from the sums of their days.
func (t *tally) take(h fund.History, i fund.InstrumentID) {
	for t.next < h.Rows() {
		end := h.DayEnd(t.next)
		d := t.day(dayOf(h.Time(t.next)))
		d.bars, d.squares, d.volume = h.DaySum(end-1, i)
		for r := end - 1; r >= t.next; r-- {
			if price := h.Close(r)[i]; price == price {
				t.prev = price
				break
			}
		}
		t.next = end
	}
}

// dayOf counts the UTC days from the epoch to a time.
func dayOf(at fund.Time) int64 { return int64(at / fund.Time(fund.Day)) }
