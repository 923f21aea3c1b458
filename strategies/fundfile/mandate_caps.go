package fundfile

import (
	"slices"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/risk"
)

// CapsOf is whose market caps a fund looks at, as a vendor counts them, and how old they may be.
type CapsOf struct {
	Vendor string
	Assets []fund.AssetID
	MaxAge time.Duration
}

// Caps returns the market caps that the target and the rules look at, each asset once.
func (f *Fund) Caps() []CapsOf {
	var all []CapsOf
	if f.Target.Kind == MarketCap {
		all = append(all, CapsOf{f.Target.Vendor, f.Target.Assets, f.Target.MaxCapAge})
	}
	for _, x := range slices.Concat(f.Mandate, f.Risk.Rules) {
		if x.Kind == risk.MinCap {
			all = append(all, CapsOf{x.Vendor, f.capped(&x), x.MaxAge})
		}
	}
	seen := map[fund.AssetID]bool{}
	for k := range all {
		all[k].Assets = slices.DeleteFunc(slices.Clone(all[k].Assets), func(a fund.AssetID) bool {
			twice := seen[a]
			seen[a] = true
			return twice
		})
	}
	return all
}

// capped returns the assets that a rule about market caps is about.
func (f *Fund) capped(x *Rule) []fund.AssetID {
	members, named := f.members(x)
	if named {
		return members
	}
	var all []fund.AssetID
	for a := range f.universe.Assets {
		if fund.AssetID(a) != f.universe.Base {
			all = append(all, fund.AssetID(a))
		}
	}
	return all
}

// oneVendor fails where two look at the market cap of an asset as different vendors count it: a run knows one.
func (r *reader) oneVendor(f *Fund, rules []Rule) {
	vendors := map[fund.AssetID]string{}
	if f.Target.Kind == MarketCap {
		for _, a := range f.Target.Assets {
			vendors[a] = f.Target.Vendor
		}
	}
	for k := range rules {
		if rules[k].Kind != risk.MinCap {
			continue
		}
		for _, a := range f.capped(&rules[k]) {
			if v, seen := vendors[a]; seen && v != rules[k].Vendor {
				r.fail(rules[k].at, "%s takes the market cap of %s from %s, another part of the file from %s; a run knows one", rules[k].ID,
					r.universe.AssetName(a), quoted(rules[k].Vendor), quoted(v))
			}
			vendors[a] = rules[k].Vendor
		}
	}
}
