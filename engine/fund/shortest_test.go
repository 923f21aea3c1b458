package fund

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
)

// sameText fails unless the text of x is that of the standard library, the dumb twin.
func sameText(t *testing.T, x float64) {
	t.Helper()
	if got, want := string(AppendFloat(nil, x)), strconv.FormatFloat(x, 'g', -1, 64); got != want {
		t.Fatalf("%x is written as %s, want %s", math.Float64bits(x), got, want)
	}
}

// TestAppendFloat tries numbers of every exponent, with mantissas at random, at the ends, and next to short decimals.
func TestAppendFloat(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for exponent := range uint64(2047) {
		tries := 20
		if x := math.Float64frombits(exponent << 52); x > 1e-5 && x < 1<<54 {
			tries = 20_000
		}
		for range tries {
			sameText(t, math.Float64frombits(exponent<<52|random.Uint64()>>12))
		}
		for _, m := range []uint64{0, 1, 2, 3, 1<<52 - 1, 1<<52 - 2, 1 << 51} {
			sameText(t, math.Float64frombits(exponent<<52|m))
			sameText(t, -math.Float64frombits(exponent<<52|m))
		}
	}
	for range 200_000 {
		x := math.Floor(math.Pow(10, 17*random.Float64())) / math.Pow(10, float64(random.IntN(21)))
		sameText(t, x)
		sameText(t, -math.Nextafter(x, 0))
		sameText(t, math.Nextafter(x, math.Inf(1)))
	}
}

func FuzzAppendFloat(f *testing.F) {
	for _, x := range []float64{0, 0.1, -0.5, 1e-4, 123.456, 1 << 53, 1e21, 5e-324, math.MaxFloat64} {
		f.Add(x)
	}
	f.Fuzz(func(t *testing.T, x float64) {
		if !math.IsNaN(x) && !math.IsInf(x, 0) {
			sameText(t, x)
		}
	})
}
