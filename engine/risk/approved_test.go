package risk_test

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"

	"github.com/steelyard/steelyard/engine/fund"
)

const head = `package outside

import (
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/risk"
)

var wish fund.Order

`

// Outside this package nothing that compiles makes an Approved that holds an order.
func TestOnlyRiskApproves(t *testing.T) {
	fset := token.NewFileSet()
	sources := importer.ForCompiler(fset, "source", nil)
	for name, c := range map[string]struct{ text, err string }{
		"control":              {`var id = risk.Approved{}.Order().ID + wish.ID`, ""},
		"keyed literal":        {`var a = risk.Approved{order: wish}`, "cannot refer to unexported field order in struct literal"},
		"literal":              {`var a = risk.Approved{wish}`, "implicit assignment to unexported field order"},
		"assignment":           {`func f(a *risk.Approved) { a.order = wish }`, "a.order undefined"},
		"part of it":           {`func f(a *risk.Approved) { a.order.Quantity = wish.Quantity }`, "a.order undefined"},
		"assignment to Order":  {`func f(a risk.Approved) { a.Order().ID = 1 }`, "cannot assign to a.Order().ID"},
		"look-alike":           {`var a = risk.Approved(struct{ order fund.Order }{wish})`, "cannot convert"},
		"look-alike by name":   {`type alike struct{ order fund.Order }; var a risk.Approved = alike{wish}`, "cannot use alike{…}"},
		"order itself":         {`var a = risk.Approved(wish)`, "cannot convert wish"},
		"pointer of the order": {`var a = (*risk.Approved)(&wish)`, "cannot convert &wish"},
		"embedding":            {`type mine struct{ risk.Approved }; func f(m *mine) { m.order = wish }`, "m.order undefined"},
	} {
		t.Run(name, func(t *testing.T) {
			file, err := parser.ParseFile(fset, "outside.go", head+c.text, 0)
			if err != nil {
				t.Fatal(err)
			}
			config := types.Config{Importer: sources}
			_, err = config.Check("outside", fset, []*ast.File{file}, nil)
			switch {
			case c.err == "" && err != nil:
				t.Errorf("does not compile: %v", err)
			case c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)):
				t.Errorf("%v, want %s", err, c.err)
			}
		})
	}
}

// Approved orders can be narrowed and nothing else.
func TestWithSpendOnlyNarrows(t *testing.T) {
	wish := fund.Order{ID: 7, Side: fund.Buy, Quantity: fund.MustAmount("2")}
	l := desk()
	a, _ := l.Approve(wish, holding(universe(), 0, 0, 0, 1000))
	for _, c := range []struct{ most, want string }{{"300", "300"}, {"200", "200"}, {"250", "200"}, {"0", "0"}} {
		a = a.WithSpend(fund.MustAmount(c.most))
		if got := a.Order(); got.Spend.String() != c.want || got.ID != 7 || got.Quantity.String() != "2" {
			t.Errorf("at most %s: %+v", c.most, got)
		}
	}
}
