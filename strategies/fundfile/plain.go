package fundfile

import "github.com/goccy/go-yaml/token"

// plain refuses the parts of YAML that hide what a file says (anchors, tags, ...) and nesting without end.
func (s *source) plain(tokens token.Tokens) error {
	depth, dashes, line := 0, 0, 0
	for _, t := range tokens {
		if what := fancy(t.Type); what != "" {
			return s.errorf(placeOf(t), "%s not used in fund files; write the value out", what)
		}
		if t.Position.Line != line {
			line, dashes = t.Position.Line, 0
		}
		switch t.Type {
		case token.MappingStartType, token.SequenceStartType:
			depth++
		case token.MappingEndType, token.SequenceEndType:
			depth--
		case token.SequenceEntryType:
			dashes++
		}
		if depth > maxDepth || dashes > maxDepth {
			return s.errorf(placeOf(t), "nested too deeply")
		}
	}
	return nil
}

func fancy(t token.Type) string {
	switch t {
	case token.AnchorType, token.AliasType, token.MergeKeyType:
		return "anchors (&), aliases (*) and merge keys (<<) are"
	case token.TagType:
		return "tags (!) are"
	case token.DirectiveType:
		return "directives (%) are"
	case token.LiteralType, token.FoldedType:
		return "block texts (| and >) are"
	case token.MappingKeyType:
		return "explicit keys (?) are"
	}
	return ""
}
