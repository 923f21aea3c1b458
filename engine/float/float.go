// Package float holds the elementary functions that the deterministic core may use. They are built from +, −, ×, ÷
// and bit operations in a fixed order, and every product that is added is rounded first, so that their results are
// the same on every build and processor.
package float

import "math"

// ln2 in two parts: the high one has so few bits that its product with any exponent is exact.
const (
	ln2High = 0x1.62e42feep-1
	ln2Low  = 0x1.a39ef35793c76p-33
)

// Exp returns e^x to within 1 ulp (2 where the result is subnormal): 0 below −745.2, +Inf above 709.79, NaN for NaN.
func Exp(x float64) float64 {
	switch {
	case x != x:
		return x
	case x > 709.79:
		return math.Inf(1)
	case x < -745.2:
		return 0
	}
	// x = k·ln2 + r with |r| ≤ ln2/2. high is exact; what r lacks of high−low, and what 1+r lacks of its sum, goes
	// into the small part that is added last.
	k := math.Floor(float64(x*(1/math.Ln2)) + 0.5)
	high, low := x-float64(k*ln2High), float64(k*ln2Low)
	r := high - low
	large := 1 + r
	small := float64(r*r*expSeries(r)) + ((high - r) - low) + ((1 - large) + r)
	return timesPow2(large+small, int(k))
}

// expSeries returns (e^r − 1 − r)/r² for |r| ≤ ln2/2 from its Taylor series, whose even and odd terms are summed
// side by side.
func expSeries(r float64) float64 {
	const (
		c2, c3, c4, c5 = 1. / 2, 1. / 6, 1. / 24, 1. / 120
		c6, c7, c8, c9 = c5 / 6, c5 / 42, c5 / 336, c5 / 3024
		c10, c11       = c9 / 10, c9 / 110
		c12, c13       = c9 / 1320, c9 / 17160
	)
	s := r * r
	even := float64(s*(float64(s*(float64(s*(float64(s*(float64(s*c12)+c10))+c8))+c6))+c4)) + c2
	odd := float64(s*(float64(s*(float64(s*(float64(s*(float64(s*c13)+c11))+c9))+c7))+c5)) + c3
	return even + float64(r*odd)
}

// timesPow2 returns x·2^k for k from −2000 to 2000, in two steps that are both in the range of a float64.
func timesPow2(x float64, k int) float64 {
	half := k / 2
	return float64(float64(x*pow2(half)) * pow2(k-half))
}

func pow2(n int) float64 { return math.Float64frombits(uint64(1023+n) << 52) }

// Log returns the natural logarithm of x to within 1 ulp: −Inf for 0, NaN below 0 and for NaN, +Inf for +Inf.
func Log(x float64) float64 {
	switch {
	case x != x || x < 0:
		return math.NaN()
	case x == 0:
		return math.Inf(-1)
	case x > math.MaxFloat64:
		return x
	}
	// x = (1+f)·2^k with 1+f between √½ and √2; f is exact.
	m, exponent := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m *= 2
		exponent--
	}
	f, k := float64(m)-1, float64(exponent)
	// With s = f/(2+f), ln(1+f) = 2·artanh(s) = 2s + s³·series(s²), and 2s = f − s·f: so f, which is exact, carries
	// most of the result.
	s := f / (2 + f)
	z := float64(s * s)
	small := float64(s*(f-float64(z*logSeries(z)))) - float64(k*ln2Low)
	return float64(k*ln2High) + (f - small)
}

// logSeries returns 2/3 + 2z/5 + 2z²/7 + … for z ≤ (√2−1)²/(√2+1)², even and odd powers side by side.
func logSeries(z float64) float64 {
	w := z * z
	even := float64(w*(float64(w*(float64(w*(float64(w*(float64(w*(2./23))+2./19))+2./15))+2./11))+2./7)) + 2./3
	odd := float64(w*(float64(w*(float64(w*(float64(w*(2./21))+2./17))+2./13))+2./9)) + 2./5
	return even + float64(z*odd)
}

// Pow returns x^y for x ≥ 0, to within 3·|y·ln x| + 2 ulp; NaN for x below 0.
func Pow(x, y float64) float64 {
	if y == 0 {
		return 1
	}
	return Exp(float64(y * Log(x)))
}
