package fund

import (
	"encoding/json"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// decimals draws numbers of every kind that an Amount meets: typical ones, ones at and over the edge of 128 bits,
// and scales from far beyond the point to far before it. The decimal is the dumb twin of the amount under test.
func decimals(t *rapid.T, label string) decimal.Decimal {
	digits := rapid.SampledFrom([]int{0, 1, 2, 8, 16, 19, 20, 36, 38, 39, 40, 60}).Draw(t, label+" digits")
	coef := new(big.Int)
	for range digits {
		digit := rapid.SampledFrom([]int64{0, 0, 1, 5, 7, 9}).Draw(t, label)
		coef.Mul(coef, big.NewInt(10)).Add(coef, big.NewInt(digit))
	}
	if rapid.Bool().Draw(t, label+" negative") {
		coef.Neg(coef)
	}
	exp := rapid.OneOf(rapid.IntRange(-12, 0), rapid.IntRange(-45, 25)).Draw(t, label+" exponent")
	return decimal.NewFromBigInt(coef, int32(exp))
}

// same fails unless got is want, in its simplest possible form.
func same(t *rapid.T, what string, got Amount, want decimal.Decimal) {
	t.Helper()
	if !got.Decimal().Equal(want) {
		t.Fatalf("%s: got %v, want %v", what, got, want)
	}
	if got.big != nil && AmountOfDecimal(want).big == nil {
		t.Fatalf("%s: %v fits but is not held in place", what, got)
	}
	if got.form.neg() && got.mag.isZero() || got.form.scale() > maxPow10 {
		t.Fatalf("%s: malformed %#v", what, got)
	}
}

func TestAmountArithmeticEqualsDecimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := decimals(t, "x"), decimals(t, "y")
		a, b := AmountOfDecimal(x), AmountOfDecimal(y)
		same(t, "conversion", a, x)
		same(t, "Add", a.Add(b), x.Add(y))
		same(t, "Sub", a.Sub(b), x.Sub(y))
		same(t, "Sub itself", a.Sub(a), decimal.Zero)
		same(t, "Mul", a.Mul(b), x.Mul(y))
		same(t, "Neg", a.Neg(), x.Neg())
		if a.Cmp(b) != x.Cmp(y) || b.Cmp(a) != y.Cmp(x) || a.Cmp(a) != 0 {
			t.Fatalf("Cmp(%v, %v) = %d", a, b, a.Cmp(b))
		}
		if a.Equal(b) != x.Equal(y) || a.Less(b) != x.LessThan(y) || a.Sign() != x.Sign() || a.IsZero() != x.IsZero() {
			t.Fatalf("%v and %v compare wrongly", a, b)
		}
	})
}

func TestAmountRoundingEqualsDecimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := decimals(t, "x"), decimals(t, "y")
		a, b := AmountOfDecimal(x), AmountOfDecimal(y)
		places := rapid.IntRange(-30, 45).Draw(t, "places")
		same(t, "RoundDown", a.RoundDown(places), x.RoundDown(int32(places)))
		same(t, "RoundUp", a.RoundUp(places), x.RoundUp(int32(places)))
		if y.IsZero() {
			return
		}
		quo, rest := x.QuoRem(y, int32(places))
		if !rest.IsZero() {
			quo = quo.Add(decimal.New(int64(x.Sign()*y.Sign()), int32(-places)))
		}
		same(t, "QuoUp", a.QuoUp(b, places), quo)
		step := y.Abs()
		floor, _ := x.QuoRem(step, 0)
		floor = floor.Mul(step)
		same(t, "FloorTo", a.FloorTo(AmountOfDecimal(step)), floor)
		if !floor.Equal(x) {
			floor = floor.Add(step.Mul(decimal.NewFromInt(int64(x.Sign()))))
		}
		same(t, "CeilTo", a.CeilTo(AmountOfDecimal(step)), floor)
	})
}

func TestAmountFloat64IsNearest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := decimals(t, "x")
		want, _ := x.Rat().Float64()
		if got := AmountOfDecimal(x).Float64(); got != want {
			t.Fatalf("Float64(%v) = %v, want %v", x, got, want)
		}
	})
}

// Ties and their neighbours are where rounding goes wrong: m + ½ ulp, a little less and a little more.
func TestAmountFloat64BreaksTiesToEven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := math.Ldexp(float64(rapid.Uint64Range(1<<52, 1<<53-1).Draw(t, "m")), rapid.IntRange(-70, 40).Draw(t, "e"))
		tie := new(big.Float).SetPrec(2000).SetFloat64(x)
		tie.Add(tie, new(big.Float).SetMantExp(big.NewFloat(0.5), math.Ilogb(x)-52))
		text := tie.Text('f', 130)
		off := rapid.SampledFrom([]string{"0", "0.00000000000000000000000000000000000001", "-0.00000000000000000000000000000000000001"}).Draw(t, "off")
		a := MustAmount(text).Add(MustAmount(off))
		want, _ := a.Decimal().Rat().Float64()
		if got := a.Float64(); got != want {
			t.Fatalf("Float64(%v) = %v, want %v", a, got, want)
		}
	})
}

func TestAmountOfFloatReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64().Draw(t, "x")
		if math.IsInf(x, 0) {
			return
		}
		a := AmountOfFloat(x)
		if a.Float64() != x {
			t.Fatalf("%v reads back as %v", x, a.Float64())
		}
		same(t, "AmountOfFloat", a, decimal.NewFromFloat(x))
	})
}

func TestAmountTextReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := decimals(t, "x")
		a := AmountOfDecimal(x)
		text := a.String()
		if want := plain(x); text != want {
			t.Fatalf("String of %v is %q, want %q", x, text, want)
		}
		b, err := ParseAmount(text)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "ParseAmount", b, x)
	})
}

// plain writes x without exponent and trailing zeros, the slow way.
func plain(x decimal.Decimal) string {
	text := x.StringFixed(max(0, -x.Exponent()))
	if strings.Contains(text, ".") {
		text = strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
	}
	if text == "-0" {
		return "0"
	}
	return text
}

func TestNewAmount(t *testing.T) {
	for _, c := range []struct {
		coef  int64
		scale int
		want  string
	}{
		{0, 5, "0"}, {1250, 2, "12.5"}, {-3, -2, "-300"}, {math.MinInt64, 0, "-9223372036854775808"},
		{7, 38, "0." + strings.Repeat("0", 37) + "7"}, {7, 60, "0." + strings.Repeat("0", 59) + "7"},
		{9, -60, "9" + strings.Repeat("0", 60)},
	} {
		if got := NewAmount(c.coef, c.scale).String(); got != c.want {
			t.Errorf("NewAmount(%d, %d) = %s, want %s", c.coef, c.scale, got, c.want)
		}
	}
}

func TestAmountZeroValue(t *testing.T) {
	var a Amount
	if a.String() != "0" || a.Sign() != 0 || !a.Equal(NewAmount(0, 8)) || a.Float64() != 0 || !a.Neg().IsZero() {
		t.Fatalf("the zero value is not 0: %v", a)
	}
}

func TestAmountJSON(t *testing.T) {
	var back []Amount
	text, err := json.Marshal([]Amount{MustAmount("1e8"), MustAmount("-0.00000001")})
	if err != nil || string(text) != `["100000000","-0.00000001"]` {
		t.Fatalf("%s, %v", text, err)
	}
	if err := json.Unmarshal(text, &back); err != nil || !back[1].Equal(NewAmount(-1, 8)) {
		t.Fatalf("%v, %v", back, err)
	}
}

func TestAmountOfFloatRefusesWhatIsNoNumber(t *testing.T) {
	for _, x := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("AmountOfFloat(%v) did not panic", x)
				}
			}()
			AmountOfFloat(x)
		}()
	}
}

func TestAmountDoesNotAllocate(t *testing.T) {
	a, b, lot, buf := MustAmount("43251.07"), MustAmount("0.01832741"), MustAmount("0.0025"), make([]byte, 0, 64)
	fees := MustAmount("0.00075")
	allocs := testing.AllocsPerRun(100, func() {
		cash := a.Mul(b)
		cash = cash.Add(b).Sub(cash.Mul(fees).RoundUp(8)).RoundDown(6).FloorTo(lot).CeilTo(lot).QuoUp(a, 8)
		buf = cash.Add(AmountOfFloat(cash.Float64())).AppendTo(buf[:0])
		if cash.Cmp(a) > 0 {
			t.Fatal("more cash than the price of one")
		}
	})
	if allocs != 0 {
		t.Fatalf("%v allocations", allocs)
	}
}
