package fundfile

import (
	"slices"

	"github.com/steelyard/steelyard/engine/fund"
)

// Rules is what a venue demands of orders for an instrument. What is zero it does not demand.
type Rules struct {
	Lot, MinQuantity, MaxQuantity  fund.Amount // base units
	Tick, MinNotional, MaxNotional fund.Amount // quote units
}

// WithRules returns the fund with the rules that are known of its instruments where the file itself says nothing: rules
// is asked for each by its key, venue:BASE/QUOTE. The fund itself does not change.
func (f *Fund) WithRules(rules func(key string) (Rules, bool)) *Fund {
	ruled, u := *f, *f.universe
	u.Instruments = slices.Clone(u.Instruments)
	ruled.universe = &u
	for i := range u.Instruments {
		r, ok := rules(u.InstrumentKey(fund.InstrumentID(i)))
		if !ok {
			continue
		}
		in := &u.Instruments[i]
		for _, rule := range []struct{ says, known *fund.Amount }{
			{&in.Lot, &r.Lot}, {&in.Tick, &r.Tick}, {&in.MinQuantity, &r.MinQuantity}, {&in.MaxQuantity, &r.MaxQuantity},
			{&in.MinNotional, &r.MinNotional}, {&in.MaxNotional, &r.MaxNotional},
		} {
			if rule.says.IsZero() {
				*rule.says = *rule.known
			}
		}
	}
	return &ruled
}

// Rules returns the rules of an instrument by its key, as WithRules asks for them.
func (f *Fund) Rules(key string) (Rules, bool) {
	i, ok := f.universe.Instrument(key)
	if !ok {
		return Rules{}, false
	}
	in := &f.universe.Instruments[i]
	return Rules{Lot: in.Lot, MinQuantity: in.MinQuantity, MaxQuantity: in.MaxQuantity, Tick: in.Tick, MinNotional: in.MinNotional, MaxNotional: in.MaxNotional}, true
}
