package optimize

import (
	"math"

	"github.com/steelyard/steelyard/engine/fund"
)

// next returns the problem that net trades leave: their state, the market that they have moved, and what is left of the
// limits.
func (p *Problem) next(net []fund.Amount) *Problem {
	n, traded := *p, make([]float64, len(net))
	n.MaxBuy, n.MaxSell = make([]float64, len(net)), make([]float64, len(net))
	for i := range net {
		id := fund.InstrumentID(i)
		traded[i] = net[i].Float64()
		value := float64(traded[i] * p.value(id))
		n.MaxBuy[i], n.MaxSell[i] = left(p.room(id, fund.Buy), value), left(p.room(id, fund.Sell), -value)
	}
	n.Holding, n.Quote = p.settle(net), p.Quote.After(traded)
	return &n
}

// left returns what is left of a limit after trades on its side; those on the other side count for nothing.
func left(limit, value float64) float64 {
	if math.IsInf(limit, 1) {
		return limit
	}
	return max(0, limit-max(0, value))
}

// value returns what a base unit of an instrument is worth at its price, in the base currency.
func (p *Problem) value(i fund.InstrumentID) float64 {
	return p.Mid[i] * p.Price[p.Universe.Instruments[i].Quote]
}

// without returns the problem in which none of the net trades is made that more undoes a part of; if there are none, none
// that more adds to.
func (p *Problem) without(net, more []fund.Amount) *Problem {
	side := 1
	for i := range net {
		if net[i].Sign()*more[i].Sign() < 0 {
			side = -1
		}
	}
	q := *p
	q.MaxBuy, q.MaxSell = copied(p.MaxBuy, len(net)), copied(p.MaxSell, len(net))
	for i := range net {
		switch {
		case net[i].Sign()*more[i].Sign() != side:
		case net[i].Sign() > 0:
			q.MaxBuy[i] = 0
		default:
			q.MaxSell[i] = 0
		}
	}
	return &q
}

func copied(limits []float64, length int) []float64 {
	c := make([]float64, length)
	for i := range c {
		c[i] = math.Inf(1)
	}
	copy(c, limits)
	return c
}
