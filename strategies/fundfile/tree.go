package fundfile

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// shape is what a node of the file is.
type shape string

const (
	scalar   shape = "a single value"
	mapping  shape = "a mapping (key: value)"
	sequence shape = "a list"
	empty    shape = "empty"
)

// node is a value of the file with its place and its path ("trigger.band"). Scalars keep their text: what a text means
// depends on the key, so 1e3, 40% and NO are never turned into something by YAML's own rules.
type node struct {
	place
	path    string
	shape   shape
	text    string  // of a scalar
	entries []entry // of a mapping, in the file's order
	items   []*node // of a sequence
	set     bool    // by a setting, not by the file
}

// entry is a key of a mapping with its value.
type entry struct {
	place
	key   string
	value *node
}

// entry returns the value under a key, or nil.
func (n *node) entry(key string) *node {
	for _, e := range n.entries {
		if e.key == key {
			return e.value
		}
	}
	return nil
}

// Limits of what is read at all. Fund files are far from them; a file that is not must not exhaust memory or patience:
// the YAML library takes time by the square of the number of keys.
const (
	maxBytes = 1 << 18
	maxDepth = 32
)

// tree reads YAML into nodes.
func (s *source) tree(text string) (*node, error) {
	if len(text) > maxBytes {
		return nil, fmt.Errorf("%s: %d bytes; a fund file has at most %d", s.name, len(text), maxBytes)
	}
	tokens := lexer.Tokenize(text)
	if err := s.plain(tokens); err != nil {
		return nil, err
	}
	file, err := s.parse(tokens)
	if err != nil {
		return nil, err
	}
	if len(file.Docs) > 1 && file.Docs[1].Body != nil {
		return nil, s.errorf(placeOf(file.Docs[1].Start), "a second document; a fund file is one")
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil || file.Docs[0].Body.Type() == ast.CommentType {
		return nil, s.errorf(place{1, 1}, "the file is empty; a fund file begins with version: 1")
	}
	return s.node(file.Docs[0].Body, "")
}

// parse keeps the library's errors, with our place and snippet, and turns a panic of the library on malformed
// input into an error.
func (s *source) parse(tokens token.Tokens) (file *ast.File, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%s: this is not YAML that can be read (%v)", s.name, p)
		}
	}()
	file, err = parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if problem := yaml.Error(nil); errors.As(err, &problem) {
		message := strings.Map(printable, problem.GetMessage())
		if strings.Contains(problem.GetMessage(), "\t") {
			message = "a tab; YAML is indented with spaces"
		}
		return nil, s.errorf(placeOf(problem.GetToken()), "%s", message)
	}
	return file, err
}

func placeOf(t *token.Token) place {
	if t == nil || t.Position == nil {
		return place{1, 1}
	}
	return place{t.Position.Line, t.Position.Column}
}

// node converts the library's tree into ours.
func (s *source) node(from ast.Node, path string) (*node, error) {
	n := &node{place: placeOf(from.GetToken()), path: path, shape: scalar}
	var err error
	switch from := from.(type) {
	case *ast.MappingNode:
		if !from.IsFlowStyle && len(from.Values) > 0 {
			n.place = placeOf(from.Values[0].Key.GetToken())
		}
		n.shape, err = mapping, s.fill(n, from.Values)
	case *ast.MappingValueNode:
		n.place = placeOf(from.Key.GetToken())
		n.shape, err = mapping, s.fill(n, []*ast.MappingValueNode{from})
	case *ast.SequenceNode:
		n.shape = sequence
		n.items = make([]*node, len(from.Values))
		for i := range from.Values {
			if n.items[i], err = s.node(from.Values[i], fmt.Sprintf("%s[%d]", path, i)); err != nil {
				break
			}
		}
	case *ast.NullNode:
		n.shape = empty
	case ast.ScalarNode:
		n.text = from.GetToken().Value
	default:
		err = s.errorf(n.place, "%s is not used in fund files", strings.ToLower(from.Type().YAMLName()))
	}
	return n, err
}

// fill reads the entries of a mapping and refuses a key that is given twice.
func (s *source) fill(n *node, values []*ast.MappingValueNode) error {
	lines := make(map[string]int, len(values))
	for _, v := range values {
		e := entry{place: placeOf(v.Key.GetToken()), key: v.Key.GetToken().Value}
		if line, twice := lines[e.key]; twice {
			return s.errorf(e.place, "%s is given twice; it is on line %d already", join(n.path, e.key), line)
		}
		lines[e.key] = e.line
		var err error
		if e.value, err = s.node(v.Value, join(n.path, e.key)); err != nil {
			return err
		}
		if e.value.shape == empty {
			e.value.place = e.place
		}
		n.entries = append(n.entries, e)
	}
	return nil
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
