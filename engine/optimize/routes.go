package optimize

import "github.com/steelyard/steelyard/engine/fund"

// routes takes a plan apart into the ways that value takes through it, by account and name. What trades lose on the way is
// left out: each trade counts with its notional.
func (p *Problem) routes(trades []fund.Trade) []fund.Route {
	var all []fund.Route
	for acc := range p.Universe.Accounts {
		d := p.dissect(trades, fund.AccountID(acc))
		for a := range d.net {
			for d.net[a] > p.Dust {
				r := d.route(fund.AssetID(a))
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

// dissection is what routes have not taken out of the trades of an account yet.
type dissection struct {
	net []float64  // by asset: what leaves it less what comes to it
	out [][]stream // by asset: what leaves it
}

type stream struct {
	to    fund.AssetID
	value float64
}

func (p *Problem) dissect(trades []fund.Trade, acc fund.AccountID) *dissection {
	d := &dissection{make([]float64, len(p.Price)), make([][]stream, len(p.Price))}
	for k := range trades {
		in := &p.Universe.Instruments[trades[k].Instrument]
		if in.Venue != acc {
			continue
		}
		w := wish{side: trades[k].Side}
		from, to := w.gives(in), w.gets(in)
		d.net[from] += trades[k].Notional
		d.net[to] -= trades[k].Notional
		d.out[from] = append(d.out[from], stream{to, trades[k].Notional})
	}
	return d
}

// route follows the first streams that are left from an asset to one that gets more than it gives, and takes what all of
// them carry out of them.
func (d *dissection) route(from fund.AssetID) fund.Route {
	r := fund.Route{Assets: []fund.AssetID{from}, Value: d.net[from]}
	var way []*stream
	for at := from; at == from || d.net[at] >= 0; {
		s := d.leaving(at)
		if s == nil || len(way) == len(d.net) {
			break
		}
		at = s.to
		way, r.Assets, r.Value = append(way, s), append(r.Assets, at), min(r.Value, s.value)
	}
	to := r.Assets[len(r.Assets)-1]
	if d.net[to] < 0 {
		r.Value = min(r.Value, -d.net[to])
	}
	for _, s := range way {
		s.value -= r.Value
	}
	d.net[from] -= r.Value
	d.net[to] += r.Value
	if len(way) == 0 {
		r.Value = 0
	}
	return r
}

// leaving returns the first stream that leaves an asset and has any value left, or nil.
func (d *dissection) leaving(a fund.AssetID) *stream {
	for k := range d.out[a] {
		if d.out[a][k].value > 0 {
			return &d.out[a][k]
		}
	}
	return nil
}
