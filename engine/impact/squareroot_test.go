package impact_test

import (
	"math"
	"math/big"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
	"pgregory.net/rapid"
)

// paid returns what q units cost in all, as a fraction of mid times units, and the state after them.
func paid(m impact.SquareRoot, in impact.Inputs, s impact.State, side fund.Side, q float64, at fund.Time) (float64, impact.State) {
	move, next := m.Cost(in, s, side, q, at)
	return move.Total() * q, next
}

// past is the state of an instrument of which we executed so much before.
func past(bought, sold float64) impact.State {
	return impact.State{Bought: impact.Trail{All: bought, Left: bought}, Sold: impact.Trail{All: sold, Left: sold}}
}

func near(got, want, tolerance float64) bool {
	return math.Abs(got-want) <= tolerance*math.Max(math.Abs(got), math.Abs(want))
}

func market(t *rapid.T) impact.Inputs {
	return impact.Inputs{
		Sigma: rapid.Float64Range(1e-4, 2).Draw(t, "sigma"),
		ADV:   math.Pow(10, rapid.Float64Range(-2, 10).Draw(t, "log ADV")),
	}
}

func sides() *rapid.Generator[fund.Side] { return rapid.SampledFrom([]fund.Side{fund.Buy, fund.Sell}) }

func TestByHand(t *testing.T) {
	for _, c := range []struct {
		y, sigma, adv, before, q, want float64
	}{
		{1, 0.03, 10_000, 0, 100, 0.002},   // ⅔ of 3 % of √(1 %)
		{0.5, 0.03, 10_000, 0, 100, 0.001}, // half of it
		{1, 0.06, 10_000, 0, 400, 0.008},   // ⅔ of 6 % of √(4 %)
		{1, 0.03, 1, 0, 1, 0.02},           // a day's volume: ⅔ of 3 %
		{1, 0.03, 10_000, 100, 300, 0.02 / 300 * (8000 - 1000) / 100},
		{1, 0.03, 10_000, 900, 700, 0.02 / 700 * (64_000 - 27_000) / 100},
	} {
		m := impact.SquareRoot{Y: c.y}
		for _, side := range []fund.Side{fund.Buy, fund.Sell} {
			s := past(c.before, c.before)
			got, _ := m.Cost(impact.Inputs{Sigma: c.sigma, ADV: c.adv}, s, side, c.q, 0)
			if !near(got.Total(), c.want, 1e-15) {
				t.Errorf("%s %g on %g: %.17g, want %.17g", side, c.q, c.before, got.Total(), c.want)
			}
		}
	}
}

// An order in one piece ends at Y·σ·√(Q/V), what its last unit pays, and pays two thirds of it on average.
func TestOnePieceEndsAtThePeak(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, in, side := impact.SquareRoot{Y: rapid.Float64Range(0.1, 3).Draw(t, "y")}, market(t), sides().Draw(t, "side")
		q := in.ADV * rapid.Float64Range(1e-6, 10).Draw(t, "days of volume")
		peak := m.Y * in.Sigma * math.Sqrt(q/in.ADV)
		average, s := m.Cost(in, impact.State{}, side, q, 0)
		if !near(average.Total(), peak*2/3, 1e-14) || average.Permanent != 0 {
			t.Fatalf("average %+v of peak %g", average, peak)
		}
		if last, _ := m.Cost(in, s, side, q*1e-9, 0); !near(last.Total(), peak, 1e-9) {
			t.Fatalf("the next unit pays %g, the peak is %g", last, peak)
		}
	})
}

// Slices of any sizes pay in sum what one order pays, while nothing is forgotten.
func TestSlicingIsNoFreeLunch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, in, side := impact.SquareRoot{Y: 1}, market(t), sides().Draw(t, "side")
		var s impact.State
		total, sum := 0.0, 0.0
		for range rapid.IntRange(1, 40).Draw(t, "slices") {
			q := in.ADV * math.Pow(10, rapid.Float64Range(-8, 0).Draw(t, "log size"))
			at := s.At.Add(time.Duration(rapid.Int64Range(0, int64(fund.Day)).Draw(t, "wait")))
			var cost float64
			cost, s = paid(m, in, s, side, q, at)
			total, sum = total+q, sum+cost
		}
		if one, _ := paid(m, in, impact.State{}, side, total, 0); !near(sum, one, 1e-12) {
			t.Fatalf("slices pay %.17g, one order %.17g", sum, one)
		}
	})
}

// When the market forgets, waiting pays, by exactly what the formula says of what is still remembered.
func TestDecayPays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := impact.SquareRoot{Y: 1, HalfLife: time.Duration(rapid.Int64Range(int64(time.Second), int64(30*fund.Day)).Draw(t, "half-life"))}
		in, side := market(t), sides().Draw(t, "side")
		q1, q2 := in.ADV*rapid.Float64Range(1e-5, 1).Draw(t, "first"), in.ADV*rapid.Float64Range(1e-5, 1).Draw(t, "second")
		lives := rapid.Float64Range(0.01, 30).Draw(t, "half-lives between")
		wait := time.Duration(lives * float64(m.HalfLife))
		first, s := paid(m, in, impact.State{}, side, q1, 0)
		second, _ := paid(m, in, s, side, q2, fund.Time(wait))
		one, _ := paid(m, in, impact.State{}, side, q1+q2, 0)
		if first+second >= one {
			t.Fatalf("%g after waiting, %g at once", first+second, one)
		}
		left := q1 * math.Exp2(-float64(wait)/float64(m.HalfLife))
		want := 2.0 / 3 * in.Sigma * (math.Pow(left+q2, 1.5) - math.Pow(left, 1.5)) / math.Sqrt(in.ADV)
		if !near(second, want, 1e-9) {
			t.Fatalf("the second pays %.17g, want %.17g", second, want)
		}
	})
}

func TestHalfLife(t *testing.T) {
	m, in := impact.SquareRoot{Y: 1, HalfLife: 6 * time.Hour}, impact.Inputs{Sigma: 0.1, ADV: 1}
	start := fund.TimeOf(time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC))
	_, s := m.Cost(in, impact.State{}, fund.Buy, 64, start)
	_, s = m.Cost(in, s, fund.Sell, 8, start) // at the same instant nothing fades
	if s.Bought.Left != 64 || s.Sold.Left != 8 || s.At != start {
		t.Fatalf("at once: %+v", s)
	}
	for k, want := range []float64{32, 16, 8} {
		at := start.Add(time.Duration(k+1) * 6 * time.Hour)
		_, s = m.Cost(in, s, fund.Sell, 1e-300, at) // fades both sides in steps as it would at once
		if !near(s.Bought.Left, want, 1e-14) || !near(s.Sold.Left, want/8, 1e-14) || s.At != at {
			t.Errorf("after %d half-lives: %+v", k+1, s)
		}
	}
	if _, early := m.Cost(in, s, fund.Buy, 1, start); !near(early.Bought.Left, 9, 1e-14) || early.At != s.At {
		t.Errorf("time went back: %+v", early)
	}
	if _, never := (impact.SquareRoot{Y: 1}).Cost(in, s, fund.Buy, 1, s.At.Add(1e6*time.Hour)); !near(never.Bought.Left, 9, 1e-14) {
		t.Errorf("without a half-life something was forgotten: %+v", never)
	}
}

// precise is the formula as it is written, in 600 bits.
func precise(in impact.Inputs, before, q float64) float64 {
	bits := func(x float64) *big.Float { return new(big.Float).SetPrec(600).SetFloat64(x) }
	cube := func(x *big.Float) *big.Float { // x^1.5
		if x.Sign() == 0 {
			return x
		}
		return bits(0).Mul(x, bits(0).Sqrt(x))
	}
	difference := bits(0).Sub(cube(bits(0).Add(bits(before), bits(q))), cube(bits(before)))
	divisor := bits(0).Mul(bits(q), bits(0).Sqrt(bits(in.ADV)))
	cost := bits(0).Mul(bits(in.Sigma), bits(0).Quo(difference, divisor))
	cost.Mul(cost, bits(2)).Quo(cost, bits(3))
	x, _ := cost.Float64()
	return x
}

// However small q is beside what was executed, or large, no digits are lost.
func TestNoDigitsAreLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := market(t)
		before := in.ADV * math.Pow(10, rapid.Float64Range(-12, 3).Draw(t, "log before"))
		if rapid.IntRange(0, 4).Draw(t, "fresh") == 0 {
			before = 0
		}
		q := in.ADV * math.Pow(10, rapid.Float64Range(-15, 3).Draw(t, "log q"))
		got, _ := (impact.SquareRoot{Y: 1}).Cost(in, past(before, 0), fund.Buy, q, 0)
		if want := precise(in, before, q); !near(got.Total(), want, 2e-15) {
			t.Fatalf("%g on %g: %.17g, want %.17g", q, before, got.Total(), want)
		}
	})
}

// Costs are never negative and grow with size and with what was executed, so that no round trip gains.
func TestCostsGrowAndNothingGains(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, in, side := impact.SquareRoot{Y: 1, HalfLife: time.Hour}, market(t), sides().Draw(t, "side")
		q := in.ADV * rapid.Float64Range(1e-9, 10).Draw(t, "q")
		s := past(in.ADV*rapid.Float64Range(0, 10).Draw(t, "bought"), in.ADV*rapid.Float64Range(0, 10).Draw(t, "sold"))
		total := func(s impact.State, q float64) float64 {
			move, _ := m.Cost(in, s, side, q, 0)
			return move.Total()
		}
		_, after := m.Cost(in, s, side, q, 0)
		cost, larger, again := total(s, q), total(s, q*1.01), total(after, q)
		if cost <= 0 || larger <= cost || again <= cost {
			t.Fatalf("%g; %g for 1 %% more; %g the second time", cost, larger, again)
		}
		back, _ := m.Cost(in, after, -side, q, 0)
		fresh, _ := m.Cost(in, s, -side, q, 0)
		if back != fresh {
			t.Fatalf("the way back costs %g instead of %g: the sides must not cancel", back, fresh)
		}
	})
}

// Without volatility or volume there is no figure, but what was executed is remembered for when there is.
func TestNothingKnown(t *testing.T) {
	m := impact.SquareRoot{Y: 1}
	for _, in := range []impact.Inputs{{}, {Sigma: 0.1}, {ADV: 100}, {Sigma: -1, ADV: 100}} {
		cost, s := m.Cost(in, past(1, 2), fund.Sell, 3, 7)
		if cost.Total() != 0 || s.Bought.Left != 1 || s.Sold.Left != 5 || s.At != 7 {
			t.Errorf("%+v: %g, %+v", in, cost, s)
		}
	}
	if cost, _ := m.Cost(impact.Inputs{Sigma: 0.1, ADV: 100}, past(4, 0), fund.Buy, 0, 0); cost.Total() != 0 {
		t.Errorf("nothing costs %g", cost)
	}
	if cost, s := (impact.None{}).Cost(impact.Inputs{Sigma: 1, ADV: 1}, past(0, 1), fund.Buy, 9, 9); cost.Total() != 0 || s != past(0, 1) {
		t.Errorf("None: %g, %+v", cost, s)
	}
}

// What stands is the peak of what is remembered, on its own side; the parts of a cost are what its own interval would
// pay alone and what earlier ones left.
func TestWhatStandsAndItsParts(t *testing.T) {
	m, in := impact.SquareRoot{Y: 1, HalfLife: time.Hour}, impact.Inputs{Sigma: 0.1, ADV: 100, Interval: time.Hour}
	_, s := m.Cost(in, impact.State{}, fund.Buy, 16, 0)
	for at, want := range map[fund.Time]float64{0: 0.04, fund.Time(2 * time.Hour): 0.02} {
		if got := m.Standing(in, s, fund.Buy, at); !near(got, want, 1e-14) {
			t.Errorf("at %v %g stands, want %g", at, got, want)
		}
	}
	if got := m.Standing(in, s, fund.Sell, 0); got != 0 {
		t.Errorf("sales meet %g of our purchase", got)
	}
	same, _ := m.Cost(in, s, fund.Buy, 9, fund.Time(time.Minute))
	fresh, _ := m.Cost(in, impact.State{}, fund.Buy, 9, 0)
	later, _ := m.Cost(in, s, fund.Buy, 9, fund.Time(2*time.Hour))
	if same.Permanent != 0 || later.Temporary <= fresh.Temporary*(1-1e-14) || later.Temporary > fresh.Temporary*(1+1e-14) || later.Permanent <= 0 {
		t.Errorf("in the same interval %+v, alone %+v, later %+v", same, fresh, later)
	}
}
