package optimize

import (
	"bufio"
	"fmt"
	"os"
	"testing"
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
