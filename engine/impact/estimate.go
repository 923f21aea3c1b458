package impact

import (
	"math"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// Estimator measures volatility and volume of each instrument over a trailing window of whole UTC days and the day
// under way. It reads history only when asked, each bar once, so that a run that does not trade pays nothing.
type Estimator struct {
	days  int64
	stats []tally
}

// tally sums the bars of one instrument by day, in a ring of days.
type tally struct {
	next int     // first row not yet read
	prev float64 // newest close
	ring []day
	rows int    // of the history that last describes
	last Inputs // as asked last
}

type day struct {
	number  int64 // days since the epoch
	bars    float64
	squares float64 // sum of squared simple returns from close to close
	volume  float64 // base units
}

// NewEstimator measures n instruments over window, which is rounded up to whole days and at least one.
func NewEstimator(n int, window time.Duration) *Estimator {
	days := max(1, int64((window+fund.Day-1)/fund.Day))
	return &Estimator{days: days, stats: make([]tally, n)}
}

// Inputs returns what the closed rows of h say of instrument i. Successive calls must bring histories that grow.
// With no bar in the window they are zero.
func (e *Estimator) Inputs(h fund.History, i fund.InstrumentID) Inputs {
	if h.Rows() == 0 {
		return Inputs{}
	}
	t := &e.stats[i]
	if t.rows != h.Rows() {
		t.rows, t.last = h.Rows(), e.window(h, i).inputs(h.Interval())
	}
	return t.last
}

// Value returns the average daily volume of instrument i at its newest close, in quote units.
func (e *Estimator) Value(h fund.History, i fund.InstrumentID) float64 {
	return float64(e.Inputs(h, i).ADV * e.stats[i].prev)
}

// inputs scales sums over bars to a day.
func (d day) inputs(interval time.Duration) Inputs {
	if d.bars == 0 {
		return Inputs{}
	}
	perDay := float64(fund.Day) / float64(interval)
	return Inputs{Sigma: math.Sqrt(d.squares / d.bars * perDay), ADV: d.volume / d.bars * perDay, Interval: interval}
}

// Bars returns how many closed bars Inputs takes for instrument i.
func (e *Estimator) Bars(h fund.History, i fund.InstrumentID) int { return int(e.window(h, i).bars) }

// window sums the days of the window that ends with the newest row of h.
func (e *Estimator) window(h fund.History, i fund.InstrumentID) day {
	t := &e.stats[i]
	if t.ring == nil {
		t.ring = make([]day, e.days+1)
	}
	if h.Summed() {
		t.take(h, i)
	} else {
		t.read(h, i)
	}
	if h.Rows() == 0 {
		return day{}
	}
	return t.since(dayOf(h.Time(h.Rows()-1)) - e.days)
}

// read takes the rows not yet read, day by day, so that the sums of one stay in registers.
func (t *tally) read(h fund.History, i fund.InstrumentID) {
	for rows := h.Rows(); t.next < rows; {
		d := t.day(dayOf(h.Time(t.next)))
		sum, prev, next := *d, t.prev, t.next
		for ends := fund.Time(d.number+1) * fund.Time(fund.Day); next < rows && h.Time(next) < ends; next++ {
			price, volume := h.Bar(next, i)
			if price != price {
				continue
			}
			before := prev
			if before == 0 {
				before = h.Open(next)[i]
			}
			change := price/before - 1
			sum.bars++
			sum.squares += float64(change * change)
			sum.volume += volume
			prev = price
		}
		*d, t.prev, t.next = sum, prev, next
	}
}

// day returns the place of a day, which is emptied of an older one.
func (t *tally) day(number int64) *day {
	d := &t.ring[uint64(number)%uint64(len(t.ring))]
	if d.number != number {
		*d = day{number: number}
	}
	return d
}

// since sums the days from the oldest on.
func (t *tally) since(oldest int64) day {
	var sum day
	for k := range t.ring {
		if d := &t.ring[k]; d.number >= oldest && d.bars > 0 {
			sum.bars += d.bars
			sum.squares += d.squares
			sum.volume += d.volume
		}
	}
	return sum
}
