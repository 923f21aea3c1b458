package main

import (
	"go/ast"
	"go/token"
	"go/types"
)

// checkProduct reports a floating-point product that is added or subtracted as it stands. Some processors compute
// x*y+z in one operation that rounds once, others in two; a conversion forces the product to be rounded.
func (c *checker) checkProduct(n ast.Node) {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		if n.Op == token.ADD || n.Op == token.SUB {
			c.checkTerm(n.X)
			c.checkTerm(n.Y)
		}
	case *ast.AssignStmt:
		if n.Tok == token.ADD_ASSIGN || n.Tok == token.SUB_ASSIGN {
			c.checkTerm(n.Rhs[0])
		}
	}
}

// checkTerm reports e, an operand of + or −, if it is a product under parentheses and signs.
func (c *checker) checkTerm(e ast.Expr) {
	switch e := e.(type) {
	case *ast.ParenExpr:
		c.checkTerm(e.X)
	case *ast.UnaryExpr:
		if e.Op == token.SUB || e.Op == token.ADD {
			c.checkTerm(e.X)
		}
	case *ast.BinaryExpr:
		value := c.TypesInfo.Types[e]
		if e.Op == token.MUL && value.Value == nil && may(value.Type, isFloat) {
			c.reportf(e.Pos(), "the product %s is added without being rounded, and some builds fuse the two: write %s(%s)",
				types.ExprString(e), value.Type, types.ExprString(e))
		}
	}
}

// isFloat reports whether t is a floating-point or complex type.
func isFloat(t types.Type) bool {
	basic, ok := t.(*types.Basic)
	return ok && basic.Info()&(types.IsFloat|types.IsComplex) != 0
}
