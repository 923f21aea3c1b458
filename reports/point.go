package reports

import (
	"math"

	"github.com/steelyard/steelyard/engine/fund"
)

// Point is the state of the fund at one instant, after all that happened up to it, valued at the newest row that
// closed by then. Fractions are fractions of 1; money is in the base currency.
type Point struct {
	At           fund.Time
	NAV          float64
	HoldNAV      float64   // of buy-and-hold
	ShadowNAV    float64   // of the run free of cost
	Flow         float64   // external flows since the point before, valued when they came
	Return       float64   // since the point before, time-weighted; NaN at the start
	HoldReturn   float64   // of buy-and-hold, likewise
	ShadowReturn float64   // of the run free of cost, likewise; 0 at the start
	Active       float64   // Return less that of the target weights held since the point before; NaN without a decision by then
	Drawdown     float64   // below the highest level so far of the compounded Return, ≤ 0
	Drift        float64   // √Σ(weight−aim)² over all assets; NaN before the first decision
	Weights      []float64 // by asset; all 0 where the NAV is 0
	Aim          []float64 // by asset: the target as it binds now; nil before the first decision
}

// day is the period since the newest point, for the portfolio that holds the target weights from its beginning.
type day struct {
	target []float64 // nil: no decision by then
	price  []float64 // by asset: the last price known then; 0: none yet
}

// point appends the point of an instant at which nothing more happens.
func (w *Walk) point(at fund.Time) {
	p := Point{At: at, NAV: w.nav(), HoldNAV: w.holdNAV(), Flow: w.flowed,
		Return: math.NaN(), HoldReturn: math.NaN(), Active: math.NaN(), Drift: math.NaN()}
	p.ShadowNAV, p.ShadowReturn = w.shadow.point(p.NAV)
	if len(w.points) > 0 {
		p.Return, p.HoldReturn = w.value.point(p.NAV), w.hold.value.point(p.HoldNAV)
	}
	p.Weights = w.weights(p.NAV)
	if p.Aim = w.aim(p.Weights); p.Aim != nil {
		p.Drift = distance(p.Weights, p.Aim)
	}
	price := w.lastPrices()
	if w.day.target != nil {
		p.Active = p.Return - w.day.holding(price)
	}
	w.points = append(w.points, p)
	w.day = day{p.Aim, price}
	w.flowed = 0
}

// holding returns what the target weights returned over the day. An asset without a new price returned 0; that a price
// became too old to count is no return either.
func (d *day) holding(price []float64) float64 {
	sum := 0.0
	for a, t := range d.target {
		if d.price[a] > 0 && price[a] > 0 {
			sum += float64(t * (price[a]/d.price[a] - 1))
		}
	}
	return sum
}

// lastPrices returns the last price that every asset had, however old; 0 where it had none yet.
func (w *Walk) lastPrices() []float64 {
	price := w.room.copied(w.marks.Price)
	for a := range price {
		if last, _, ok := w.marks.Last(fund.AssetID(a)); ok {
			price[a] = last
		}
	}
	return price
}

// aim returns the newest target as it binds now, when the fund has these weights; nil while there is none. What the newest
// row does not price is not traded: it keeps its weight, and the others share the rest as they share the target.
func (w *Walk) aim(weights []float64) []float64 {
	if w.target == nil || !w.marks.Any {
		return w.target
	}
	aim, rest, counted := w.room.copied(weights), 1.0, 0.0
	for a, stale := range w.marks.Stale {
		if stale {
			rest -= weights[a]
		} else {
			counted += w.target[a]
		}
	}
	for a, stale := range w.marks.Stale {
		if !stale && counted > 0 {
			aim[a] = w.target[a] / counted * rest
		}
	}
	return aim
}

func (w *Walk) weights(nav float64) []float64 {
	weights := w.room.copied(w.book.Units())
	for a, units := range weights {
		if weights[a] = 0; nav > 0 {
			weights[a] = units * w.marks.Price[a] / nav
		}
	}
	return weights
}

// distance returns √Σ(a−b)².
func distance(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		d := a[i] - b[i]
		sum += float64(d * d)
	}
	return math.Sqrt(sum)
}
