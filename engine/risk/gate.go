package risk

import (
	"fmt"
	"slices"

	"github.com/steelyard/steelyard/engine/fund"
)

// Refusal says which rule stopped something, and its numbers in words.
type Refusal struct{ Rule, Why string }

// State is what a check looks at beside the order.
type State struct {
	View     *fund.View
	InFlight []float64 // by asset, base currency: purchases sent and not yet filled
}

// mostPlaces is more decimals than any lot has.
const mostPlaces = 18

// CheckPlan returns why a plan may not be done, or nil.
func (l *Limits) CheckPlan(p *fund.Plan) *Refusal {
	if t := p.Turnover(); l.MaxPlan > 0 && t > l.MaxPlan {
		return &Refusal{"max-plan", fmt.Sprintf("turnover %.2f > %.2f", t, l.MaxPlan)}
	}
	return nil
}

// Approve checks an order, at a price in quote per base, just before it leaves. It returns the order as it may be sent,
// cut to what the limits allow, and why, if anything was cut. An order that may not be sent at all comes back as the
// zero Approved. MaxOrder is not checked here: Split has seen to it.
func (l *Limits) Approve(o fund.Order, price float64, s State) (Approved, *Refusal) {
	u := s.View.Universe
	in := &u.Instruments[o.Instrument]
	for _, a := range [...]fund.AssetID{in.Base, in.Quote} {
		if l.Blocks(a) {
			return Approved{}, &Refusal{"block", u.AssetName(a) + " is blocked"}
		}
	}
	cut := l.cutToWeight(&o, price, s)
	if cut != nil && o.Quantity.Sign() <= 0 {
		return Approved{}, cut
	}
	return Approved{o}, cut
}

// cutToWeight cuts a purchase to what its asset's largest weight leaves room for, purchases in flight counted as filled.
func (l *Limits) cutToWeight(o *fund.Order, price float64, s State) *Refusal {
	u := s.View.Universe
	in := &u.Instruments[o.Instrument]
	if o.Side == fund.Sell || l.MaxWeight == nil || l.MaxWeight[in.Base] == 0 {
		return nil
	}
	limit := l.MaxWeight[in.Base]
	room := float64(limit*s.View.NAV) - s.View.Value[in.Base] - s.InFlight[in.Base]
	value := price * s.View.Price[in.Quote]
	if o.Quantity.Float64()*value <= room {
		return nil
	}
	after := (s.View.Value[in.Base] + s.InFlight[in.Base] + float64(o.Quantity.Float64()*value)) / s.View.NAV
	o.Quantity = in.Lots(max(0, room/value))
	return &Refusal{"max-weight", fmt.Sprintf("%s would reach %.2f %% > %.2f %%", u.AssetName(in.Base), after*100, limit*100)}
}

// Split divides a quantity into the fewest parts of at most MaxOrder at this price in the base currency, equal to
// within a lot, the larger last. Nothing comes of it if a single lot is worth more.
func (l *Limits) Split(quantity fund.Amount, in *fund.Instrument, price float64) []fund.Amount {
	if l.MaxOrder == 0 || quantity.Float64()*price <= l.MaxOrder {
		return []fund.Amount{quantity}
	}
	most := in.Lots(l.MaxOrder / price)
	if most.Sign() <= 0 {
		return nil
	}
	var parts []fund.Amount
	for rest := quantity; rest.Sign() > 0; rest = rest.Sub(parts[len(parts)-1]) {
		n := rest.QuoUp(most, 0) // as many are left to make
		part := rest.QuoUp(n, mostPlaces).CeilTo(in.LotSize())
		if rest.Less(part) {
			part = rest
		}
		parts = append(parts, part)
	}
	slices.Reverse(parts)
	return parts
}

// Blocks reports whether an asset may not be traded.
func (l *Limits) Blocks(a fund.AssetID) bool { return l.Blocked != nil && l.Blocked[a] }
