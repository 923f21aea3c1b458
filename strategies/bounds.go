package strategies

import "github.com/steelyard/steelyard/engine/fund"

// Bounds are the least and the most of the fund that an asset with a weight gets, as fractions. Of n assets, n·Floor
// must be at most 1; where n·Cap is below 1, what the caps leave is cash.
type Bounds struct{ Floor, Cap float64 }

// allotment turns measures into weights and keeps them until a measure changes.
type allotment struct {
	measures []float64 // by asset: what weights are proportional to; 0: no weight
	weights  []float64
}

// of returns the weights, by asset, that are proportional to measures within b; nil when no measure is above 0.
func (k *allotment) of(measures []float64, b Bounds, base fund.AssetID) []float64 {
	if !same(k.measures, measures) {
		k.measures = append(k.measures[:0], measures...)
		k.weights = b.allot(measures, k.weights, base)
	}
	return k.weights
}

func same(a, b []float64) bool {
	if len(a) != len(b) {
		return false
	}
	for i, x := range a {
		if x != b[i] {
			return false
		}
	}
	return true
}

// free marks a weight that no bound has fixed yet.
const free = -1

// allot returns weights that are proportional to measures within the bounds. It uses the memory of old.
func (b Bounds) allot(measures, old []float64, base fund.AssetID) []float64 {
	w, n := append(old[:0], measures...), 0
	for a, m := range measures {
		if m > 0 {
			w[a] = free
			n++
		}
	}
	if n == 0 {
		return nil
	}
	if left := 1 - float64(float64(n)*b.Cap); left > 1e-9 {
		w[base] = left
	}
	for rest := 1 - w[base]; ; {
		scale := rest / sumFree(measures, w)
		fixed, taken := b.fix(measures, w, scale)
		if fixed == 0 {
			return settle(measures, w, scale)
		}
		rest -= taken
	}
}

// fix gives assets beyond a bound that bound: those above the cap if together they are further beyond it than the
// others are below the floor, else those below the floor. The scale of the rest can then only move away from what was
// fixed, so that nothing is fixed wrongly. It returns how many it fixed, and what they take.
func (b Bounds) fix(measures, w []float64, scale float64) (n int, taken float64) {
	over, short := 0.0, 0.0
	for a := range w {
		if w[a] == free {
			x := float64(measures[a] * scale)
			over += max(0, x-b.Cap)
			short += max(0, b.Floor-x)
		}
	}
	for a := range w {
		x := float64(measures[a] * scale)
		switch {
		case w[a] != free:
			continue
		case over >= short && x > b.Cap:
			w[a] = b.Cap
		case over < short && x < b.Floor:
			w[a] = b.Floor
		default:
			continue
		}
		n++
		taken += w[a]
	}
	return n, taken
}

// settle gives the assets that no bound has fixed what is proportional.
func settle(measures, w []float64, scale float64) []float64 {
	for a := range w {
		if w[a] == free {
			w[a] = measures[a] * scale
		}
	}
	return w
}

func sumFree(measures, w []float64) float64 {
	sum := 0.0
	for a, m := range measures {
		if w[a] == free {
			sum += m
		}
	}
	return sum
}
