package optimize

import (
	"github.com/steelyard/steelyard/engine/fund"
)

// pass computes one round of trades from a state.
type pass struct {
	p     *Problem
	state [][]float64 // [account][asset] units; follows the trades of the pass
	off   []float64   // by asset, base currency still to buy (+) or sell (−)
	keep  float64     // base currency that stays cash: its target and what is owed
	legs  []leg
	left  []fund.LeftAlone
}

type leg struct {
	instrument fund.InstrumentID
	net        fund.Amount // signed, base units
}

// newPass aims at the target less the cost of getting there: what costs take is not there to be held.
func newPass(p *Problem, state [][]float64) *pass {
	ps := &pass{p: p, off: make([]float64, len(p.Price))}
	for acc := range state {
		ps.state = append(ps.state, append([]float64(nil), state[acc]...))
	}
	cost := 0.0
	for range 6 { // each round gains as many digits as the cost rate has zeros
		ps.aim(cost)
		cost = ps.cost()
	}
	return ps
}

func (ps *pass) aim(cost float64) {
	p := ps.p
	base := p.Universe.Base
	total, counted := -p.Owed-cost, 0.0
	for a := range p.Price {
		if p.Frozen[a] {
			continue
		}
		ps.off[a] = -ps.value(fund.AssetID(a))
		total -= ps.off[a]
		counted += p.Target[a]
	}
	for a := range p.Price {
		switch {
		case p.Frozen[a]:
			ps.off[a] = 0
		case counted > 0:
			ps.off[a] += float64(p.Target[a] / counted * total)
		}
	}
	ps.keep = p.Owed + ps.off[base] + ps.value(base)
	ps.off[base] = 0
}

func (ps *pass) value(a fund.AssetID) float64 {
	units := 0.0
	for acc := range ps.state {
		units += ps.state[acc][a]
	}
	return units * ps.p.Price[a]
}

// cost estimates what closing every difference costs, in the base currency.
func (ps *pass) cost() float64 {
	sum := 0.0
	for a, off := range ps.off {
		i := ps.p.spoke(fund.AssetID(a), 0)
		if i == fund.None || off == 0 || abs(off) < ps.p.Dust {
			continue
		}
		side := fund.Buy
		if off < 0 {
			side = fund.Sell
		}
		rate := ps.p.rate(i, side, abs(off)/ps.p.Price[a])
		sum += float64(abs(off) * rate)
	}
	return sum
}

// sell closes the negative differences, account by account.
func (ps *pass) sell() {
	for a, off := range ps.off {
		if off >= 0 || ps.dust(fund.AssetID(a)) {
			continue
		}
		want := -off / ps.p.Price[a]
		why := "no instrument trades it now"
		for k := 0; want > 0; k++ {
			i := ps.p.spoke(fund.AssetID(a), k)
			if i == fund.None {
				break
			}
			held := ps.state[ps.p.Universe.Instruments[i].Venue][a]
			var done float64
			if done, why = ps.do(i, fund.Sell, min(want, held)); done > 0 {
				want -= done
			}
		}
		ps.note(fund.AssetID(a), want, why)
	}
}

// buy closes the positive differences with the cash that is there, in proportion if it does not reach.
func (ps *pass) buy() {
	scale := ps.scale()
	for a, off := range ps.off {
		if off <= 0 || ps.dust(fund.AssetID(a)) {
			continue
		}
		want := off * scale / ps.p.Price[a]
		short := off*(1-scale) >= ps.p.Dust && scale < 1
		why := "no instrument trades it now"
		for k := 0; want > 0; k++ {
			i := ps.p.spoke(fund.AssetID(a), k)
			if i == fund.None {
				break
			}
			var done float64
			if done, why = ps.do(i, fund.Buy, min(want, ps.affordable(i, want))); done > 0 {
				want -= done
			}
		}
		if short && why == "" {
			why = "not enough cash"
		}
		ps.note(fund.AssetID(a), want, why)
	}
}

// scale returns the part of all purchases that the cash pays for, at most 1.
func (ps *pass) scale() float64 {
	need := 0.0
	for a, off := range ps.off {
		if i := ps.p.spoke(fund.AssetID(a), 0); off > 0 && i != fund.None && off >= ps.p.Dust {
			need += float64(off * (1 + ps.p.rate(i, fund.Buy, off/ps.p.Price[a])))
		}
	}
	cash := ps.value(ps.p.Universe.Base) - ps.keep
	if need <= cash || need == 0 {
		return 1
	}
	return max(0, cash/need)
}

// affordable returns the units of instrument i, at most q, that its venue's cash pays for. Every venue keeps its share
// of the cash that is to stay.
func (ps *pass) affordable(i fund.InstrumentID, q float64) float64 {
	base := ps.p.Universe.Base
	total := ps.value(base)
	if total <= ps.keep || total <= 0 {
		return 0
	}
	cash := ps.state[ps.p.Universe.Instruments[i].Venue][base] * (1 - max(0, ps.keep/total))
	need := q * ps.p.Mid[i] * (1 + ps.p.rate(i, fund.Buy, q))
	if need <= cash {
		return q
	}
	return q * max(0, cash/need)
}

// do trades at most q units in whole lots and returns what it traded, or why it did not.
func (ps *pass) do(i fund.InstrumentID, side fund.Side, q float64) (float64, string) {
	in := &ps.p.Universe.Instruments[i]
	quantity := in.Lots(q)
	switch {
	case quantity.Sign() <= 0:
		return 0, "less than one lot"
	case quantity.Less(in.MinQuantity):
		return 0, "below the minimum quantity of " + in.MinQuantity.String()
	case quantity.Float64()*ps.p.Mid[i] < in.MinNotional.Float64():
		return 0, "below the minimum notional of " + in.MinNotional.String()
	}
	t := ps.p.price(i, side, quantity)
	held := ps.state[in.Venue]
	held[in.Base] += float64(float64(side) * quantity.Float64())
	held[in.Quote] -= (float64(float64(side)*t.Notional) + t.Cost.Total()) / ps.p.Price[in.Quote]
	ps.legs = append(ps.legs, leg{i, signed(side, quantity)})
	return quantity.Float64(), ""
}

// addTo merges the pass into net and reports whether it traded.
func (ps *pass) addTo(net []fund.Amount) bool {
	for _, l := range ps.legs {
		net[l.instrument] = net[l.instrument].Add(l.net)
	}
	return len(ps.legs) > 0
}

func (ps *pass) dust(a fund.AssetID) bool { return abs(ps.off[a]) < ps.p.Dust }

// note records what stays untraded if it is worth a word.
func (ps *pass) note(a fund.AssetID, units float64, why string) {
	off := -ps.off[a]
	if units*ps.p.Price[a] >= ps.p.Dust && why != "" {
		ps.left = append(ps.left, fund.LeftAlone{Asset: a, Off: off, Why: why})
	}
}

// spoke returns the k-th tradable instrument of asset a against the cash asset, or None.
func (p *Problem) spoke(a fund.AssetID, k int) fund.InstrumentID {
	for i := range p.Universe.Instruments {
		in := &p.Universe.Instruments[i]
		if in.Base != a || in.Quote != p.Universe.Base || p.Mid[i] != p.Mid[i] {
			continue
		}
		if k == 0 {
			return fund.InstrumentID(i)
		}
		k--
	}
	return fund.None
}

// rate returns what trading q units costs as a fraction of their value at mid.
func (p *Problem) rate(i fund.InstrumentID, side fund.Side, q float64) float64 {
	spread, impact := p.Quote.Slippage(i, side, q)
	fee := p.Universe.Instruments[i].Fees.Taker.Float64()
	return spread + impact + float64(fee*(1+float64(float64(side)*(spread+impact))))
}

func abs(x float64) float64 {
	if x < 0 {
		return -x
	}
	return x
}
