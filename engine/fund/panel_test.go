package fund_test

import (
	"slices"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// closes is a panel of two instruments and three hours, of which the first two have closed in h.
func closes() (p *fund.Panel, h fund.History) {
	p = &fund.Panel{N: 2, Interval: time.Hour, Times: []fund.Time{hours(0), hours(1), hours(2)}}
	for i := range 6 {
		k := float64(i)
		p.Open, p.Close, p.Volume = append(p.Open, k), append(p.Close, 10+k), append(p.Volume, 100+k)
	}
	return p, fund.HistoryOf(p, 2)
}

func TestHistory(t *testing.T) {
	p, h := closes()
	if h.Rows() != 2 || h.Interval() != time.Hour || h.Time(1) != hours(1) || p.CloseTime(1) != hours(2) {
		t.Errorf("%d rows of %v, the last at %v", h.Rows(), h.Interval(), h.Time(1))
	}
	if !slices.Equal(h.Open(1), []float64{2, 3}) || !slices.Equal(h.Close(1), []float64{12, 13}) || !slices.Equal(h.Volume(0), []float64{100, 101}) {
		t.Errorf("%v %v %v", h.Open(1), h.Close(1), h.Volume(0))
	}
	if (fund.History{}).Rows() != 0 {
		t.Error("the zero history is meant to be empty")
	}
}

// What has not closed cannot be reached from a history, by no index and by no slice of a slice.
func TestHistoryEnds(t *testing.T) {
	p, h := closes()
	for name, reach := range map[string]func(){
		"time":            func() { h.Time(2) },
		"open":            func() { h.Open(2) },
		"close":           func() { h.Close(2) },
		"volume":          func() { h.Volume(2) },
		"before":          func() { h.Close(-1) },
		"slice of a row":  func() { _ = h.Close(1)[:3] },
		"slice of before": func() { _ = h.Close(0)[:5] },
		"index in a row":  func() { _ = h.Close(1)[2] },
		"of nothing":      func() { fund.HistoryOf(p, 0).Close(0) },
	} {
		if !panics(reach) {
			t.Errorf("%s: reached what has not closed", name)
		}
	}
}

func panics(f func()) (did bool) {
	defer func() { did = recover() != nil }()
	f()
	return false
}

// A history of a panel that grows is the part it was made of.
func TestHistoryStays(t *testing.T) {
	p, h := closes()
	p.Times, p.Close = append(p.Times, hours(3)), append(p.Close, 16, 17)
	if h.Rows() != 2 || !panics(func() { h.Close(2) }) || fund.HistoryOf(p, 4).Close(3)[1] != 17 {
		t.Errorf("%d rows", h.Rows())
	}
}
