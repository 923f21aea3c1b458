package impact_test

import (
	"math"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
	"pgregory.net/rapid"
)

// fromScratch is the dumb twin of the estimator: it walks through all closed rows and keeps those of the window, whole
// UTC days and the day of the newest row.
func fromScratch(h fund.History, i fund.InstrumentID, days int64) impact.Inputs {
	if h.Rows() == 0 {
		return impact.Inputs{}
	}
	first := h.Time(h.Rows() - 1).Floor(fund.Day).Add(-time.Duration(days) * fund.Day)
	last, bars, squares, volume := 0.0, 0.0, 0.0, 0.0
	for r := range h.Rows() {
		price := h.Close(r)[i]
		if price != price {
			continue
		}
		if last == 0 {
			last = h.Open(r)[i]
		}
		change := price/last - 1
		last = price
		if h.Time(r) < first {
			continue
		}
		bars++
		squares += change * change
		volume += h.Volume(r)[i]
	}
	if bars == 0 {
		return impact.Inputs{}
	}
	perDay := float64(fund.Day) / float64(h.Interval())
	return impact.Inputs{Sigma: math.Sqrt(squares / bars * perDay), ADV: volume / bars * perDay, Interval: h.Interval()}
}

// rows draws a panel of n instruments with missing bars and missing rows.
func rows(t *rapid.T, n int) *fund.Panel {
	interval := rapid.SampledFrom([]time.Duration{time.Minute, time.Hour, 4 * time.Hour, fund.Day}).Draw(t, "interval")
	p := &fund.Panel{N: n, Interval: interval}
	at := fund.TimeOf(time.Date(2022, 1, 1, rapid.IntRange(0, 23).Draw(t, "hour"), 0, 0, 0, time.UTC))
	for range rapid.IntRange(1, 120).Draw(t, "rows") {
		p.Times = append(p.Times, at)
		at = at.Add(interval * time.Duration(rapid.SampledFrom([]int{1, 1, 1, 1, 1, 2, 7, 40}).Draw(t, "gap")))
		for range n {
			open, last, volume := 100.0, rapid.Float64Range(50, 200).Draw(t, "close"), rapid.Float64Range(0, 1e6).Draw(t, "volume")
			if rapid.IntRange(0, 5).Draw(t, "missing") == 0 {
				open, last, volume = math.NaN(), math.NaN(), math.NaN()
			}
			p.Open, p.Close, p.Volume = append(p.Open, open), append(p.Close, last), append(p.Volume, volume)
		}
	}
	return p
}

func sameInputs(a, b impact.Inputs) bool {
	return near(a.Sigma, b.Sigma, 1e-12) && near(a.ADV, b.ADV, 1e-12) && a.Interval == b.Interval
}

func TestEstimatorEqualsItsTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const n = 2
		p := rows(t, n)
		days := rapid.Int64Range(1, 10).Draw(t, "days")
		often, seldom := impact.NewEstimator(n, time.Duration(days)*fund.Day), impact.NewEstimator(n, time.Duration(days)*fund.Day)
		for r := range p.Rows() + 1 {
			h := fund.HistoryOf(p, r)
			for i := range fund.InstrumentID(n) {
				got, want := often.Inputs(h, i), fromScratch(h, i, days)
				if !sameInputs(got, want) {
					t.Fatalf("after %d rows: %+v, want %+v", r, got, want)
				}
				if rapid.IntRange(0, 9).Draw(t, "ask") == 0 && seldom.Inputs(h, i) != got {
					t.Fatalf("after %d rows: asked seldom %+v, asked always %+v", r, seldom.Inputs(h, i), got)
				}
			}
		}
	})
}

// Of a panel with its sums by day an estimator says the same, to the last bit, however often it is asked.
func TestSumsByDayChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const n = 2
		p := rows(t, n)
		summed := *p
		summed.Days = impact.SumDays(p)
		window := time.Duration(rapid.Int64Range(1, 10).Draw(t, "days")) * fund.Day
		plain, quick := impact.NewEstimator(n, window), impact.NewEstimator(n, window)
		for r := range p.Rows() + 1 {
			for i := range fund.InstrumentID(n) {
				if rapid.IntRange(0, 2).Draw(t, "ask") > 0 {
					continue
				}
				a, b := fund.HistoryOf(p, r), fund.HistoryOf(&summed, r)
				if plain.Inputs(a, i) != quick.Inputs(b, i) || plain.Value(a, i) != quick.Value(b, i) || plain.Bars(a, i) != quick.Bars(b, i) {
					t.Fatalf("after %d rows, instrument %d: %+v, with sums %+v", r, i, plain.Inputs(a, i), quick.Inputs(b, i))
				}
			}
		}
	})
}

// panel has one instrument with a bar an interval, flat at 100 but for what change says of a row's close.
func panel(interval time.Duration, count int, volume float64, change func(r int) float64) *fund.Panel {
	p := &fund.Panel{N: 1, Interval: interval}
	start, last := fund.TimeOf(time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC)), 100.0
	for r := range count {
		p.Times = append(p.Times, start.Add(time.Duration(r)*interval))
		p.Open = append(p.Open, last)
		last *= 1 + change(r)
		p.Close, p.Volume = append(p.Close, last), append(p.Volume, volume)
	}
	return p
}

// The figures are per day whatever the interval: 1 % a bar is 1 % · √(bars a day).
func TestFiguresAreDaily(t *testing.T) {
	upAndDown := func(r int) float64 { return 0.01 - 0.02*float64(r%2) }
	for interval, bars := range map[time.Duration]float64{fund.Day: 1, time.Hour: 24, time.Minute: 1440} {
		p := panel(interval, 100, 5, upAndDown)
		got := impact.NewEstimator(1, fund.Day).Inputs(fund.HistoryOf(p, 100), 0)
		if want := (impact.Inputs{Sigma: 0.01 * math.Sqrt(bars), ADV: 5 * bars, Interval: interval}); !sameInputs(got, want) {
			t.Errorf("%v: %+v, want %+v", interval, got, want)
		}
	}
}

// A jump in the first hour of day 0 stays in a window of two days as long as day 2 is under way, and not an hour
// longer. Durations between days count as the next whole day.
func TestTheWindowIsWholeDays(t *testing.T) {
	p := panel(time.Hour, 24*4, 1, func(r int) float64 { return map[int]float64{0: 0.1}[r] })
	for _, window := range []time.Duration{48 * time.Hour, 25 * time.Hour} {
		e := impact.NewEstimator(1, window)
		in := e.Inputs(fund.HistoryOf(p, 3*24), 0)
		if want := math.Sqrt(0.01 / 72 * 24); !near(in.Sigma, want, 1e-12) {
			t.Errorf("%v: at the end of day 2 sigma is %g, want %g", window, in.Sigma, want)
		}
		if in := e.Inputs(fund.HistoryOf(p, 3*24+1), 0); in.Sigma != 0 || in.ADV != 24 {
			t.Errorf("%v: in day 3: %+v", window, in)
		}
	}
	if in := impact.NewEstimator(1, 0).Inputs(fund.HistoryOf(p, 30), 0); in.Sigma == 0 {
		t.Error("a window of nothing is meant to be a day")
	}
}

// An instrument that stopped trading has no figures once its bars have left the window.
func TestNothingInTheWindow(t *testing.T) {
	p := panel(fund.Day, 10, 1, func(int) float64 { return 0.1 })
	for r := 4; r < 10; r++ {
		p.Close[r], p.Open[r], p.Volume[r] = math.NaN(), math.NaN(), math.NaN()
	}
	e := impact.NewEstimator(1, 2*fund.Day)
	if in := e.Inputs(fund.HistoryOf(p, 6), 0); in.ADV != 1 {
		t.Errorf("with one bar left: %+v", in)
	}
	if in := e.Inputs(fund.HistoryOf(p, 7), 0); in != (impact.Inputs{}) {
		t.Errorf("with none left: %+v", in)
	}
	if in := e.Inputs(fund.History{}, 0); in != (impact.Inputs{}) {
		t.Errorf("of nothing: %+v", in)
	}
}
