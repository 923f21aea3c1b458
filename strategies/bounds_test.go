package strategies

import (
	"math"
	"testing"

	"github.com/steelyard/steelyard/engine/fund"
	"pgregory.net/rapid"
)

// levelled is the dumb twin of allot: it halves towards the scale at which the clamped measures sum to 1.
func levelled(measures []float64, b Bounds) []float64 {
	w := make([]float64, len(measures))
	low, high := 0.0, 1e12
	for range 200 {
		scale, sum := (low+high)/2, 0.0
		for a, m := range measures {
			if w[a] = 0; m > 0 {
				w[a] = min(max(m*scale, b.Floor), b.Cap)
			}
			sum += w[a]
		}
		if sum < 1 {
			low = scale
		} else {
			high = scale
		}
	}
	return w
}

func TestWeightsWithinBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "assets")
		measures := append(rapid.SliceOfN(rapid.Float64Range(1e-6, 1e3), n, n).Draw(t, "measures"), 0)
		b := Bounds{
			Floor: rapid.Float64Range(0, 1).Draw(t, "floor") / float64(n),
			Cap:   min(1, rapid.Float64Range(1, 4).Draw(t, "cap")/float64(n)),
		}
		w := b.allot(measures, nil, fund.AssetID(n))
		for a, want := range levelled(measures, b) {
			if math.Abs(w[a]-want) > 1e-9 {
				t.Fatalf("asset %d: %v, want %v of %v", a, w, want, measures)
			}
		}
	})
}

func TestBounds(t *testing.T) {
	all := Bounds{Cap: 1}
	for name, c := range map[string]struct {
		bounds         Bounds
		measures, want []float64
	}{
		"proportional":            {all, []float64{1, 3, 0}, []float64{0.25, 0.75, 0}},
		"one is all":              {all, []float64{0, 3, 0}, []float64{0, 1, 0}},
		"capped":                  {Bounds{0, 0.5}, []float64{1, 8, 1, 0}, []float64{0.25, 0.5, 0.25, 0}},
		"floored":                 {Bounds{0.2, 1}, []float64{1, 98, 1, 0}, []float64{0.2, 0.6, 0.2, 0}},
		"capped, then capped":     {Bounds{0, 0.4}, []float64{50, 30, 5, 5, 0}, []float64{0.4, 0.4, 0.1, 0.1, 0}},
		"what caps leave is cash": {Bounds{0, 0.4}, []float64{5, 0, 1, 0}, []float64{0.4, 0, 0.4, 0.2}},
		"nothing":                 {all, []float64{0, 0}, nil},
	} {
		got := c.bounds.allot(c.measures, nil, fund.AssetID(len(c.measures)-1))
		if len(got) != len(c.want) {
			t.Fatalf("%s: %v", name, got)
		}
		for a := range got {
			if math.Abs(got[a]-c.want[a]) > 1e-12 {
				t.Errorf("%s: %v, want %v", name, got, c.want)
			}
		}
	}
}

// Bounds that leave one way give it to the bit: no dust of a weight is left for cash.
func TestTightBounds(t *testing.T) {
	for n := 1; n < 100; n++ {
		measures := make([]float64, n+1)
		for a := range n {
			measures[a] = float64(a + 1)
		}
		w := Bounds{1 / float64(n), 1 / float64(n)}.allot(measures, nil, fund.AssetID(n))
		for a := range n {
			if math.Abs(w[a]-1/float64(n)) > 1e-15 {
				t.Fatalf("%d: %v", n, w)
			}
		}
		if w[n] != 0 {
			t.Fatalf("%d: cash gets %v", n, w[n])
		}
	}
}
