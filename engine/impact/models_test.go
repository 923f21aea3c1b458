package impact_test

import (
	"math"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
	"pgregory.net/rapid"
)

// drawModel draws a model with its parameters.
func drawModel(t *rapid.T) impact.Model {
	x := func(name string, low, high float64) float64 { return rapid.Float64Range(low, high).Draw(t, name) }
	half := time.Duration(rapid.SampledFrom([]int{0, 1, 300, 86_400}).Draw(t, "half-life")) * time.Second
	return rapid.SampledFrom([]impact.Model{
		impact.None{},
		impact.Proportional{Rate: x("rate", 0, 0.1)},
		impact.SquareRoot{Y: x("y", 0.1, 3), HalfLife: half},
		impact.AlmgrenChriss{Gamma: x("gamma", 0, 2), Eta: x("eta", 0.01, 2), Epsilon: x("epsilon", 0, 0.01)},
		impact.PowerLaw{Gamma: x("gamma", 0, 2), Eta: x("eta", 0.01, 2), Beta: x("beta", 0, 1.5), Delta: x("delta", 0, 1), Supply: x("supply", 1, 1e9)},
		impact.Transient{Permanent: x("permanent", 0, 2), Transient: x("transient", 0.01, 2), HalfLife: half},
	}).Draw(t, "model")
}

// drawMarket draws inputs, with a row from a minute to a day.
func drawMarket(t *rapid.T) impact.Inputs {
	in := market(t)
	in.Interval = rapid.SampledFrom([]time.Duration{time.Minute, time.Hour, fund.Day}).Draw(t, "interval")
	return in
}

// drawState trades a while on both sides.
func drawState(t *rapid.T, m impact.Model, in impact.Inputs) impact.State {
	var s impact.State
	at := fund.Time(0)
	for range rapid.IntRange(0, 5).Draw(t, "past trades") {
		at = at.Add(time.Duration(rapid.Int64Range(0, int64(3*in.Interval)).Draw(t, "wait")))
		_, s = m.Cost(in, s, sides().Draw(t, "past side"), drawSize(t, in), at)
	}
	return s
}

// drawSize draws up to ten days' volume, on a logarithmic scale.
func drawSize(t *rapid.T, in impact.Inputs) float64 {
	return in.ADV * math.Pow(10, rapid.Float64Range(-7, 1).Draw(t, "log size"))
}

// alike reports whether two sums of costs are equal but for rounding, where scale is what is summed.
func alike(got, want, scale float64) bool { return math.Abs(got-want) <= 1e-12*scale }

// However an order is split at one instant, or within one interval by a model that forgets nothing, its parts pay what
// it pays in one piece, temporary and permanent each, and leave what it leaves.
func TestSplittingAtOneInstantChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, in, side := drawModel(t), drawMarket(t), sides().Draw(t, "side")
		s := drawState(t, m, in)
		at := s.At.Add(time.Duration(rapid.Int64Range(0, int64(2*in.Interval)).Draw(t, "wait")))
		parts, total := s, 0.0
		var sum impact.Move
		for range rapid.IntRange(2, 12).Draw(t, "parts") {
			q := drawSize(t, in)
			var move impact.Move
			move, parts = m.Cost(in, parts, side, q, at)
			sum.Temporary += move.Temporary * q
			sum.Permanent += move.Permanent * q
			total += q
		}
		one, left := m.Cost(in, s, side, total, at)
		scale := one.Total() * total
		if !alike(sum.Temporary, one.Temporary*total, scale) || !alike(sum.Permanent, one.Permanent*total, scale) {
			t.Fatalf("%+v: the parts pay %+v, one order %+v of %g", m, sum, one, total)
		}
		for _, side := range []fund.Side{fund.Buy, fund.Sell} {
			if a, b := m.Standing(in, parts, side, at), m.Standing(in, left, side, at); !alike(a, b, max(a, b)+one.Total()) { // what stands is what was bought less what was sold
				t.Fatalf("%+v: the parts leave %g, one order %g", m, a, b)
			}
		}
	})
}

// Neither part is negative, more costs more, and a trade never makes the next one on its side cheaper.
func TestNoPartIsNegativeAndMoreCostsMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, in, side := drawModel(t), drawMarket(t), sides().Draw(t, "side")
		s, q := drawState(t, m, in), drawSize(t, in)
		at := s.At.Add(time.Duration(rapid.Int64Range(0, int64(2*in.Interval)).Draw(t, "wait")))
		move, next := m.Cost(in, s, side, q, at)
		more, _ := m.Cost(in, s, side, q*1.5, at)
		again, _ := m.Cost(in, next, side, q, at)
		small := 1e-12 * move.Total()
		if move.Temporary < 0 || move.Permanent < 0 || more.Total() < move.Total()-small || again.Total() < move.Total()-small {
			t.Fatalf("%+v: %+v, half as much again %+v, a second time %+v", m, move, more, again)
		}
	})
}

// What stands is what the next infinitesimal trade pays beyond what the first of all would.
func TestStandingIsTheLimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, in, side := drawModel(t), drawMarket(t), sides().Draw(t, "side")
		if m, ok := m.(impact.PowerLaw); ok && m.Beta < 0.3 {
			t.Skip("the power of next to nothing is not next to nothing")
		}
		s := drawState(t, m, in)
		at := s.At.Add(time.Duration(rapid.Int64Range(0, int64(2*in.Interval)).Draw(t, "wait")))
		const tiny = 1e-40
		next, _ := m.Cost(in, s, side, tiny*in.ADV, at)
		first, _ := m.Cost(in, impact.State{At: at}, side, tiny*in.ADV, at)
		got, want := m.Standing(in, s, side, at), next.Total()-first.Total()
		if !alike(got, want, next.Total()) && math.Abs(got-want) > 1e-9*in.Sigma {
			t.Fatalf("%+v: %g stands, the next pays %g more than the first", m, got, want)
		}
	})
}

// Trading back and forth never makes what is wanted cheaper: to sell before a purchase, and buy that much more, costs
// more than the purchase alone, whatever was done before.
func TestNoDetourPays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, in, side := drawModel(t), drawMarket(t), sides().Draw(t, "side")
		s, q, detour := drawState(t, m, in), drawSize(t, in), drawSize(t, in)
		soon := s.At.Add(time.Duration(rapid.Int64Range(0, int64(2*in.Interval)).Draw(t, "until the detour")))
		later := soon.Add(time.Duration(rapid.Int64Range(0, int64(2*in.Interval)).Draw(t, "until the trade")))
		direct, _ := m.Cost(in, s, side, q, later)
		there, between := m.Cost(in, s, -side, detour, soon)
		back, _ := m.Cost(in, between, side, detour+q, later)
		around, straight := there.Total()*detour+back.Total()*(detour+q), direct.Total()*q
		if around < straight-1e-12*max(around, straight) {
			t.Fatalf("%+v: straight %g, with a detour %g", m, straight, around)
		}
	})
}

// In slices over many intervals an order pays in sum what it pays in one piece where nothing is forgotten: all of the
// square root and of the book that does not recover, and the permanent part of the power law.
func TestSlicesPayWhatOneOrderPays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in, side := drawMarket(t), sides().Draw(t, "side")
		power := impact.PowerLaw{Gamma: 0.3, Eta: 0.1, Beta: 0.6, Delta: 0.25, Supply: 100 * in.ADV}
		for _, m := range []impact.Model{impact.SquareRoot{Y: 0.8}, impact.Transient{Permanent: 0.3, Transient: 0.7}, power} {
			var s impact.State
			sum, total := 0.0, 0.0
			for range rapid.IntRange(1, 20).Draw(t, "slices") {
				q := drawSize(t, in)
				var move impact.Move
				move, s = m.Cost(in, s, side, q, s.At.Add(in.Interval))
				sum, total = sum+paidFor(m, move)*q, total+q
			}
			one, _ := m.Cost(in, impact.State{}, side, total, 0)
			if want := paidFor(m, one) * total; !alike(sum, want, want) {
				t.Fatalf("%T: slices pay %.17g, one order %.17g", m, sum, want)
			}
		}
	})
}

// paidFor returns the part of a cost that no slicing changes.
func paidFor(m impact.Model, move impact.Move) float64 {
	if _, rate := m.(impact.PowerLaw); rate {
		return move.Permanent
	}
	return move.Total()
}

// A book that recovers makes the second slice cheaper by what it has recovered of the first, and no more.
func TestTheBookRecovers(t *testing.T) {
	m := impact.Transient{Permanent: 0.25, Transient: 0.75, HalfLife: time.Hour}
	in := impact.Inputs{Sigma: 0.04, ADV: 1000, Interval: time.Minute}
	_, s := m.Cost(in, impact.State{}, fund.Buy, 10, 0)
	for hours, left := range []float64{1, 0.5, 0.25, 0.125} {
		at := fund.Time(time.Duration(hours) * time.Hour)
		move, _ := m.Cost(in, s, fund.Buy, 20, at)
		lasting, fading := 0.25*(10+10), 0.75*10*left
		if want := (lasting + fading + 0.75*10) * 0.04 / 1000; !near(move.Total(), want, 1e-14) {
			t.Errorf("after %d hours %.17g, want %.17g", hours, move.Total(), want)
		}
		if back, _ := m.Cost(in, s, fund.Sell, 20, at); !near(back.Total(), (0.25*2.5+0.75*10)*0.04/1000, 1e-14) {
			t.Errorf("the way back costs %+v: beyond what we had bought it presses the price, by 2.5 units on average", back)
		}
	}
}

// Rates are of an interval: the same order in a longer one is as much slower. A second order in the same interval pays
// for what it makes the first one's rate.
func TestRatesAreOfAnInterval(t *testing.T) {
	in := func(interval time.Duration) impact.Inputs {
		return impact.Inputs{Sigma: 0.05, ADV: 2400, Interval: interval}
	}
	for _, c := range []struct {
		m        impact.Model
		interval time.Duration
		want     float64
	}{
		{impact.AlmgrenChriss{Eta: 0.5}, time.Hour, 0.5 * 0.05 * 25 / 100},
		{impact.AlmgrenChriss{Eta: 0.5}, 2 * time.Hour, 0.5 * 0.05 * 25 / 200},
		{impact.AlmgrenChriss{Eta: 0.5, Epsilon: 0.01}, fund.Day, 0.01 + 0.5*0.05*25/2400},
		{impact.PowerLaw{Eta: 0.5, Beta: 0.5}, time.Hour, 0.5 * 0.05 * 0.5},
		{impact.PowerLaw{Eta: 0.5, Beta: 0.5}, 4 * time.Hour, 0.5 * 0.05 * 0.25},
	} {
		move, s := c.m.Cost(in(c.interval), impact.State{}, fund.Sell, 25, 0)
		if !near(move.Temporary, c.want, 1e-14) {
			t.Errorf("%+v in %v: %g, want %g", c.m, c.interval, move.Temporary, c.want)
		}
		if fresh, _ := c.m.Cost(in(c.interval), s, fund.Sell, 25, fund.Time(c.interval)); !near(fresh.Temporary, c.want, 1e-14) {
			t.Errorf("%+v in the next %v: %g, want %g", c.m, c.interval, fresh.Temporary, c.want)
		}
	}
}

// What is missing is 0, and what was executed is remembered for when it is there.
func TestWithoutFigures(t *testing.T) {
	all := []impact.Model{impact.SquareRoot{Y: 1}, impact.AlmgrenChriss{Gamma: 1, Eta: 1, Epsilon: 0.01},
		impact.PowerLaw{Gamma: 1, Eta: 1, Beta: 0.6, Delta: 0.25, Supply: 100}, impact.Transient{Permanent: 1, Transient: 1}}
	for _, m := range all {
		for _, in := range []impact.Inputs{{}, {Sigma: 0.1}, {ADV: 100}, {Sigma: -1, ADV: 100}} {
			move, s := m.Cost(in, past(1, 2), fund.Sell, 3, 7)
			if move.Permanent != 0 || move.Temporary > 0.01 || s.Sold.Left != 5 || s.At != 7 {
				t.Errorf("%T on %+v: %+v, %+v", m, in, move, s)
			}
			if stands := m.Standing(in, s, fund.Sell, 7); stands != 0 {
				t.Errorf("%T on %+v: %g stands", m, in, stands)
			}
		}
		known := impact.Inputs{Sigma: 0.1, ADV: 100, Interval: time.Hour}
		if nothing, s := m.Cost(known, past(1, 2), fund.Buy, 0, 0); nothing.Total() != 0 || s != past(1, 2) {
			t.Errorf("%T: nothing costs %+v and leaves %+v", m, nothing, s)
		}
	}
}
