package optimize

import "github.com/steelyard/steelyard/engine/fund"

// aims returns between which values, in the base currency, each asset is to be, when these are the values of what is held.
// The weights are fractions of what is neither frozen nor owed.
func (p *Problem) aims(value []float64) (low, high []float64) {
	base := p.Universe.Base
	total, counted := 0.0, 0.0
	for a, v := range value {
		if !p.Frozen[a] {
			total += v
			counted += p.Target[a]
		}
	}
	owed := min(p.Owed, max(0, total))
	low, high = make([]float64, len(value)), make([]float64, len(value))
	for a := range value {
		want, width := 0.0, 0.0
		switch {
		case p.Frozen[a]:
			low[a], high[a] = value[a], value[a]
			continue
		case counted > 0:
			want = p.Target[a] / counted * max(0, total-owed)
			width = p.width(a) / counted * max(0, total-owed)
		case fund.AssetID(a) == base:
			want = max(0, total-owed)
		}
		if fund.AssetID(a) == base {
			want += owed
		}
		low[a], high[a] = max(0, want-width), want+width
	}
	return low, high
}

func (p *Problem) width(a int) float64 {
	if p.Band == nil {
		return 0
	}
	return p.Band[a]
}

// values returns the value of each asset in the base currency.
func (p *Problem) values(state [][]float64) []float64 {
	value := make([]float64, len(p.Price))
	for acc := range state {
		for a, units := range state[acc] {
			value[a] += float64(units * p.Price[a])
		}
	}
	return value
}

// unreached returns the value that is outside its aim, too much and too little added.
func (p *Problem) unreached(state [][]float64) float64 {
	value := p.values(state)
	low, high := p.aims(value)
	sum := 0.0
	for a, v := range value {
		sum += max(0, low[a]-v, v-high[a])
	}
	return sum
}

// penalty is what a unit of value outside its aim counts in the comparison of plans: as much as if it were lost.
const penalty = 1

// verdict is what a set of trades comes to.
type verdict struct {
	cost      fund.Cost
	unreached float64
	feasible  bool // no balance below zero
}

func (v verdict) total() float64 { return v.cost.Total() + float64(penalty*v.unreached) }

// judge evaluates net trades: the one yardstick of all plans.
func (p *Problem) judge(net []fund.Amount) verdict {
	state := p.settle(net)
	v := verdict{unreached: p.unreached(state), feasible: true}
	for i := range net {
		if id, q := fund.InstrumentID(i), net[i].Float64(); q != 0 {
			v.cost = v.cost.Plus(p.costOf(id, p.bill(id, sideOf(q), abs(q))))
		}
	}
	least := -1e-12 * p.worth(p.Holding)
	for acc := range state {
		for a, units := range state[acc] {
			v.feasible = v.feasible && float64(units*p.Price[a]) >= least
		}
	}
	return v
}

// grain returns the value, in the base currency, below which differences are left alone.
func (p *Problem) grain(state [][]float64) float64 { return max(p.Dust, noise*p.worth(state)) }

// worth returns the value of all that may be traded, in the base currency.
func (p *Problem) worth(state [][]float64) float64 {
	sum := 0.0
	for a, v := range p.values(state) {
		if !p.Frozen[a] {
			sum += v
		}
	}
	return sum
}
