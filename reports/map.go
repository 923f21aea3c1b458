package reports

import (
	"fmt"
	"html/template"
	"strings"
)

// Map shows a figure over two keys: a cell for each pair of values, the darker the larger the figure.
type Map struct {
	Title     string
	Across    []string             // what goes right, value by value
	Up        []string             // what goes up, from the bottom
	Cells     [][]float64          // by Up and Across; NaN: there is none
	Text      func(float64) string // writes a figure
	Marked    [2]int               // up and across of the cell that is framed
	MarkedIs  string               // what the framed cell is; "": none is
	AcrossKey string
	UpKey     string
	Low, High float64 // what the lightest and the darkest cell stand for, so that maps beside each other can be compared; equal: the map's own
}

// OneScale gives maps of one figure the same shades.
func OneScale(maps []Map) {
	var all Map
	for i := range maps {
		all.Cells = append(all.Cells, maps[i].Cells...)
	}
	low, high := all.span()
	for i := range maps {
		maps[i].Low, maps[i].High = low, high
	}
}

// Sizes of a map in pixels.
const (
	mapLeft, mapBottom, mapTop = 70, 42, 8
	mapLabel                   = 46 // room for a label below a cell
)

// picture draws the map. Colours are the style sheet's.
func (m *Map) picture() picture {
	low, high := m.span()
	width, height := float64(narrowWidth-mapLeft-8)/float64(len(m.Across)), float64(narrowHeight-mapBottom-mapTop)/float64(len(m.Up))
	var b strings.Builder
	says := fmt.Sprintf("%s: %s (light) to %s (dark)", m.Title, m.Text(low), m.Text(high))
	fmt.Fprintf(&b, `<svg viewBox="0 0 %d %d" role="img" aria-label="%s">`, narrowWidth, narrowHeight, template.HTMLEscapeString(says))
	for u := range m.Up {
		for a := range m.Across {
			m.cell(&b, u, a, low, high, width, height)
		}
	}
	m.labels(&b, width, height)
	b.WriteString("</svg>")
	return picture{says, drawing(b.String()), ""}
}

// span returns what the lightest and the darkest cell stand for: of the map's own figures the least and the largest.
func (m *Map) span() (low, high float64) {
	if m.Low < m.High {
		return m.Low, m.High
	}
	first := true
	for _, row := range m.Cells {
		for _, x := range row {
			switch {
			case undefined(x):
			case first:
				low, high, first = x, x, false
			default:
				low, high = min(low, x), max(high, x)
			}
		}
	}
	return low, high
}

func (m *Map) cell(b *strings.Builder, u, a int, low, high, width, height float64) {
	x := m.Cells[u][a]
	if undefined(x) {
		return
	}
	shade := 1.0
	if high > low {
		shade = 0.06 + 0.94*(x-low)/(high-low)
	}
	frame := ""
	if m.MarkedIs != "" && m.Marked == [2]int{u, a} {
		frame = ` stroke="var(--ink-9)" stroke-width="3"`
	}
	says := m.UpKey + "=" + m.Up[u] + " " + m.AcrossKey + "=" + m.Across[a] + ": " + m.Text(x)
	if frame != "" {
		says += ", " + m.MarkedIs
	}
	fmt.Fprintf(b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="var(--ink-5)" fill-opacity="%.2f"%s><title>%s</title></rect>`,
		mapLeft+float64(a)*width+1, mapTop+float64(len(m.Up)-1-u)*height+1, max(1, width-2), max(1, height-2), shade, frame, template.HTMLEscapeString(says))
}

// labels names as many values as there is room for, and the keys.
func (m *Map) labels(b *strings.Builder, width, height float64) {
	text := func(x, y float64, anchor, says string) {
		fmt.Fprintf(b, `<text x="%.1f" y="%.1f" text-anchor="%s" fill="var(--ink-0)">%s</text>`, x, y, anchor, template.HTMLEscapeString(says))
	}
	for a := 0; a < len(m.Across); a += max(1, int(mapLabel/width)) {
		text(mapLeft+(float64(a)+0.5)*width, narrowHeight-mapBottom+16, "middle", clipped(m.Across[a], 10))
	}
	for u := 0; u < len(m.Up); u += max(1, int(lineHeight/height)) {
		text(mapLeft-6, mapTop+(float64(len(m.Up)-1-u)+0.5)*height+4, "end", clipped(m.Up[u], 10))
	}
	text(narrowWidth-8, narrowHeight-6, "end", "right: "+clipped(m.AcrossKey, 24))
	text(0, narrowHeight-6, "start", "up: "+clipped(m.UpKey, 24))
}

// clipped cuts a text that would not fit.
func clipped(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}
