package fund

import "github.com/shopspring/decimal"

// Amount is an exact decimal number: a quantity of an asset, a price, or a rate. The zero value is 0.
//
// Arithmetic never rounds; only the methods that name a rounding do. There is no overflow: a number of up to 128
// bits and 38 decimal places is held in place and computed with without allocating, any other by a slower type of
// arbitrary size, and results return to the first form as soon as they fit.
//
// Amounts are immutable values: copy freely, compare with Cmp or Equal, never with == (1.0 and 1 differ there).
type Amount struct {
	mag   uint128          // the number is ±mag × 10^−scale
	scale uint8            // ≤ maxPow10
	neg   bool             // never with mag 0
	big   *decimal.Decimal // when not nil, the number; the other fields are 0 then
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
	return Amount{mag: mag, scale: uint8(scale), neg: neg}
}

// Add returns a+b.
func (a Amount) Add(b Amount) Amount { return a.add(b, b.neg) }

// Sub returns a−b.
func (a Amount) Sub(b Amount) Amount { return a.add(b, !b.neg) }

// Mul returns a×b.
func (a Amount) Mul(b Amount) Amount {
	scale := a.scale + b.scale
	if a.big == nil && b.big == nil && scale <= maxPow10 {
		if mag, ok := a.mag.mul(b.mag); ok {
			return Amount{mag: mag, scale: scale, neg: a.neg != b.neg && !mag.isZero()}
		}
	}
	return AmountOfDecimal(a.Decimal().Mul(b.Decimal()))
}

// Neg returns −a.
func (a Amount) Neg() Amount {
	if a.big != nil {
		return AmountOfDecimal(a.big.Neg())
	}
	a.neg = !a.neg && !a.mag.isZero()
	return a
}

// Sign returns −1, 0 or 1.
func (a Amount) Sign() int {
	switch {
	case a.big != nil:
		return a.big.Sign()
	case a.mag.isZero():
		return 0
	}
	return sign(a.neg)
}

// IsZero reports whether a is 0.
func (a Amount) IsZero() bool { return a.Sign() == 0 }

// Cmp returns −1, 0 or 1 as a is less than, equal to or greater than b.
func (a Amount) Cmp(b Amount) int {
	if a.big != nil || b.big != nil {
		return a.Decimal().Cmp(b.Decimal())
	}
	if a.neg != b.neg {
		return sign(a.neg)
	}
	return sign(a.neg) * a.cmpMagnitude(b)
}

// Equal reports whether a and b are the same number, however they are written.
func (a Amount) Equal(b Amount) bool { return a.Cmp(b) == 0 }

// Less reports a < b.
func (a Amount) Less(b Amount) bool { return a.Cmp(b) < 0 }

// add returns a+b with the sign of b replaced.
func (a Amount) add(b Amount, neg bool) Amount {
	if a.big == nil && b.big == nil {
		if u, v, ok := align(a, b); ok {
			scale := max(a.scale, b.scale)
			if a.neg == neg {
				if sum, ok := u.add(v); ok {
					return Amount{mag: sum, scale: scale, neg: neg && !sum.isZero()}
				}
			} else if u.cmp(v) >= 0 {
				return Amount{mag: u.sub(v), scale: scale, neg: a.neg && u != v}
			} else {
				return Amount{mag: v.sub(u), scale: scale, neg: neg}
			}
		}
	}
	if neg != b.neg {
		return AmountOfDecimal(a.Decimal().Sub(b.Decimal()))
	}
	return AmountOfDecimal(a.Decimal().Add(b.Decimal()))
}

// cmpMagnitude compares |a| and |b|, both of which are held in place.
func (a Amount) cmpMagnitude(b Amount) int {
	u, v, ok := align(a, b)
	if ok {
		return u.cmp(v)
	}
	// The one with fewer places does not fit when written with those of the other, so it is the larger.
	if a.scale < b.scale {
		return 1
	}
	return -1
}

// align returns the magnitudes of a and b at the larger of their scales, and whether both fit.
func align(a, b Amount) (u, v uint128, ok bool) {
	switch {
	case a.scale < b.scale:
		u, ok = a.mag.mul(pow10(b.scale - a.scale))
		return u, b.mag, ok
	case a.scale > b.scale:
		v, ok = b.mag.mul(pow10(a.scale - b.scale))
		return a.mag, v, ok
	}
	return a.mag, b.mag, true
}

// sign returns −1 for a negative number, else 1.
func sign(neg bool) int {
	if neg {
		return -1
	}
	return 1
}
