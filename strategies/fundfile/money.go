package fundfile

import (
	"cmp"
	"slices"

	"github.com/steelyard/steelyard/engine/fund"
)

// start reads the opening holdings.
func (r *reader) start(f *Fund, n *node) {
	for _, account := range r.entries(n) {
		id := r.account(account.value, account.key)
		for _, e := range r.entries(account.value) {
			a := r.priced(e.value, e.key)
			amount := r.exact(e.value, a, r.amount(e.value, fund.Amount{}))
			if !amount.IsZero() {
				f.Start = append(f.Start, Holding{id, a, amount})
			}
		}
	}
	slices.SortStableFunc(f.Start, byHolder)
}

func byHolder(a, b Holding) int {
	return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Asset, b.Asset))
}

// account returns the account of a venue.
func (r *reader) account(at *node, name string) fund.AccountID {
	id, ok := r.universe.Account(name)
	if !ok && r.err == nil {
		r.fail(at, "%s is no venue of this file; %s", quoted(name), suggest(name, r.universe.Accounts))
	}
	return id
}

// flows reads deposits and withdrawals.
func (r *reader) flows(f *Fund, n *node) {
	for _, item := range r.items(n) {
		r.keys(item, "at", "account", "asset", "amount")
		at, account := r.need(item, "at"), r.need(item, "account")
		asset, amount := r.need(item, "asset"), r.need(item, "amount")
		if r.err != nil {
			return
		}
		flow := Flow{At: r.instant(at)}
		flow.Account = r.account(account, r.text(account, ""))
		flow.Asset = r.priced(asset, r.text(asset, ""))
		flow.Amount = r.above0(amount, r.exact(amount, flow.Asset, r.signed(amount)), "a flow moves something")
		f.Flows = append(f.Flows, flow)
	}
	slices.SortStableFunc(f.Flows, func(a, b Flow) int {
		return cmp.Or(cmp.Compare(a.At, b.At), byHolder(a.Holding, b.Holding), a.Amount.Cmp(b.Amount))
	})
}
