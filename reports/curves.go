package reports

import (
	"fmt"
	"math"
	"regexp"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Curves is a chart of figures against a figure.
type Curves struct {
	Title string // says what goes up and what goes right, with their units
	Says  string // what is to be seen, for those who cannot see it
	Up    Axis
	Right Axis
	Time  bool // time goes to the right, seconds since 1970, UTC, and Right says nothing
	Lines []Curve
	Spots []Spot
	Cloud [][2]float64 // points without names: right, up
}

// Axis is how a figure is shown.
type Axis struct {
	Log  bool                 // logarithmic; what is not above 0 is left out
	Zero bool                 // it shows 0
	Tick func(float64) string // writes a value, with its unit
}

// Curve is a line through points, the first of which is on the left. Its name stands at its right end.
type Curve struct {
	Name   string
	Dashed bool
	Points [][2]float64 // right, up
}

// Spot is a point with a name beside it.
type Spot struct {
	Name      string
	Right, Up float64
}

// inkOf returns the ink of the i-th curve or spot.
func inkOf(i int) ink { return inkFund + ink(i)%(lastOther-inkFund+1) }

// chart returns the drawing of the curves, with the axis to the right in place of time.
func (c *Curves) chart() *chart {
	d := &chart{says: c.Says, tick: c.Up.Tick, log: c.Up.Log, zero: c.Up.Zero, spots: c.Spots, cloud: c.Cloud}
	if !c.Time {
		d.across = &c.Right
	}
	for i, l := range c.Lines {
		l := line{label: l.Name, ink: inkOf(i), dash: dash(i), width: 1.6, points: make(plotter.XYs, len(c.Lines[i].Points))}
		if !c.Lines[i].Dashed {
			l.dash = 0
		}
		for k, p := range c.Lines[i].Points {
			l.points[k] = plotter.XY{X: p[0], Y: p[1]}
		}
		d.lines = append(d.lines, l)
	}
	return d
}

// SVG returns the chart as a file of its own, in the colours of the page.
func (c *Curves) SVG() ([]byte, error) {
	style, err := pages.ReadFile("html/style.css")
	if err != nil {
		return nil, err
	}
	inks := regexp.MustCompile(`--ink-\d+: #[0-9a-f]{6};`).FindAllString(string(style), -1)
	half := len(inks) / 2 // of light pages, then of dark ones
	head := fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="%d" height="%d" `, wideWidth, wideHeight)
	css := fmt.Sprintf(`<style>:root{%s}@media (prefers-color-scheme: dark){:root{%s}}text{font:12px "Liberation Sans",Arial,Helvetica,sans-serif}</style>`,
		strings.Join(inks[:half], ""), strings.Join(inks[half:], ""))
	body := strings.TrimPrefix(string(c.chart().full(c.Title).Wide), "<svg ")
	at := strings.IndexByte(body, '>') + 1
	return []byte(head + body[:at] + css + body[at:] + "\n"), nil
}

// haze draws points without names, small and in the ink of marks.
type haze [][2]float64

// Plot implements plot.Plotter.
func (h haze) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	var discs vg.Path
	for _, q := range h {
		at := vg.Point{X: x(q[0]), Y: y(q[1])}
		discs.Move(vg.Point{X: at.X + radius/2, Y: at.Y})
		discs.Arc(at, radius/2, 0, 2*math.Pi)
		discs.Close()
	}
	c.SetColor(inkMark.color())
	c.Fill(discs)
}

// dots draws spots, each with its name above or below it in turn. The inks go on from those of the lines.
type dots struct {
	spots []Spot
	lines int
}

// Plot implements plot.Plotter.
func (d dots) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	style := text.Style{Font: p.X.Tick.Label.Font, YAlign: draw.YCenter, Handler: p.TextHandler}
	for i, s := range d.spots {
		at := vg.Point{X: x(s.Right), Y: y(s.Up)}
		style.Color = inkOf(d.lines + i).color()
		var disc vg.Path
		disc.Move(vg.Point{X: at.X + radius, Y: at.Y})
		disc.Arc(at, radius, 0, 2*math.Pi)
		disc.Close()
		c.SetColor(style.Color)
		c.Fill(disc)
		name := vg.Point{X: at.X + 2*radius, Y: at.Y + 2*radius}
		if i%2 == 1 {
			name.Y = at.Y - 2*radius
		}
		name.Y = max(c.Min.Y+lineHeight/2, min(name.Y, c.Max.Y-lineHeight/2))
		style.XAlign = draw.XLeft
		if name.X+vg.Length(letter*float64(len([]rune(s.Name)))) > c.Max.X {
			style.XAlign, name.X = draw.XRight, at.X-2*radius
		}
		c.FillText(style, name, s.Name)
	}
}

const radius = 4 // of a spot, pixels
