// Package float holds the elementary functions that the deterministic core may use. They are built from +, −, ×, ÷
// and bit operations in a fixed order, so their results are the same on every build and processor.
package float

import "math"

// Exp returns e^x to within 2 ulp: 0 below −745, +Inf above 709.78, NaN for NaN.
func Exp(x float64) float64 {
	switch {
	case x != x:
		return x
	case x > 709.782712893384:
		return math.Inf(1)
	case x < -745.2:
		return 0
	}
	// x = k·ln2 + r, |r| ≤ ln2/2, with ln2 in two parts so that r is exact.
	const hi, lo = 6.93147180369123816490e-01, 1.90821492927058770002e-10
	k := math.Floor(x/math.Ln2 + 0.5)
	r := (x - float64(k*hi)) - float64(k*lo)
	sum, term := 1.0, 1.0
	for n := 1.0; n < 18; n++ {
		term *= r / n
		sum += term
	}
	return math.Ldexp(sum, int(k))
}
