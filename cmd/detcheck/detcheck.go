package main

import (
	"go/ast"
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"
)

var analyzer = &analysis.Analyzer{
	Name: "detcheck",
	Doc:  "report what makes the core depend on anything but its events",
	Run:  run,
}

// checker checks one file. Findings on a line that carries an allowance are dropped.
type checker struct {
	*analysis.Pass
	allowed    map[int]*allowance // by line
	sortedKeys ast.Expr           // the newest argument of slices.Sorted
}

// allowance is a comment "//detcheck:allow reason".
type allowance struct {
	pos    token.Pos
	reason string
	used   bool
}

func run(pass *analysis.Pass) (any, error) {
	for _, file := range pass.Files {
		// What does not end in .go is generated: the main of a test.
		if name := pass.Fset.Position(file.FileStart).Filename; strings.HasSuffix(name, "_test.go") || !strings.HasSuffix(name, ".go") {
			continue
		}
		c := &checker{Pass: pass, allowed: map[int]*allowance{}}
		c.readAllowances(file)
		c.checkImports(file)
		c.checkVariables(file)
		ast.Inspect(file, c.visit)
		c.checkAllowances()
	}
	return nil, nil
}

// visit checks one node. Each of the checks looks at its own kinds of node.
func (c *checker) visit(n ast.Node) bool {
	c.checkConcurrency(n)
	c.checkMapOrder(n)
	c.checkUse(n)
	c.checkProduct(n)
	return true
}

// reportf reports a finding unless its line allows it.
func (c *checker) reportf(pos token.Pos, format string, args ...any) {
	if a := c.allowed[c.Fset.Position(pos).Line]; a != nil {
		a.used = true
		return
	}
	c.Reportf(pos, format, args...)
}

func (c *checker) readAllowances(file *ast.File) {
	for _, group := range file.Comments {
		for _, comment := range group.List {
			if reason, ok := strings.CutPrefix(comment.Text, "//detcheck:allow"); ok {
				line := c.Fset.Position(comment.Pos()).Line
				c.allowed[line] = &allowance{pos: comment.Pos(), reason: strings.TrimSpace(reason)}
			}
		}
	}
}

func (c *checker) checkAllowances() {
	for _, a := range c.allowed {
		switch {
		case a.reason == "":
			c.Reportf(a.pos, "detcheck:allow needs a reason: write why this is deterministic nevertheless")
		case !a.used:
			c.Reportf(a.pos, "detcheck:allow allows nothing here: delete it")
		}
	}
}

func (c *checker) checkImports(file *ast.File) {
	for _, spec := range file.Imports {
		path := strings.Trim(spec.Path.Value, `"`)
		if instead := refusal(c.Pkg.Path(), path); instead != "" {
			c.reportf(spec.Pos(), "import of %s in the core: %s", path, instead)
		}
	}
}
