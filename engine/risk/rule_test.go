package risk_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"

	"github.com/steelyard/steelyard/engine/risk"
)

// Every constant of type Kind is one of Kinds, in the order of the source.
func TestKindsAreAll(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "rule.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var kinds []risk.Kind
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && isKind(spec.Type) {
			text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			kinds = append(kinds, risk.Kind(text))
		}
		return true
	})
	if len(kinds) == 0 || !slices.Equal(kinds, risk.Kinds()) {
		t.Errorf("the constants are %v, the kinds %v", kinds, risk.Kinds())
	}
}

func isKind(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "Kind"
}
