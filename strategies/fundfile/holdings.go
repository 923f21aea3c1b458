package fundfile

import "strings"

// Holdings reads a file shaped as the fund file's start, {venue: {ASSET: amount}}. name is what errors call it.
func (f *Fund) Holdings(name string, text []byte) ([]Holding, error) {
	plain := strings.ReplaceAll(strings.TrimPrefix(string(text), "\ufeff"), "\r\n", "\n")
	s := &source{name, strings.Split(plain, "\n")}
	root, err := s.tree(plain)
	if err != nil {
		return nil, err
	}
	r := &reader{source: s, universe: f.universe}
	read := &Fund{}
	r.start(read, root)
	return read.Start, r.err
}
