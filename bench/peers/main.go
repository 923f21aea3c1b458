// Peers solves the same minimum-cost flow problems with engine/optimize, with HiGHS and with networkx, checks that all
// agree, and prints how long each took. Python packages are installed into a folder of their own that is removed again;
// where that cannot be done the peers are left out and a line says why.
package main

import (
	"errors"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/steelyard/steelyard/engine/optimize"
)

func main() {
	python := flag.String("python", "", "`interpreter` that has highspy and networkx (default: install them)")
	flag.Parse()
	if err := run(*python, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

// result is one solve: the best of three.
type result struct {
	problem, solver string
	cost            float64
	took            time.Duration
}

func run(python string, files []string) error {
	dir, err := os.MkdirTemp("", "peers-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for _, size := range [][2]int{{200, 1000}, {1000, 6000}, {4000, 24000}} {
		path := filepath.Join(dir, fmt.Sprintf("random-%d-%d.min", size[0], size[1]))
		if err := write(path, random(size[0], size[1])); err != nil {
			return err
		}
		files = append(files, path)
	}
	results, err := ours(files)
	if err != nil {
		return err
	}
	theirs, err := peers(python, dir, files)
	if err != nil {
		fmt.Println("peers skipped:", err)
	}
	return show(append(results, theirs...))
}

// random returns a connected network of whole numbers that has a solution.
func random(nodes, arcs int) *optimize.Network {
	r := rand.New(rand.NewPCG(uint64(nodes), 1))
	n := &optimize.Network{Supply: make([]float64, nodes)}
	for v := range nodes {
		x := float64(r.IntN(1000))
		n.Supply[v] += x
		n.Supply[(v+nodes/2)%nodes] -= x
		n.Arcs = append(n.Arcs, optimize.Arc{From: v, To: (v + 1) % nodes, High: 1e7, Cost: float64(5000 + r.IntN(5000))})
	}
	for len(n.Arcs) < arcs {
		if v, w := r.IntN(nodes), r.IntN(nodes); v != w {
			n.Arcs = append(n.Arcs, optimize.Arc{From: v, To: w, High: float64(1 + r.IntN(2000)), Cost: float64(1 + r.IntN(10000))})
		}
	}
	return n
}

func write(path string, n *optimize.Network) error {
	var b strings.Builder
	fmt.Fprintf(&b, "p min %d %d\n", len(n.Supply), len(n.Arcs))
	for v, x := range n.Supply {
		fmt.Fprintf(&b, "n %d %.0f\n", v+1, x)
	}
	for _, a := range n.Arcs {
		fmt.Fprintf(&b, "a %d %d %.0f %.0f %.0f\n", a.From+1, a.To+1, a.Low, a.High, a.Cost)
	}
	return os.WriteFile(path, []byte(b.String()), 0o644)
}

func read(path string) (*optimize.Network, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	n := &optimize.Network{}
	for line := range strings.Lines(string(text)) {
		var nodes, v, w int
		var x float64
		var a optimize.Arc
		switch line[0] {
		case 'p':
			_, err = fmt.Sscanf(line, "p min %d %d", &nodes, &w)
			n.Supply = make([]float64, nodes)
		case 'n':
			_, err = fmt.Sscanf(line, "n %d %g", &v, &x)
			n.Supply[v-1] = x
		case 'a':
			_, err = fmt.Sscanf(line, "a %d %d %g %g %g", &v, &w, &a.Low, &a.High, &a.Cost)
			a.From, a.To = v-1, w-1
			n.Arcs = append(n.Arcs, a)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %q: %w", path, line, err)
		}
	}
	return n, nil
}

func ours(files []string) ([]result, error) {
	var all []result
	for _, path := range files {
		n, err := read(path)
		if err != nil {
			return nil, err
		}
		best := result{problem: path, solver: "steelyard", took: time.Hour}
		for range 3 {
			began := time.Now()
			s, err := n.Solve()
			if err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
			best.cost, best.took = s.Cost, min(best.took, time.Since(began))
		}
		all = append(all, best)
	}
	return all, nil
}

// peers runs the script beside this file.
func peers(python, dir string, files []string) ([]result, error) {
	if python == "" {
		var err error
		if python, err = install(filepath.Join(dir, "python")); err != nil {
			return nil, err
		}
	}
	cmd := exec.Command(python, append([]string{filepath.Join("bench", "peers", "mincostflow.py")}, files...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s (run from the root of the repository): %w", cmd, err)
	}
	var all []result
	for line := range strings.Lines(string(out)) {
		f := strings.Fields(line)
		if len(f) != 4 {
			return nil, fmt.Errorf("the script says %q", line)
		}
		cost, err1 := strconv.ParseFloat(f[2], 64)
		seconds, err2 := strconv.ParseFloat(f[3], 64)
		if err := errors.Join(err1, err2); err != nil {
			return nil, err
		}
		all = append(all, result{f[0], f[1], cost, time.Duration(seconds * float64(time.Second))})
	}
	return all, nil
}

// install makes a Python environment with the peers in it.
func install(dir string) (string, error) {
	if out, err := exec.Command("python3", "-m", "venv", dir).CombinedOutput(); err != nil {
		return "", fmt.Errorf("no Python environment: %w\n%s", err, out)
	}
	python := filepath.Join(dir, "bin", "python")
	if out, err := exec.Command(python, "-m", "pip", "install", "--quiet", "highspy", "networkx", "numpy").CombinedOutput(); err != nil {
		return "", fmt.Errorf("highspy and networkx cannot be installed: %w\n%s", err, out)
	}
	return python, nil
}

// show prints a table, and fails where costs differ.
func show(all []result) error {
	fmt.Println("| problem | solver | cost | time |\n|---|---|---|---|")
	cost := map[string]float64{}
	var differ error
	for _, r := range all {
		name := filepath.Base(r.problem)
		fmt.Printf("| %s | %s | %.0f | %v |\n", name, strings.ReplaceAll(r.solver, "_", " "), r.cost, r.took.Round(10*time.Microsecond))
		if want, known := cost[name]; known && math.Abs(want-r.cost) > 1e-9*want {
			differ = errors.Join(differ, fmt.Errorf("%s: %s finds %.0f, not %.0f", name, r.solver, r.cost, want))
		} else {
			cost[name] = r.cost
		}
	}
	return differ
}
