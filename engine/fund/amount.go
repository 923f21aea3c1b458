package fund

import (
	"fmt"

	"github.com/shopspring/decimal"
)

// Amount is an exact decimal number: a quantity of an asset, a price, or a rate. The zero value is 0.
// Arithmetic never rounds; only the methods that name a rounding do. Amounts are values: copy freely, compare
// with Cmp or Equal, never with ==.
type Amount struct{ d decimal.Decimal }

// ParseAmount reads a plain or scientific decimal number such as "12.50" or "1e-8".
func ParseAmount(s string) (Amount, error) {
	d, err := decimal.NewFromString(s)
	if err != nil {
		return Amount{}, fmt.Errorf("%q is not a decimal number", s)
	}
	return Amount{d}, nil
}

// MustAmount is ParseAmount for constants in tests and tables; it panics on bad input.
func MustAmount(s string) Amount {
	a, err := ParseAmount(s)
	if err != nil {
		panic(err)
	}
	return a
}

// NewAmount returns coef × 10^−scale.
func NewAmount(coef int64, scale int) Amount { return Amount{decimal.New(coef, int32(-scale))} }

// AmountOfDecimal converts from the decimal type used at the boundaries.
func AmountOfDecimal(d decimal.Decimal) Amount { return Amount{d} }

// AmountOfFloat returns the shortest decimal that reads back as x, which must be finite.
func AmountOfFloat(x float64) Amount { return Amount{decimal.NewFromFloat(x)} }

// Decimal converts to the decimal type used at the boundaries.
func (a Amount) Decimal() decimal.Decimal { return a.d }

// Float64 returns the nearest float64.
func (a Amount) Float64() float64 { return a.d.InexactFloat64() }

func (a Amount) Add(b Amount) Amount { return Amount{a.d.Add(b.d)} }
func (a Amount) Sub(b Amount) Amount { return Amount{a.d.Sub(b.d)} }
func (a Amount) Mul(b Amount) Amount { return Amount{a.d.Mul(b.d)} }
func (a Amount) Neg() Amount         { return Amount{a.d.Neg()} }

// Sign returns −1, 0 or 1.
func (a Amount) Sign() int { return a.d.Sign() }

// IsZero reports whether a is 0.
func (a Amount) IsZero() bool { return a.d.IsZero() }

// Cmp returns −1, 0 or 1 as a is less than, equal to or greater than b.
func (a Amount) Cmp(b Amount) int { return a.d.Cmp(b.d) }

// Equal reports whether a and b are the same number, however they are written.
func (a Amount) Equal(b Amount) bool { return a.d.Equal(b.d) }

// Less reports a < b.
func (a Amount) Less(b Amount) bool { return a.d.LessThan(b.d) }

// RoundDown cuts a after the given number of decimal places, toward zero.
func (a Amount) RoundDown(places int) Amount { return Amount{a.d.RoundDown(int32(places))} }

// RoundUp rounds a away from zero to the given number of decimal places.
func (a Amount) RoundUp(places int) Amount { return Amount{a.d.RoundUp(int32(places))} }

// FloorTo returns the largest multiple of step in magnitude that does not exceed |a|, with a's sign. step must be positive.
func (a Amount) FloorTo(step Amount) Amount {
	q, _ := a.d.QuoRem(step.d, 0)
	return Amount{q.Mul(step.d)}
}

// CeilTo returns the smallest multiple of step in magnitude that reaches |a|, with a's sign. step must be positive.
func (a Amount) CeilTo(step Amount) Amount {
	f := a.FloorTo(step)
	if f.Equal(a) {
		return f
	}
	if a.Sign() < 0 {
		return f.Sub(step)
	}
	return f.Add(step)
}

// QuoUp returns a/b rounded away from zero to the given number of places. b must not be 0. It exists for fees
// in a third asset; the ledger itself never divides.
func (a Amount) QuoUp(b Amount, places int) Amount {
	q, r := a.d.QuoRem(b.d, int32(places))
	if r.IsZero() {
		return Amount{q}
	}
	return Amount{q.Add(decimal.New(int64(a.Sign()*b.Sign()), int32(-places)))}
}

// AppendTo appends a in plain notation without trailing zeros: the canonical form of journals.
func (a Amount) AppendTo(b []byte) []byte { return append(b, a.String()...) }

// String returns a in plain notation without trailing zeros.
func (a Amount) String() string { return a.d.String() }

// MarshalText implements encoding.TextMarshaler.
func (a Amount) MarshalText() ([]byte, error) { return a.AppendTo(nil), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (a *Amount) UnmarshalText(b []byte) (err error) {
	*a, err = ParseAmount(string(b))
	return err
}
