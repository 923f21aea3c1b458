package risk

import (
	"slices"

	"github.com/steelyard/steelyard/engine/fund"
)

// mostPlaces is more decimals than any lot has.
const mostPlaces = 18

// Split divides a quantity into the fewest parts of at most MaxOrder at this price in the base currency, equal to
// within a lot, the larger last. Nothing comes of it if a single lot is worth more. The slice is the desk's own and valid
// until the next call.
func (d *Desk) Split(quantity fund.Amount, in *fund.Instrument, price float64) []fund.Amount {
	if d.limits.MaxOrder == 0 || quantity.Float64()*price <= d.limits.MaxOrder {
		d.parts = append(d.parts[:0], quantity)
		return d.parts
	}
	most := in.Lots(d.limits.MaxOrder / price)
	if most.Sign() <= 0 {
		return nil
	}
	parts := d.parts[:0]
	for rest := quantity; rest.Sign() > 0; rest = rest.Sub(parts[len(parts)-1]) {
		n := rest.QuoUp(most, 0) // as many are left to make
		part := rest.QuoUp(n, mostPlaces).CeilTo(in.LotSize())
		if rest.Less(part) {
			part = rest
		}
		parts = append(parts, part)
	}
	slices.Reverse(parts)
	d.parts = parts
	return parts
}
