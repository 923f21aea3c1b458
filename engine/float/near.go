package float

import "math"

// Expm1 returns e^x − 1 without losing the digits that e^x and 1 have in common, to within 3 ulp.
func Expm1(x float64) float64 {
	if math.Abs(x) > 0.34 {
		return Exp(x) - 1
	}
	return x + float64(x*x*expSeries(x))
}

// Log1p returns ln(1+x) without losing the digits of a small x, to within 4 ulp: what 1+x rounds away is put back by
// the ratio of x to what is left of it.
func Log1p(x float64) float64 {
	if u := 1 + x; u != 1 && x < math.MaxFloat64 {
		return Log(u) * (x / (u - 1))
	}
	return x
}
