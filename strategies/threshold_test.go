package strategies_test

import (
	"math"
	"testing"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/strategies"
	"pgregory.net/rapid"
)

// holdings makes a view of BTC, ETH, SOL and USDT (cash) with these values, after a first decision.
func holdings(btc, eth, sol, usdt float64) *fund.View {
	u := &fund.Universe{Base: 3, Assets: []fund.Asset{{Name: "BTC"}, {Name: "ETH"}, {Name: "SOL"}, {Name: "USDT"}}}
	return &fund.View{
		Universe: u, Stale: make([]bool, 4), Value: []float64{btc, eth, sol, usdt},
		NAV: btc + eth + sol + usdt, Decisions: 1,
	}
}

func TestThreshold(t *testing.T) {
	target := []float64{0.4, 0.3, 0.1, 0.2}
	noCash := []float64{0.5, 0.5, 0, 0}
	relative := strategies.Threshold{Band: 0.1, Dust: 1}
	absolute := strategies.Threshold{Band: 0.05, Absolute: true, Dust: 1}
	for _, c := range []struct {
		name    string
		trigger strategies.Threshold
		target  []float64
		view    *fund.View
		change  func(*fund.View)
		want    string
	}{
		{"at target", relative, target, holdings(400, 300, 100, 200), nil, ""},
		{"inside every band", relative, target, holdings(439, 275, 91, 195), nil, ""},
		{"cash with a target counts", relative, target, holdings(439, 300, 100, 161), nil, "USDT 16.1 % < 18.0 %"},
		{"above its edge", relative, target, holdings(461, 270, 90, 179), nil, "BTC 46.1 % > 44.0 %"},
		{"below its edge", relative, target, holdings(400, 319, 85, 196), nil, "SOL 8.5 % < 9.0 %"},
		{"the furthest is named, not the first", relative, target, holdings(450, 290, 60, 200), nil, "SOL 6.0 % < 9.0 %"},
		{"as many digits as tell them apart", relative, target, holdings(440.2, 299.8, 100, 160), nil, "USDT 16.0 % < 18.0 %"},
		{"close call", relative, []float64{0.5, 0.5, 0, 0}, holdings(5500.2, 4499.8, 0, 0), nil, "BTC 55.002 % > 55.000 %"},
		{"absolute inside", absolute, target, holdings(445, 300, 60, 195), nil, ""},
		{"absolute beyond", absolute, target, holdings(460, 300, 50, 190), nil, "BTC 46.0 % > 45.0 %"},
		{"cash without a target does not count", relative, noCash, holdings(525, 475, 0, 0), nil, ""},
		{"but dilutes the others", relative, noCash, holdings(500, 500, 0, 1000), nil, "BTC 25.0 % < 45.0 %"},
		{"dust without a target", relative, noCash, holdings(500, 500, 1, 0), nil, ""},
		{"more than dust", relative, noCash, holdings(500, 500, 1.5, 0), nil, "SOL held without a target: 1.50 > 1.00 USDT"},
		{"more than dust, absolute", absolute, noCash, holdings(500, 500, 1.5, 0), nil, "SOL held without a target: 1.50 > 1.00 USDT"},
		{
			"stale SOL leaves: 400, 300, 200 of 900 are at target", relative, target, holdings(400, 300, 500, 200),
			func(v *fund.View) { v.Stale[2] = true }, "",
		},
		{
			"stale SOL leaves: 600 of 1000 against 4/9", relative, target, holdings(600, 250, 500, 150),
			func(v *fund.View) { v.Stale[2] = true }, "BTC 60.0 % > 48.9 %",
		},
		{"blocked SOL leaves", blocked(relative, 2), target, holdings(400, 300, 500, 200), nil, ""},
		{"a blocked asset without a target is no stray", blocked(relative, 2), noCash, holdings(500, 500, 500, 0), nil, ""},
		{"its own band is wider", bands(relative, 0.2, 0, 0, 0), target, holdings(461, 272, 92, 182), nil, ""},
		{"its own band is narrower", bands(relative, 0.02, 0, 0, 0), target, holdings(410, 295, 98, 197), nil, "BTC 41.0 % > 40.8 %"},
		{
			"owed cash is not cash", relative, target, holdings(400, 300, 100, 300),
			func(v *fund.View) { v.Owed = 100 }, "",
		},
		{
			"owed cash is missed", relative, target, holdings(400, 300, 100, 200),
			func(v *fund.View) { v.Owed = 100 }, "USDT 11.1 % < 18.0 %",
		},
		{
			"everything is owed", relative, target, holdings(400, 300, 0, 0),
			func(v *fund.View) { v.Owed = 700 }, "BTC held while 700.00 USDT is owed",
		},
		{"an empty fund", relative, target, holdings(0, 0, 0, 0), nil, ""},
		{
			"every target stale", relative, noCash, holdings(500, 500, 0, 10),
			func(v *fund.View) { v.Stale[0], v.Stale[1] = true, true }, "",
		},
		{
			"a wide band buys the target once", strategies.Threshold{Band: 1, Dust: 1}, target, holdings(0, 0, 0, 1000),
			func(v *fund.View) { v.Decisions = 0 }, "USDT 100.0 % > 40.0 %",
		},
		{
			"whatever the band", strategies.Threshold{Band: 1, Absolute: true, Dust: 1}, noCash, holdings(0, 0, 0, 1000),
			func(v *fund.View) { v.Decisions = 0 }, "BTC not held yet, target 50.0 %",
		},
		{
			"but only once", strategies.Threshold{Band: 1, Absolute: true, Dust: 1}, noCash, holdings(0, 0, 0, 1000),
			nil, "",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.change != nil {
				c.change(c.view)
			}
			if got := c.trigger.Due(c.view, c.target); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func blocked(t strategies.Threshold, a fund.AssetID) strategies.Threshold {
	t.Blocked = make([]bool, 4)
	t.Blocked[a] = true
	return t
}

func bands(t strategies.Threshold, b ...float64) strategies.Threshold {
	t.Bands = b
	return t
}

func TestThresholdFollowsTargetAndStaleness(t *testing.T) {
	trigger := &strategies.Threshold{Band: 0.1, Dust: 1}
	v := holdings(500, 500, 0, 0)
	target := []float64{0.5, 0.5, 0, 0}
	if r := trigger.Due(v, target); r != "" {
		t.Fatal(r)
	}
	target[0], target[1] = 0.7, 0.3 // a target may rewrite its slice in place
	if r := trigger.Due(v, target); r != "ETH 50.0 % > 33.0 %" {
		t.Fatal(r)
	}
	v.Stale[1], v.AnyStale = true, true
	if r := trigger.Due(v, target); r != "" {
		t.Fatal(r)
	}
	v.Stale[1], v.AnyStale = false, false
	if r := trigger.Due(v, target); r == "" {
		t.Fatal("fresh again, and not due")
	}
}

func TestThresholdQuietPathDoesNotAllocate(t *testing.T) {
	v, target := market(20)
	trigger := &strategies.Threshold{Band: 0.5, Dust: 1}
	if n := testing.AllocsPerRun(100, func() { trigger.Due(v, target) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// situation is a random view with a target and a trigger over it.
type situation struct {
	view    *fund.View
	target  []float64
	trigger strategies.Threshold
}

func situations(t *rapid.T) situation {
	n := rapid.IntRange(1, 7).Draw(t, "assets")
	v, _ := market(n)
	n++ // cash
	target, sum := make([]float64, n), 0.0
	trigger := strategies.Threshold{
		Band: rapid.Float64Range(0.001, 1).Draw(t, "band"), Absolute: rapid.Bool().Draw(t, "absolute"), Dust: 5,
		Bands: make([]float64, n), Blocked: make([]bool, n),
	}
	v.NAV = 0
	for a := range n {
		if rapid.Bool().Draw(t, "targeted") {
			target[a] = rapid.Float64Range(0.01, 1).Draw(t, "target")
			sum += target[a]
		}
		v.Value[a] = float64(rapid.IntRange(0, 1000).Draw(t, "value")) // whole, so that sums do not depend on their order
		v.NAV += v.Value[a]
		v.Stale[a] = a < n-1 && rapid.IntRange(0, 4).Draw(t, "stale") == 0
		trigger.Blocked[a] = a < n-1 && rapid.IntRange(0, 4).Draw(t, "blocked") == 0
		if rapid.Bool().Draw(t, "own band") {
			trigger.Bands[a] = rapid.Float64Range(0.001, 1).Draw(t, "its band")
		}
	}
	for a := range target {
		target[a] /= max(sum, 1e-9)
	}
	v.Owed = float64(rapid.IntRange(0, 300).Draw(t, "owed"))
	v.Decisions = rapid.IntRange(0, 1).Draw(t, "decisions")
	return situation{v, target, trigger}
}

// plainlyDue is the rule of the design, word by word: weights are divided, nothing is prepared. It also says whether some
// drift is so close to its band that rounding decides.
func plainlyDue(s situation) (due, close bool) {
	v, base := s.view, int(s.view.Universe.Base)
	total, targets := -v.Owed, 0.0
	in := func(a int) bool { return !v.Stale[a] && !s.trigger.Blocked[a] }
	for a, value := range v.Value {
		if in(a) {
			total += value
			targets += s.target[a]
		}
	}
	for a, value := range v.Value {
		if !in(a) {
			continue
		}
		stray := s.target[a] == 0 && a != base
		due = due || stray && value > s.trigger.Dust && (total > 0 || v.NAV > 0)
		if total <= 0 {
			due = due || a != base && value > s.trigger.Dust
			continue
		}
		t := 0.0
		if targets > 0 {
			t = s.target[a] / targets
		}
		if a == base {
			value -= v.Owed
		}
		drift, band := math.Abs(value/total-t), s.trigger.Band
		if own := s.trigger.Bands[a]; own != 0 {
			band = own
		}
		if t == 0 && (a == base || !s.trigger.Absolute) {
			continue
		}
		if !s.trigger.Absolute {
			drift /= t
		}
		due = due || drift > band || v.Decisions == 0 && t*total > s.trigger.Dust && v.Value[a] <= s.trigger.Dust
		close = close || math.Abs(drift-band) < 1e-9
	}
	return due, close
}

func TestThresholdEqualsItsPlainTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := situations(t)
		want, close := plainlyDue(s)
		if close {
			t.Skip("a coin toss")
		}
		if reason := s.trigger.Due(s.view, s.target); (reason != "") != want {
			t.Fatalf("due %v, reason %q", want, reason)
		}
	})
}

// Scaling every amount by a power of two, and listing the assets in another order, changes no decision.
func TestThresholdUnderPermutation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := situations(t)
		if _, close := plainlyDue(s); close {
			t.Skip("a coin toss")
		}
		reason := s.trigger.Due(s.view, s.target)
		order := rapid.Permutation(numbers(len(s.target))).Draw(t, "order")
		p := permuted(s, order)
		if got := p.trigger.Due(p.view, p.target); (got != "") != (reason != "") {
			t.Fatalf("%q became %q", reason, got)
		}
	})
}

func numbers(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

func permuted(s situation, order []int) situation {
	v := *s.view
	u := *v.Universe
	p := situation{view: &v, trigger: strategies.Threshold{Band: s.trigger.Band, Absolute: s.trigger.Absolute, Dust: s.trigger.Dust}}
	v.Universe, v.Stale, v.Value, u.Assets = &u, nil, nil, nil
	for to, from := range order {
		u.Assets = append(u.Assets, s.view.Universe.Assets[from])
		v.Stale = append(v.Stale, s.view.Stale[from])
		v.Value = append(v.Value, s.view.Value[from])
		p.target = append(p.target, s.target[from])
		p.trigger.Bands = append(p.trigger.Bands, s.trigger.Bands[from])
		p.trigger.Blocked = append(p.trigger.Blocked, s.trigger.Blocked[from])
		if from == int(s.view.Universe.Base) {
			u.Base = fund.AssetID(to)
		}
	}
	return p
}
