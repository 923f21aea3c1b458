package optimize

import "github.com/steelyard/steelyard/engine/fund"

// forced reports whether there is nothing to choose: every asset that trades at all does so through one instrument against
// cash, at any size, with its fee in cash and without a cost of its own per trade, and the aim is the target itself. Value
// then has one way to flow, and hub and spoke is the cheapest plan.
func (p *Problem) forced() bool {
	if p.Band != nil || p.MaxBuy != nil || p.MaxSell != nil {
		return false
	}
	spokes := make([]bool, len(p.Price))
	for i := range p.Universe.Instruments {
		in := &p.Universe.Instruments[i]
		switch {
		case !p.open(fund.InstrumentID(i)):
			continue
		case in.Quote != p.Universe.Base, spokes[in.Base], in.Fees.In != fund.FeeInQuote,
			!in.MaxNotional.IsZero(), !in.Fees.PerTrade.IsZero():
			return false
		}
		spokes[in.Base] = true
	}
	return true
}
