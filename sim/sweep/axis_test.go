package sweep_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/steelyard/steelyard/sim/sweep"
)

func TestAxes(t *testing.T) {
	for text, want := range map[string]string{
		"trigger.band=2%..30%:15": "2% 4% 6% 8% 10% 12% 14% 16% 18% 20% 22% 24% 26% 28% 30%",
		"k=1d,3d,7d,30d":          "1d 3d 7d 30d",
		"k=1d..2d:3":              "1d 36h 2d",
		"k=12h..3d:6":             "12h 1d 36h 2d 60h 3d",
		"k=0..1:4":                "0 0.333333333333 0.666666666667 1",
		"k=1bp..2bp:3":            "1bp 1.5bp 2bp",
		"k=-1..1:3":               "-1 0 1",
		"k=1M..2M:2, 5M":          "1M 2M 5M",
		"target.weights={A: 1%, B: 99%},{A: 100%}": "{A: 1%, B: 99%} {A: 100%}",
		"k=[A, B],[A]":            "[A, B] [A]",
		"k=first-of-month,monday": "first-of-month monday",
		"k=1e-6..3e-6:2":          "0.000001 0.000003",
	} {
		a, err := sweep.ParseAxis(text)
		if got := strings.Join(a.Values, " "); err != nil || got != want {
			t.Errorf("%s: %s, %v; want %s", text, got, err, want)
		}
	}
}

func TestWrongAxes(t *testing.T) {
	for text, says := range map[string]string{
		"trigger.band":       "KEY=VALUES",
		"=1":                 "KEY=VALUES",
		"k=":                 "empty value",
		"k=1,,2":             "empty value",
		"k=1..2":             "how many values",
		"k=1..2:1":           "two at least",
		"k=30%..2%:5":        "the range is empty",
		"k=2%..2%:2":         "the range is empty",
		"k=1%..2bp:2":        "different units",
		"k=a..b:2":           "is no number",
		"k=1,1":              "given twice",
		"k=1..3:3,2":         "given twice",
		"k=1ms..2ms:5":       "too many for so short",
		"k=1..2:2000000000":  "at most",
		"k=1..1e999999999:2": "is no number",
		"k=0x1..0x2:2":       "is no number",
		"k=1/3..2/3:2":       "is no number",
		"k=1d..99999999d:2":  "longer than 100 years",
	} {
		if _, err := sweep.ParseAxis(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v; it should say %q", text, err, says)
		}
	}
}

// A range has as many values as it says, both its ends, and equal steps.
func TestRangesAreEven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		low, step, n := rapid.IntRange(0, 500).Draw(t, "low"), rapid.IntRange(1, 40).Draw(t, "step"), rapid.IntRange(2, 60).Draw(t, "n")
		unit := rapid.SampledFrom([]string{"%", "bp", "", "M"}).Draw(t, "unit")
		a, err := sweep.ParseAxis(fmt.Sprintf("k=%d%s..%d%s:%d", low, unit, low+step*(n-1), unit, n))
		if err != nil || len(a.Values) != n {
			t.Fatal(a, err)
		}
		for k, v := range a.Values {
			if v != fmt.Sprintf("%d%s", low+k*step, unit) {
				t.Fatal(a.Values)
			}
		}
	})
}

// Drawn points are points of the whole grid, each once, and the same for the same seed.
func TestRandomPoints(t *testing.T) {
	b := base(t, swept)
	rapid.Check(t, func(t *rapid.T) {
		n, seed := rapid.IntRange(1, 60).Draw(t, "n"), rapid.Uint64().Draw(t, "seed")
		list := []sweep.Axis{{Path: "a", Values: []string{"1", "2", "3"}}, {Path: "b", Values: strings.Split("abcdefghijklmnopq", "")}}
		g, err := sweep.NewGrid(b.Fund, list, n, seed)
		if err != nil {
			t.Fatal(err)
		}
		again, _ := sweep.NewGrid(b.Fund, list, n, seed)
		seen := map[string]bool{}
		for k := range int(g.Len()) {
			if fmt.Sprint(g.Settings(k)) != fmt.Sprint(again.Settings(k)) {
				t.Fatal("the same seed draws other points")
			}
			seen[fmt.Sprint(g.Settings(k))] = true
		}
		if len(seen) != min(n, 51) {
			t.Fatalf("%d of %d points", len(seen), n)
		}
	})
}

// Whatever is written, it is an axis or an error, and an axis that is written out is the same axis.
func FuzzParseAxis(f *testing.F) {
	for _, seed := range []string{"trigger.band=2%..30%:15", "k=1d,3d,7d", "k={A: 1%, B: 99%},[A]", "k=1e-6..3e-6:2", "k='a,b',c", "k=1ms..2w:3", "k=..:2"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := sweep.ParseAxis(text)
		if err != nil || len(a.Values) > 1000 {
			return
		}
		again, err := sweep.ParseAxis(a.String())
		if err != nil || again.String() != a.String() {
			t.Fatalf("%q is %q, which is %q, %v", text, a, again, err)
		}
	})
}
