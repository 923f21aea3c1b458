package sweep

import (
	"fmt"
	"slices"
	"strings"
)

// Goal is a figure of which more is better, or less.
type Goal struct {
	Figure string // a column of the table
	Less   bool
}

// ParseGoal reads FIGURE, or least:FIGURE, of a table with numbers of that name.
func ParseGoal(text string, t *Table) (Goal, error) {
	figure, less := strings.CutPrefix(text, "least:")
	k := t.Column(figure)
	if k <= t.Axes || !t.Columns[k].Number {
		return Goal{}, fmt.Errorf("there is no figure %q; those of summary.json that are numbers can be chosen by, as sharpe, calmar, least:cost_bp_per_year", figure)
	}
	return Goal{figure, less}, nil
}

// String writes the goal as ParseGoal reads it.
func (g Goal) String() string {
	if g.Less {
		return "least:" + g.Figure
	}
	return g.Figure
}

// better reports whether x is better than y.
func (g Goal) better(x, y float64) bool {
	if g.Less {
		return x < y
	}
	return x > y
}

// Order lists the points that have the figure, the best first; of equals the first.
func (t *Table) Order(g Goal) []int {
	var list []int
	column := t.Column(g.Figure)
	for k := range t.Rows {
		if _, ok := t.Number(k, column); ok {
			list = append(list, k)
		}
	}
	slices.SortStableFunc(list, func(a, b int) int {
		x, _ := t.Number(a, column)
		y, _ := t.Number(b, column)
		switch {
		case g.better(x, y):
			return -1
		case g.better(y, x):
			return 1
		}
		return 0
	})
	return list
}

// Best returns the point that is chosen by a goal: the best, of equals the first. It fails where no point has the figure.
func (t *Table) Best(g Goal) (int, error) {
	if order := t.Order(g); len(order) > 0 {
		return order[0], nil
	}
	return 0, fmt.Errorf("no point has the figure %s; choose by another", g.Figure)
}

// Rank returns how many points are better than a point, and one; 0 where it has not the figure. Of is how many have it.
func (t *Table) Rank(point int, g Goal) (rank, of int) {
	column := t.Column(g.Figure)
	own, ok := t.Number(point, column)
	for _, k := range t.Order(g) {
		of++
		if x, _ := t.Number(k, column); ok && g.better(x, own) {
			rank++
		}
	}
	if ok {
		rank++
	}
	return rank, of
}

// Front lists the points than which no other is better by one goal and as good by the other: the Pareto front, the best by
// the first goal first. Of points that are equal by both it has the first.
func (t *Table) Front(by, other Goal) []int {
	column := t.Column(other.Figure)
	first := t.Column(by.Figure)
	var front []int
	for _, k := range t.Order(by) {
		y, ok := t.Number(k, column)
		if !ok {
			continue
		}
		if n := len(front); n > 0 {
			last, _ := t.Number(front[n-1], column)
			if !other.better(y, last) {
				continue
			}
			x, _ := t.Number(k, first)
			if held, _ := t.Number(front[n-1], first); x == held { // as good by one, better by the other
				front = front[:n-1]
			}
		}
		front = append(front, k)
	}
	return front
}

// Around is how a point's figure stands among its neighbours: the points one step away along any of the axes, or several.
type Around struct {
	Points              int // neighbours that were run; 0: nothing is known of the point's surroundings
	Worst, Median, Best float64
	All                 float64 // median of all points
	Edge                bool    // the worst neighbour loses more than half of what the point is better by than the median of all
}

// Around looks at the neighbours of a point.
func (t *Table) Around(grid *Grid, point int, goal Goal) Around {
	column := t.Column(goal.Figure)
	own, _ := t.Number(point, column)
	neighbour := grid.neighbour(point)
	var near, all []float64
	for _, k := range t.Order(goal) {
		x, _ := t.Number(k, column)
		all = append(all, x)
		if k != point && neighbour(k) {
			near = append(near, x)
		}
	}
	if len(near) == 0 {
		return Around{}
	}
	a := Around{len(near), near[len(near)-1], near[len(near)/2], near[0], all[len(all)/2], false}
	half := own + (a.All-own)/2
	a.Edge = goal.better(half, a.Worst)
	return a
}

// neighbour tells which points differ from one by one step at most along each axis. Variants are no steps: their order says nothing.
func (g *Grid) neighbour(of int) func(point int) bool {
	own := g.At(of)
	ordered := make([]bool, len(g.Axes))
	for k, a := range g.Axes {
		ordered[k] = a.ordered()
	}
	return func(point int) bool {
		for k, at := range g.At(point) {
			step := at - own[k]
			if step < -1 || step > 1 || step != 0 && !ordered[k] {
				return false
			}
		}
		return true
	}
}

// Rim is a key of which a point has the smallest or the largest value that was tried.
type Rim struct {
	Path, Value string
	Largest     bool
	Inside      int // the point one step further in; -1: it need not be one of those drawn
}

// Rims lists the keys in which a point lies at the edge of the grid, so that better ones may lie beyond. Fewer than three values have
// nothing but edges, values without steps none, and 0 is the edge of the world.
func (g *Grid) Rims(point int) []Rim {
	var list []Rim
	at := g.At(point)
	for k, v := range at {
		a := &g.Axes[k]
		last := len(a.Values) - 1
		if last < 2 || v != 0 && v != last || !a.ordered() {
			continue
		}
		first, _ := ParseQuantity(a.Values[0]) // it has read as one
		end, _ := ParseQuantity(a.Values[last])
		own, _ := ParseQuantity(a.Values[v])
		if own.Value.Sign() != 0 {
			list = append(list, Rim{a.Path, a.Values[v], (v == last) == (end.Value.Cmp(first.Value) > 0), g.inside(at, k)})
		}
	}
	return list
}

// inside returns the point one step further in along an axis than one at its end.
func (g *Grid) inside(at []int, axis int) int {
	if g.Drawn() {
		return -1
	}
	in := slices.Clone(at)
	if in[axis]++; at[axis] > 0 {
		in[axis] = at[axis] - 1
	}
	return g.Index(in)
}

// ordered reports whether the axis's values are numbers or durations, ascending or descending.
func (a Axis) ordered() bool {
	sign := 0
	for k, text := range a.Values {
		v, err := ParseQuantity(text)
		if err != nil {
			return false
		}
		if k == 0 {
			continue
		}
		before, _ := ParseQuantity(a.Values[k-1])
		turn := v.Value.Cmp(before.Value)
		if before.Unit != v.Unit || turn == 0 || sign != 0 && turn != sign {
			return false
		}
		sign = turn
	}
	return true
}
