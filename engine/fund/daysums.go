package fund

// DaySums are sums over the bars of every instrument since the beginning of a row's UTC day, by row and instrument as the columns
// of a panel. They say nothing that its rows do not; whoever runs many funds over one panel has them made once (impact.SumDays).
type DaySums struct {
	Ends    []int32   // by row: the first row of a later day
	Bars    []uint32  // how many there are
	Squares []float64 // of simple returns from close to close
	Volume  []float64 // base units
}

// Summed reports whether the panel has its sums by day.
func (h History) Summed() bool { return h.panel != nil && h.panel.Days != nil }

// DayEnd returns the row after the last that has closed of the day of row r.
func (h History) DayEnd(r int) int { return min(int(h.panel.Days.Ends[:h.rows][r]), h.rows) }

// DaySum returns how many bars instrument i had in the day of row r up to that row, the squared returns of these and their volume.
func (h History) DaySum(r int, i InstrumentID) (bars, squares, volume float64) {
	_ = h.Time(r) // it has closed
	k := r*h.panel.N + int(i)
	d := h.panel.Days
	return float64(d.Bars[k]), d.Squares[k], d.Volume[k]
}
