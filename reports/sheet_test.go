package reports

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func testCurves(name string) Curves {
	tick := func(x float64) string { return fmt.Sprintf("%g", x) }
	return Curves{Title: name, Says: name, Up: Axis{Zero: true, Tick: tick}, Right: Axis{Log: true, Tick: tick},
		Lines: []Curve{{Name: name, Points: [][2]float64{{1, 3}, {10, 2}, {100, 1}}}, {Dashed: true, Points: [][2]float64{{1, 1}, {100, 4}}}},
		Spots: []Spot{{name, 1, 1}, {"b", 100, 3}}}
}

// A curve as a file of its own is well-formed, has its colours with it, and asks nobody for anything.
func TestCurvesAsAFile(t *testing.T) {
	for what, c := range map[string]Curves{
		"curves":      testCurves("a"),
		"one point":   {Up: Axis{Tick: percentTick}, Right: Axis{Tick: percentTick}, Spots: []Spot{{"here", 0, 0}}},
		"hostile":     testCurves(`"><script>alert(1)</script>`),
		"flat series": {Up: Axis{Tick: percentTick}, Right: Axis{Tick: percentTick}, Lines: []Curve{{Points: [][2]float64{{0, 5}, {1, 5}}}}},
	} {
		svg, err := c.SVG()
		if err != nil {
			t.Fatal(err)
		}
		if err := xml.Unmarshal(svg, new(struct{})); err != nil {
			t.Errorf("%s: %v in %.400s", what, err, svg)
		}
		if found := regexp.MustCompile(`<script|url\(|@import|5AA5|NaN|Inf`).Find(svg); found != nil || !bytes.Contains(svg, []byte("--ink-0: #")) {
			t.Errorf("%s: has %q", what, found)
		}
	}
}

func TestSheet(t *testing.T) {
	const name = `</title><script>alert(1)</script>`
	s := Sheet{Kind: "test", Title: name, Below: name, Key: []KeyFigure{{name, name, name}}, Sections: []Section{
		{Name: "one", Title: name, Notes: []string{name}, Charts: []Curves{testCurves(name)}, Tables: []Table{{Caption: name, Head: []string{name, "x"}, Rows: [][]string{{name, "1"}}}}}}}
	path := filepath.Join(t.TempDir(), "sheet.html")
	if err := s.Save(path); err != nil {
		t.Fatal(err)
	}
	var page bytes.Buffer
	if err := s.WriteHTML(&page); err != nil {
		t.Fatal(err)
	}
	if text := page.String(); strings.Contains(text, "<script") || strings.Count(text, "&lt;script&gt;alert(1)") < 9 || !strings.Contains(text, `href="#one"`) {
		t.Error(text)
	}
	if err := s.Save(filepath.Join(t.TempDir(), "no", "such", "folder")); err == nil {
		t.Error("a folder that is not there is written to")
	}
}
