package fundfile

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/xrash/smetrics"
)

// reader reads values out of nodes. It keeps the first error; after one, what it returns means nothing, so that those who
// read need not ask after every value. Where a node is absent (nil) it returns the default that the caller names.
type reader struct {
	*source
	err      error
	universe *fund.Universe // nil until the venues' names are known
	files    Files          // nil: lists in files stay unread
}

func (r *reader) fail(n *node, format string, args ...any) {
	if r.err == nil {
		path := n.path
		if path == "" {
			path = "the file"
		}
		r.err = r.errorf(n.place, "%s: %s", path, fmt.Sprintf(format, args...))
	}
}

// keys checks that a node is a mapping with no other keys than these.
func (r *reader) keys(n *node, known ...string) {
	if !r.is(n, mapping) {
		return
	}
	for _, e := range n.entries {
		if !slices.Contains(known, e.key) && r.err == nil {
			meant := n.unused(known)
			if e.value.set { // it may be meant for one that the file has
				meant = known
			}
			r.err = r.errorf(e.place, "%s: unknown key%s; %s", join(n.path, e.key), n.ofKind(), suggest(e.key, meant))
		}
	}
}

// ofKind names the kind or model of a mapping that has one, because its keys depend on it.
func (n *node) ofKind() string {
	for _, word := range []string{"kind", "model"} {
		if kind := n.entry(word); kind != nil {
			return " of " + word + " " + kind.text
		}
	}
	return ""
}

// unused returns the known keys that a mapping does not have, or all of them when it has them all.
func (n *node) unused(known []string) []string {
	var left []string
	for _, k := range known {
		if n.entry(k) == nil {
			left = append(left, k)
		}
	}
	if left == nil {
		return known
	}
	return left
}

// need returns the value under a key that a mapping must have. When it is missing it fails and returns nil.
func (r *reader) need(n *node, key string) *node {
	v := n.entry(key)
	if v == nil && r.err == nil {
		r.err = r.errorf(n.place, "%s is missing", join(n.path, key))
	}
	return v
}

// is fails unless a node has the shape.
func (r *reader) is(n *node, want shape) bool {
	switch {
	case n.shape == empty && want != empty:
		r.fail(n, "has no value; give it %s or take the key out", want)
	case n.shape != want:
		r.fail(n, "is %s where %s is expected", n.shape, want)
	}
	return n.shape == want
}

// items returns the elements of a list, none when the node is absent.
func (r *reader) items(n *node) []*node {
	if n == nil || !r.is(n, sequence) {
		return nil
	}
	return n.items
}

// entries returns the entries of a mapping, none when the node is absent.
func (r *reader) entries(n *node) []entry {
	if n == nil || !r.is(n, mapping) {
		return nil
	}
	return n.entries
}

// text returns a scalar's text.
func (r *reader) text(n *node, absent string) string {
	if n == nil || !r.is(n, scalar) {
		return absent
	}
	return n.text
}

// choice returns one of a few words. Those in later are planned and say so.
func (r *reader) choice(n *node, absent string, known, later []string) string {
	word := r.text(n, absent)
	switch {
	case n == nil || slices.Contains(known, word):
	case slices.Contains(later, word):
		r.fail(n, "%s is not yet part of this version, which knows %s", word, list(known))
	default:
		r.fail(n, "%s is unknown; %s", quoted(word), suggest(word, known))
	}
	return word
}

// name returns the name of a venue or the fund file's name of an asset: letters and digits, and . _ - inside.
func (r *reader) name(n *node, text string) string {
	good := text != "" && len(text) <= 64 && !strings.ContainsAny(text[:1]+text[len(text)-1:], "._-")
	for _, c := range text {
		good = good && (unicode.IsLetter(c) || unicode.IsDigit(c) || strings.ContainsRune("._-", c))
	}
	if !good {
		r.fail(n, "%s is not a name; names are made of letters and digits (. _ - inside)", quoted(text))
	}
	return text
}

// asset returns the asset that a text of the file names.
func (r *reader) asset(at *node, name string) fund.AssetID {
	a, ok := r.universe.Asset(name)
	if ok {
		return a
	}
	if r.err == nil {
		names := make([]string, len(r.universe.Assets))
		for i := range names {
			names[i] = r.universe.Assets[i].Name
		}
		r.fail(at, "no instrument trades %s; %s", quoted(name), suggest(name, names))
	}
	return r.universe.Base
}

// priced is asset for assets whose worth in base currency must be known.
func (r *reader) priced(at *node, name string) fund.AssetID {
	a, base := r.asset(at, name), r.universe.Base
	if a == base || slices.ContainsFunc(r.universe.Instruments, func(i fund.Instrument) bool {
		return i.Base == a && i.Quote == base
	}) {
		return a
	}
	cash := r.universe.AssetName(base)
	r.fail(at, "no instrument prices %s in %s; add %s/%s to a venue", name, cash, name, cash)
	return a
}

// suggest ends an error about an unknown word: the nearest known one, or all of them where they are few.
func suggest(word string, known []string) string {
	best, nearest := 3, ""
	for _, k := range known {
		if len(word) > 64 {
			break
		}
		d := smetrics.WagnerFischer(strings.ToUpper(word), strings.ToUpper(k), 1, 1, 1)
		if d < best && 2*d <= len(k) {
			best, nearest = d, k
		}
	}
	switch {
	case nearest != "":
		return "did you mean " + nearest + "?"
	case len(known) == 0:
		return "there is none"
	case len(known) > 20:
		return "check its spelling"
	}
	return "known here: " + list(known)
}

func list(words []string) string { return strings.Join(words, ", ") }
