package fundfile

import (
	"slices"
	"strings"

	"github.com/steelyard/steelyard/engine/fund"
)

// pair is an instrument as it is first met: names only.
type pair struct {
	venue, name, base, quote string
	at                       *node
}

func (p pair) key() string { return p.venue + ":" + p.name }

// skeleton builds the universe from the names in the file: sorted, with indices, without rules.
func (r *reader) skeleton(root *node) *fund.Universe {
	base := r.need(root, "base")
	cash := r.text(base, "-")
	if base != nil {
		r.name(base, cash)
	}
	pairs := r.pairs(r.need(root, "venues"))
	u := &fund.Universe{}
	names := []string{cash}
	for _, p := range pairs {
		names = append(names, p.base, p.quote)
		u.Accounts = append(u.Accounts, p.venue)
	}
	for _, name := range sorted(names) {
		u.Assets = append(u.Assets, fund.Asset{Name: name, Decimals: defaultDecimals})
	}
	u.Accounts = sorted(u.Accounts)
	u.Base, _ = u.Asset(cash)
	for _, p := range pairs {
		u.Instruments = append(u.Instruments, bare(u, p))
	}
	return u
}

// bare returns an instrument without rules.
func bare(u *fund.Universe, p pair) fund.Instrument {
	i := fund.Instrument{Name: p.name}
	i.Venue, _ = u.Account(p.venue)
	i.Base, _ = u.Asset(p.base)
	i.Quote, _ = u.Asset(p.quote)
	return i
}

// sorted returns the names in order, each once.
func sorted(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}

// pairs reads the names of all venues and instruments, sorted by key.
func (r *reader) pairs(venues *node) []pair {
	var pairs []pair
	seen := map[string]bool{}
	for _, v := range r.items(venues) {
		if !r.is(v, mapping) {
			return nil
		}
		at := r.need(v, "name")
		name := r.text(at, "")
		if at != nil {
			r.name(at, name)
		}
		if seen[name] {
			r.fail(v, "%s is listed twice; merge the two", name)
		}
		seen[name] = true
		instruments := r.items(r.need(v, "instruments"))
		if len(instruments) == 0 {
			r.fail(v, "%s has no instruments; list at least one", name)
		}
		for _, i := range instruments {
			pairs = append(pairs, r.pair(name, i))
		}
	}
	if venues != nil && len(pairs) == 0 {
		r.fail(venues, "there is no venue; list at least one")
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return strings.Compare(a.key(), b.key()) })
	for i := 1; i < len(pairs); i++ {
		if pairs[i].key() == pairs[i-1].key() {
			r.fail(pairs[i].at, "%s is listed twice at %s; it is on line %d already", pairs[i].name, pairs[i].venue, pairs[i-1].at.line)
		}
	}
	return pairs
}

// pair reads an instrument's name, which stands alone or under name.
func (r *reader) pair(venue string, n *node) pair {
	at := n
	if n.shape == mapping {
		at = r.need(n, "name")
	}
	name := r.text(at, "")
	base, quote, ok := strings.Cut(name, "/")
	if !ok && at != nil {
		r.fail(at, "%s is not an instrument; write BASE/QUOTE, like BTC/USDT", quoted(name))
	}
	p := pair{venue, name, base, quote, n}
	if r.err == nil {
		r.name(at, base)
		r.name(at, quote)
	}
	if base == quote && r.err == nil {
		r.fail(at, "%s trades an asset against itself", name)
	}
	return p
}
