package optimize

import "github.com/steelyard/steelyard/engine/fund"

// routes takes a plan apart into the ways that value takes through it, by account and name. What trades lose on the way is
// left out: each trade counts with its notional.
func (p *Problem) routes(trades []fund.Trade) []fund.Route {
	var all []fund.Route
	for acc := range p.Universe.Accounts {
		flows := make([]float64, len(trades))
		net := make([]float64, len(p.Price)) // what leaves an asset less what comes to it
		for k := range trades {
			in := &p.Universe.Instruments[trades[k].Instrument]
			if int(in.Venue) != acc {
				continue
			}
			w := wish{side: trades[k].Side}
			flows[k] = trades[k].Notional
			net[w.gives(in)] += flows[k]
			net[w.gets(in)] -= flows[k]
		}
		for a := range net {
			for net[a] > p.Dust {
				r := p.route(trades, flows, net, fund.AssetID(a))
				if r.Value <= 0 {
					break
				}
				r.Account = fund.AccountID(acc)
				all = append(all, r)
			}
		}
	}
	return all
}

// route follows the first flows that are left from an asset to one that gets more than it gives, and takes what all of
// them carry out of them.
func (p *Problem) route(trades []fund.Trade, flows, net []float64, from fund.AssetID) fund.Route {
	r := fund.Route{Assets: []fund.AssetID{from}, Value: net[from]}
	var way []int
	for at := from; at == from || net[at] >= 0; {
		k := p.leaving(trades, flows, at)
		if k < 0 || len(way) == len(trades) {
			break
		}
		w := wish{side: trades[k].Side}
		at = w.gets(&p.Universe.Instruments[trades[k].Instrument])
		way, r.Assets, r.Value = append(way, k), append(r.Assets, at), min(r.Value, flows[k])
	}
	to := r.Assets[len(r.Assets)-1]
	if net[to] < 0 {
		r.Value = min(r.Value, -net[to])
	}
	for _, k := range way {
		flows[k] -= r.Value
	}
	net[from] -= r.Value
	net[to] += r.Value
	if len(way) == 0 {
		r.Value = 0
	}
	return r
}

// leaving returns the first trade that takes value out of an asset and has any left, or −1.
func (p *Problem) leaving(trades []fund.Trade, flows []float64, a fund.AssetID) int {
	for k := range trades {
		w := wish{side: trades[k].Side}
		if flows[k] > 0 && w.gives(&p.Universe.Instruments[trades[k].Instrument]) == a {
			return k
		}
	}
	return -1
}
