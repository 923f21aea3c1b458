package main

import (
	"fmt"
	"slices"

	"github.com/steelyard/steelyard/reports"
)

// mostMaps is how many maps stand side by side where a third key varies.
const mostMaps = 12

// maps draws figures over the two keys with the most values: several figures where nothing else varies, or the goal's for
// each value of a third key. Keys beyond the third are as the chosen point has them. Points that were drawn at random fill
// no map.
func (p *sweepPage) maps() reports.Section {
	s := reports.Section{Name: "maps", Title: "Maps"}
	keys := p.mapped()
	if len(keys) < 2 || len(p.order) == 0 || p.grid.Drawn() {
		return s
	}
	up, across := keys[1], keys[0]
	best := p.grid.At(p.order[0])
	if len(keys) == 2 {
		for _, figure := range slices.Compact([]string{p.goal.Figure, p.cost(), "tracking_error", "max_drawdown"}) {
			s.Maps = append(s.Maps, p.drawn(figure, figure, up, across, best))
		}
		return s
	}
	third := p.grid.Axes[keys[2]]
	if len(keys) > 3 {
		s.Notes = []string{"Keys that are not named are as the chosen point has them."}
	}
	for v, value := range third.Values[:min(mostMaps, len(third.Values))] {
		at := slices.Clone(best)
		at[keys[2]] = v
		s.Maps = append(s.Maps, p.drawn(fmt.Sprintf("%s where %s=%s", p.goal.Figure, third.Path, value), p.goal.Figure, up, across, at))
	}
	reports.OneScale(s.Maps)
	return s
}

// mapped lists the keys that vary, the one with the most values first.
func (p *sweepPage) mapped() []int {
	var keys []int
	for k, a := range p.grid.Axes {
		if len(a.Values) > 1 {
			keys = append(keys, k)
		}
	}
	slices.SortStableFunc(keys, func(a, b int) int { return len(p.grid.Axes[b].Values) - len(p.grid.Axes[a].Values) })
	return keys
}

// drawn draws a figure over two keys; the others are as at says.
func (p *sweepPage) drawn(title, figure string, up, across int, at []int) reports.Map {
	m := reports.Map{Title: title, Up: p.grid.Axes[up].Values, Across: p.grid.Axes[across].Values, UpKey: p.grid.Axes[up].Path,
		AcrossKey: p.grid.Axes[across].Path, Text: func(x float64) string { return figureText(figure, x) }}
	at = slices.Clone(at)
	for u := range m.Up {
		row := make([]float64, len(m.Across))
		for a := range m.Across {
			at[up], at[across] = u, a
			k := p.grid.Index(at)
			if row[a] = p.value(k, figure); k == p.order[0] {
				m.Marked, m.MarkedIs = [2]int{u, a}, "chosen"
			}
		}
		m.Cells = append(m.Cells, row)
	}
	return m
}
