package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"strconv"
	"strings"
	"testing"
)

// ranks orders the rooms: a package imports only packages of strictly lower rank. A key that ends in /* stands for
// the packages directly in a folder that have no line of their own.
func ranks() map[string]int {
	return map[string]int{
		"engine/fund": 0, "engine/float": 0, "examples": 0,
		"engine/impact": 1, "engine/ledger": 1, "engine/shortfall": 1,
		"engine/optimize": 2, "engine/risk": 2,
		"engine/execute": 3,
		"engine":         4,
		"engine/journal": 5, "engine/host": 5, "strategies": 5, "sim/stream": 5,
		"venues": 6, "data": 6, "reports/evidence": 6, "data/projection": 6, "sim/exchange": 6, "sim/market": 6, "strategies/fundfile": 6, "reports/stats": 6, "reports/parting": 6, "reports/shelf": 6,
		"venues/*": 7, "data/projection/*": 7, "sim": 7, "reports": 7,
		"sim/*": 8,
		"cmd/*": 9, "bench/document": 6, "bench": 9, "bench/*": 9, "bench/peers/*": 9,
	}
}

// rank returns the rank of a package by its path in the module.
func rank(pkg string) (int, bool) {
	r, ok := ranks()[pkg]
	if !ok {
		r, ok = ranks()[path.Dir(pkg)+"/*"]
	}
	return r, ok
}

func TestImportsPointDown(t *testing.T) {
	for _, f := range goFiles(t) {
		if f.isTest() {
			continue
		}
		own, ok := rank(f.pkg())
		if !ok {
			t.Errorf("package %s has no rank: add it to ranks() in cmd/detcheck/rank_test.go and to docs/ARCHITECTURE.md", f.pkg())
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f.path, f.text, parser.ImportsOnly)
		if err != nil {
			t.Error(err)
			continue
		}
		checkImports(t, f.path, own, parsed)
	}
}

func checkImports(t *testing.T, file string, own int, parsed *ast.File) {
	for _, spec := range parsed.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Error(err)
		}
		pkg, ours := strings.CutPrefix(imported, module)
		if !ours {
			continue
		}
		if r, ok := rank(pkg); !ok || r >= own {
			t.Errorf("%s (rank %d) imports %s (rank %d): imports point to lower ranks only; pass it in through an interface, "+
				"or move what is shared down", file, own, pkg, r)
		}
	}
}

func TestRanks(t *testing.T) {
	for pkg, want := range map[string]int{"engine/fund": 0, "sim/exchange": 6, "sim/sweep": 8, "venues/binance": 7, "cmd/steelyard": 9} {
		if got, ok := rank(pkg); !ok || got != want {
			t.Errorf("rank(%q) = %d, %t, want %d", pkg, got, ok, want)
		}
	}
	for _, pkg := range []string{"engine/extra", "tools", ".", "strategies/other", "sim/a/b"} {
		if _, ok := rank(pkg); ok {
			t.Errorf("%q has a rank", pkg)
		}
	}
}
