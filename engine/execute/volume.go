package execute

import (
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
)

// PerRow returns the base units that the market trades in a row on average.
func PerRow(in impact.Inputs) float64 {
	return in.ADV * float64(in.Interval) / float64(fund.Day)
}

// Usual returns the volume that is usual in each slice of an order in instrument i that begins at a time, in base units a
// row: the average over the rows of h, at most a window old, that opened at the slice's time of day. A time of day of which
// nothing is known counts as average. It is nil for schedules that do not ask for it.
func (s *Schedule) Usual(h fund.History, i fund.InstrumentID, window time.Duration, at fund.Time) []float64 {
	if s.Kind != VWAP {
		return nil
	}
	step := s.Over / time.Duration(s.Slices)
	volume, rows := make([]float64, s.Slices), make([]float64, s.Slices)
	all, count := 0.0, 0.0
	for r := h.Rows() - 1; r >= 0 && at.Sub(h.Time(r)) <= window; r-- {
		v := h.Volume(r)[i]
		if v != v {
			continue
		}
		all, count = all+v, count+1
		for since := timeOfDay(h.Time(r).Sub(at)); since < s.Over; since += fund.Day {
			k := min(int(since/step), s.Slices-1)
			volume[k], rows[k] = volume[k]+v, rows[k]+1
		}
	}
	for k := range volume {
		switch {
		case rows[k] > 0:
			volume[k] /= rows[k]
		case count > 0:
			volume[k] = all / count
		}
	}
	return volume
}

// timeOfDay returns d as a time after the same time of a day: from 0 to below a day.
func timeOfDay(d time.Duration) time.Duration { return (d%fund.Day + fund.Day) % fund.Day }
