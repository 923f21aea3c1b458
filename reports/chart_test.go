package reports

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/plot/plotter"
)

// What thinning leaves out cannot be seen: in every column first, last, lowest and highest stay.
func TestThinKeepsWhatIsSeen(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	points := make(plotter.XYs, 50_000)
	for i := range points {
		points[i] = plotter.XY{X: float64(i), Y: random.NormFloat64()}
	}
	kept := thin(points, 300)
	if len(kept) > 4*301 || kept[0] != points[0] || kept[len(kept)-1] != points[len(points)-1] {
		t.Errorf("%d points kept", len(kept))
	}
	byY := func(p, q plotter.XY) int { return int(math.Copysign(1, p.Y-q.Y)) }
	if slices.MaxFunc(kept, byY) != slices.MaxFunc(points, byY) || slices.MinFunc(kept, byY) != slices.MinFunc(points, byY) {
		t.Error("an extreme is lost")
	}
	if !slices.IsSortedFunc(kept, func(p, q plotter.XY) int { return int(p.X - q.X) }) {
		t.Error("out of order")
	}
}

func TestTicks(t *testing.T) {
	if got := linearTicks(-0.83, 0.02, 6); !slices.Equal(got, []float64{-0.8, -0.6000000000000001, -0.4, -0.2, 0}) {
		t.Errorf("linear %v", got)
	}
	if got := logTicks(4e6, 3e7, 6); len(got) < 2 || got[0] < 4e6 || got[len(got)-1] > 3e7 {
		t.Errorf("logarithmic %v", got)
	}
	at := func(y, m, d int) float64 { return float64(time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC).Unix()) }
	for _, c := range []struct {
		from, to float64
		n        int
		first    string
	}{
		{at(2021, 4, 5), at(2023, 12, 30), 12, "2021-07"},
		{at(2021, 4, 5), at(2023, 12, 30), 4, "2022"},
		{at(2022, 1, 1), at(2022, 1, 9), 10, "01-01"},
		{at(1900, 6, 1), at(2070, 1, 1), 5, "1950"},
	} {
		ticks := timeTicks(c.from, c.to, c.n)
		if len(ticks) == 0 || len(ticks) > c.n || ticks[0].Label != c.first {
			t.Errorf("%v to %v: %v", c.from, c.to, ticks)
		}
	}
}

func TestCompact(t *testing.T) {
	for x, want := range map[float64]string{0: "0", 1234: "1.23 k", -11.77e6: "−11.8 M", 2e9: "2 bn", 0.5: "0.5", 999: "999"} {
		if got := compact(x); got != want {
			t.Errorf("%v: %q, want %q", x, got, want)
		}
	}
}
