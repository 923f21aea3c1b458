package pretrade

import (
	"math"
	"slices"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/shortfall"
)

// Outcome is what came of a rebalance on one path. Slices are by trade of the plan.
type Outcome struct {
	Parts         []shortfall.Parts // base currency
	Done          []float64         // fraction of the quantity that was filled
	Participation []float64         // units filled of those that traded in the market from the first fill's row to the last one's
	Took          time.Duration     // from the decision to the newest fill
}

// Cost returns the shortfall of the whole rebalance in the base currency.
func (o *Outcome) Cost() float64 {
	sum := 0.0
	for _, p := range o.Parts {
		sum += p.Total()
	}
	return sum
}

func (w *work) outcome() Outcome {
	o := Outcome{Took: w.last.Sub(w.of.decided())}
	price := w.core.View().Price
	for k := range w.parents {
		p := &w.parents[k]
		o.Parts = append(o.Parts, p.Parts(price))
		o.Done = append(o.Done, p.Filled().Float64()/p.Wanted.Float64())
		o.Participation = append(o.Participation, w.participation(k))
	}
	return o
}

// participation returns our share of what traded while a trade was worked.
func (w *work) participation(trade int) float64 {
	first, last, units := -1, -1, 0.0
	for _, f := range w.fills {
		if f.Trade != trade {
			continue
		}
		last, units = w.rowAt(f.At), units+f.Units
		if first < 0 {
			first = last
		}
	}
	if first < 0 {
		return 0
	}
	p, traded := w.rows.panel(), 0.0
	for r := first; r <= last; r++ {
		if v := p.Volume[r*p.N+int(w.of.Decision.Plan.Trades[trade].Instrument)]; v == v {
			traded += v
		}
	}
	return units / traded
}

// rowAt returns the row that a time falls into.
func (w *work) rowAt(at fund.Time) int {
	r, opens := slices.BinarySearch(w.rows.panel().Times, at)
	if !opens {
		r--
	}
	return r
}

// risk returns one standard deviation of what the market may do to the rebalance: at every row, what is still to be traded
// moves with it. Sales and purchases of assets that move together offset each other.
func (w *work) risk() float64 {
	trades, m := w.of.Decision.Plan.Trades, w.of.Market
	left := make([]float64, len(trades)) // base currency; purchases negative
	value := make([]float64, len(trades))
	for k := range trades {
		in := w.parents[k].Instrument
		value[k] = -float64(trades[k].Side) * w.parents[k].Decided * w.of.Decision.Prices[in.Quote]
		left[k] = value[k] * trades[k].Quantity.Float64()
	}
	p, fills, variance := w.rows.panel(), w.fills, 0.0
	for r := m.history.Rows(); r < p.Rows() && p.Times[r] < w.core.View().At; r++ {
		for ; len(fills) > 0 && fills[0].At <= p.Times[r]; fills = fills[1:] {
			left[fills[0].Trade] -= value[fills[0].Trade] * fills[0].Units
		}
		variance += m.variance(trades, left)
	}
	return math.Sqrt(variance)
}

// variance returns that of a row's change of value, of what is left of trades in the base currency.
func (m *Market) variance(trades []fund.Trade, left []float64) float64 {
	sum := 0.0
	for k := range trades {
		i := trades[k].Instrument
		for l := range trades {
			j := trades[l].Instrument
			sum += left[k] * m.sigma[i] * left[l] * m.sigma[j] * m.corr[i][j]
		}
	}
	return sum
}
