package reports

import (
	"fmt"
	"regexp"
	"testing"
)

// Maps of one scale show equal figures by equal shades, and those of their own by the rank in their map.
func TestMapsOfOneScale(t *testing.T) {
	maps := []Map{shades(1, 2), shades(2, 5)}
	of := func() (list []string) {
		for i := range maps {
			for _, found := range regexp.MustCompile(`fill-opacity="([0-9.]+)"`).FindAllStringSubmatch(string(maps[i].picture().Wide), -1) {
				list = append(list, found[1])
			}
		}
		return list
	}
	if got := fmt.Sprint(of()); got != "[0.06 1.00 0.06 1.00]" {
		t.Error(got)
	}
	OneScale(maps)
	if got := of(); got[1] != got[2] || got[0] != "0.06" || got[3] != "1.00" {
		t.Error(got)
	}
}

// shades is a map of two cells.
func shades(a, b float64) Map {
	return Map{Up: []string{"u"}, Across: []string{"a", "b"}, Cells: [][]float64{{a, b}}, Text: func(x float64) string { return fmt.Sprint(x) }}
}
