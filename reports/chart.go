package reports

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// chart is a picture of series over time, or against another figure. Times are seconds since 1970, UTC.
type chart struct {
	says  string               // what is to be seen, for those who cannot see it
	tick  func(float64) string // writes a value of the vertical axis, with its unit
	log   bool                 // the vertical axis is logarithmic; what is not above 0 is left out
	zero  bool                 // the vertical axis shows 0
	areas []area               // drawn first, below the grid
	lines []line
	alarm []float64 // times that get a short stroke at the top: alerts
	marks []float64 // times that get a short stroke at the bottom

	across *Axis // what goes to the right; nil: time
	spots  []Spot
	cloud  [][2]float64
}

// line is one series. A NaN interrupts it.
type line struct {
	label  string // at its right end; "" for none
	ink    ink
	dash   dash
	width  float64 // pixels
	points plotter.XYs
}

// area is what lies between two lines of the same times.
type area struct {
	label     string // at its right end; "" for none
	ink       ink
	low, high plotter.XYs
}

// Sizes in pixels of the page at its natural width.
const (
	textSize   = 12
	letter     = 6.4 // width of an average letter of this size
	lineHeight = 14
)

// svg draws the chart for the page.
func (c *chart) svg(width, height float64) drawing {
	canvas := vgsvg.New(vg.Length(width), vg.Length(height))
	whole := draw.New(canvas)
	inner := draw.Crop(whole, 0, -vg.Length(c.room()), 0, 0)
	p := c.plot(width-c.room(), height)
	p.Draw(inner)
	c.labelEnds(whole, p.DataCanvas(inner), p)
	return inline(canvas, c.says, width, height)
}

func (c *chart) plot(width, height float64) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	buckets := int(width)
	for i := range c.areas {
		p.Add(c.areas[i].polygon(buckets))
	}
	p.Add(horizontals(), haze(c.cloud))
	for i := range c.lines {
		for _, stretch := range c.stretches(c.lines[i].points) {
			p.Add(c.lines[i].plotter(thin(stretch, buckets)))
		}
	}
	p.Add(rug{c.marks, inkMark, false}, rug{c.alarm, inkAlarm, true})
	c.axes(p, width, height)
	if len(c.spots) > 0 {
		p.Add(dots{c.spots, len(c.lines)})
	}
	return p
}

// stretches cuts points where a value is missing or cannot be shown.
func (c *chart) stretches(points plotter.XYs) []plotter.XYs {
	var list []plotter.XYs
	from := -1
	for i := range len(points) + 1 {
		shown := i < len(points) && !undefined(points[i].Y) && (!c.log || points[i].Y > 0)
		switch {
		case shown && from < 0:
			from = i
		case !shown && from >= 0:
			list = append(list, points[from:i])
			from = -1
		}
	}
	return list
}

func (l *line) plotter(points plotter.XYs) plot.Plotter {
	return &plotter.Line{XYs: points, LineStyle: draw.LineStyle{Color: l.ink.color(), Width: vg.Length(l.width), Dashes: l.dash.lengths()}}
}

// polygon runs along the upper edge and back along the lower one.
func (a *area) polygon(buckets int) plot.Plotter {
	high, low := thin(a.high, buckets), thin(a.low, buckets)
	ring := make(plotter.XYs, 0, len(high)+len(low))
	ring = append(ring, high...)
	for i := len(low) - 1; i >= 0; i-- {
		ring = append(ring, low[i])
	}
	return &plotter.Polygon{XYs: []plotter.XYs{ring}, Color: a.ink.color()}
}

func horizontals() plot.Plotter {
	return &plotter.Grid{Horizontal: draw.LineStyle{Color: inkGrid.color(), Width: 0.7}}
}

// rug strokes times at the bottom or the top, at most one a pixel.
type rug struct {
	times []float64
	ink   ink
	top   bool
}

// Plot implements plot.Plotter.
func (r rug) Plot(c draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(&c)
	from, to := c.Min.Y, c.Min.Y+6
	if r.top {
		from, to = c.Max.Y, c.Max.Y-8
	}
	last := math.Inf(-1)
	var path vg.Path
	for _, at := range r.times {
		px := math.Round(float64(x(at)))
		if px == last {
			continue
		}
		last = px
		path.Move(vg.Point{X: vg.Length(px), Y: from})
		path.Line(vg.Point{X: vg.Length(px), Y: to})
	}
	if path != nil {
		c.SetLineStyle(draw.LineStyle{Color: r.ink.color(), Width: 1})
		c.Stroke(path)
	}
}
