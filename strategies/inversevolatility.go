package strategies

import (
	"slices"
	"strings"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
)

// InverseVolatility wants assets in proportion to 1/σ, σ being the volatility of simple returns from close to close over
// a trailing window. An asset has no weight until MinReturns returns of it have closed in the window, and while its price
// did not move in it. Stale assets leave, and the rest is what the bounds make of it.
type InverseVolatility struct {
	Assets []fund.AssetID // sorted, each priced in the base asset, which is not among them
	Window time.Duration  // of whole UTC days, and the day under way
	Every  time.Duration  // σ is measured at the first row and then at the first row of each such period, counted from 1970
	Bounds Bounds

	estimator *impact.Estimator
	inverse   []float64 // by asset: 1/σ as last measured; 0: not measured
	next      fund.Time // when to measure again
	omitted   string
	measures  []float64
	allotment allotment
}

// MinReturns is how many returns a volatility needs at least. Of n returns it is off by about 1/√(2n): 16 % here.
const MinReturns = 20

// Weights implements engine.Target. They are nil while no asset that is priced has a volatility.
func (t *InverseVolatility) Weights(v *fund.View) []float64 {
	if v.At >= t.next {
		t.measure(v)
		t.next = v.At.Floor(t.Every).Add(t.Every)
	}
	for _, a := range t.Assets {
		t.measures[a] = t.inverse[a]
		if v.Stale[a] {
			t.measures[a] = 0
		}
	}
	return t.allotment.of(t.measures, t.Bounds, v.Universe.Base)
}

// Omitted implements engine.Omitting.
func (t *InverseVolatility) Omitted() string { return t.omitted }

// Inherit implements engine.Heir: what was measured of the same assets over the same window stands until it is due again.
func (t *InverseVolatility) Inherit(before any) {
	b, ok := before.(*InverseVolatility)
	if ok && b.Window == t.Window && b.Every == t.Every && slices.Equal(b.Assets, t.Assets) {
		t.estimator, t.inverse, t.next, t.omitted = b.estimator, b.inverse, b.next, b.omitted
		t.measures = make([]float64, len(b.measures))
	}
}

// measure takes the volatility of every asset from the rows that closed.
func (t *InverseVolatility) measure(v *fund.View) {
	u := v.Universe
	if t.estimator == nil {
		t.estimator = impact.NewEstimator(len(u.Instruments), t.Window)
		t.inverse = make([]float64, len(u.Assets))
		t.measures = make([]float64, len(u.Assets))
	}
	var without []string
	for _, a := range t.Assets {
		sigma := t.volatility(v, a)
		t.inverse[a] = 0
		if sigma > 0 {
			t.inverse[a] = 1 / sigma
			continue
		}
		without = append(without, u.AssetName(a))
	}
	t.omitted = ""
	if without != nil {
		t.omitted = "no volatility yet, for want of returns or of a price that moves: " + strings.Join(without, ", ")
	}
}

// volatility returns an asset's daily volatility from the first instrument that has enough returns, else 0.
func (t *InverseVolatility) volatility(v *fund.View, a fund.AssetID) float64 {
	for i := range v.Universe.Instruments {
		in := &v.Universe.Instruments[i]
		if in.Base != a || in.Quote != v.Universe.Base {
			continue
		}
		if id := fund.InstrumentID(i); t.estimator.Bars(v.History, id) >= MinReturns {
			return t.estimator.Inputs(v.History, id).Sigma
		}
	}
	return 0
}
