package reports

import (
	"bytes"
	"fmt"
	"html/template"
	"image/color"
	"regexp"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// ink is a colour by its part on the page. The style sheet gives each two values, for light and for dark; the drawings
// only name them.
type ink byte

// The inks; html/style.css names them --ink-0 and so on.
const (
	inkText ink = iota
	inkAxis
	inkGrid
	inkMark
	inkShade  // under a line, or a band around it
	inkFees   // the parts of cost, from dark to light
	inkSpread //
	inkImpact //
	inkFund   // the fund, or the first of several runs
	inkHold   // buy-and-hold
	inkOther  // the first of the other runs; the inks up to lastOther are theirs too
	lastOther = inkOther + 3

	inkAlarm = lastOther + 1 // what nobody may overlook
	lastInk  = inkAlarm
)

// other returns the ink of the i-th other run.
func other(i int) ink { return inkOther + ink(i%int(lastOther-inkOther+1)) }

// color returns what stands for the ink until inline puts its name in the place.
func (i ink) color() color.Color { return color.NRGBA{R: 0x5A, G: 0xA5, B: byte(i), A: 0xFF} }

// dash is a pattern that tells a line where colours do not.
type dash int

// lengths returns the pattern in pixels; nil is a solid line.
func (d dash) lengths() []vg.Length {
	patterns := [][]vg.Length{nil, {6, 3}, {2, 2}, {8, 2, 2, 2}, {10, 4}, {4, 1.5}}
	return patterns[int(d)%len(patterns)]
}

// drawing is an SVG that stands in the page itself.
type drawing = template.HTML

// inline makes part of the page what a canvas holds: its head is ours, and colours and fonts are the style sheet's.
func inline(canvas *vgsvg.Canvas, says string, width, height float64) drawing {
	var b bytes.Buffer
	if _, err := canvas.WriteTo(&b); err != nil {
		panic("reports: a buffer does not fail: " + err.Error())
	}
	text := b.String()
	text = text[strings.Index(text, "<svg"):]
	text = text[strings.IndexByte(text, '>')+1:]
	text = regexp.MustCompile(`font-family:[^"]*?;font-size:[^;"]*;?`).ReplaceAllString(text, "")
	var names []string
	for i := range lastInk + 1 {
		names = append(names, fmt.Sprintf("#5AA5%02X", byte(i)), fmt.Sprintf("var(--ink-%d)", i))
	}
	text = strings.NewReplacer(append(names, "\n\t", " ", "\n", "", ` style=""`, "")...).Replace(text)
	return drawing(fmt.Sprintf(`<svg viewBox="0 0 %g %g" role="img" aria-label="%s">%s`, width, height, template.HTMLEscapeString(says), text))
}
