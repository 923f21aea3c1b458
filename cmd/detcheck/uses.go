package main

import (
	"go/ast"
	"go/types"
	"strings"
)

// refusedUses maps functions, methods and variables of the standard library to what to write instead.
var refusedUses = map[string]string{
	"time.After":                 clock,
	"time.AfterFunc":             clock,
	"time.NewTicker":             clock,
	"time.NewTimer":              clock,
	"time.Now":                   clock,
	"time.Since":                 clock,
	"time.Sleep":                 clock,
	"time.Tick":                  clock,
	"time.Until":                 clock,
	"time.Local":                 zone,
	"time.LoadLocation":          zone,
	"(time.Time).Local":          zone,
	"sort.Slice":                 unstable,
	"sort.Sort":                  unstable,
	"slices.SortFunc":            unstable,
	"slices.SortedFunc":          unstable,
	"fmt.Print":                  inOut,
	"fmt.Printf":                 inOut,
	"fmt.Println":                inOut,
	"fmt.Scan":                   inOut,
	"fmt.Scanf":                  inOut,
	"fmt.Scanln":                 inOut,
	"print":                      inOut,
	"println":                    inOut,
	"(reflect.Value).MapKeys":    "its order is random: sort what it returns outside the core",
	"(reflect.Value).MapRange":   "its order is random: keep a slice",
	"golang.org/x/exp/maps.Keys": "its order is random: use slices.Sorted(maps.Keys(m))",
}

const (
	clock    = "the clock of the core is Event.At, and waiting is a SetTimer command"
	zone     = "the core knows UTC only: it must not depend on the machine's time zones"
	unstable = "equal elements end in any order: use slices.SortStableFunc or sort.SliceStable"
)

// exactMath lists the functions of package math that give the same bits on every build.
var exactMath = map[string]bool{
	"Abs": true, "Ceil": true, "Copysign": true, "Float32bits": true, "Float32frombits": true, "Float64bits": true,
	"Float64frombits": true, "Floor": true, "Frexp": true, "Inf": true, "IsInf": true, "IsNaN": true, "Ldexp": true,
	"Max": true, "Min": true, "NaN": true, "Round": true, "RoundToEven": true, "Signbit": true, "Sqrt": true, "Trunc": true,
}

// checkUse reports the mention of a refused function, method or variable, called or not.
func (c *checker) checkUse(n ast.Node) {
	id, ok := n.(*ast.Ident)
	if !ok {
		return
	}
	name := c.name(id)
	if instead := refusedUses[name]; instead != "" {
		c.reportf(id.Pos(), "%s in the core: %s", name, instead)
	}
	function, isMath := strings.CutPrefix(name, "math.")
	if _, ok := c.TypesInfo.Uses[id].(*types.Func); ok && isMath && !exactMath[function] {
		c.reportf(id.Pos(), "%s differs between builds and processors: use engine/float, math.Sqrt, or products", name)
	}
}

// name returns the full name of what id uses, such as "time.Now", "(time.Time).Local" or "println"; "" for what
// belongs to no package or is local to a function.
func (c *checker) name(id *ast.Ident) string {
	switch used := c.TypesInfo.Uses[id].(type) {
	case *types.Func:
		return used.Origin().FullName()
	case *types.Builtin:
		return used.Name()
	case *types.Var:
		if used.Pkg() != nil && used.Parent() == used.Pkg().Scope() {
			return used.Pkg().Path() + "." + used.Name()
		}
	}
	return ""
}

// function returns the full name of a called function, or "".
func (c *checker) function(fun ast.Expr) string {
	switch fun := ast.Unparen(fun).(type) {
	case *ast.Ident:
		return c.name(fun)
	case *ast.SelectorExpr:
		return c.name(fun.Sel)
	case *ast.IndexExpr:
		return c.function(fun.X)
	case *ast.IndexListExpr:
		return c.function(fun.X)
	}
	return ""
}
