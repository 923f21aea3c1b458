package main

import (
	"cmp"
	"context"
	"slices"

	"github.com/steelyard/steelyard/data"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// known is a market cap that became known.
type known struct {
	asset fund.AssetID
	data.Cap
}

// capsOf loads the market caps that a fund looks at over rows that close after from and by to, none for a fund that looks
// at none. Those that count at from became known before it.
func capsOf(ctx context.Context, store *data.Store, f *fundfile.Fund, from, to fund.Time) ([]sim.Caps, error) {
	t := f.Target
	if t.Kind != fundfile.MarketCap {
		return nil, nil
	}
	names := make([]string, len(t.Assets))
	for i, a := range t.Assets {
		names[i] = f.Universe().AssetName(a)
	}
	series, err := store.LoadCaps(ctx, t.Vendor, names, from.Add(-t.MaxCapAge), to+1)
	if err != nil {
		return nil, err
	}
	var all []known
	for i, caps := range series {
		for _, c := range caps {
			all = append(all, known{t.Assets[i], c})
		}
	}
	return byTime(all, len(f.Universe().Assets)), nil
}

// byTime puts together what became known at one time.
func byTime(all []known, assets int) []sim.Caps {
	slices.SortStableFunc(all, func(a, b known) int { return cmp.Compare(a.Known, b.Known) })
	var caps []sim.Caps
	for _, k := range all {
		if n := len(caps); n == 0 || caps[n-1].At != k.Known {
			caps = append(caps, sim.Caps{At: k.Known, USD: make([]float64, assets)})
		}
		caps[len(caps)-1].USD[k.asset] = k.USD
	}
	return caps
}
