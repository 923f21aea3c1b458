package fundfile

import (
	"cmp"
	"slices"

	"github.com/steelyard/steelyard/engine/fund"
)

// cross reads `prices: derived`: the instrument's prices follow from those of its two assets in the base asset.
func (r *reader) cross(f *Fund, id fund.InstrumentID, n *node) {
	r.choice(n, "derived", []string{"derived"}, nil)
	in := &r.universe.Instruments[id]
	cash := r.universe.AssetName(r.universe.Base)
	if in.Base == r.universe.Base || in.Quote == r.universe.Base {
		r.fail(n, "%s is against %s, from which the prices of others are derived; import its own", in.Name, cash)
	}
	c := fund.Cross{Of: id, Base: r.pricing(in.Venue, in.Base), Quote: r.pricing(in.Venue, in.Quote)}
	for _, source := range [...]struct {
		asset fund.AssetID
		id    fund.InstrumentID
	}{{in.Base, c.Base}, {in.Quote, c.Quote}} {
		if source.id == fund.None {
			name := r.universe.AssetName(source.asset)
			r.fail(n, "the prices of %s follow from those of %s in %s, which no instrument gives; add %s/%s", in.Name, name, cash, name, cash)
		}
	}
	f.Crosses = append(f.Crosses, c)
	slices.SortStableFunc(f.Crosses, func(a, b fund.Cross) int { return cmp.Compare(a.Of, b.Of) })
}

// pricing returns the instrument of an asset against the base asset, at this venue if it trades there, else at the first
// that has it.
func (r *reader) pricing(venue fund.AccountID, a fund.AssetID) fund.InstrumentID {
	found := fund.InstrumentID(fund.None)
	for i := range r.universe.Instruments {
		in := &r.universe.Instruments[i]
		if in.Base == a && in.Quote == r.universe.Base && (found == fund.None || in.Venue == venue && r.universe.Instruments[found].Venue != venue) {
			found = fund.InstrumentID(i)
		}
	}
	return found
}
