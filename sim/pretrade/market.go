package pretrade

import (
	"math"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
)

// Market is what a history says of how it may go on: prices walk at random without drift, with the volatility that the
// impact models are given and the correlation of the same window, and as much trades as is usual at the time of day.
// Instruments without a bar in the newest row have none in what follows.
type Market struct {
	history *fund.Panel
	crosses []fund.Cross
	sigma   []float64   // by instrument: standard deviation of a row's return; 0: it does not trade
	bars    []int       // by instrument: how many of them are in the window
	corr    [][]float64 // of the rows' returns
	factor  [][]float64 // lower triangular; factor × its transpose is corr
	volume  [][]float64 // by row of the day, then instrument: base units
}

// NewMarket measures the window of a history that ends with its newest row. Crosses follow from their sources.
func NewMarket(history *fund.Panel, crosses []fund.Cross, window time.Duration) *Market {
	n := history.N
	m := &Market{history: history, crosses: crosses, sigma: make([]float64, n), bars: make([]int, n)}
	h := fund.HistoryOf(history, history.Rows())
	inputs, row := impact.NewEstimator(n, window), float64(history.Interval)/float64(fund.Day)
	for i := range fund.InstrumentID(n) {
		m.bars[i] = inputs.Bars(h, i)
		if history.Has(history.Rows()-1, i) {
			m.sigma[i] = inputs.Inputs(h, i).Sigma * math.Sqrt(row)
		}
	}
	from := first(history, window)
	m.corr = correlation(h, from)
	m.factor = cholesky(m.corr)
	m.volume = profile(h, from)
	return m
}

// first returns the row that a window ending with the newest row begins with.
func first(p *fund.Panel, window time.Duration) int {
	r := p.Rows() - 1
	for r > 0 && p.CloseTime(p.Rows()-1).Sub(p.Times[r-1]) <= max(window, fund.Day) {
		r--
	}
	return r
}

// correlation returns the correlation of the rows' returns from row from on, about a mean of 0. Where one of two
// instruments has no return, the row counts as one without any: what is missing draws the figure toward 0, and the matrix
// stays positive semidefinite.
func correlation(h fund.History, from int) [][]float64 {
	n := len(h.Close(0))
	sum, change := square(n), make([]float64, n)
	for r := max(from, 1); r < h.Rows(); r++ {
		before, now := h.Close(r-1), h.Close(r)
		for i := range change {
			if change[i] = now[i]/before[i] - 1; change[i] != change[i] {
				change[i] = 0
			}
			for j := range change[:i+1] {
				sum[i][j] += change[i] * change[j]
			}
		}
	}
	c := square(n)
	for i := range c {
		for j := range c[:i] {
			if d := math.Sqrt(sum[i][i] * sum[j][j]); d > 0 {
				c[i][j] = sum[i][j] / d
				c[j][i] = c[i][j]
			}
		}
		c[i][i] = 1
	}
	return c
}

// cholesky returns the lower triangular factor of a correlation matrix. One that has no full rank, as two instruments that
// move alike give, has columns of zeros.
func cholesky(c [][]float64) [][]float64 {
	const nothing = 1e-12
	f := square(len(c))
	for j := range c {
		rest := c[j][j]
		for _, x := range f[j][:j] {
			rest -= x * x
		}
		if rest < nothing {
			continue
		}
		f[j][j] = math.Sqrt(rest)
		for i := j + 1; i < len(c); i++ {
			dot := c[i][j]
			for k, x := range f[j][:j] {
				dot -= f[i][k] * x
			}
			f[i][j] = dot / f[j][j]
		}
	}
	return f
}

// profile returns the mean volume of the bars from row from on, by row of the day; where a row of the day has none, it is the
// mean of all.
func profile(h fund.History, from int) [][]float64 {
	n := len(h.Close(0))
	sum, bars := make([][]float64, fund.Day/h.Interval()), make([][]float64, fund.Day/h.Interval())
	for slot := range sum {
		sum[slot], bars[slot] = make([]float64, n), make([]float64, n)
	}
	all, count := make([]float64, n), make([]float64, n)
	for r := from; r < h.Rows(); r++ {
		slot := slotOf(h.Time(r), h.Interval())
		for i, v := range h.Volume(r) {
			if v == v {
				sum[slot][i], bars[slot][i] = sum[slot][i]+v, bars[slot][i]+1
				all[i], count[i] = all[i]+v, count[i]+1
			}
		}
	}
	for slot := range sum {
		for i := range all {
			if bars[slot][i] == 0 {
				sum[slot][i], bars[slot][i] = all[i], max(1, count[i])
			}
			sum[slot][i] /= bars[slot][i]
		}
	}
	return sum
}

// slotOf returns which row of its day opens at a time.
func slotOf(open fund.Time, interval time.Duration) int {
	return int(open.Sub(open.Floor(fund.Day)) / interval)
}

func square(n int) [][]float64 {
	all, rows := make([]float64, n*n), make([][]float64, n)
	for i := range rows {
		rows[i] = all[i*n : (i+1)*n]
	}
	return rows
}
