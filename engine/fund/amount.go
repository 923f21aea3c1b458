package fund

import (
	"cmp"

	"github.com/shopspring/decimal"
)

// Amount is an exact decimal number: a quantity of an asset, a price, or a rate. The zero value is 0.
//
// Arithmetic never rounds; only the methods that name a rounding do. There is no overflow: a number of up to 128
// bits and 38 decimal places is held in place and computed with without allocating, any other by a slower type of
// arbitrary size, and results return to the first form as soon as they fit.
//
// Amounts are immutable values: copy freely, compare with Cmp or Equal, never with == (1.0 and 1 differ there).
type Amount struct {
	mag  uint128 // the number is ±mag × 10^−scale
	form form
	big  *decimal.Decimal // when not nil, the number; the other fields are 0 then
}

// form is a scale and a sign in one word, so that two Amounts travel in registers: the scale (at most maxPow10)
// of a number ≥ 0, its complement below 0.
type form int8

func (f form) neg() bool { return f < 0 }

func (f form) scale() uint8 { return uint8(f ^ f>>7) }

// sign returns −1 or 1.
func (f form) sign() int { return int(f>>7) | 1 }

// inPlace returns ±mag × 10^−scale.
func inPlace(mag uint128, scale uint8, neg bool) Amount {
	f := form(scale)
	if neg && !mag.isZero() {
		f = ^f
	}
	return Amount{mag: mag, form: f}
}

// NewAmount returns coef × 10^−scale.
func NewAmount(coef int64, scale int) Amount {
	mag := uint64(coef)
	if coef < 0 {
		mag = -mag
	}
	return amountOf(uint128{0, mag}, scale, coef < 0)
}

// amountOf returns ±mag × 10^−scale in its simplest form, for any scale.
func amountOf(mag uint128, scale int, neg bool) Amount {
	if mag.isZero() {
		return Amount{}
	}
	for scale > 0 && mag.hi == 0 && mag.lo%10 == 0 {
		mag.lo /= 10
		scale--
	}
	if scale < 0 && scale >= -maxPow10 {
		if whole, ok := mag.mul(pow10(uint8(-scale))); ok {
			mag, scale = whole, 0
		}
	}
	if scale < 0 || scale > maxPow10 {
		d := bigDecimal(mag, scale, neg)
		return Amount{big: &d}
	}
	return inPlace(mag, uint8(scale), neg)
}

// Add returns a+b.
func (a Amount) Add(b Amount) Amount { return a.add(b, b.form.neg()) }

// Sub returns a−b.
func (a Amount) Sub(b Amount) Amount { return a.add(b, !b.form.neg()) }

// Mul returns a×b.
func (a Amount) Mul(b Amount) Amount {
	scale := a.form.scale() + b.form.scale()
	if a.big == nil && b.big == nil && scale <= maxPow10 {
		if mag, ok := a.mag.mul(b.mag); ok {
			return inPlace(mag, scale, a.form^b.form < 0)
		}
	}
	return AmountOfDecimal(a.Decimal().Mul(b.Decimal()))
}

// Neg returns −a.
func (a Amount) Neg() Amount {
	if a.big != nil {
		return AmountOfDecimal(a.big.Neg())
	}
	return inPlace(a.mag, a.form.scale(), !a.form.neg())
}

// Sign returns −1, 0 or 1.
func (a Amount) Sign() int {
	switch {
	case a.big != nil:
		return a.big.Sign()
	case a.mag.isZero():
		return 0
	}
	return a.form.sign()
}

// IsZero reports whether a is 0.
func (a Amount) IsZero() bool { return a.Sign() == 0 }

// Cmp returns −1, 0 or 1 as a is less than, equal to or greater than b.
func (a Amount) Cmp(b Amount) int {
	if a.big != nil || b.big != nil {
		return a.Decimal().Cmp(b.Decimal())
	}
	u, v, ok := a.mag, b.mag, true
	switch {
	case a.form^b.form < 0:
		return a.form.sign()
	case a.form != b.form:
		u, v, ok = align(a, b)
	}
	if !ok { // the one with fewer places does not fit when written with those of the other, so it is the larger
		return a.form.sign() * cmp.Compare(b.form.scale(), a.form.scale())
	}
	return a.form.sign() * u.cmp(v)
}

// Equal reports whether a and b are the same number, however they are written.
func (a Amount) Equal(b Amount) bool { return a.Cmp(b) == 0 }

// Less reports a < b.
func (a Amount) Less(b Amount) bool { return a.Cmp(b) < 0 }

// Least returns the smaller of a and b.
func Least(a, b Amount) Amount {
	if b.Less(a) {
		return b
	}
	return a
}

// add returns a+b with the sign of b replaced.
func (a Amount) add(b Amount, neg bool) Amount {
	u, v, ok := a.mag, b.mag, a.big == nil && b.big == nil
	scale := a.form.scale()
	if ok && scale != b.form.scale() {
		u, v, ok = align(a, b)
		scale = max(scale, b.form.scale())
	}
	switch {
	case !ok:
		return a.addBig(b, neg)
	case a.form.neg() != neg && u.cmp(v) >= 0:
		return inPlace(u.sub(v), scale, !neg)
	case a.form.neg() != neg:
		return inPlace(v.sub(u), scale, neg)
	}
	sum, ok := u.add(v)
	if !ok {
		return a.addBig(b, neg)
	}
	return inPlace(sum, scale, neg)
}

// addBig is add for what does not fit.
func (a Amount) addBig(b Amount, neg bool) Amount {
	x, y := a.Decimal(), b.Decimal()
	if neg != b.form.neg() {
		y = y.Neg()
	}
	return AmountOfDecimal(x.Add(y))
}

// align returns the magnitudes of a and b at the larger of their scales, and whether both fit.
func align(a, b Amount) (u, v uint128, ok bool) {
	x, y := a.form.scale(), b.form.scale()
	if x < y {
		u, ok = a.mag.mul(pow10(y - x))
		return u, b.mag, ok
	}
	v, ok = b.mag.mul(pow10(x - y))
	return a.mag, v, ok
}
