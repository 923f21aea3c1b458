package fundfile_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// schemaFile is what `steelyard schema` prints.
const schemaFile = "../../cmd/steelyard/fund.schema.json"

func schemaTree(t *testing.T) any {
	t.Helper()
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	if err := c.AddResource("fund.schema.json", schemaTree(t)); err != nil {
		t.Fatal(err)
	}
	return c.MustCompile("fund.schema.json")
}

// check returns what the schema says of a fund file.
func check(s *jsonschema.Schema, text []byte) error {
	json, err := yaml.YAMLToJSON(bytes.TrimPrefix(text, []byte("\ufeff")))
	if err != nil {
		return err
	}
	tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(json))
	if err != nil {
		return err
	}
	return s.Validate(tree)
}

// The reader names the keys of every mapping in one call, the schema in one object: they are the same sets.
func TestSchemaHasTheKeysOfTheReader(t *testing.T) {
	if diff := cmp.Diff(readersKeys(t), schemasKeys(schemaTree(t))); diff != "" {
		t.Errorf("mappings of the reader (-) and of %s (+):\n%s", schemaFile, diff)
	}
}

// readersKeys returns the keys of each r.keys call in the package's source.
func readersKeys(t *testing.T) []string {
	t.Helper()
	var sets []string
	files, _ := filepath.Glob("*.go")
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && isKeys(call) {
				sets = append(sets, literals(t, name, call.Args[1:]))
			}
			return true
		})
	}
	slices.Sort(sets)
	return slices.Compact(sets)
}

func isKeys(call *ast.CallExpr) bool {
	f, ok := call.Fun.(*ast.SelectorExpr)
	return ok && f.Sel.Name == "keys"
}

func literals(t *testing.T, name string, args []ast.Expr) string {
	t.Helper()
	var keys []string
	for _, a := range args {
		lit, ok := a.(*ast.BasicLit)
		if !ok {
			t.Fatalf("%s: keys are written as literals, so that this test can read them", name)
		}
		key, _ := strconv.Unquote(lit.Value)
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return strings.Join(keys, " ")
}

// schemasKeys returns the properties of each object of the schema that allows no others.
func schemasKeys(tree any) []string {
	var sets []string
	switch at := tree.(type) {
	case []any:
		for _, v := range at {
			sets = append(sets, schemasKeys(v)...)
		}
	case map[string]any:
		if properties, ok := at["properties"].(map[string]any); ok && at["additionalProperties"] == false {
			var keys []string
			for key := range properties {
				keys = append(keys, key)
			}
			slices.Sort(keys)
			sets = append(sets, strings.Join(keys, " "))
		}
		for _, v := range at {
			sets = append(sets, schemasKeys(v)...)
		}
	}
	slices.Sort(sets)
	return slices.Compact(sets)
}

func TestSchemaTakesTheExamples(t *testing.T) {
	s := schema(t)
	files, _ := filepath.Glob("../../examples/*.yaml")
	more, _ := filepath.Glob("../../examples/*/*.yaml")
	for _, name := range append(files, more...) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := check(s, text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What the reader reads the schema takes, the canonical form too; what has wrong keys or words neither does.
func TestSchemaJudgesScenariosAsTheReader(t *testing.T) {
	s, taken, refused := schema(t), 0, 0
	for title, text := range scenarios(t) {
		f, err := fundfile.Parse("fund.yaml", []byte(text))
		says := check(s, []byte(text))
		switch {
		case err == nil && says != nil:
			t.Errorf("%s: the reader takes it, the schema says %v", title, says)
		case err == nil:
			taken++
			if says := check(s, f.Canonical()); says != nil {
				t.Errorf("%s, canonical: %v", title, says)
			}
		case !aboutKeys(err.Error()):
		case says == nil:
			t.Errorf("%s: the schema takes it, the reader says %v", title, err)
		default:
			refused++
		}
	}
	if taken < 20 || refused < 15 {
		t.Errorf("%d taken, %d refused: the test tests little", taken, refused)
	}
}

// aboutKeys tells errors that a schema can find from those about what values mean together.
func aboutKeys(message string) bool {
	for _, what := range []string{"unknown key", " is missing", "is unknown; ", "not yet part of this version", "is expected"} {
		if strings.Contains(message, what) {
			return true
		}
	}
	return false
}

// scenarios returns the whole files of all scenarios, by file and title.
func scenarios(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{"minimal": minimal, "rich": rich}
	files, _ := filepath.Glob("testdata/*.txt")
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range strings.Split(string(text), "## ")[1:] {
			title, input := linesOf(part)
			all[name+": "+title] = whole(title, input)
		}
	}
	return all
}
