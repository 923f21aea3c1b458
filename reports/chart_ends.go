package reports

import (
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// end is a label beside the right end of a line, so that colours need no legend.
type end struct {
	label string
	ink   ink
	y     float64 // pixels from the bottom
}

// room returns how much width the labels at the right take, in pixels.
func (c *chart) room() float64 {
	letters := 0
	for i := range c.lines {
		letters = max(letters, len([]rune(c.lines[i].label)))
	}
	for i := range c.areas {
		letters = max(letters, len([]rune(c.areas[i].label)))
	}
	if letters == 0 {
		return 8 // half of the last time's label
	}
	return 10 + letter*float64(letters)
}

// all returns the points of every series.
func (c *chart) all() []plotter.XYs {
	var list []plotter.XYs
	for i := range c.lines {
		list = append(list, c.lines[i].points)
	}
	for i := range c.areas {
		list = append(list, c.areas[i].low, c.areas[i].high)
	}
	for _, s := range c.spots {
		list = append(list, plotter.XYs{{X: s.Right, Y: s.Up}})
	}
	for _, q := range c.cloud {
		list = append(list, plotter.XYs{{X: q[0], Y: q[1]}})
	}
	return list
}

// labelEnds writes the labels into the margin right of the data.
func (c *chart) labelEnds(whole, data draw.Canvas, p *plot.Plot) {
	_, y := p.Transforms(&data)
	var ends []end
	for i := range c.lines {
		l := &c.lines[i]
		if last, ok := lastShown(l.points, c.log); ok && l.label != "" {
			ends = append(ends, end{l.label, l.ink, float64(y(last))})
		}
	}
	for i := range c.areas {
		a := &c.areas[i]
		if n := len(a.high); n > 0 && a.label != "" {
			ends = append(ends, end{a.label, inkText, float64(y((a.high[n-1].Y + a.low[n-1].Y) / 2))})
		}
	}
	spread(ends, float64(data.Min.Y), float64(whole.Max.Y))
	style := text.Style{Font: font.Font{Typeface: "Liberation", Variant: "Sans", Size: textSize}, YAlign: draw.YCenter, Handler: p.TextHandler}
	for _, e := range ends {
		style.Color = e.ink.color()
		whole.FillText(style, vg.Point{X: data.Max.X + 6, Y: vg.Length(e.y)}, e.label)
	}
}

func lastShown(points plotter.XYs, log bool) (float64, bool) {
	for i := len(points) - 1; i >= 0; i-- {
		if y := points[i].Y; !undefined(y) && (!log || y > 0) {
			return y, true
		}
	}
	return 0, false
}

// spread moves labels apart that would lie on each other, and keeps them between bottom and top.
func spread(ends []end, bottom, top float64) {
	slices.SortStableFunc(ends, func(a, b end) int { return int(math.Copysign(1, a.y-b.y)) })
	floor := bottom + lineHeight/2
	for i := range ends {
		ends[i].y = max(ends[i].y, floor)
		floor = ends[i].y + lineHeight
	}
	ceiling := top - lineHeight/2
	for i := len(ends) - 1; i >= 0; i-- {
		ends[i].y = min(ends[i].y, ceiling)
		ceiling = ends[i].y - lineHeight
	}
}
