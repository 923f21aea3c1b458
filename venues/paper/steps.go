package paper

import (
	"slices"
	"strings"

	"github.com/steelyard/steelyard/engine/fund"
)

// Where an instrument has no lot or no tick, it is the finest decimal place of its recorded volumes or prices, of so many
// rows, and at most this one.
const (
	rowsLookedAt = 500
	finest       = 8
)

// withSteps returns the universe with a lot and a tick for every instrument.
func withSteps(u *fund.Universe, p *fund.Panel) *fund.Universe {
	own := *u
	own.Instruments = slices.Clone(u.Instruments)
	for i := range own.Instruments {
		in := &own.Instruments[i]
		if in.Lot.IsZero() {
			in.Lot = fund.NewAmount(1, places(p, i, p.Volume))
		}
		if in.Tick.IsZero() {
			in.Tick = fund.NewAmount(1, places(p, i, p.Open, p.Close))
		}
	}
	return &own
}

// places returns how many decimal places an instrument's values in some columns have.
func places(p *fund.Panel, i int, columns ...[]float64) int {
	most := 0
	step := max(1, p.Rows()/rowsLookedAt)
	for r := 0; r < p.Rows(); r += step {
		for _, column := range columns {
			_, fraction, _ := strings.Cut(amountOf(column[r*p.N+i]).String(), ".")
			most = max(most, len(fraction))
		}
	}
	return min(most, finest)
}
