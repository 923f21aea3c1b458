package fundfile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Setting gives a key of a fund file another value than the file does.
type Setting struct {
	Path  string // as errors name keys, and list items by name or ID too: "trigger.band", "venues[0].fee.taker", "venues.binance.fee.taker", "mandate.M1.limit"
	Value string // as the file would have it, in one line: "2%", "[BTC, ETH]", "{kind: hold}"
}

// VariantKey is the path of a setting that puts one of the file's variants in place, by its name.
const VariantKey = "variant"

// String writes the setting as key=value.
func (s Setting) String() string { return s.Path + "=" + s.Value }

// ParseWith is ParseFiles for a file whose keys are given other values, in this order. A key that the file does not have is
// added. A setting that leaves nothing of an earlier one is an error. The text of the file does not change; errors show its lines.
func ParseWith(name string, text []byte, files Files, settings []Setting) (*Fund, error) {
	plain := strings.TrimPrefix(string(text), "\ufeff")
	plain = strings.ReplaceAll(plain, "\r\n", "\n")
	s := &source{name, strings.Split(plain, "\n")}
	if err := s.refuseSecrets(); err != nil {
		return nil, err
	}
	root, err := s.tree(plain)
	if err != nil {
		return nil, err
	}
	if err := s.setAll(root, settings); err != nil {
		return nil, err
	}
	r := &reader{source: s, files: files}
	f := r.fund(root)
	if r.err != nil {
		return nil, r.err
	}
	return f, f.universe.Check()
}

// setAll puts the values of settings into the tree.
func (s *source) setAll(root *node, settings []Setting) error {
	places := make([][]string, len(settings)) // the paths of what each has set
	for k, change := range settings {
		var err error
		if places[k], err = s.set(root, change); err != nil {
			return err
		}
		for j, earlier := range places[:k] {
			if undone(earlier, places[k]) {
				return fmt.Errorf("--vary %s: it would undo --vary %s; vary one of them, or give the larger part first", change.Path, settings[j].Path)
			}
		}
	}
	return nil
}

// undone reports whether any of the paths is one of the later ones or below it.
func undone(paths, later []string) bool {
	for _, whole := range later {
		for _, p := range paths {
			if rest, below := strings.CutPrefix(p, whole); below && (rest == "" || rest[0] == '.' || rest[0] == '[') {
				return true
			}
		}
	}
	return false
}

// set puts a setting's value into the tree, and returns the paths of what it has set.
func (s *source) set(root *node, change Setting) ([]string, error) {
	if change.Path == VariantKey {
		return s.vary(root, change.Value)
	}
	value, err := valueOf(change)
	if err != nil {
		return nil, err
	}
	steps := stepsOf(change.Path)
	at := root
	for k, step := range steps {
		slot := at.slot(step)
		switch {
		case slot == nil && at.shape == mapping && !strings.HasPrefix(step, "["):
			fresh := &node{place: at.place, path: join(at.path, step), shape: mapping, set: true}
			at.entries = append(at.entries, entry{at.place, step, fresh})
			slot = &at.entries[len(at.entries)-1].value
		case slot == nil:
			return nil, s.errorf(at.place, "%s: there is no such key: %s is %s%s", change.Path, at.called(), at.shape, at.names(step))
		}
		if k == len(steps)-1 {
			value.plant((*slot).place, (*slot).path)
			*slot = value
		}
		at = *slot
	}
	return []string{value.path}, nil
}

// vary puts the sections of a variant in the place of the file's own, and returns the paths of both.
func (s *source) vary(root *node, name string) ([]string, error) {
	variants := root.entry("variants")
	if variants == nil || variants.shape != mapping {
		return nil, s.errorf(root.place, "there is no variant %s: the file has no variants", quoted(name))
	}
	chosen := variants.entry(name)
	if chosen == nil {
		return nil, s.errorf(variants.place, "there is no variant %s; %s", quoted(name), suggest(name, variants.keyNames()))
	}
	*root = *root.with(chosen)
	var paths []string
	for _, e := range chosen.entries {
		paths = append(paths, e.key, e.value.path)
	}
	return paths, nil
}

// with returns a fund file's root with the sections of a variant, and without variants.
func (n *node) with(variant *node) *node {
	whole := *n
	whole.entries = slices.DeleteFunc(slices.Clone(n.entries), func(e entry) bool { return e.key == "variants" || variant.entry(e.key) != nil })
	whole.entries = append(whole.entries, variant.entries...)
	return &whole
}

// variants reads the variants, each as the whole fund that it makes, so that none is wrong that will be run.
func (r *reader) variants(f *Fund, root *node) {
	for _, e := range r.entries(root.entry("variants")) {
		r.name(e.value, e.key)
		if r.keys(e.value, "target", "trigger", "orders", "execution"); r.err != nil {
			return
		}
		own := &reader{source: r.source, files: r.files}
		own.fund(root.with(e.value))
		if r.err = own.err; r.err != nil {
			return
		}
		f.Variants = append(f.Variants, e.key)
	}
}

// valueOf reads the value of a setting as YAML.
func valueOf(change Setting) (*node, error) {
	s := &source{"--vary " + change.Path, []string{change.Value}}
	if err := (&source{s.name, []string{change.String()}}).refuseSecrets(); err != nil {
		return nil, err
	}
	if strings.TrimSpace(change.Value) == "" {
		return nil, fmt.Errorf("%s: it has no value", s.name)
	}
	return s.tree(change.Value)
}

// plant gives a value and all below it the place and the path of what it stands for.
func (n *node) plant(at place, path string) {
	n.place, n.path, n.set = at, path, true
	for k := range n.entries {
		n.entries[k].place = at
		n.entries[k].value.plant(at, join(path, n.entries[k].key))
	}
	for k, item := range n.items {
		item.plant(at, fmt.Sprintf("%s[%d]", path, k))
	}
}

// stepsOf cuts a path: "venues[0].fee" is venues, [0] and fee.
func stepsOf(path string) []string {
	return strings.Split(strings.ReplaceAll(path, "[", ".["), ".")
}

// slot returns where the value stands that a step of a path leads to, nil where there is none.
func (n *node) slot(step string) **node {
	for k := range n.entries {
		if n.entries[k].key == step {
			return &n.entries[k].value
		}
	}
	for k, item := range n.items {
		if step == "["+strconv.Itoa(k)+"]" || item.label() == step || item.shape == scalar && item.text == step {
			return &n.items[k]
		}
	}
	return nil
}

func (n *node) called() string {
	if n.path == "" {
		return "the file"
	}
	return n.path
}

// label returns the name or the ID of a list's item, "" where it has none.
func (n *node) label() string {
	for _, key := range []string{"name", "id"} {
		if of := n.entry(key); of != nil {
			return of.text
		}
	}
	return ""
}

// keyNames returns the keys of a mapping, or what the items of a list are called.
func (n *node) keyNames() []string {
	var names []string
	for _, e := range n.entries {
		names = append(names, e.key)
	}
	for _, item := range n.items {
		if name := item.label(); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// names suggests what a wrong step may have meant, where there is anything to lead to.
func (n *node) names(step string) string {
	if known := n.keyNames(); len(known) > 0 {
		return "; " + suggest(step, known)
	}
	return ""
}
