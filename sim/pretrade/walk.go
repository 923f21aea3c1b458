package pretrade

import (
	"math"

	"github.com/steelyard/steelyard/engine/fund"
)

// path is one way in which a market may go on: it appends rows to a history. It owns its panel.
type path struct {
	market *Market
	made   *fund.Panel
	noise  noise
	level  []float64 // by instrument: logarithm of the newest close over that of the history's last row
}

// noise moves prices.
type noise interface {
	// row begins a row.
	row()
	// step returns the change of the logarithm of instrument i's price over the row, whose returns have the standard
	// deviation s.
	step(i int, s float64) float64
	// reach returns how far beyond its ends a bar goes on one side, as a probability in (0, 1] of going farther.
	reach() float64
}

// newPath returns a path whose panel begins with a copy of the history. It is to begin before it makes rows.
func (m *Market) newPath() *path {
	p := copied(m.history)
	return &path{market: m, made: p, level: make([]float64, p.N)}
}

// begin takes the path back to the end of the history, to go on with this noise.
func (p *path) begin(n noise) {
	rows := p.market.history.Rows()
	p.made.Times = p.made.Times[:rows]
	for _, column := range columns(p.made) {
		*column = (*column)[:rows*p.made.N]
	}
	p.noise = n
	clear(p.level)
}

func (p *path) panel() *fund.Panel { return p.made }

// next makes a row. Its opens are the closes before it.
func (p *path) next() bool {
	m, q := p.market, p.made
	r := q.Rows()
	q.Times = append(q.Times, q.CloseTime(r-1))
	p.noise.row()
	volume := m.volume[slotOf(q.Times[r], q.Interval)]
	last := m.history.Close[(m.history.Rows()-1)*q.N:]
	for i := range q.N {
		b := p.bar(i, last[i], volume[i])
		for k, column := range columns(q) {
			*column = append(*column, b[k])
		}
	}
	q.Derive(r, m.crosses)
	return true
}

// bar moves an instrument by one row, from what it was worth when the history ended: its open, high, low, close and volume.
// How far it went in between is what a Brownian bridge reaches (Karatzas & Shreve, "Brownian motion and stochastic
// calculus", 1991, section 4.3.C), up and down apart.
func (p *path) bar(i int, last, volume float64) [5]float64 {
	if last != last {
		none := math.NaN()
		return [5]float64{none, none, none, none, none}
	}
	s, before := p.market.sigma[i], p.level[i]
	p.level[i] += p.noise.step(i, s)
	after := p.level[i]
	half := func() float64 {
		return math.Sqrt((after-before)*(after-before)-2*s*s*math.Log(p.noise.reach())) / 2
	}
	at := func(level float64) float64 { return last * math.Exp(level) }
	middle := (before + after) / 2
	high, low := at(middle+half()), at(middle-half())
	return [5]float64{at(before), high, low, at(after), volume}
}

func columns(p *fund.Panel) [5]*[]float64 {
	return [5]*[]float64{&p.Open, &p.High, &p.Low, &p.Close, &p.Volume}
}

// copied returns a panel of its own with the bars of another, but for bid and ask.
func copied(h *fund.Panel) *fund.Panel {
	p := &fund.Panel{N: h.N, Interval: h.Interval}
	p.Times = append(p.Times, h.Times...)
	for k, column := range columns(p) {
		*column = append(*column, *columns(h)[k]...)
	}
	return p
}
