package optimize

import (
	"slices"

	"github.com/steelyard/steelyard/engine/fund"
)

// leftAlone lists the assets that stay off their aim by more than dust, and why.
func (p *Problem) leftAlone(state [][]float64, why []string) []fund.LeftAlone {
	var list []fund.LeftAlone
	value := p.values(state)
	low, high := p.aims(value)
	grain := p.grain(state)
	whole := 0.0
	for _, v := range value {
		whole += v
	}
	for a, v := range value {
		off := v - min(max(v, low[a]), high[a])
		if p.Frozen[a] {
			off = v - float64(p.Target[a]*whole)
		}
		if abs(off) < grain {
			continue
		}
		list = append(list, fund.LeftAlone{Asset: fund.AssetID(a), Off: off, Why: p.reason(fund.AssetID(a), why)})
	}
	return list
}

// addFrozen adds to the list of a plan, which leads to a state, the frozen assets that are off their target there: passes do not
// look at them; by asset.
func (p *Problem) addFrozen(plan *fund.Plan, state [][]float64) {
	if !slices.Contains(p.Frozen, true) {
		return
	}
	for _, l := range p.leftAlone(state, nil) {
		if p.Frozen[l.Asset] {
			plan.LeftAlone = append(plan.LeftAlone, l)
		}
	}
	slices.SortStableFunc(plan.LeftAlone, func(l, m fund.LeftAlone) int { return int(l.Asset) - int(m.Asset) })
}

// reason says why an asset stays outside its aim.
func (p *Problem) reason(a fund.AssetID, why []string) string {
	if p.Frozen[a] {
		return "it has no price now, or is blocked"
	}
	for i := range p.Universe.Instruments {
		in := &p.Universe.Instruments[i]
		if p.open(fund.InstrumentID(i)) && (in.Base == a || in.Quote == a) {
			if why != nil && why[a] != "" {
				return why[a]
			}
			return "no way there or away from it has room, or is worth what it costs"
		}
	}
	return "no instrument trades it now"
}
