package fund

import (
	"math"
	"slices"
)

// Cross is an instrument without prices of its own: they follow from two instruments with the same quote, one that prices
// its base and one that prices its quote asset.
type Cross struct{ Of, Base, Quote InstrumentID }

// WithCrosses returns the panel of n instruments whose columns are those of p, in their order, with the crosses between
// them. A cross has a bar where both its sources have one. Its open and close are the ratio of theirs; when in the bar
// they moved nobody knows, so its high and low are the larger and the smaller of the two. Its volume is the smaller of its
// sources' in value, in its own base units: no more can have crossed. Bid and ask are not derived.
func (p *Panel) WithCrosses(n int, crosses []Cross) *Panel {
	if len(crosses) == 0 {
		return p
	}
	q := &Panel{N: n, Interval: p.Interval, Times: p.Times}
	from, to := []*[]float64{&p.Open, &p.High, &p.Low, &p.Close, &p.Volume}, []*[]float64{&q.Open, &q.High, &q.Low, &q.Close, &q.Volume}
	for k := range from {
		*to[k] = widened(*from[k], p.N, n, crosses)
	}
	for r := range q.Times {
		q.Derive(r, crosses)
	}
	return q
}

// Derive fills the bars of crosses in row r from those of their sources, as WithCrosses does.
func (p *Panel) Derive(r int, crosses []Cross) {
	for _, c := range crosses {
		p.derive(r*p.N, c)
	}
}

// widened returns a column with room for the crosses.
func widened(column []float64, have, want int, crosses []Cross) []float64 {
	var own []int // by instrument with a series: its place
	for i := range want {
		if !slices.ContainsFunc(crosses, func(c Cross) bool { return int(c.Of) == i }) {
			own = append(own, i)
		}
	}
	wide := make([]float64, len(column)/have*want)
	for k, v := range column {
		wide[k/have*want+own[k%have]] = v
	}
	return wide
}

// derive fills the bar of a cross in the row that begins at a place of the columns.
func (p *Panel) derive(row int, c Cross) {
	of, base, quote := row+int(c.Of), row+int(c.Base), row+int(c.Quote)
	if p.Close[base] != p.Close[base] || p.Close[quote] != p.Close[quote] {
		for _, column := range [...][]float64{p.Open, p.High, p.Low, p.Close, p.Volume} {
			column[of] = math.NaN()
		}
		return
	}
	p.Open[of], p.Close[of] = p.Open[base]/p.Open[quote], p.Close[base]/p.Close[quote]
	p.High[of], p.Low[of] = max(p.Open[of], p.Close[of]), min(p.Open[of], p.Close[of])
	p.Volume[of] = min(p.Volume[base], p.Volume[quote]/p.Close[of])
}
