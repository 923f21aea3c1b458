package impact_test

import (
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
	"pgregory.net/rapid"
)

// What a footprint keeps between questions changes no answer: to the last bit it says what the model says of the state that our
// trades left, in whatever order it is asked, for itself or for a clone.
func TestAFootprintIsItsModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t)
		d := open(nil, m, listed{"BTC/USDT", 20_000, 300, ""}, listed{"ETH/USDT", 1500, 1000, ""})
		states, at := make([]impact.State, 2), now
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			at = at.Add(time.Duration(rapid.SampledFrom([]int64{0, 0, 1, int64(time.Minute), int64(90 * time.Minute)}).Draw(t, "wait")))
			i, side := rapid.IntRange(0, 1).Draw(t, "instrument"), sides().Draw(t, "side")
			in, id := d.f.Inputs(d.h, fund.InstrumentID(i)), fund.InstrumentID(i)
			q := in.ADV * rapid.SampledFrom([]float64{1e-6, 1e-3, 1}).Draw(t, "size")
			want, after := m.Cost(in, states[i], side, q, at)
			switch rapid.IntRange(0, 3).Draw(t, "what") {
			case 0:
				d.f.Traded(d.h, id, side, q, at)
				states[i] = after
			case 1:
				tried := d.f.Clone()
				tried.Traded(d.h, id, side, q, at)
			default:
				if got := d.f.Cost(d.h, id, side, q, at); got != want {
					t.Fatalf("%+v, want %+v", got, want)
				}
			}
		}
	})
}
