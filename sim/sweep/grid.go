package sweep

import (
	"fmt"
	"math/bits"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/steelyard/steelyard/strategies/fundfile"
)

// Grid is the points of a sweep: all combinations of the values of its axes, or a random part of them. The last axis
// varies fastest.
type Grid struct {
	Axes   []Axis
	chosen []uint64 // combinations, ascending; nil: all
	size   uint64   // of all combinations
}

// NewGrid returns the grid of a fund's variants, where its file has any, and of the axes. random is how many points are
// drawn of it, by seed, each once; 0: all of them are taken.
func NewGrid(f *fundfile.Fund, axes []Axis, random int, seed uint64) (*Grid, error) {
	g := &Grid{size: 1}
	if len(f.Variants) > 0 && !slices.ContainsFunc(axes, func(a Axis) bool { return a.Path == fundfile.VariantKey }) {
		g.Axes = append(g.Axes, variants(f))
	}
	g.Axes = append(g.Axes, axes...)
	if len(g.Axes) == 0 {
		return nil, fmt.Errorf("nothing varies: give --vary KEY=VALUES, as trigger.band=2%%..30%%:15, or the fund file variants")
	}
	seen := map[string]bool{}
	for _, a := range g.Axes {
		if seen[a.Path] {
			return nil, fmt.Errorf("--vary %s is given twice; list all its values in one", a.Path)
		}
		seen[a.Path] = true
		above, size := bits.Mul64(g.size, uint64(len(a.Values)))
		if above > 0 {
			return nil, fmt.Errorf("the grid has more than 10^19 points; vary less")
		}
		g.size = size
	}
	if random > 0 && uint64(random) < g.size {
		g.chosen = draw(uint64(random), g.size, seed)
	}
	return g, nil
}

// draw returns n of the numbers below size, each once, ascending.
func draw(n, size, seed uint64) []uint64 {
	random := rand.New(rand.NewPCG(seed, 0))
	seen := make(map[uint64]bool, n)
	list := make([]uint64, 0, n)
	for at := size - n; at < size; at++ { // Floyd's algorithm: CACM 30 (9), 1987
		k := random.Uint64N(at + 1)
		if seen[k] {
			k = at
		}
		seen[k] = true
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}

// Len returns the number of points.
func (g *Grid) Len() uint64 {
	if g.chosen != nil {
		return uint64(len(g.chosen))
	}
	return g.size
}

// At returns which value of each axis point k has.
func (g *Grid) At(k int) []int {
	n := uint64(k)
	if g.chosen != nil {
		n = g.chosen[k]
	}
	at := make([]int, len(g.Axes))
	for a := len(g.Axes) - 1; a >= 0; a-- {
		size := uint64(len(g.Axes[a].Values))
		at[a], n = int(n%size), n/size
	}
	return at
}

// Drawn reports whether the points are a random part of the grid.
func (g *Grid) Drawn() bool { return g.chosen != nil }

// Index returns the point that has these values of the axes. The grid's points are all combinations.
func (g *Grid) Index(at []int) int {
	k := 0
	for a, v := range at {
		k = k*len(g.Axes[a].Values) + v
	}
	return k
}

// Settings returns what point k gives the fund file.
func (g *Grid) Settings(k int) []fundfile.Setting { return g.settings(g.At(k)) }

func (g *Grid) settings(at []int) []fundfile.Setting {
	list := make([]fundfile.Setting, len(at))
	for a, v := range at {
		list[a] = fundfile.Setting{Path: g.Axes[a].Path, Value: g.Axes[a].Values[v]}
	}
	return list
}

// words writes settings for messages.
func words(settings []fundfile.Setting) string {
	list := make([]string, len(settings))
	for k, s := range settings {
		list[k] = s.String()
	}
	return strings.Join(list, " ")
}

// Part returns the points [from, to) of part k of n, counted from 0, of a sweep's points. The parts are equal but for one.
func Part(k, n, points int) (from, to int) { return k * points / n, (k + 1) * points / n }
