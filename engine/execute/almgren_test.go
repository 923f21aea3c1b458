package execute_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/steelyard/steelyard/engine/execute"
	"pgregory.net/rapid"
)

// paper is the worked example of Almgren and Chriss (2000), table 1, with λ open.
func paper(lambda float64) execute.Liquidation {
	return execute.Liquidation{X: 1e6, T: 5, N: 5, Sigma: 0.30 * 50 / math.Sqrt(250), Epsilon: 0.0625, Gamma: 2.5e-7, Eta: 2.5e-6, Lambda: lambda}
}

// near demands equality to 1e-9, relative.
func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-9*math.Abs(want) {
		t.Errorf("%s is %.17g, want %.17g", what, got, want)
	}
}

// The figures of shared/checks.md.
func TestAlmgrenChrissWorkedExample(t *testing.T) {
	l := paper(1e-6)
	near(t, "κ̃", l.KappaTilde(), 0.6155870112510924)
	near(t, "κ", l.Kappa(), 0.6062596284191861)
	near(t, "half-life", l.HalfLife(), 1.6494583395)
	e, v := l.Cost(l.Holdings())
	near(t, "E", e, 910_477.8442503856)
	near(t, "V", v, 3.6386800930252356e11)
	for j, want := range []float64{1_000_000, 542_380.69324, 290_295.12287, 148_216.12537, 62_303.23854, 0} {
		if got := l.Holdings()[j]; math.Abs(got-want) > 0.5e-5 {
			t.Errorf("%.6f held after %d trades, want %.5f", got, j, want)
		}
	}
}

// The cases of shared/vectors/impact_vectors.json, every λ of it.
func TestAlmgrenChrissVectors(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "vectors", "impact_vectors.json"))
	if err != nil {
		t.Skipf("needs the recorded vectors: %v", err)
	}
	var file struct {
		Paper struct {
			Cases []struct {
				Lambda     float64 `json:"lam"`
				KappaTilde float64 `json:"kappa_tilde"`
				Kappa      float64
				HalfLife   float64 `json:"half_life"`
				E, V       float64
				Holdings   []float64
			}
		} `json:"almgren_chriss_2000"`
	}
	if err := json.Unmarshal(text, &file); err != nil || len(file.Paper.Cases) < 4 {
		t.Fatal(len(file.Paper.Cases), err)
	}
	for _, c := range file.Paper.Cases {
		l := paper(c.Lambda)
		near(t, "κ̃", l.KappaTilde(), c.KappaTilde)
		near(t, "κ", l.Kappa(), c.Kappa)
		if c.HalfLife > 0 {
			near(t, "half-life", l.HalfLife(), c.HalfLife)
		}
		x := l.Holdings()
		e, v := l.Cost(x)
		near(t, "E", e, c.E)
		near(t, "V", v, c.V)
		for j, want := range c.Holdings {
			near(t, "a holding", x[j], want)
		}
	}
}

// drawn is a problem of any sane size with η > γτ/2.
func drawn(t *rapid.T) execute.Liquidation {
	l := execute.Liquidation{
		X: rapid.Float64Range(1, 1e7).Draw(t, "X"), T: rapid.Float64Range(0.01, 10).Draw(t, "T"), N: rapid.IntRange(1, 30).Draw(t, "N"),
		Sigma: rapid.Float64Range(0.01, 5).Draw(t, "σ"), Epsilon: rapid.Float64Range(0, 0.1).Draw(t, "ε"),
		Eta: rapid.Float64Range(1e-7, 1e-4).Draw(t, "η"), Lambda: math.Pow(10, rapid.Float64Range(-10, -1).Draw(t, "log λ")),
	}
	l.Gamma = rapid.Float64Range(0, 1.9).Draw(t, "γ") * l.Eta / l.Tau()
	return l
}

// No schedule is better under the objective that the optimum is optimal for: 10,000 random ones, near and far.
func TestAlmgrenChrissIsNotBeaten(t *testing.T) {
	tried := 0
	rapid.Check(t, func(t *rapid.T) {
		l := drawn(t)
		x := l.Holdings()
		objective := func(x []float64) float64 {
			e, v := l.Cost(x)
			return e + l.Lambda*v
		}
		best := objective(x)
		spread := rapid.SampledFrom([]float64{1e-3, 0.1, 3}).Draw(t, "how far")
		for range 100 {
			other := append([]float64(nil), x...)
			for j := 1; j < l.N; j++ {
				other[j] *= math.Exp(spread * rapid.Float64Range(-1, 1).Draw(t, "move"))
			}
			if got := objective(other); got < best*(1-1e-12) {
				t.Fatalf("%v costs %v, the optimum %v costs %v", other, got, x, best)
			}
			tried++
		}
	})
	if tried < 10_000 {
		t.Fatalf("only %d schedules were tried", tried)
	}
}

// Without risk aversion parts are equal; with any amount of it all goes at once; and where waiting cannot pay, too.
func TestAlmgrenChrissAtTheEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawn(t)
		for _, lambda := range []float64{0, 1e-40} {
			l.Lambda = lambda
			for j, x := range l.Holdings() {
				if want := l.X * float64(l.N-j) / float64(l.N); math.Abs(x-want) > 1e-9*l.X {
					t.Fatalf("λ = %v: %v held after %d of %d trades, want %v", lambda, x, j, l.N, want)
				}
			}
		}
		l.Lambda = 1e60
		if x := l.Holdings(); x[0] != l.X || x[1] > 1e-9*l.X {
			t.Fatalf("λ = %v: %v", l.Lambda, x)
		}
		l.Lambda, l.Gamma = 1e-6, 2.1*l.Eta/l.Tau()
		if x := l.Holdings(); x[0] != l.X || x[1] != 0 {
			t.Fatalf("η < γτ/2: %v", x)
		}
	})
}
