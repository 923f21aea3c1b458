package risk

import (
	"slices"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// memory is what rules have to remember of a run.
type memory struct {
	trades  []traded    // fills, as long as a window looks back
	sent    []fund.Time // orders, likewise
	window  time.Duration
	asked   bool        // a rule may look back
	budgets []budget    // by rule; of MaxSlippage
	priced  []fund.Time // by asset: of its newest price
	marks   [][]mark    // by rule, then asset; of MaxMove
	units   units
	watch   []watch // by rule
}

// traded is a fill.
type traded struct {
	at         fund.Time
	instrument fund.InstrumentID
	value      float64 // base currency
	quantity   float64 // base units
}

func newMemory(d *Desk) memory {
	n := len(d.limits.Rules)
	m := memory{window: fund.Day, asked: n > 0, priced: make([]fund.Time, len(d.universe.Assets))}
	m.budgets, m.watch, m.marks = make([]budget, n), make([]watch, n), make([][]mark, n)
	for k := range d.limits.Rules {
		m.window = max(m.window, d.limits.Rules[k].Per)
		if d.limits.Rules[k].Kind == MaxMove {
			m.marks[k] = make([]mark, len(d.universe.Assets))
		}
	}
	return m
}

// Filled tells the desk of an execution. mid is what one base unit was worth in quote before it, price what the quote asset
// is worth in the base currency.
func (d *Desk) Filled(f *fund.Fill, at fund.Time, price float64) {
	if !d.memory.asked {
		return
	}
	quantity := f.Quantity.Float64()
	d.memory.trades = append(d.memory.trades, traded{at, f.Instrument, f.Cash().Float64() * price, quantity})
	lost := float64(float64(float64(f.Side)*(f.Price.Float64()-f.Mid)) * quantity * price)
	for k := range d.limits.Rules {
		if r := &d.limits.Rules[k]; r.Kind == MaxSlippage {
			d.memory.budgets[k].spend(r, at, max(0, lost))
		}
	}
}

// Sent tells the desk that an order was sent.
func (d *Desk) Sent(at fund.Time) {
	if d.memory.asked {
		d.memory.sent = append(d.memory.sent, at)
	}
}

// forget drops what no window looks back to.
func (m *memory) forget(at fund.Time) {
	oldest := at.Add(-m.window)
	k := 0
	for k < len(m.trades) && m.trades[k].at <= oldest {
		k++
	}
	m.trades = slices.Delete(m.trades, 0, k)
	k = 0
	for k < len(m.sent) && m.sent[k] <= oldest {
		k++
	}
	m.sent = slices.Delete(m.sent, 0, k)
}

// turnover returns the value traded in the time before at.
func (m *memory) turnover(at fund.Time, per time.Duration) float64 {
	sum := 0.0
	for k := len(m.trades) - 1; k >= 0 && m.trades[k].at > at.Add(-per); k-- {
		sum += m.trades[k].value
	}
	return sum
}

// quantity returns the base units of an instrument that were traded in the day before at.
func (m *memory) quantity(at fund.Time, i fund.InstrumentID) float64 {
	sum := 0.0
	for k := len(m.trades) - 1; k >= 0 && m.trades[k].at > at.Add(-fund.Day); k-- {
		if m.trades[k].instrument == i {
			sum += m.trades[k].quantity
		}
	}
	return sum
}

// orders returns how many orders were sent in the time before at.
func (m *memory) orders(at fund.Time, per time.Duration) int {
	n := 0
	for k := len(m.sent) - 1; k >= 0 && m.sent[k] > at.Add(-per); k-- {
		n++
	}
	return n
}

// budget is money that was used and comes back linearly: the whole limit in one period.
type budget struct {
	used float64 // base currency, at the time
	at   fund.Time
	nav  float64 // of the newest row: the limit is a fraction of it
}

func (b *budget) left(r *Rule, at fund.Time) float64 {
	back := float64(float64(r.Limit*b.nav) * (float64(at.Sub(b.at)) / float64(r.Per)))
	return max(0, b.used-back)
}

func (b *budget) spend(r *Rule, at fund.Time, money float64) {
	b.used, b.at = b.left(r, at)+money, at
}

// units follows what a unit of the fund is worth: flows change how many there are.
type units struct {
	worth, peak float64 // of a unit; 1 at the start
	nav         float64 // after the newest row or flow
}

// row takes the NAV at a row's close and returns how far a unit is below its highest, as a fraction.
func (u *units) row(nav float64) {
	if u.worth == 0 {
		u.worth = 1
	} else if u.nav > 0 {
		u.worth *= nav / u.nav
	}
	u.nav, u.peak = nav, max(u.peak, u.worth)
}

func (u *units) drawdown() float64 {
	if u.peak <= 0 {
		return 0
	}
	return 1 - u.worth/u.peak
}

// Flowed tells the desk that value came (above 0) or went from outside, base currency.
func (d *Desk) Flowed(value float64) { d.memory.units.nav += value }

// mark is what is known of an asset's price.
type mark struct {
	good      float64   // the last that was near what was known before; 0: none yet
	candidate float64   // a price that was far from it; 0: none
	since     fund.Time // when the candidate was first seen
	off       float64   // how far the newest price is from where it should be, a fraction
}

// near reports whether a price is within a fraction of another.
func near(price, of, limit float64) bool { return distance(price, of) <= limit }

func distance(price, of float64) float64 {
	if of <= 0 {
		return 0
	}
	return max(price/of-1, 1-price/of)
}

// see takes an asset's price of a row. second is what another source says of it, 0 where there is none. A price that is far
// from it, or from the last good one, is suspicious until it has lasted.
func (m *mark) see(price, second float64, at fund.Time, r *Rule) {
	m.off = distance(price, m.good)
	if second > 0 {
		m.off = distance(price, second)
	}
	switch {
	case m.off <= r.Limit:
		m.good, m.candidate = price, 0
	case m.candidate == 0 || !near(price, m.candidate, r.Limit):
		m.candidate, m.since = price, at
	case second == 0 && at.Sub(m.since) >= r.MaxAge:
		*m = mark{good: price}
	}
}

// remember takes what a row says.
func (d *Desk) remember(s *State) {
	m, v := &d.memory, s.View
	nav := s.nav()
	m.units.row(nav)
	for k := range m.budgets {
		m.budgets[k].nav = nav
	}
	for a := range m.priced {
		if !v.Stale[a] {
			m.priced[a] = v.At
		}
	}
	for k := range m.marks {
		for a := range m.marks[k] {
			if d.scopes[k].named[a] && !v.Stale[a] {
				m.marks[k][a].see(v.Price[a], d.second(v, fund.AssetID(a)), v.At, &d.limits.Rules[k])
			}
		}
	}
	m.forget(v.At)
}

// second returns the newest price of an asset from another instrument than the one that marks it, 0 where there is none.
func (d *Desk) second(v *fund.View, a fund.AssetID) float64 {
	if v.History.Rows() == 0 {
		return 0
	}
	closes, first := v.History.Close(v.History.Rows()-1), true
	for i := range d.universe.Instruments {
		in := &d.universe.Instruments[i]
		if in.Base != a || in.Quote != d.universe.Base || closes[i] != closes[i] {
			continue
		}
		if !first {
			return closes[i]
		}
		first = false
	}
	return 0
}
