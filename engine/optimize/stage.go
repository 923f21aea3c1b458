package optimize

import (
	"github.com/steelyard/steelyard/engine/fund"
)

// stages gives each trade its stage: what a trade spends is there from the start, or earlier stages deliver it. Where not
// all that is spent of an asset is there, whoever spends it waits for all that deliver it. It reports whether that can
// be done: trades that wait for each other in a circle cannot.
func (p *Problem) stages(held [][]float64, trades []wish) bool {
	need, ready := p.sheet(), p.sheet()
	for k := range trades {
		w := &trades[k]
		in := &p.Universe.Instruments[w.instrument]
		w.stage = 0
		need[in.Venue][w.gives(in)] += w.spends
	}
	for range len(p.Price) + 1 {
		changed := false
		for k := range trades {
			w := &trades[k]
			in := &p.Universe.Instruments[w.instrument]
			from := w.gives(in)
			if need[in.Venue][from] > held[in.Venue][from] {
				w.stage = int(ready[in.Venue][from])
			}
			if after := &ready[in.Venue][w.gets(in)]; *after < float64(w.stage+1) {
				*after, changed = float64(w.stage+1), true
			}
		}
		if !changed {
			return true
		}
	}
	return false
}

// sheet returns zeros by account and asset.
func (p *Problem) sheet() [][]float64 {
	s, n := make([][]float64, len(p.Holding)), len(p.Price)
	all := make([]float64, len(s)*n)
	for acc := range s {
		s[acc], all = all[:n:n], all[n:]
	}
	return s
}

// netOf returns a plan's trades by instrument, in signed base units.
func (p *Problem) netOf(plan *fund.Plan) []fund.Amount {
	net := make([]fund.Amount, len(p.Universe.Instruments))
	for i := range plan.Trades {
		t := &plan.Trades[i]
		net[t.Instrument] = net[t.Instrument].Add(signed(t.Side, t.Quantity))
	}
	return net
}

// trades lists net trades by instrument.
func (p *Problem) trades(net []fund.Amount) []wish {
	var list []wish
	for i := range net {
		if q := net[i].Float64(); q != 0 {
			list = append(list, p.wish(fund.InstrumentID(i), sideOf(q), abs(q)))
		}
	}
	return list
}

// staged makes the plan of a candidate: trades by stage, then instrument.
func (p *Problem) staged(c candidate) (fund.Plan, bool) {
	state := p.settle(c.net)
	plan := fund.Plan{After: p.weights(state), Cost: c.cost}
	list, ok := p.ordered(c.net)
	if !ok {
		return plan, false
	}
	crowd := p.crowd(list)
	for k, w := range list {
		t := p.price(w.instrument, w.side, signed(w.side, c.net[w.instrument]))
		t.Stage = w.stage
		if crowd != nil {
			more := float64(crowd[k] * t.Notional)
			t.Cost.Impact += more
			plan.Cost.Impact += more
		}
		plan.Trades = append(plan.Trades, t)
	}
	plan.Routes = p.routes(plan.Trades)
	plan.LeftAlone = p.leftAlone(state, c.why)
	total := plan.Cost.Total() + float64(penalty*c.unreached)
	plan.Certificate = fund.Certificate{Unreached: c.unreached, Gap: max(0, total-c.bound), Duals: c.duals}
	return plan, true
}
