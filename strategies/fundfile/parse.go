package fundfile

import (
	"strings"

	"github.com/steelyard/steelyard/engine/fund"
)

// Parse reads a fund file. name is what errors call it. An error begins with name:line:column, says what is wrong and
// what to do, and shows the line; it is the first that was found.
//
// Lists that stand in files of their own stay unread; ParseFiles reads them.
func Parse(name string, text []byte) (*Fund, error) { return ParseFiles(name, text, nil) }

// ParseFiles is Parse for a fund file whose lists are read from the files that it names.
func ParseFiles(name string, text []byte, files Files) (*Fund, error) {
	return ParseWith(name, text, files, nil)
}

// fund reads the whole file. Instruments come first, because every other section names what they trade, and limits
// before the target that must keep them.
func (r *reader) fund(root *node) *Fund {
	f := &Fund{}
	if !r.is(root, mapping) {
		return nil
	}
	r.version(root)
	r.keys(root, "version", "fund", "base", "start", "target", "trigger", "orders", "execution", "risk", "mandate", "lists",
		"venues", "assets", "flows", "operators", "data", "backtest", "variants")
	f.Name = r.title(r.need(root, "fund"))
	if r.universe = r.skeleton(root); r.err != nil {
		return nil
	}
	f.universe = r.universe
	r.assets(root.entry("assets"))
	r.venues(f, root.entry("venues"))
	r.lists(f, root.entry("lists"))
	r.risk(f, root.entry("risk"))
	f.Mandate = r.mandate(f, root.entry("mandate"), true)
	r.target(f, r.need(root, "target"))
	r.trigger(f, r.need(root, "trigger"))
	r.orders(f, root.entry("orders"))
	r.execution(f, root.entry("execution"))
	r.start(f, root.entry("start"))
	r.flows(f, root.entry("flows"))
	r.operators(f, root.entry("operators"))
	r.data(f, root.entry("data"))
	r.backtest(f, root.entry("backtest"))
	if r.err == nil {
		r.consistent(f)
	}
	if r.err == nil {
		r.variants(f, root)
	}
	return f
}

func (r *reader) version(root *node) {
	n := r.need(root, "version")
	if v := r.text(n, "1"); v != "1" {
		r.fail(n, "%s is not a version that this build reads; it reads version 1", quoted(v))
	}
}

// title returns the fund's name: one line of printable text.
func (r *reader) title(n *node) string {
	text := r.text(n, "-")
	if text == "" || len(text) > 200 || strings.Map(printable, text) != text {
		r.fail(n, "%s is not a name; write one line of text", quoted(text))
	}
	return text
}

// assets reads the smallest units of assets.
func (r *reader) assets(n *node) {
	for _, e := range r.entries(n) {
		r.keys(e.value, "decimals")
		a := &r.universe.Assets[r.asset(e.value, e.key)]
		a.Decimals = int(r.integer(e.value.entry("decimals"), defaultDecimals, 0, 30))
	}
}

const defaultDecimals = 8

// exact fails when an amount is finer than its asset's smallest unit, which no ledger could hold.
func (r *reader) exact(n *node, a fund.AssetID, amount fund.Amount) fund.Amount {
	asset := r.universe.Assets[a]
	if !amount.RoundDown(asset.Decimals).Equal(amount) {
		r.fail(n, "%s is finer than the %d decimals of %s; see assets", amount, asset.Decimals, asset.Name)
	}
	return amount
}
