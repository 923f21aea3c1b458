package reports

import (
	"cmp"
	"slices"

	"github.com/steelyard/steelyard/engine/fund"
)

// assetCost is what trading an asset cost. Trades count for the base asset of their instrument.
type assetCost struct {
	Asset                                           string
	Turnover, Fees, Spread, Impact, Total, BP       string
	Share                                           string
	FeesWidth, SpreadWidth, ImpactFrom, ImpactWidth float64 // per cent of the costliest asset's total
	cost                                            fund.Cost
	volume                                          float64
}

// costByAsset returns the assets that were traded, the costliest first, and their sum.
func (a *Analysis) costByAsset() ([]assetCost, assetCost) {
	list := make([]assetCost, len(a.Run.Universe.Assets))
	for i := range a.Trades {
		t := &a.Trades[i]
		x := &list[a.Run.Universe.Instruments[t.Fill.Instrument].Base]
		x.cost, x.volume = x.cost.Plus(t.Cost), x.volume+t.Value
	}
	for i := range list {
		list[i].Asset = a.Run.Universe.Assets[i].Name
	}
	list = slices.DeleteFunc(list, func(x assetCost) bool { return x.volume == 0 })
	slices.SortStableFunc(list, func(x, y assetCost) int { return cmp.Compare(y.cost.Total(), x.cost.Total()) })
	total := assetCost{Asset: "all", cost: a.Summary.Cost, volume: a.Summary.TurnoverValue}
	for i := range list {
		a.write(&list[i], list[0].cost.Total())
	}
	a.write(&total, 0)
	return list, total
}

// write fills in the texts, and the bar of an asset beside the costliest.
func (a *Analysis) write(x *assetCost, costliest float64) {
	c := x.cost
	x.Turnover, x.Fees, x.Spread, x.Impact, x.Total = a.total(x.volume), a.total(c.Fees), a.total(c.Spread), a.total(c.Impact), a.total(c.Total())
	x.BP = figureText(plain(c.Total() / x.volume * 1e4))
	x.Share = figureText(percent(c.Total() / a.Summary.CostUSD))
	if costliest > 0 {
		x.FeesWidth, x.SpreadWidth, x.ImpactWidth = 100*c.Fees/costliest, 100*c.Spread/costliest, 100*c.Impact/costliest
		x.ImpactFrom = x.FeesWidth + x.SpreadWidth
	}
}

// total returns money summed over the run: whole units where the fund has many.
func (a *Analysis) total(x float64) string {
	if a.Summary.StartNAV >= 1e5 {
		return minus(Thousands(fixed(x, 0)))
	}
	return a.rounded(x)
}
