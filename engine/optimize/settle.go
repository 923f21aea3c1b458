package optimize

import "github.com/steelyard/steelyard/engine/fund"

// move is what a trade does to the balances of its account, in units of each asset. Of a venue that takes its fee in an
// asset of its own, plans count it in quote: there it is taken as soon as too little of the other is held, and that, and
// not the few units of the other, has to be there.
type move struct{ base, quote float64 }

// bill is what a trade comes to, in quote units. It is asked for so often that it has to fit into registers: four words.
type bill struct {
	paid           float64 // at the price expected: more than the value for a purchase, less for a sale
	fee            float64 // in whatever asset it is taken
	spread, impact float64 // that the price expected has
}

// bill prices a trade of q > 0 base units.
func (p *Problem) bill(i fund.InstrumentID, side fund.Side, q float64) bill {
	fees := &p.Universe.Instruments[i].Fees
	value := float64(q * p.Mid[i])
	spread, impact := p.Quote.Slippage(i, side, q)
	paid := float64(value * (1 + float64(float64(side)*(spread+impact))))
	fee := float64(paid * fees.Taker.Float64())
	if !fees.PerTrade.IsZero() {
		fee += p.perTrade(i) / p.Price[p.Universe.Instruments[i].Quote]
	}
	return bill{paid, fee, float64(value * spread), float64(value * impact)}
}

// costOf returns what a bill costs, in the base currency.
func (p *Problem) costOf(i fund.InstrumentID, b bill) fund.Cost {
	quote := p.Price[p.Universe.Instruments[i].Quote]
	return fund.Cost{Fees: float64(b.fee * quote), Spread: float64(b.spread * quote), Impact: float64(b.impact * quote)}
}

// move returns what trading q base units (negative: a sale) does, the fee included.
func (p *Problem) move(i fund.InstrumentID, q float64) move {
	if q == 0 {
		return move{}
	}
	side := sideOf(q)
	in := &p.Universe.Instruments[i]
	b := p.bill(i, side, abs(q))
	m := move{base: q, quote: -float64(float64(side) * b.paid)}
	if in.Fees.In == fund.FeeInBase || in.Fees.In == fund.FeeInReceived && side == fund.Buy {
		m.base -= float64(b.fee / b.paid * abs(q))
	} else {
		m.quote -= b.fee
	}
	return m
}

// apply adds a move to the balances of its account.
func (m move) apply(in *fund.Instrument, held []float64) {
	held[in.Base] += m.base
	held[in.Quote] += m.quote
}

// settle returns the holdings that net trades lead to.
func (p *Problem) settle(net []fund.Amount) [][]float64 {
	state := p.sheet()
	for acc := range state {
		copy(state[acc], p.Holding[acc])
	}
	for i := range net {
		if q := net[i].Float64(); q != 0 {
			in := &p.Universe.Instruments[i]
			p.move(fund.InstrumentID(i), q).apply(in, state[in.Venue])
		}
	}
	return state
}

func sideOf(q float64) fund.Side {
	if q < 0 {
		return fund.Sell
	}
	return fund.Buy
}
