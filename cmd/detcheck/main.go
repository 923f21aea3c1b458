// Detcheck finds what would make the deterministic core depend on anything but its events: concurrency, map order,
// the clock, IO, randomness, package variables, and floating-point operations that differ between builds.
//
//	go run ./cmd/detcheck ./engine/... ./strategies/... ./sim/exchange/... ./sim/market/...
//
// It checks the packages it is pointed at, without their tests; rooms.go says which of them may do more than the
// rest. Where a finding is harmless, the line says why:
//
//	for name := range seen { //detcheck:allow only counts, so the order does not matter
package main

import "golang.org/x/tools/go/analysis/singlechecker"

func main() { singlechecker.Main(analyzer) }
