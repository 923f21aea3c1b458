package reports

import (
	"math"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// styleAxes gives the axes the inks and letters of the page.
func styleAxes(p *plot.Plot) {
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Padding = 0
		axis.Color = inkAxis.color()
		axis.Tick.Color = inkAxis.color()
		axis.Tick.Label.Color = inkText.color()
		axis.Tick.Label.Font = font.Font{Typeface: "Liberation", Variant: "Sans", Size: textSize}
		axis.Tick.Length = vg.Length(4)
	}
	p.Y.LineStyle.Width, p.Y.Tick.LineStyle.Width, p.Y.Tick.Length = 0, 0, 0
}

func (c *chart) axes(p *plot.Plot, width, height float64) {
	styleAxes(p)
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = c.ranges()
	rows := max(5, int(height/45))
	levels := linearTicks(p.Y.Min, p.Y.Max, rows)
	if c.log {
		p.Y.Scale = plot.LogScale{}
		levels = logTicks(p.Y.Min, p.Y.Max, rows)
	}
	p.Y.Tick.Marker = labelled(levels, c.tick)
	columns := max(2, int(width/85))
	switch {
	case c.across == nil:
		p.X.Tick.Marker = timeTicks(p.X.Min, p.X.Max, columns)
	case c.across.Log:
		p.X.Scale = plot.LogScale{}
		p.X.Min, p.X.Max = p.X.Min/1.1, p.X.Max*1.1
		p.X.Tick.Marker = labelled(logTicks(p.X.Min, p.X.Max, columns), c.across.Tick)
	default:
		room := max(0.03*(p.X.Max-p.X.Min), 1e-6)
		p.X.Min, p.X.Max = p.X.Min-room, p.X.Max+room
		p.X.Tick.Marker = labelled(linearTicks(p.X.Min, p.X.Max, columns), c.across.Tick)
	}
}

// ranges returns what the axes show: all points, and a little room above and below.
func (c *chart) ranges() (left, right, low, high float64) {
	left, right, low, high = math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, points := range c.all() {
		for _, q := range points {
			left, right = min(left, q.X), max(right, q.X)
			if undefined(q.Y) || c.log && q.Y <= 0 {
				continue
			}
			low, high = min(low, q.Y), max(high, q.Y)
		}
	}
	switch {
	case low > high && c.log: // nothing to see
		return left, right, 1, 10
	case low > high:
		return left, right, 0, 1
	case c.log:
		return left, right, low / 1.05, high * 1.05
	case c.zero:
		low, high = min(low, 0), max(high, 0)
	}
	room := 0.04 * (high - low)
	if room == 0 {
		room = max(1e-3, 0.1*math.Abs(high))
	}
	if !c.zero || low < 0 {
		low -= room
	}
	if !c.zero || high > 0 || low == 0 {
		high += room
	}
	return left, right, low, high
}

func labelled(levels []float64, tick func(float64) string) plot.ConstantTicks {
	var list plot.ConstantTicks
	for _, v := range levels {
		list = append(list, plot.Tick{Value: v, Label: tick(v)})
	}
	return list
}

// linearTicks returns about n round values between low and high.
func linearTicks(low, high float64, n int) []float64 {
	raw := (high - low) / float64(n)
	unit := math.Pow(10, math.Floor(math.Log10(raw)))
	step := 10 * unit
	for _, k := range []float64{5, 2, 1} {
		if k*unit >= raw {
			step = k * unit
		}
	}
	var list []float64
	for i := math.Ceil(low / step); i*step <= high; i++ {
		list = append(list, i*step)
	}
	return list
}

// logTicks returns the values 1, 2 and 5 of every decade between low and high, fewer where there would be more than
// about n, and more where there would be next to none.
func logTicks(low, high float64, n int) []float64 {
	var list []float64
	for _, digits := range [][]float64{{1}, {1, 3}, {1, 2, 5}, {1, 1.5, 2, 3, 4, 6, 8}} {
		finer := decades(low, high, digits)
		if len(list) >= 2 && len(finer) > n {
			break
		}
		list = finer
	}
	if len(list) < 2 || len(list) > 2*n {
		return linearTicks(low, high, n)
	}
	return list
}

func decades(low, high float64, digits []float64) []float64 {
	var list []float64
	for e := math.Floor(math.Log10(low)); e <= math.Log10(high); e++ {
		for _, d := range digits {
			if v := d * math.Pow(10, e); v >= low && v <= high {
				list = append(list, v)
			}
		}
	}
	return list
}

// timeStep is a distance between times on the axis.
type timeStep struct {
	months, days int
	format       string
}

// timeTicks returns the beginnings of days, months or years between two times, at most n.
func timeTicks(left, right float64, n int) plot.ConstantTicks {
	const day, month, year = "01-02", "2006-01", "2006"
	steps := []timeStep{{0, 1, day}, {0, 2, day}, {0, 5, day}, {0, 10, day}, {1, 0, month}, {2, 0, month}, {3, 0, month}, {6, 0, month},
		{12, 0, year}, {24, 0, year}, {60, 0, year}, {120, 0, year}, {240, 0, year}, {600, 0, year}, {1200, 0, year}}
	var list plot.ConstantTicks
	for _, s := range steps {
		if list = s.ticks(left, right, n); len(list) <= n {
			break
		}
	}
	return list
}

// ticks returns the step's times between left and right; with more than n it may stop early.
func (s timeStep) ticks(left, right float64, n int) plot.ConstantTicks {
	var list plot.ConstantTicks
	for at := s.floor(time.Unix(int64(left), 0).UTC()); float64(at.Unix()) <= right && len(list) <= n; at = s.next(at) {
		if float64(at.Unix()) >= left {
			list = append(list, plot.Tick{Value: float64(at.Unix()), Label: at.Format(s.format)})
		}
	}
	return list
}

func (s timeStep) floor(t time.Time) time.Time {
	if s.months == 0 {
		return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
	}
	since := t.Year()*12 + int(t.Month()) - 1
	return time.Date(0, time.Month(since/s.months*s.months+1), 1, 0, 0, 0, 0, time.UTC)
}

// next steps on; days count anew from the first of a month, so that its last ones do not crowd it.
func (s timeStep) next(t time.Time) time.Time {
	if s.months > 0 {
		return t.AddDate(0, s.months, 0)
	}
	on := t.AddDate(0, 0, s.days)
	if on.Month() != t.Month() || s.days > 1 && on.AddDate(0, 0, s.days/2).Month() != t.Month() {
		return time.Date(t.Year(), t.Month()+1, 1, 0, 0, 0, 0, time.UTC)
	}
	return on
}
