package sweep_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/steelyard/steelyard/sim/sweep"
)

// figures is a table of one axis and two figures; a cell "" has none.
func figures(rows [][2]string) *sweep.Table {
	t := &sweep.Table{Columns: []sweep.Column{{Name: "point", Number: true}, {Name: "axis"}, {Name: "x", Number: true}, {Name: "y", Number: true}}, Axes: 1}
	for k, r := range rows {
		t.Rows = append(t.Rows, []string{strconv.Itoa(k), strconv.Itoa(k), r[0], r[1]})
	}
	return t
}

// The front is what the definition says: no other point is better by one goal and as good by the other.
func TestFrontByDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 20).Draw(t, "n")
		cells := rapid.SampledFrom([]string{"0", "1", "2", "3", "4", "-1", ""})
		var rows [][2]string
		for range n {
			rows = append(rows, [2]string{cells.Draw(t, "x"), cells.Draw(t, "y")})
		}
		table := figures(rows)
		x, y := sweep.Goal{Figure: "x", Less: rapid.Bool().Draw(t, "less x")}, sweep.Goal{Figure: "y", Less: rapid.Bool().Draw(t, "less y")}
		value := func(k, column int, g sweep.Goal) (float64, bool) {
			v, ok := table.Number(k, column)
			if g.Less {
				v = -v
			}
			return v, ok
		}
		var want []int
		for k := range rows {
			a, ok := value(k, 2, x)
			b, both := value(k, 3, y)
			on := ok && both
			for m := range rows {
				c, ok := value(m, 2, x)
				d, both := value(m, 3, y)
				if ok && both && c >= a && d >= b && (c > a || d > b || m < k) {
					on = false
				}
			}
			if on {
				want = append(want, k)
			}
		}
		got := table.Front(x, y)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Fatalf("%v: %v; want %v", rows, got, want)
		}
	})
}

// A plateau is no knife's edge; a lone peak is one.
func TestKnifesEdge(t *testing.T) {
	b := base(t, swept)
	g := grid(t, b, "trigger.band=1%..7%:7")
	for _, c := range []struct {
		name string
		x    []string
		best int
		edge bool
		near int
	}{
		{"plateau", []string{"0", "1", "9", "10", "9", "1", "0"}, 3, false, 2},
		{"peak", []string{"0", "0", "0", "10", "0", "0", "0"}, 3, true, 2},
		{"at the end", []string{"10", "9", "3", "2", "1", "1", "1"}, 0, false, 1},
		{"alone", []string{"10", "", "3", "2", "1", "1", "1"}, 0, false, 0},
	} {
		var rows [][2]string
		for _, x := range c.x {
			rows = append(rows, [2]string{x, "0"})
		}
		table := figures(rows)
		goal := sweep.Goal{Figure: "x"}
		best := table.Order(goal)[0]
		around := table.Around(g, best, goal)
		if best != c.best || around.Edge != c.edge || around.Points != c.near {
			t.Errorf("%s: point %d, %+v", c.name, best, around)
		}
	}
}

func TestGoals(t *testing.T) {
	table := figures(nil)
	for text, good := range map[string]bool{"x": true, "least:y": true, "axis": false, "point": false, "z": false, "least:": false} {
		if g, err := sweep.ParseGoal(text, table); (err == nil) != good || good && g.String() != text {
			t.Errorf("%s: %v %v", text, g, err)
		}
	}
}

// A point lies at the edge of the grid where it has the smallest or the largest of three numbers or more, in whatever order they are
// given; below 0 there is nothing, and names have no order.
func TestRims(t *testing.T) {
	b := base(t, swept)
	g := grid(t, b, "trigger.band=2%,4%,8%", "trigger.at-most-every=3d,2d,1d", "venues.v.fee.taker=0bp,5bp,10bp", "orders.dust=1,2", "target.assets=[A],[B],[C]")
	for _, c := range []struct {
		at   []int
		want string
	}{
		{[]int{1, 1, 1, 0, 0}, ""},
		{[]int{0, 0, 0, 0, 0}, "trigger.band=2% smallest, trigger.at-most-every=3d largest"},
		{[]int{2, 2, 2, 1, 2}, "trigger.band=8% largest, trigger.at-most-every=1d smallest, venues.v.fee.taker=10bp largest"},
	} {
		var got []string
		for _, r := range g.Rims(g.Index(c.at)) {
			end, in := "smallest", slices.Clone(c.at)
			if r.Largest {
				end = "largest"
			}
			if k := slices.IndexFunc(g.Axes, func(a sweep.Axis) bool { return a.Path == r.Path }); in[k] == 2 {
				in[k] = 1
			} else {
				in[k]++
			}
			if r.Inside != g.Index(in) {
				t.Errorf("%v: %s: point %d is further in, not %d", c.at, r.Path, g.Index(in), r.Inside)
			}
			got = append(got, r.Path+"="+r.Value+" "+end)
		}
		if text := strings.Join(got, ", "); text != c.want {
			t.Errorf("%v: %s, want %s", c.at, text, c.want)
		}
	}
}
