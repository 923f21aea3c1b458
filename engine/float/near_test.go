package float

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// nearZero draws numbers of every size, most of them small.
var nearZero = rapid.OneOf(rapid.Float64Range(-1, 1), rapid.Float64Range(-1e-8, 1e-8), rapid.Float64Range(-1e-300, 1e-300),
	rapid.Float64Range(-0.35, -0.33), rapid.Float64Range(0.33, 0.35), rapid.Float64Range(-0.999, 700))

// The standard library is within 1 ulp of the truth.
func TestExpm1IsAccurate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := nearZero.Draw(t, "x")
		if off := ulps(Expm1(x), big.NewFloat(math.Expm1(x))); off > 4 {
			t.Fatalf("Expm1(%v) = %v, %v: %.2f ulp off", x, Expm1(x), math.Expm1(x), off)
		}
	})
}

func TestLog1pIsAccurate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := nearZero.Draw(t, "x")
		if x == -1 {
			return
		}
		if off := ulps(Log1p(x), big.NewFloat(math.Log1p(x))); off > 4 {
			t.Fatalf("Log1p(%v) = %v, %v: %.2f ulp off", x, Log1p(x), math.Log1p(x), off)
		}
	})
}

func TestExpm1AndLog1pAtTheEnds(t *testing.T) {
	for x, want := range map[float64]float64{0: 0, math.Inf(1): math.Inf(1), math.Inf(-1): -1, 800: math.Inf(1), -800: -1} {
		if got := Expm1(x); got != want {
			t.Errorf("Expm1(%v) = %v, want %v", x, got, want)
		}
	}
	for x, want := range map[float64]float64{0: 0, math.Inf(1): math.Inf(1), -1: math.Inf(-1)} {
		if got := Log1p(x); got != want {
			t.Errorf("Log1p(%v) = %v, want %v", x, got, want)
		}
	}
	if got := Log1p(-2); got == got {
		t.Errorf("Log1p(−2) = %v", got)
	}
}
