package optimize

import (
	"math"

	"github.com/steelyard/steelyard/engine/fund"
)

// pass computes one round of trades from a state.
type pass struct {
	p      *Problem
	state  [][]float64           // [account][asset] units; follows the trades of the pass
	worth  []float64             // by asset, base currency: what that state was worth when the pass began
	off    []float64             // by asset, base currency still to buy (+) or sell (−)
	keep   float64               // base currency that stays cash: its target and what is owed
	budget float64               // quote units that purchases may still spend
	net    []fund.Amount         // by instrument, signed base units: what earlier passes trade
	grain  float64               // base currency: smaller differences are left alone
	round  float64               // by which quantities grow before they are cut to lots
	spokes [][]fund.InstrumentID // by asset, its instruments against cash
	legs   []booked
	left   []fund.LeftAlone
}

// booked is a trade of the pass.
type booked struct {
	instrument fund.InstrumentID
	net        fund.Amount // signed, base units
}

// noise is the part of the fund that the estimates of costs cannot tell from nothing; no difference smaller than it is
// traded, whatever the fund calls dust.
const noise = 1e-6

// newPass returns passes on top of net trades, none of them begun.
func newPass(p *Problem, net []fund.Amount) *pass {
	n := len(p.Price)
	return &pass{p: p, state: p.sheet(), worth: make([]float64, n), off: make([]float64, n), net: net, spokes: p.wheel(),
		legs: make([]booked, 0, n)}
}

// begin aims from a state at the target less the cost of getting there: what costs take is not there to be held.
func (ps *pass) begin(state [][]float64, first bool) {
	p := ps.p
	for acc := range state {
		copy(ps.state[acc], state[acc])
	}
	ps.legs, ps.left = ps.legs[:0], nil
	total := 0.0 // of what may be traded
	for a := range ps.worth {
		if ps.worth[a] = ps.value(fund.AssetID(a)); !p.Frozen[a] {
			total += ps.worth[a]
		}
	}
	ps.grain = max(p.Dust, noise*total)
	ps.round = 1
	if !first { // clean up a little more than a new plan would see, so that it finds nothing
		ps.grain /= 2
		ps.round += 1e-9
	}
	ps.aim(0)
	for spent, k := 0.0, 1; k < 6; k++ { // each round gains as many digits as the cost rate has zeros
		cost := ps.cost()
		if cost == spent {
			break
		}
		spent = cost
		ps.aim(spent)
	}
}

// aim sets what is to be bought and sold when that costs so much.
func (ps *pass) aim(cost float64) {
	p := ps.p
	base := p.Universe.Base
	total, counted := -p.Owed-cost, 0.0
	for a := range p.Price {
		if p.Frozen[a] {
			continue
		}
		ps.off[a] = -ps.worth[a]
		total -= ps.off[a]
		counted += p.Target[a]
	}
	for a := range p.Price {
		switch {
		case p.Frozen[a]:
			ps.off[a] = 0
		case counted > 0:
			ps.off[a] = outside(ps.off[a]+float64(p.Target[a]/counted*total), float64(p.width(a)/counted*max(0, total)))
		}
	}
	ps.keep = p.Owed + ps.off[base] + ps.worth[base]
	ps.off[base] = 0
}

// outside returns by how much a difference is beyond a band on either side of 0.
func outside(off, width float64) float64 {
	switch {
	case off > width:
		return off - width
	case off < -width:
		return off + width
	}
	return 0
}

func (ps *pass) value(a fund.AssetID) float64 {
	units := 0.0
	for acc := range ps.state {
		units += ps.state[acc][a]
	}
	return float64(units * ps.p.Price[a])
}

// cost estimates what closing every difference costs, in the base currency.
func (ps *pass) cost() float64 {
	sum := 0.0
	for a, off := range ps.off {
		if len(ps.spokes[a]) == 0 || off == 0 || abs(off) < ps.grain {
			continue
		}
		sum += ps.spends(ps.spokes[a][0], off/ps.p.Price[a]) - off // spends is in the cash asset, whose price is 1
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
		for k := 0; want > 0 && k < len(ps.spokes[a]); k++ {
			i := ps.spokes[a][k]
			var done float64
			if done, why = ps.do(i, fund.Sell, min(want*ps.round, ps.sellable(i))); done > 0 {
				want -= done
			}
		}
		ps.note(fund.AssetID(a), want, why)
	}
}

// sellable returns the units of instrument i that can be sold with what is held: less than that where the fee is taken in them.
func (ps *pass) sellable(i fund.InstrumentID) float64 {
	in := &ps.p.Universe.Instruments[i]
	held := ps.state[in.Venue][in.Base]
	if in.Fees.In != fund.FeeInBase && ps.net[i].IsZero() {
		return held
	}
	if takes := -ps.adds(i, -held).base; held > 0 && takes > held {
		return held * held / takes // less is no dearer
	}
	return held
}

// buy closes the positive differences with the cash that is there. If it does not reach, they are closed in proportion
// in the first pass; what rounding leaves for a later one goes to whoever can take it, by name.
func (ps *pass) buy(first bool) {
	scale := 1.0
	if first {
		scale = ps.scale()
	}
	ps.budget = ps.value(ps.p.Universe.Base) - ps.keep
	for a, off := range ps.off {
		if off <= 0 || ps.dust(fund.AssetID(a)) {
			continue
		}
		want := off * scale / ps.p.Price[a]
		why := "no instrument trades it now"
		for k := 0; want > 0 && k < len(ps.spokes[a]); k++ {
			i := ps.spokes[a][k]
			var done float64
			if done, why = ps.do(i, fund.Buy, ps.affordable(i, want*ps.round)); done > 0 {
				want -= done
			}
		}
		if why == "" {
			why = "not enough cash"
		}
		ps.note(fund.AssetID(a), want, why)
	}
}

// scale returns the part of all purchases that the cash pays for, at most 1.
func (ps *pass) scale() float64 {
	need := 0.0
	for a, off := range ps.off {
		if off > 0 && len(ps.spokes[a]) > 0 && off >= ps.grain {
			need += ps.spends(ps.spokes[a][0], off/ps.p.Price[a])
		}
	}
	cash := ps.value(ps.p.Universe.Base) - ps.keep
	if need <= cash || need == 0 {
		return 1
	}
	return max(0, cash/need)
}

// affordable returns the units of instrument i, at most q, that its venue's cash and the pass's budget pay for.
func (ps *pass) affordable(i fund.InstrumentID, q float64) float64 {
	in := &ps.p.Universe.Instruments[i]
	cash := max(0, min(ps.state[in.Venue][in.Quote], ps.budget))
	for range 3 { // a smaller trade costs less, and lots round down: this ends below
		need := ps.spends(i, q)
		if need <= cash {
			return q
		}
		q *= cash / need
	}
	if ps.spends(i, q) > cash {
		return q * (1 - 1e-9)
	}
	return q
}

// spends returns the quote units that buying q more units takes, on top of what earlier passes trade.
func (ps *pass) spends(i fund.InstrumentID, q float64) float64 { return -ps.adds(i, q).quote }

// adds returns what trading q more units does.
func (ps *pass) adds(i fund.InstrumentID, q float64) move {
	done := ps.net[i].Float64()
	after, before := ps.p.move(i, done+q), ps.p.move(i, done)
	return move{after.base - before.base, after.quote - before.quote}
}

// do trades at most q units in whole lots and returns what it traded, or why it did not.
func (ps *pass) do(i fund.InstrumentID, side fund.Side, q float64) (float64, string) {
	in := &ps.p.Universe.Instruments[i]
	if most := ps.p.room(i, side); !math.IsInf(most, 1) { // what undoes a trade is not limited
		q = min(q, max(0, most/(ps.p.Mid[i]*ps.p.Price[in.Quote])-float64(float64(side)*ps.net[i].Float64())))
	}
	quantity := in.Lots(q)
	value := quantity.Float64() * ps.p.Mid[i]
	whole := ps.net[i].Add(signed(side, quantity)) // with what is traded already
	if whole.Sign() < 0 {
		whole = whole.Neg()
	}
	switch {
	case value*ps.p.Price[in.Quote] < ps.grain:
		return 0, "worth less than dust"
	case quantity.Sign() <= 0:
		return 0, "less than one lot"
	case whole.IsZero():
	case side == fund.Sell && ps.adds(i, -quantity.Float64()).quote < 0:
		return 0, "worth less than the fee of a trade"
	case whole.Less(in.MinQuantity):
		return 0, "below the minimum quantity of " + in.MinQuantity.String()
	case whole.Float64()*ps.p.Mid[i] < in.MinNotional.Float64():
		return 0, "below the minimum notional of " + in.MinNotional.String()
	}
	more := ps.adds(i, float64(float64(side)*quantity.Float64()))
	more.apply(in, ps.state[in.Venue])
	if side == fund.Buy {
		ps.budget += more.quote
	}
	ps.legs = append(ps.legs, booked{i, signed(side, quantity)})
	return quantity.Float64(), ""
}

// merge adds the pass's trades to those of earlier passes and reports whether there were any.
func (ps *pass) merge() bool {
	for _, l := range ps.legs {
		ps.net[l.instrument] = ps.net[l.instrument].Add(l.net)
	}
	return len(ps.legs) > 0
}

func (ps *pass) dust(a fund.AssetID) bool { return abs(ps.off[a]) < ps.grain }

// note records what stays untraded if it is worth a word.
func (ps *pass) note(a fund.AssetID, units float64, why string) {
	off := -ps.off[a]
	if units*ps.p.Price[a] >= ps.grain && why != "" {
		ps.left = append(ps.left, fund.LeftAlone{Asset: a, Off: off, Why: why})
	}
}

// wheel lists the tradable instruments of each asset against the cash asset.
func (p *Problem) wheel() [][]fund.InstrumentID {
	w, spokes := make([][]fund.InstrumentID, len(p.Price)), 0
	of := func(i int) (fund.AssetID, bool) {
		in := &p.Universe.Instruments[i]
		return in.Base, in.Quote == p.Universe.Base && p.Mid[i] == p.Mid[i]
	}
	each := make([]int, len(p.Price))
	for i := range p.Universe.Instruments {
		if a, ok := of(i); ok {
			each[a]++
			spokes++
		}
	}
	all := make([]fund.InstrumentID, spokes)
	for a, n := range each {
		w[a], all = all[:0:n], all[n:]
	}
	for i := range p.Universe.Instruments {
		if a, ok := of(i); ok {
			w[a] = append(w[a], fund.InstrumentID(i))
		}
	}
	return w
}

func abs(x float64) float64 {
	if x < 0 {
		return -x
	}
	return x
}
