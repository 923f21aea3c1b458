package fund

import (
	"fmt"
	"math"
	"math/big"
	"math/bits"
	"strconv"

	"github.com/shopspring/decimal"
)

// AmountOfDecimal converts from the decimal type used at the boundaries. The cost of everything done with a
// number grows with its exponent, so d must come from a bounded source.
func AmountOfDecimal(d decimal.Decimal) Amount {
	coef, scale := d.Coefficient(), -int(d.Exponent())
	coef, scale = shorten(coef, scale)
	if coef.BitLen() > 128 {
		return Amount{big: &d}
	}
	neg := coef.Sign() < 0
	coef.Abs(coef)
	low := new(big.Int).And(coef, new(big.Int).SetUint64(math.MaxUint64))
	return amountOf(uint128{coef.Rsh(coef, 64).Uint64(), low.Uint64()}, scale, neg)
}

// shorten drops trailing zeros after the point for as long as coef × 10^−scale does not fit an Amount in place.
func shorten(coef *big.Int, scale int) (*big.Int, int) {
	ten := big.NewInt(10)
	for scale > 0 && (scale > maxPow10 || coef.BitLen() > 128) {
		short, digit := new(big.Int).QuoRem(coef, ten, new(big.Int))
		if digit.Sign() != 0 {
			break
		}
		coef, scale = short, scale-1
	}
	return coef, scale
}

// Decimal converts to the decimal type used at the boundaries.
func (a Amount) Decimal() decimal.Decimal {
	if a.big != nil {
		return *a.big
	}
	return bigDecimal(a.mag, int(a.form.scale()), a.form.neg())
}

func bigDecimal(mag uint128, scale int, neg bool) decimal.Decimal {
	coef := new(big.Int).SetUint64(mag.hi)
	coef.Lsh(coef, 64).Or(coef, new(big.Int).SetUint64(mag.lo))
	if neg {
		coef.Neg(coef)
	}
	return decimal.NewFromBigInt(coef, int32(-scale))
}

// AmountOfFloat returns the shortest decimal that reads back as x. It panics unless x is finite.
func AmountOfFloat(x float64) Amount {
	if math.IsInf(x, 0) || x != x {
		panic(fmt.Sprintf("fund: %v is no amount: check for it before converting", x))
	}
	if digits, scale, ok := shortest(math.Abs(x)); ok {
		return amountOf(uint128{0, digits}, scale, x < 0)
	}
	var buf [32]byte
	text := strconv.AppendFloat(buf[:0], math.Abs(x), 'e', -1, 64) // d.ddde±dd
	mag, places, i := uint64(0), 0, 0
	for ; text[i] != 'e'; i++ {
		if text[i] != '.' {
			mag = mag*10 + uint64(text[i]-'0')
			places = i
		}
	}
	exp := 0
	for _, c := range text[i+2:] {
		exp = exp*10 + int(c-'0')
	}
	if text[i+1] == '-' {
		exp = -exp
	}
	return amountOf(uint128{0, mag}, max(places-1, 0)-exp, x < 0)
}

// Float64 returns the nearest float64 (ties to even), the same on every build.
func (a Amount) Float64() float64 {
	if a.big != nil {
		return a.big.InexactFloat64()
	}
	x := quotient(a.mag, a.form.scale())
	if a.form.neg() {
		return -x
	}
	return x
}

// quotient returns mag/10^scale, correctly rounded.
func quotient(mag uint128, scale uint8) float64 {
	if mag.isZero() { // as most of what is traded already
		return 0
	}
	if mag.hi == 0 && mag.lo <= 1<<53 && scale <= 22 {
		return float64(mag.lo) / floatPow10(scale) // both are exact, so only the division rounds
	}
	// With both operands shifted to 128 bits, mag × 2^63 / 10^scale has 63 or 64 bits: more than a float64 keeps.
	// Whether anything remains goes into the lowest of them, to tell ties from what lies just above.
	div := pow10(scale)
	up, down := mag.leadingZeros(), div.leadingZeros()
	mag, div = mag.shl(up), div.shl(down)
	q, rest := divWord(mag.hi>>1, uint128{mag.hi<<63 | mag.lo>>1, mag.lo << 63}, div)
	if !rest.isZero() {
		q |= 1
	}
	return float64(q) * math.Float64frombits(uint64(1023-63+int(down)-int(up))<<52) // × 2^n is exact
}

// floatPow10 returns 10^k for k ≤ 22, the largest that a float64 holds exactly.
func floatPow10(k uint8) float64 {
	return [...]float64{
		1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
		1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
	}[k]
}

func (u uint128) leadingZeros() uint {
	if u.hi == 0 {
		return 64 + uint(bits.LeadingZeros64(u.lo))
	}
	return uint(bits.LeadingZeros64(u.hi))
}
