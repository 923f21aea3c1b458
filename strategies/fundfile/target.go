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
	kind := r.choice(r.need(n, "kind"), "fixed", []string{"fixed", "equal", MarketCap, inverseVolatility}, nil)
	f.Target.Kind = kind
	switch kind {
	case "fixed":
		r.keys(n, "kind", "weights")
		r.fixed(f, r.need(n, "weights"))
	case "equal":
		r.keys(n, "kind", "assets")
		r.equal(f, r.need(n, "assets"))
	case MarketCap:
		r.marketCap(f, n)
	case inverseVolatility:
		r.inverseVolatility(f, n)
	}
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
	parts := fund.NewAmount(int64(len(r.items(n))), 0)
	f.Target.Assets = r.listed(n, func(item *node, a fund.AssetID) { r.allowed(f, item, Share{a, one()}, parts) })
}

// listed reads a list of assets that are priced, each once, and returns it sorted.
func (r *reader) listed(n *node, check func(item *node, a fund.AssetID)) []fund.AssetID {
	var list []fund.AssetID
	seen := map[fund.AssetID]bool{}
	for _, item := range r.items(n) {
		a := r.priced(item, r.text(item, ""))
		if seen[a] {
			r.fail(item, "%s is listed twice", item.text)
		}
		seen[a] = true
		check(item, a)
		list = append(list, a)
	}
	if n != nil && len(list) == 0 {
		r.fail(n, "the list is empty; name at least one asset")
	}
	slices.Sort(list)
	return list
}

// allowed fails when a target of share/parts breaks a limit.
func (r *reader) allowed(f *Fund, n *node, s Share, parts fund.Amount) {
	if s.Fraction.Sign() > 0 {
		r.unblocked(f, n, s.Asset)
	}
	if limit, ok := f.maxWeight(s.Asset); ok && limit.Mul(parts).Less(s.Fraction) {
		r.fail(n, "the target of %s, %s, is above risk.max-weight, %s; change one of the two",
			r.universe.AssetName(s.Asset), part(s.Fraction, parts), percent(limit))
	}
}

func (r *reader) unblocked(f *Fund, n *node, a fund.AssetID) {
	if slices.Contains(f.Risk.Blocked, a) {
		r.fail(n, "%s has a target but is on risk.block; take it out of one of the two", r.universe.AssetName(a))
	}
}

// maxWeight returns an asset's limit and whether it has one.
func (f *Fund) maxWeight(a fund.AssetID) (fund.Amount, bool) {
	for _, limit := range f.Risk.MaxWeight {
		if limit.Asset == a {
			return limit.Fraction, true
		}
	}
	return fund.Amount{}, false
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
