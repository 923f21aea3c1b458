package reports

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// scatter is a picture of what came against what was expected, both in the same unit: a dot each, on a line that spans
// its interval where it has one. What came as expected lies on the diagonal.
type scatter struct {
	says string
	tick func(float64) string
	dots []dot
}

// dot is one outcome.
type dot struct {
	expected, came float64
	low, high      float64 // of its interval; equal: it has none
}

func (d *dot) held() bool { return d.low == d.high || d.low <= d.came && d.came <= d.high }

// half draws the scatter for a page.
func (s *scatter) half(title string) picture {
	s.says = title + ", " + s.says
	canvas := vgsvg.New(narrowWidth, narrowHeight)
	p := plot.New()
	p.BackgroundColor = nil
	p.Add(horizontals(), s)
	styleAxes(p)
	left, right, low, high := s.ranges()
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = left, right, low, high
	p.X.Tick.Marker = labelled(linearTicks(left, right, 4), s.tick)
	p.Y.Tick.Marker = labelled(linearTicks(low, high, 5), s.tick)
	p.Draw(draw.Crop(draw.New(canvas), 0, -8, 0, 0))
	return picture{title, inline(canvas, s.says, narrowWidth, narrowHeight), ""}
}

// ranges returns what the axes show: all of it, and a little room around.
func (s *scatter) ranges() (left, right, low, high float64) {
	left, right, low, high = math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for i := range s.dots {
		d := &s.dots[i]
		left, right = min(left, d.expected), max(right, d.expected)
		low, high = min(low, d.came, d.low), max(high, d.came, d.high)
	}
	across, up := max(1e-3, 0.04*(right-left)), max(1e-3, 0.04*(high-low))
	return left - across, right + across, low - up, high + up
}

// Plot implements plot.Plotter: intervals, the diagonal, and the dots, those beyond their interval in another ink.
func (s *scatter) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	var intervals, held, beyond vg.Path
	for i := range s.dots {
		d := &s.dots[i]
		if d.low < d.high {
			intervals.Move(vg.Point{X: x(d.expected), Y: y(d.low)})
			intervals.Line(vg.Point{X: x(d.expected), Y: y(d.high)})
		}
		path := &held
		if !d.held() {
			path = &beyond
		}
		at := vg.Point{X: x(d.expected), Y: y(d.came)}
		path.Move(vg.Point{X: at.X + 2, Y: at.Y})
		path.Arc(at, 2, 0, 2*math.Pi)
		path.Close()
	}
	c.SetLineStyle(draw.LineStyle{Color: inkShade.color(), Width: 1})
	c.Stroke(intervals)
	s.diagonal(p).Plot(c, p)
	c.SetColor(inkFund.color())
	c.Fill(held)
	c.SetColor(inkHold.color())
	c.Fill(beyond)
}

// diagonal is where what came is what was expected, as far as it is to be seen.
func (s *scatter) diagonal(p *plot.Plot) *plotter.Line {
	from, to := max(p.X.Min, p.Y.Min), min(p.X.Max, p.Y.Max)
	style := draw.LineStyle{Color: inkText.color(), Width: 0.8, Dashes: dash(1).lengths()}
	if from >= to {
		return &plotter.Line{LineStyle: style}
	}
	return &plotter.Line{XYs: plotter.XYs{{X: from, Y: from}, {X: to, Y: to}}, LineStyle: style}
}
