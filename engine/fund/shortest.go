package fund

import (
	"math"
	"math/bits"
	"strconv"
)

// AppendFloat appends the shortest decimal that reads back as x, which must be finite, as strconv.AppendFloat(b, x, 'g', -1,
// 64) does, in a third of the time: journals are made of such numbers.
func AppendFloat(b []byte, x float64) []byte {
	size := math.Abs(x)
	digits, scale, ok := shortest(size)
	if !ok {
		return strconv.AppendFloat(b, x, 'g', -1, 64)
	}
	if x < 0 {
		b = append(b, '-')
	}
	if size < 1e6 {
		return appendWord(b, digits, scale)
	}
	exponent := 6
	for uint64(size) >= pow10Word(uint8(exponent+1)) {
		exponent++
	}
	return append(appendWord(b, digits, exponent+scale), 'e', '+', byte('0'+exponent/10), byte('0'+exponent%10))
}

// shortest returns the shortest decimal digits × 10^−scale that reads back as x; of several the nearest. It knows numbers
// from 10^−4 to 2^53 that are no powers of two: what prices, weights and values are. Zeros may be left at the end.
//
// Source: Giulietti (2020), "The Schubfach way to render doubles". With x = m × 2^e and 10^−n the largest power of ten up
// to 2^e, the numbers that read back as x reach half of 2^e to either side of it: at most one of them is a multiple of
// 10^(1−n), and the nearest multiple of 10^−n is always one. In this range all of it is exact in two words.
func shortest(x float64) (digits uint64, scale int, ok bool) {
	if !(x >= 1e-4 && x < 1<<53) {
		return 0, 0, false
	}
	if whole := uint64(x); float64(whole) == x {
		return whole, 0, true
	}
	word := math.Float64bits(x)
	m, e := word&(1<<52-1)|1<<52, int(word>>52)-1075
	if m == 1<<52 { // what reads back as it reaches only half as far down
		return 0, 0, false
	}
	n := -(e * 1233 >> 12)              // 1233/4096 is log10(2), nearly enough for so small an e
	five, shift := pow5(n), uint(2-e-n) // in units of 10^−n, x is 4m × 5^n / 2^shift
	hi, lo := bits.Mul64(4*m, five)
	whole, rest := hi<<(64-shift)|lo>>shift, lo&(1<<shift-1)
	half := 2 * five // how far numbers that read back as x reach, in units of 10^−n / 2^shift
	if m&1 != 0 {
		half-- // without the ends
	}
	last := whole % 10
	below := last<<shift + rest
	switch above := 10<<shift - below; {
	case below <= half:
		return whole - last, n, true
	case above <= half:
		return whole - last + 10, n, true
	}
	if middle := uint64(1) << (shift - 1); rest > middle || rest == middle && whole&1 != 0 {
		whole++
	}
	return whole, n, true
}

// pow5 returns 5^k for k ≤ 20.
func pow5(k int) uint64 {
	return [...]uint64{
		1, 5, 25, 125, 625, 3125, 15625, 78125, 390625, 1953125, 9765625, 48828125, 244140625, 1220703125, 6103515625,
		30517578125, 152587890625, 762939453125, 3814697265625, 19073486328125, 95367431640625,
	}[k]
}
