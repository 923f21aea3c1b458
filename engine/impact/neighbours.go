package impact

import "github.com/steelyard/steelyard/engine/fund"

// A displaced price is a displaced ratio of two assets. Against cash it is all the asset's, for cash does not move. A cross
// splits it between its two assets inversely to their average daily volumes against cash: whichever trades less gives
// way more. So a purchase of ETH/BTC lifts ETH, which purchases of ETH/USDT pay, and presses BTC, which sales of BTC/USDT
// pay. It follows from the states: what is kept is the newest answer, for planners ask for the same one again and again.

// neighbour is another instrument of the same venue with an asset in common that is not cash. In a universe without
// crosses nobody has one.
type neighbour struct {
	id    fund.InstrumentID
	asset fund.AssetID // in common
	side  fund.Side    // of the neighbour's trades that our purchases meet
}

// neighbours returns those of every instrument, in the order of instruments.
func neighbours(u *fund.Universe) [][]neighbour {
	list := make([][]neighbour, len(u.Instruments))
	for i := range u.Instruments {
		for j := range u.Instruments {
			if i == j || u.Instruments[i].Venue != u.Instruments[j].Venue {
				continue
			}
			for _, a := range [...]fund.AssetID{u.Instruments[i].Base, u.Instruments[i].Quote} {
				if role := roleOf(a, &u.Instruments[j]); role != 0 && a != u.Base {
					list[i] = append(list[i], neighbour{fund.InstrumentID(j), a, role * roleOf(a, &u.Instruments[i])})
				}
			}
		}
	}
	return list
}

// roleOf returns the side on which trades of an instrument lift an asset: purchases lift its base, sales its quote. It is
// 0 for any other asset.
func roleOf(a fund.AssetID, in *fund.Instrument) fund.Side {
	switch a {
	case in.Base:
		return fund.Buy
	case in.Quote:
		return fund.Sell
	}
	return 0
}

// met is what trades of an instrument meet because of its neighbours, at a time, with so many closed rows and after so many
// of our trades.
type met struct {
	at           fund.Time
	rows, traded int
	buying       float64
	selling      float64
}

// around returns the displacement that a trade of instrument i meets because of what its neighbours did.
func (f *Footprint) around(h fund.History, i fund.InstrumentID, side fund.Side, at fund.Time) float64 {
	m := &f.met[i]
	if m.at != at || m.rows != h.Rows() || m.traded != f.traded {
		*m = met{at, h.Rows(), f.traded, f.left(h, i, fund.Buy, at), f.left(h, i, fund.Sell, at)}
	}
	if side == fund.Buy {
		return m.buying
	}
	return m.selling
}

// left sums what the neighbours of instrument i left.
func (f *Footprint) left(h fund.History, i fund.InstrumentID, side fund.Side, at fund.Time) float64 {
	sum := 0.0
	for _, n := range f.neighbours[i] {
		stands := f.models[n.id].Standing(f.inputs.Inputs(h, n.id), f.states[n.id], side*n.side, at)
		if stands > 0 {
			sum += float64(stands * f.share(h, n.id, n.asset))
		}
	}
	return sum
}

// share returns the part of an instrument's displacement that is of one of its assets. The shares of both sum to 1.
func (f *Footprint) share(h fund.History, i fund.InstrumentID, a fund.AssetID) float64 {
	in := &f.universe.Instruments[i]
	other := in.Base
	if a == in.Base {
		other = in.Quote
	}
	switch f.universe.Base {
	case a:
		return 0
	case other:
		return 1
	}
	mine, its := f.volume(h, a), f.volume(h, other)
	if mine+its == 0 {
		return 1. / 2
	}
	return its / (mine + its)
}

// volume returns the average daily volume of an asset against cash, over all venues, in cash.
func (f *Footprint) volume(h fund.History, a fund.AssetID) float64 {
	sum, cash := 0.0, f.universe.Base
	for i := range f.universe.Instruments {
		switch in := &f.universe.Instruments[i]; {
		case in.Base == a && in.Quote == cash:
			sum += f.inputs.Value(h, fund.InstrumentID(i))
		case in.Base == cash && in.Quote == a:
			sum += f.inputs.Inputs(h, fund.InstrumentID(i)).ADV
		}
	}
	return sum
}
