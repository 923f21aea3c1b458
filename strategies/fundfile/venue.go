package fundfile

import (
	"slices"
	"strings"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
)

// terms is what trading costs. Instruments start from their venue's terms.
type terms struct {
	fees   fund.Fees
	spread float64
	impact impact.Model
}

// venues reads the rules of every venue and instrument into the skeleton.
func (r *reader) venues(f *Fund, list *node) {
	f.Venues = make([]Venue, len(r.universe.Accounts))
	f.Impact = make([]impact.Model, len(r.universe.Instruments))
	for _, n := range r.items(list) {
		r.keys(n, "name", "fee", "spread", "impact", "participation", "latency", "jitter", "reject-rate", "instruments", "address", "driver")
		name := r.text(n.entry("name"), "")
		account, _ := r.universe.Account(name)
		f.Venues[account] = Venue{
			Name:          name,
			Address:       r.text(n.entry("address"), ""),
			Participation: r.above0(n.entry("participation"), r.fraction(n.entry("participation"), fund.Amount{}), "then nothing fills; take it out for no cap").Float64(),
			Latency:       r.duration(n.entry("latency"), 0, 0),
			Jitter:        r.duration(n.entry("jitter"), 0, 0),
			RejectRate:    r.fraction(n.entry("reject-rate"), fund.Amount{}).Float64(),
			Driver:        r.driver(n.entry("driver")),
		}
		venue := r.terms(n, terms{impact: impact.None{}})
		for _, i := range r.items(n.entry("instruments")) {
			r.instrument(f, name, i, venue)
		}
	}
}

// instrument reads the rules of one instrument.
func (r *reader) instrument(f *Fund, venue string, n *node, t terms) {
	name := n.text
	if n.shape == mapping {
		r.keys(n, "name", "lot", "tick", "min-quantity", "max-quantity", "min-notional", "max-notional", "spread", "fee", "impact", "prices")
		name = r.text(n.entry("name"), "")
		t = r.terms(n, t)
	}
	id, ok := find(r.universe, venue, name)
	if !ok {
		return
	}
	i := &r.universe.Instruments[id]
	i.Lot = r.amount(n.entry("lot"), fund.Amount{})
	i.Tick = r.amount(n.entry("tick"), fund.Amount{})
	i.MinQuantity = r.amount(n.entry("min-quantity"), fund.Amount{})
	i.MaxQuantity = r.most(n.entry("max-quantity"), "min-quantity", i.MinQuantity)
	if m := n.entry("max-quantity"); m != nil && i.MaxQuantity.Sign() > 0 && i.WholeLots(i.MaxQuantity).Sign() <= 0 {
		r.fail(m, "%s is below the lot, %s; then nothing is ever traded", i.MaxQuantity, i.Lot)
	}
	i.MinNotional = r.amount(n.entry("min-notional"), fund.Amount{})
	i.MaxNotional = r.most(n.entry("max-notional"), "min-notional", i.MinNotional)
	i.Fees, i.Spread = t.fees, t.spread
	f.Impact[id] = t.impact
	base, _, _ := strings.Cut(name, "/")
	r.supplied(n, name, base, t.impact)
	if n.entry("prices") != nil {
		r.cross(f, fund.InstrumentID(id), n.entry("prices"))
	}
}

// most reads the most that something may be, of which there is a least by a name.
func (r *reader) most(n *node, name string, least fund.Amount) fund.Amount {
	most := r.above0(n, r.amount(n, fund.Amount{}), "then nothing is ever traded; take it out for no limit")
	if n != nil && most.Less(least) {
		r.fail(n, "%s is below %s, %s; then nothing is ever traded", most, name, least)
	}
	return most
}

// find returns the instrument of a venue. The universe's own search by key is for few questions; a file asks as often
// as it has instruments.
func find(u *fund.Universe, venue, name string) (int, bool) {
	return slices.BinarySearchFunc(u.Instruments, venue+":"+name, func(i fund.Instrument, key string) int {
		return strings.Compare(u.Accounts[i.Venue]+":"+i.Name, key)
	})
}

// terms reads fee, spread and impact. What is absent stays as it is above.
func (r *reader) terms(n *node, above terms) terms {
	t := above
	if s := n.entry("spread"); s != nil {
		t.spread = r.fraction(s, fund.Amount{}).Float64()
	}
	t.fees = r.fees(n.entry("fee"), above.fees)
	t.impact = r.impact(n.entry("impact"), above.impact)
	return t
}

// fees reads a fee schedule. A maker's fee that is said nowhere is the taker's.
func (r *reader) fees(n *node, above fund.Fees) fund.Fees {
	if n == nil {
		return above
	}
	r.keys(n, "taker", "maker", "per-trade", "in")
	fees := above
	fees.Taker = r.fraction(n.entry("taker"), above.Taker)
	fees.Maker = r.fraction(n.entry("maker"), above.Maker)
	if n.entry("maker") == nil && above.Maker.Equal(above.Taker) {
		fees.Maker = fees.Taker
	}
	fees.PerTrade = r.amount(n.entry("per-trade"), above.PerTrade)
	in := n.entry("in")
	if in == nil {
		return fees
	}
	fees.Asset = 0
	switch word := r.text(in, "quote"); word {
	case "quote":
		fees.In = fund.FeeInQuote
	case "base":
		fees.In = fund.FeeInBase
	case "received":
		fees.In = fund.FeeInReceived
	default:
		fees.In, fees.Asset = fund.FeeInAsset, r.priced(in, word)
	}
	return fees
}
