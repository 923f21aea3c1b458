package float

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

const precision = 200 // bits of the twin

// bigExp is the dumb twin: e^x = (e^(x/2^16))^(2^16), the inner power by its series.
func bigExp(x *big.Float) *big.Float {
	const halvings = 16
	r := new(big.Float).SetPrec(precision).SetMantExp(x, -halvings)
	sum, term := big.NewFloat(1).SetPrec(precision), big.NewFloat(1).SetPrec(precision)
	for n := int64(1); n < 40; n++ {
		term.Mul(term, r).Quo(term, new(big.Float).SetInt64(n))
		sum.Add(sum, term)
	}
	for range halvings {
		sum.Mul(sum, sum)
	}
	return sum
}

// exact returns a sum in many bits.
func exact(terms ...float64) *big.Float {
	sum := new(big.Float).SetPrec(precision)
	for _, x := range terms {
		sum.Add(sum, new(big.Float).SetFloat64(x))
	}
	return sum
}

// bigLog improves a guess by Newton's method, which doubles its digits each time.
func bigLog(want *big.Float, guess float64) *big.Float {
	y := exact(guess)
	for range 3 {
		e := bigExp(y)
		step := new(big.Float).Sub(want, e)
		y.Add(y, step.Quo(step, e))
	}
	return y
}

// ulps returns how far got is from want, in units of the last place.
func ulps(got float64, want *big.Float) float64 {
	nearest, _ := want.Float64()
	off := new(big.Float).Sub(new(big.Float).SetPrec(precision).SetFloat64(got), want)
	last := math.Nextafter(math.Abs(nearest), math.Inf(1)) - math.Abs(nearest)
	x, _ := off.Quo(off, new(big.Float).SetFloat64(last)).Float64()
	return math.Abs(x)
}

func TestExpIsAccurate(t *testing.T) {
	worst := 0.0
	for x := -744.0; x < 709.7; x += 0.0537 {
		off := ulps(Exp(x), bigExp(big.NewFloat(x)))
		if limit := 1.0; off > limit && x > -708 || off > 2 {
			t.Errorf("Exp(%v) = %v is %.2f ulp off", x, Exp(x), off)
		}
		worst = max(worst, off)
	}
	t.Logf("at most %.3f ulp off", worst)
}

func TestLogIsAccurate(t *testing.T) {
	worst := 0.0
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.OneOf(rapid.Float64Range(math.SmallestNonzeroFloat64, math.MaxFloat64), rapid.Float64Range(0.5, 2),
			rapid.Float64Range(0.999, 1.001)).Draw(t, "x")
		if x == 1 {
			return
		}
		off := ulps(Log(x), bigLog(exact(x), Log(x)))
		if worst = max(worst, off); off > 1 {
			t.Fatalf("Log(%v) = %v is %.2f ulp off", x, Log(x), off)
		}
	})
	t.Logf("at most %.3f ulp off", worst)
}

func TestPowIsAccurate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := math.Pow(10, rapid.Float64Range(-12, 12).Draw(t, "log x"))
		y := rapid.Float64Range(-3, 3).Draw(t, "y")
		power := new(big.Float).Mul(bigLog(exact(x), Log(x)), exact(y))
		if off := ulps(Pow(x, y), bigExp(power)); off > 3*math.Abs(y*math.Log(x))+2 {
			t.Fatalf("Pow(%v, %v) = %v is %.2f ulp off", x, y, Pow(x, y), off)
		}
	})
}

// The standard library is within 1 ulp of the truth, so that 2 ulp between the two is what can be asked for.
func TestEqualsMathOnADenseGrid(t *testing.T) {
	for i := range 200_000 {
		x := float64(i-100_000) / 1e5 * 700
		if got, want := Exp(x), math.Exp(x); math.Abs(got-want) > 2*ulp(want) {
			t.Fatalf("Exp(%v) = %v, want %v", x, got, want)
		}
		x = float64(i+1) / 5e4
		if got, want := Log(x), math.Log(x); math.Abs(got-want) > 2*ulp(want) {
			t.Fatalf("Log(%v) = %v, want %v", x, got, want)
		}
	}
}

func ulp(x float64) float64 { return math.Nextafter(math.Abs(x), math.Inf(1)) - math.Abs(x) }

func TestNeitherFallsWhereItShouldRise(t *testing.T) {
	for x := -20.0; x < 20; x += 0.0001 {
		next := x + 1e-13
		if Exp(next) < Exp(x) {
			t.Fatalf("Exp falls at %v", x)
		}
		if at := math.Abs(x) + 0.01; Log(at+1e-13) < Log(at) {
			t.Fatalf("Log falls at %v", at)
		}
	}
}

func TestSpecialValues(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"Exp(0)", Exp(0), 1}, {"Exp(-0)", Exp(math.Copysign(0, -1)), 1}, {"Exp(1)", Exp(1), math.E},
		{"Exp(+Inf)", Exp(inf), inf}, {"Exp(-Inf)", Exp(-inf), 0}, {"Exp(NaN)", Exp(nan), nan},
		{"Exp(709.78)", Exp(709.78), 1.7928227943945155e308}, {"Exp(709.783)", Exp(709.783), inf},
		{"Exp(1000)", Exp(1000), inf}, {"Exp(-745.13)", Exp(-745.13), math.SmallestNonzeroFloat64},
		{"Exp(-746)", Exp(-746), 0}, {"Exp(1e-300)", Exp(1e-300), 1},
		{"Log(1)", Log(1), 0}, {"Log(0)", Log(0), -inf}, {"Log(-1)", Log(-1), nan}, {"Log(-Inf)", Log(-inf), nan},
		{"Log(+Inf)", Log(inf), inf}, {"Log(NaN)", Log(nan), nan}, {"Log(2)", Log(2), math.Ln2},
		{"Log(MaxFloat64)", Log(math.MaxFloat64), 709.782712893384},
		{"Pow(0, 0)", Pow(0, 0), 1}, {"Pow(0, 0.5)", Pow(0, 0.5), 0}, {"Pow(0, -1)", Pow(0, -1), inf}, {"Pow(-1, 2)", Pow(-1, 2), nan},
		{"Pow(1, 7)", Pow(1, 7), 1}, {"Pow(NaN, 1)", Pow(nan, 1), nan}, {"Pow(+Inf, 0.5)", Pow(inf, 0.5), inf},
		{"Log(smallest)", Log(math.SmallestNonzeroFloat64), -744.4400719213812},
	} {
		if c.got != c.want && !(c.got != c.got && c.want != c.want) {
			t.Errorf("%s = %v, want %v", c.name, c.got, c.want)
		}
	}
}

func BenchmarkExp(b *testing.B) {
	sum, x := 0.0, 0.1
	for b.Loop() {
		sum += Exp(x)
		x = -x
	}
	_ = sum
}

func BenchmarkLog(b *testing.B) {
	sum, x := 0.0, 0.1
	for b.Loop() {
		sum += Log(x)
		x = 1 / x
	}
	_ = sum
}
