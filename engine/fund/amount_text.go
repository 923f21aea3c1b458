package fund

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"
)

// What ParseAmount accepts: the plain text of every float64 is shorter than maxText, and no number of a fund is
// near 10^±maxExponent.
const (
	maxText     = 400
	maxExponent = 100
)

// ParseAmount reads a plain or scientific decimal number such as "12.50", ".5" or "1e-8". Text comes from outside,
// so numbers that would cost much to compute with are refused: more than 400 characters, exponents beyond ±100.
func ParseAmount(s string) (Amount, error) {
	if len(s) > maxText {
		return Amount{}, fmt.Errorf("a number of %d characters (%q...) is too long: at most %d are read", len(s), s[:20], maxText)
	}
	rest, neg := s, false
	if rest != "" && (rest[0] == '-' || rest[0] == '+') {
		rest, neg = rest[1:], rest[0] == '-'
	}
	text, exp, err := cutExponent(rest)
	if err != nil {
		return Amount{}, fmt.Errorf("%q: %w", s, err)
	}
	mag, places, fits, ok := scan(text)
	if !ok {
		return Amount{}, fmt.Errorf("%q is not a decimal number: write it like 12.5", s)
	}
	if fits {
		return amountOf(mag, places-exp, neg), nil
	}
	d, err := decimal.NewFromString(s)
	if err != nil {
		return Amount{}, fmt.Errorf("%q is not a decimal number: %w", s, err)
	}
	return AmountOfDecimal(d), nil
}

// cutExponent splits "12.5e-8" into "12.5" and −8.
func cutExponent(s string) (text string, exp int, err error) {
	i := strings.IndexAny(s, "eE")
	if i < 0 {
		return s, 0, nil
	}
	digits, negative := s[i+1:], false
	if digits != "" && (digits[0] == '-' || digits[0] == '+') {
		digits, negative = digits[1:], digits[0] == '-'
	}
	mag, places, fits, ok := scan(digits)
	switch {
	case !ok || places > 0 || strings.HasSuffix(digits, "."):
		return "", 0, fmt.Errorf("%q is no exponent: write it like 1e-8", s[i:])
	case !fits || mag.hi != 0 || mag.lo > maxExponent:
		return "", 0, fmt.Errorf("the exponent is beyond ±%d", maxExponent)
	case negative:
		return s[:i], -int(mag.lo), nil
	}
	return s[:i], int(mag.lo), nil
}

// scan reads digits with at most one point among them: their value without the point, the number of digits after
// it, whether the value fits, and whether s is well formed.
func scan(s string) (mag uint128, places int, fits, ok bool) {
	fits = true
	point := -1
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case '0' <= c && c <= '9':
			mag, fits = appendDigit(mag, c-'0', fits)
		case c == '.' && point < 0:
			point = i
		default:
			return mag, 0, false, false
		}
	}
	if point >= 0 {
		places = len(s) - point - 1
	}
	return mag, places, fits, len(s) > 1 || point < 0 && len(s) == 1
}

// appendDigit returns 10×u + digit, and whether that fits and fits was true.
func appendDigit(u uint128, digit byte, fits bool) (uint128, bool) {
	const safe = (1<<64 - 10) / 10 // 10×safe + 9 is one word
	if u.hi == 0 && u.lo <= safe {
		return uint128{0, u.lo*10 + uint64(digit)}, fits
	}
	shifted, fitsShifted := u.mul(uint128{0, 10})
	sum, fitsSum := shifted.add(uint128{0, uint64(digit)})
	return sum, fits && fitsShifted && fitsSum
}

// MustAmount is ParseAmount for constants in tests and tables; it panics on bad input.
func MustAmount(s string) Amount {
	a, err := ParseAmount(s)
	if err != nil {
		panic(err)
	}
	return a
}

// AppendTo appends a in plain notation without exponent and trailing zeros, "0" for zero: the canonical form of
// journals.
func (a Amount) AppendTo(b []byte) []byte {
	if a.Sign() < 0 {
		b = append(b, '-')
	}
	if a.big != nil {
		coef := a.big.Coefficient()
		return appendPlain(b, coef.Abs(coef).Append(nil, 10), -int(a.big.Exponent()))
	}
	if a.mag.hi == 0 {
		return appendWord(b, a.mag.lo, int(a.form.scale()))
	}
	var buf [48]byte // 39 digits, and room for eight at a time
	return appendPlain(b, a.mag.appendTo(buf[:0]), int(a.form.scale()))
}

// appendPlain appends digits × 10^−scale.
func appendPlain(b, digits []byte, scale int) []byte {
	for scale > 0 && len(digits) > 1 && digits[len(digits)-1] == '0' {
		digits = digits[:len(digits)-1]
		scale--
	}
	switch {
	case string(digits) == "0":
		return append(b, '0')
	case scale <= 0:
		return appendZeros(append(b, digits...), -scale)
	case scale >= len(digits):
		return append(appendZeros(append(b, "0."...), scale-len(digits)), digits...)
	}
	point := len(digits) - scale
	b = append(append(b, digits[:point]...), '.')
	return append(b, digits[point:]...)
}

func appendZeros(b []byte, n int) []byte {
	for range n {
		b = append(b, '0')
	}
	return b
}

// String returns a as AppendTo writes it.
func (a Amount) String() string {
	var room [64]byte // nearly every number has room in it
	return string(a.AppendTo(room[:0]))
}

// MarshalText implements encoding.TextMarshaler.
func (a Amount) MarshalText() ([]byte, error) { return a.AppendTo(nil), nil }

// UnmarshalText implements encoding.TextUnmarshaler, reading what ParseAmount reads.
func (a *Amount) UnmarshalText(b []byte) (err error) {
	*a, err = ParseAmount(string(b))
	return err
}
