package market

import (
	"math"

	"github.com/steelyard/steelyard/engine/float"
)

// bar is what one instrument does in one row: prices in USDT, volume in units of the coin, bid and ask at the open.
type bar struct{ open, high, low, close, volume, bid, ask float64 }

// path is what a bar is drawn from.
type path struct {
	from, to  float64 // logarithms of the last close and of this one, before rounding
	deviation float64 // standard deviation of the change between them
	spread    float64 // full bid-ask spread at the open, as a fraction of the price
}

// pen draws bars with prices as an exchange would quote them.
type pen struct {
	prices grid
	noise  *noise
}

func newPen(n *noise) pen { return pen{newGrid(), n} }

// draw returns the bar of a path, without volume. Between open and close the price is a Brownian bridge, and how far
// that goes beyond its ends has a distribution that can be drawn from (Beghin & Orsingher, "On the maximum of the
// generalized Brownian bridge", Lithuanian Mathematical Journal 39, 1999): no smaller steps are needed.
func (p *pen) draw(way path) bar {
	last, close := float.Exp(way.from), float.Exp(way.to)
	p.prices.fit(close)
	half := float64(way.spread / 2)
	open := p.prices.nearest(last * (1 + float64(way.spread*(p.noise.uniform()-0.5))))
	up, down := p.beyond(way), p.beyond(way)
	return bar{
		open:  open,
		high:  p.prices.nearest(max(last, close) * float.Exp(up)),
		low:   p.prices.nearest(min(last, close) * float.Exp(-down)),
		close: p.prices.nearest(close),
		bid:   p.prices.below(open * (1 - half)),
		ask:   p.prices.above(open * (1 + half)),
	}.whole()
}

// beyond draws how far, as a logarithm, the path goes above its higher end. Below its lower end it is as far, and
// drawn on its own.
func (p *pen) beyond(way path) float64 {
	change := math.Abs(way.to - way.from)
	variance := float64(way.deviation * way.deviation)
	return (math.Sqrt(float64(change*change)-float64(2*variance*float.Log(p.noise.positive()))) - change) / 2
}

// whole puts the open, which the spread moves, inside high and low.
func (b bar) whole() bar {
	b.high, b.low = max(b.high, b.open), min(b.low, b.open)
	return b
}
