package strategies

import (
	"math"
	"slices"

	"github.com/steelyard/steelyard/engine/fund"
)

// Threshold is due when an asset has drifted further from its target than its band allows.
//
//   - Relative drift is |w−t|/t and is measured for assets with a target; absolute drift is |w−t|, measured for all.
//   - Cash, the universe's base asset, is measured only if it has a target; what is owed to withdrawals is not part of it.
//   - An asset held without a target is due as soon as its value is above Dust, whatever the band.
//   - Stale and blocked assets leave the test; the weights and targets of the others are fractions of what remains.
//   - Until the first decision, a target of which no more than Dust is held is due whatever the band, so that a fund
//     that starts in cash buys its target.
//
// A drift equal to its band is not due.
type Threshold struct {
	Band     float64   // a fraction above 0
	Bands    []float64 // by asset: overrides Band where not 0; nil: no overrides
	Absolute bool      // bands are of absolute drift
	Dust     float64   // base currency
	Blocked  []bool    // by asset: never traded; nil: none

	// What prepare derives from the target and the stale assets, kept until one of them changes.
	target   []float64
	stale    []bool
	anyStale bool           // of assets that an instrument could price: those that none prices stay as they are
	weight   []float64      // by asset: target among the assets in the test
	limit    []float64      // by asset: allowed absolute drift; infinite where not measured
	out      []fund.AssetID // stale or blocked
	strays   []fund.AssetID // in the test without a target; never cash
	cash     bool           // cash has a target
}

// Due implements engine.Trigger: "BTC 46.1 % > 44.0 %" names the asset furthest beyond its band.
func (t *Threshold) Due(v *fund.View, target []float64) string {
	if !t.fits(v, target) {
		t.prepare(v, target)
	}
	total := t.investable(v)
	if total <= 0 || t.breached(v, total) {
		return t.reason(v, total)
	}
	for _, a := range t.strays {
		if v.Value[a] > t.Dust {
			return t.reason(v, total)
		}
	}
	if v.Decisions == 0 {
		return t.unbought(v, total)
	}
	return ""
}

// fits reports whether what prepare derived still holds.
func (t *Threshold) fits(v *fund.View, target []float64) bool {
	if len(t.target) != len(target) || t.anyStale != v.AnyStale || v.AnyStale && !slices.Equal(t.stale, v.Stale) {
		return false
	}
	was := t.target[:len(target)]
	for a, w := range target {
		if w != was[a] {
			return false
		}
	}
	return true
}

// investable returns what weights are fractions of: the value of the assets in the test, less what is owed.
func (t *Threshold) investable(v *fund.View) float64 {
	total := v.NAV - v.Owed
	for _, a := range t.out {
		total -= v.Value[a]
	}
	return total
}

// breached reports whether any measured drift exceeds its limit. It runs at every row, so it does not divide.
func (t *Threshold) breached(v *fund.View, total float64) bool {
	value := v.Value[:len(t.weight)]
	limit := t.limit[:len(t.weight)]
	for a, w := range t.weight {
		if math.Abs(value[a]-float64(w*total)) > limit[a]*total {
			return true
		}
	}
	return t.cash && t.beyond(v, v.Universe.Base, total) > 1
}

// beyond returns an asset's drift as a multiple of its band. The asset must be measured.
func (t *Threshold) beyond(v *fund.View, a fund.AssetID, total float64) float64 {
	return math.Abs(t.drift(v, a, total)) / (t.band(a) * total)
}

// drift returns how much more of an asset is held than its target, in base currency.
func (t *Threshold) drift(v *fund.View, a fund.AssetID, total float64) float64 {
	held := v.Value[a]
	if a == v.Universe.Base {
		held -= v.Owed
	}
	return held - float64(t.weight[a]*total)
}

// band returns the absolute drift that an asset in the test may have.
func (t *Threshold) band(a fund.AssetID) float64 {
	band := t.Band
	if t.Bands != nil && t.Bands[a] != 0 {
		band = t.Bands[a]
	}
	if t.Absolute {
		return band
	}
	return float64(band * t.weight[a])
}
