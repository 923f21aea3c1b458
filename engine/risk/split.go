package risk

import (
	"slices"

	"github.com/steelyard/steelyard/engine/fund"
)

// mostPlaces is more decimals than any lot has.
const mostPlaces = 18

// Split divides a quantity into the fewest parts that are orders for the venue and of at most MaxOrder at this price in the base
// currency, equal to within a lot, the larger last. Nothing comes of it if a single lot is more. The slice is the desk's own
// and valid until the next call.
func (d *Desk) Split(quantity fund.Amount, in *fund.Instrument, price float64) []fund.Amount {
	most := quantity
	if d.limits.MaxOrder > 0 && quantity.Float64()*price > d.limits.MaxOrder {
		most = in.Lots(d.limits.MaxOrder / price)
	}
	if !in.MaxQuantity.IsZero() && in.MaxQuantity.Less(most) {
		most = in.WholeLots(in.MaxQuantity)
	}
	if !most.Less(quantity) {
		d.parts = append(d.parts[:0], quantity)
		return d.parts
	}
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
