package core

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sort"
)

type table map[string]int

func concurrent(in chan int, done func()) { // want `channel in the core`
	go done() // want `go statement in the core: the core runs in one goroutine`
	select {  // want `select in the core`
	case <-in: // want `channel in the core`
	default:
	}
	in <- 1        // want `channel in the core`
	for range in { // want `channel in the core`
	}
}

func order[M ~map[K]V, K cmp.Ordered, V any](m M, named table, s []int) iter.Seq[K] {
	for range s {
	}
	for range m { // want `range over a map: its order is random: keep a slice, or range over slices.Sorted`
	}
	for range named { // want `range over a map`
	}
	for range maps.All(m) { // want `maps.All iterates over a map`
	}
	for range slices.Sorted(maps.Keys(m)) {
	}
	for name := range named { //detcheck:allow only sums, and addition of integers is commutative
		s[0] += named[name]
	}
	return maps.Keys(m) // want `maps.Keys iterates over a map`
}

func sorts(s []int, less func(i, j int) bool, compare func(a, b int) int) {
	sort.Slice(s, less)               // want `sort.Slice in the core: equal elements end in any order`
	slices.SortFunc(s, compare)       // want `slices.SortFunc in the core: .* use slices.SortStableFunc`
	sort.Sort(sort.IntSlice(s))       // want `sort.Sort in the core`
	byOther := slices.SortFunc[[]int] // want `slices.SortFunc in the core`
	byOther(s, compare)
	sort.SliceStable(s, less)
	slices.SortStableFunc(s, compare)
	slices.Sort(s)
}

var (
	ErrEmpty  = errors.New("empty")
	errFormat = fmt.Errorf("format: %w", ErrEmpty)
	cache     table                      // want `package variable cache: two runs in one process would share it`
	a, b                   = 1, ErrEmpty // want `package variable a` `package variable b`
	_         fmt.Stringer = (*named)(nil)
)

type named struct{}

func (*named) String() string { return "" }

const fine = 12
