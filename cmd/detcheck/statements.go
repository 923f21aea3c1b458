package main

import (
	"go/ast"
	"go/token"
	"go/types"
)

func (c *checker) checkConcurrency(n ast.Node) {
	const instead = "the core runs in one goroutine, and what happens outside comes in as an event"
	switch n := n.(type) {
	case *ast.GoStmt:
		c.reportf(n.Pos(), "go statement in the core: %s", instead)
	case *ast.SelectStmt:
		c.reportf(n.Pos(), "select in the core: %s", instead)
	case *ast.ChanType, *ast.SendStmt:
		c.reportf(n.Pos(), "channel in the core: %s", instead)
	case *ast.UnaryExpr:
		if n.Op == token.ARROW {
			c.reportf(n.Pos(), "channel in the core: %s", instead)
		}
	case *ast.RangeStmt:
		if may(c.TypesInfo.TypeOf(n.X), isChannel) {
			c.reportf(n.Pos(), "channel in the core: %s", instead)
		}
	}
}

// checkMapOrder reports iteration in the random order of maps. Sorting the keys at once is fine.
func (c *checker) checkMapOrder(n ast.Node) {
	const instead = "its order is random: keep a slice, or range over slices.Sorted(maps.Keys(m))"
	switch n := n.(type) {
	case *ast.RangeStmt:
		if may(c.TypesInfo.TypeOf(n.X), isMap) {
			c.reportf(n.Pos(), "range over a map: %s", instead)
		}
	case *ast.CallExpr:
		name := c.function(n.Fun)
		if name == "slices.Sorted" {
			c.sortedKeys = n.Args[0] // visited next
		}
		if (name == "maps.Keys" || name == "maps.Values" || name == "maps.All") && !(name == "maps.Keys" && c.sortedKeys == n) {
			c.reportf(n.Pos(), "%s iterates over a map: %s", name, instead)
		}
	}
}

func isChannel(t types.Type) bool {
	_, ok := t.(*types.Chan)
	return ok
}

func isMap(t types.Type) bool {
	_, ok := t.(*types.Map)
	return ok
}

// may reports whether is holds for t's underlying type or, where t is a type parameter, for one that it may stand for.
func may(t types.Type, is func(types.Type) bool) bool {
	switch t := types.Unalias(t).(type) {
	case *types.TypeParam:
		return may(t.Constraint(), is)
	case *types.Union:
		for term := range t.Terms() {
			if may(term.Type(), is) {
				return true
			}
		}
		return false
	}
	if constraint, ok := t.Underlying().(*types.Interface); ok {
		for embedded := range constraint.EmbeddedTypes() {
			if may(embedded, is) {
				return true
			}
		}
	}
	return is(t.Underlying())
}

// checkVariables reports variables of the package other than errors and assertions like `var _ I = T{}`.
func (c *checker) checkVariables(file *ast.File) {
	for _, decl := range file.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok || group.Tok != token.VAR {
			continue
		}
		for _, spec := range group.Specs {
			spec := spec.(*ast.ValueSpec)
			for i, name := range spec.Names {
				if name.Name != "_" && !(i < len(spec.Values) && c.isNewError(spec.Values[i])) {
					c.reportf(name.Pos(), "package variable %s: two runs in one process would share it; "+
						"make it a constant, a function, or a field", name.Name)
				}
			}
		}
	}
}

// isNewError reports whether e is a call of errors.New or fmt.Errorf.
func (c *checker) isNewError(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return false
	}
	name := c.function(call.Fun)
	return name == "errors.New" || name == "fmt.Errorf"
}
