package fundfile

import (
	"cmp"
	"slices"

	"github.com/steelyard/steelyard/engine/fund"
)

// target reads what to hold. Limits have been read: a target that breaks them would trade for ever.
func (r *reader) target(f *Fund, n *node) {
	if n == nil || !r.is(n, mapping) {
		return
	}
	kind := r.choice(r.need(n, "kind"), "fixed", []string{"fixed", "equal"}, []string{"market-cap", "inverse-volatility"})
	f.Target.Kind = kind
	if kind == "equal" {
		r.keys(n, "kind", "assets")
		r.equal(f, r.need(n, "assets"))
		return
	}
	r.keys(n, "kind", "weights")
	r.fixed(f, r.need(n, "weights"))
}

func (r *reader) fixed(f *Fund, n *node) {
	sum := fund.Amount{}
	for _, e := range r.entries(n) {
		w := r.fraction(e.value, fund.Amount{})
		s := Share{r.priced(e.value, e.key), w}
		sum = sum.Add(w)
		r.allowed(f, e.value, s, one())
		if !w.IsZero() {
			f.Target.Weights = append(f.Target.Weights, s)
		}
	}
	if n != nil && !sum.Equal(one()) {
		r.fail(n, "the weights sum to %s; make them sum to 100 %% exactly", percent(sum))
	}
	byAsset(f.Target.Weights)
}

func (r *reader) equal(f *Fund, n *node) {
	seen := map[fund.AssetID]bool{}
	items := r.items(n)
	for _, item := range items {
		a := r.priced(item, r.text(item, ""))
		if seen[a] {
			r.fail(item, "%s is listed twice", item.text)
		}
		seen[a] = true
		r.allowed(f, item, Share{a, one()}, fund.NewAmount(int64(len(items)), 0))
		f.Target.Assets = append(f.Target.Assets, a)
	}
	if n != nil && len(items) == 0 {
		r.fail(n, "the list is empty; name at least one asset")
	}
	slices.Sort(f.Target.Assets)
}

// allowed fails when a target of share/parts breaks a limit.
func (r *reader) allowed(f *Fund, n *node, s Share, parts fund.Amount) {
	name := r.universe.AssetName(s.Asset)
	if slices.Contains(f.Risk.Blocked, s.Asset) && s.Fraction.Sign() > 0 {
		r.fail(n, "%s has a target but is on risk.block; take it out of one of the two", name)
	}
	for _, limit := range f.Risk.MaxWeight {
		if limit.Asset == s.Asset && limit.Fraction.Mul(parts).Less(s.Fraction) {
			r.fail(n, "the target of %s, %s, is above risk.max-weight, %s; change one of the two", name, part(s.Fraction, parts), percent(limit.Fraction))
		}
	}
}

// part writes a fraction of parts: "40 %", or "1/3".
func part(f, parts fund.Amount) string {
	if parts.Equal(one()) {
		return percent(f)
	}
	return "1/" + parts.String()
}

// shares reads a mapping from assets to fractions above 0.
func (r *reader) shares(n *node) []Share {
	var shares []Share
	for _, e := range r.entries(n) {
		f := r.above0(e.value, r.fraction(e.value, fund.Amount{}), "it must be above 0 %")
		shares = append(shares, Share{r.asset(e.value, e.key), f})
	}
	byAsset(shares)
	return shares
}

func byAsset(shares []Share) {
	slices.SortStableFunc(shares, func(a, b Share) int { return cmp.Compare(a.Asset, b.Asset) })
}
