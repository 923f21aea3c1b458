package optimize

import (
	"bufio"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize/convex/lp"
)

const netgen = "../../../shared/vectors/mincostflow/netgen-2.min"

// dimacs reads a network in the format of the first DIMACS challenge.
func dimacs(t testing.TB, path string) *Network {
	f, err := os.Open(path)
	if err != nil {
		t.Skip("the shared vectors are not here: ", err)
	}
	defer f.Close()
	n := &Network{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var nodes, arcs, v, w int
		var supply float64
		var a Arc
		switch line := lines.Text(); line[0] {
		case 'p':
			fmt.Sscanf(line, "p min %d %d", &nodes, &arcs)
			n.Supply = make([]float64, nodes)
		case 'n':
			fmt.Sscanf(line, "n %d %g", &v, &supply)
			n.Supply[v-1] = supply
		case 'a':
			fmt.Sscanf(line, "a %d %d %g %g %g", &v, &w, &a.Low, &a.High, &a.Cost)
			a.From, a.To = v-1, w-1
			n.Arcs = append(n.Arcs, a)
		}
	}
	return n
}

func TestNetgen(t *testing.T) {
	s, err := dimacs(t, netgen).Solve()
	if err != nil || s.Cost != 6_749_969_302 {
		t.Fatalf("%.0f, %v", s.Cost, err)
	}
}

func BenchmarkNetgen(b *testing.B) {
	n := dimacs(b, netgen)
	for b.Loop() {
		if _, err := n.Solve(); err != nil {
			b.Fatal(err)
		}
	}
}

// anyNetwork draws a connected network; some have capacities too small for their supplies.
func anyNetwork(r *rand.Rand) *Network {
	nodes := 2 + r.IntN(8)
	n := &Network{Supply: make([]float64, nodes)}
	for v := 1; v < nodes; v++ {
		x := math.Floor(20*r.Float64()) - 10
		n.Supply[v] += x
		n.Supply[0] -= x
		n.Arcs = append(n.Arcs, Arc{From: r.IntN(v), To: v, High: 30 * r.Float64(), Cost: 10 * r.Float64()})
	}
	for range nodes * 3 {
		if v, w := r.IntN(nodes), r.IntN(nodes); v != w {
			n.Arcs = append(n.Arcs, Arc{From: v, To: w, High: 30 * r.Float64(), Cost: 10*r.Float64() - 1})
		}
	}
	return n
}

// dense solves a network as a linear program: a row for every node but one, because the rows sum to 0, and a slack
// variable for every capacity.
func dense(n *Network) (float64, error) {
	m, rows := len(n.Arcs), len(n.Supply)-1
	a, b, c := mat.NewDense(rows+m, 2*m, nil), make([]float64, rows+m), make([]float64, 2*m)
	for k, arc := range n.Arcs {
		c[k] = arc.Cost
		if arc.From > 0 {
			a.Set(arc.From-1, k, 1)
		}
		if arc.To > 0 {
			a.Set(arc.To-1, k, -1)
		}
		a.Set(rows+k, k, 1)
		a.Set(rows+k, m+k, 1)
		b[rows+k] = arc.High
	}
	copy(b, n.Supply[1:])
	best, _, err := lp.Simplex(c, a, b, 1e-12, nil)
	return best, err
}

func TestNetworkEqualsLinearProgram(t *testing.T) {
	infeasible := 0
	for seed := range uint64(500) {
		n := anyNetwork(rand.New(rand.NewPCG(seed, 2)))
		got, err := n.Solve()
		want, twin := dense(n)
		switch {
		case errors.Is(twin, lp.ErrInfeasible):
			if infeasible++; !errors.Is(err, ErrInfeasible) {
				t.Fatalf("seed %d: %v, and the twin says %v", seed, err, twin)
			}
		case twin != nil:
			t.Logf("seed %d: the twin gives up: %v", seed, twin)
		case err != nil || math.Abs(got.Cost-want) > 1e-9*(1+math.Abs(want)):
			t.Fatalf("seed %d: %v, %v; the twin has %v", seed, got.Cost, err, want)
		}
		if err == nil {
			carries(t, n, got.Flow)
		}
	}
	if infeasible < 5 || infeasible > 400 {
		t.Errorf("%d of 500 are infeasible: the test tests little", infeasible)
	}
}

// carries sees that a flow keeps bounds and supplies.
func carries(t *testing.T, n *Network, flow []float64) {
	t.Helper()
	left := append([]float64(nil), n.Supply...)
	for k, a := range n.Arcs {
		if flow[k] < a.Low-1e-9 || flow[k] > a.High+1e-9 {
			t.Fatalf("a flow of %v on %+v", flow[k], a)
		}
		left[a.From] -= flow[k]
		left[a.To] += flow[k]
	}
	for v, x := range left {
		if math.Abs(x) > 1e-9 {
			t.Fatalf("node %d keeps %v", v, x)
		}
	}
}

func TestNetworksWithoutOptimum(t *testing.T) {
	inf := math.Inf(1)
	for what, c := range map[string]struct {
		n    Network
		want error
	}{
		"no way":               {Network{[]float64{1, -1}, []Arc{{1, 0, 0, inf, 1}}}, ErrInfeasible},
		"supplies without sum": {Network{[]float64{1, 1}, []Arc{{0, 1, 0, inf, 1}}}, ErrInfeasible},
		"bounds crossed":       {Network{[]float64{1, -1}, []Arc{{0, 1, 0, inf, 1}, {0, 1, 2, 1, 1}}}, ErrInfeasible},
		"more asked than fits": {Network{[]float64{2, -2}, []Arc{{0, 1, 0, 1, 1}}}, ErrInfeasible},
		"a cycle that pays":    {Network{[]float64{1, -1}, []Arc{{0, 1, 0, inf, 1}, {1, 0, 0, inf, -2}}}, ErrUnbounded},
		"a cycle for nothing":  {Network{[]float64{1, -1}, []Arc{{0, 1, 0, inf, 1}, {1, 0, 0, inf, -1}}}, nil},
		"nothing to carry":     {Network{[]float64{0, 0}, []Arc{{0, 1, 0, 1, 1}}}, nil},
		"no arcs, no supplies": {Network{[]float64{0}, nil}, nil},
		"a lower bound":        {Network{[]float64{0, 0}, []Arc{{0, 1, 1, 2, 1}, {1, 0, 0, 5, 1}}}, nil},
	} {
		if _, err := c.n.Solve(); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", what, err, c.want)
		}
	}
}
