package strategies

import (
	"math"
	"strconv"

	"github.com/steelyard/steelyard/engine/fund"
)

// reason says why the trigger is due. total is the investable value, which may be 0 or less.
func (t *Threshold) reason(v *fund.View, total float64) string {
	if total <= 0 {
		return t.owing(v)
	}
	if a := t.furthest(v, total); a != fund.None {
		return t.breach(v, a, total)
	}
	for _, a := range t.strays {
		if v.Value[a] > t.Dust {
			return v.Universe.AssetName(a) + " held without a target: " + money(v.Value[a]) + " > " + money(t.Dust) + " " + v.Universe.AssetName(v.Universe.Base)
		}
	}
	return ""
}

// furthest returns the asset whose drift is the largest multiple of its band, the first by name among equals, or
// None when no drift exceeds its band.
func (t *Threshold) furthest(v *fund.View, total float64) fund.AssetID {
	worst, most := fund.AssetID(fund.None), 1.0
	for i := range t.weight {
		a := fund.AssetID(i)
		if !t.measured(a, v.Universe.Base) {
			continue
		}
		if beyond := t.beyond(v, a, total); beyond > most {
			worst, most = a, beyond
		}
	}
	return worst
}

// measured reports whether an asset has a band.
func (t *Threshold) measured(a, base fund.AssetID) bool {
	if a == base {
		return t.cash
	}
	return !math.IsInf(t.limit[a], 1)
}

// breach writes "BTC 46.1 % > 44.0 %": the weight and the edge of the band that it has crossed.
func (t *Threshold) breach(v *fund.View, a fund.AssetID, total float64) string {
	drift := t.drift(v, a, total) / total
	weight, edge, sign := t.weight[a]+drift, t.weight[a]+t.band(a), " > "
	if drift < 0 {
		edge, sign = t.weight[a]-t.band(a), " < "
	}
	w, e := percents(weight, edge)
	return v.Universe.AssetName(a) + " " + w + sign + e
}

// owing is the reason when withdrawals take all that is in the test: something must be sold to pay them.
func (t *Threshold) owing(v *fund.View) string {
	for i := range t.weight {
		a := fund.AssetID(i)
		if a != v.Universe.Base && !t.excluded(a) && v.Value[a] > t.Dust {
			return v.Universe.AssetName(a) + " held while " + money(v.Owed) + " " + v.Universe.AssetName(v.Universe.Base) + " is owed"
		}
	}
	return ""
}

// unbought names the first asset of the target of which nothing is held yet, or returns "".
func (t *Threshold) unbought(v *fund.View, total float64) string {
	for i, w := range t.weight {
		if v.Value[i] <= t.Dust && w*total > t.Dust {
			p, _ := percents(w, 0)
			return v.Universe.Assets[i].Name + " not held yet, target " + p
		}
	}
	return ""
}

// percents writes two fractions with as many decimals, at least one, as tell them apart.
func percents(x, y float64) (string, string) {
	for decimals := 1; ; decimals++ {
		a := strconv.FormatFloat(100*x, 'f', decimals, 64)
		b := strconv.FormatFloat(100*y, 'f', decimals, 64)
		if a != b || decimals == 6 {
			return a + " %", b + " %"
		}
	}
}

func money(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) }
