package fund

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// uint128 is an unsigned integer of two words. Its arithmetic reports overflow instead of wrapping.
type uint128 struct{ hi, lo uint64 }

// maxPow10 is the largest power of ten that fits a uint128.
const maxPow10 = 38

// pow10 returns 10^k for k ≤ maxPow10.
func pow10(k uint8) uint128 {
	if k < 20 {
		return uint128{0, pow10Word(k)}
	}
	hi, lo := bits.Mul64(1e19, pow10Word(k-19))
	return uint128{hi, lo}
}

// pow10Word returns 10^k for k < 20. The literal is read-only data: indexing it copies nothing.
func pow10Word(k uint8) uint64 {
	return [...]uint64{
		1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9,
		1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
	}[k]
}

func (u uint128) isZero() bool { return u.hi|u.lo == 0 }

// cmp returns −1, 0 or 1.
func (u uint128) cmp(v uint128) int {
	switch {
	case u == v:
		return 0
	case u.hi < v.hi || u.hi == v.hi && u.lo < v.lo:
		return -1
	}
	return 1
}

// add returns u+v, and whether it fits.
func (u uint128) add(v uint128) (uint128, bool) {
	lo, carry := bits.Add64(u.lo, v.lo, 0)
	hi, carry := bits.Add64(u.hi, v.hi, carry)
	return uint128{hi, lo}, carry == 0
}

// sub returns u−v, modulo 2^128.
func (u uint128) sub(v uint128) uint128 {
	lo, borrow := bits.Sub64(u.lo, v.lo, 0)
	return uint128{u.hi - v.hi - borrow, lo}
}

// mul returns u×v, and whether it fits.
func (u uint128) mul(v uint128) (uint128, bool) {
	hi, lo := bits.Mul64(u.lo, v.lo)
	if u.hi|v.hi == 0 {
		return uint128{hi, lo}, true
	}
	if u.hi != 0 && v.hi != 0 {
		return uint128{}, false
	}
	// One of the two words is 0, and with it the cross product of the other two.
	over, cross := bits.Mul64(u.hi|v.hi, u.crossWord(v))
	hi, carry := bits.Add64(hi, cross, 0)
	return uint128{hi, lo}, over|carry == 0
}

// crossWord returns the low word that meets the only high word in u×v.
func (u uint128) crossWord(v uint128) uint64 {
	if u.hi != 0 {
		return v.lo
	}
	return u.lo
}

// quoRem returns u/v cut toward zero, and the remainder. v must not be 0.
func (u uint128) quoRem(v uint128) (q, r uint128) {
	if u.hi|v.hi == 0 {
		return uint128{0, u.lo / v.lo}, uint128{0, u.lo % v.lo}
	}
	if v.hi == 0 {
		q.hi = u.hi / v.lo
		q.lo, r.lo = bits.Div64(u.hi%v.lo, u.lo, v.lo)
		return q, r
	}
	n := uint(bits.LeadingZeros64(v.hi))
	top := u.hi >> 1 >> (63 - n)
	word, rest := divWord(top, u.shl(n), v.shl(n))
	return uint128{0, word}, uint128{rest.hi >> n, rest.lo>>n | rest.hi<<1<<(63-n)}
}

// shl returns u shifted left by n < 128 bits; what leaves on the left is lost.
func (u uint128) shl(n uint) uint128 {
	if n >= 64 {
		return uint128{u.lo << (n - 64), 0}
	}
	return uint128{u.hi<<n | u.lo>>1>>(63-n), u.lo << n}
}

// divWord divides the three words (top, low) by v. v's highest bit must be set and top be less than v.hi, so that
// the quotient is one word.
func divWord(top uint64, low, v uint128) (q uint64, r uint128) {
	// Dividing by v's upper word alone gives a quotient that is at most two too large.
	q, rest := bits.Div64(top, low.hi, v.hi)
	r = uint128{rest, low.lo}
	hi, lo := bits.Mul64(q, v.lo)
	product := uint128{hi, lo}
	for carry := uint64(0); carry == 0 && product.cmp(r) > 0; {
		q--
		product = product.sub(uint128{0, v.lo})
		r.hi, carry = bits.Add64(r.hi, v.hi, 0)
	}
	return q, r.sub(product) // modulo 2^128, which takes back a carry
}

// appendTo appends u in decimal.
func (u uint128) appendTo(b []byte) []byte {
	if u.hi == 0 {
		return appendWord(b, u.lo, 0)
	}
	q, r := u.quoRem(uint128{0, 1e16})
	b = binary.LittleEndian.AppendUint64(q.appendTo(b), eightDigits(r.lo/1e8))
	return binary.LittleEndian.AppendUint64(b, eightDigits(r.lo%1e8))
}

// appendWord appends u × 10^−scale in plain notation without trailing zeros after the point, scale from 0 to maxPow10. It is
// appendPlain of u's digits in a fraction of the time: journals are made of such numbers.
func appendWord(b []byte, u uint64, scale int) []byte {
	const room = 48 // a digit, a point, and 38 more, written eight at a time
	b = slices.Grow(b, room)
	to, from := b[len(b):len(b)+room], len(b)
	whole, part := u, uint64(0)
	switch {
	case scale >= 20:
		whole, part = 0, u
	case scale > 0:
		unit := pow10Word(uint8(scale))
		whole, part = u/unit, u%unit
	}
	n := putDigits(to, whole)
	if part > 0 {
		to[n] = '.'
		n++
		putPlaces(to[n:], part, scale)
		for n += scale; to[n-1] == '0'; {
			n--
		}
	}
	return b[:from+n]
}

// AppendUint appends u in decimal.
func AppendUint(b []byte, u uint64) []byte { return appendWord(b, u, 0) }

// putDigits writes u and returns how many digits it has. Like putPlaces it may write up to seven bytes more.
func putDigits(to []byte, u uint64) int {
	if u < 10 { // as of weights and most costs: what follows need not wait for the length
		to[0] = byte('0' + u)
		return 1
	}
	if u >= 1e8 {
		n := putDigits(to, u/1e8)
		binary.LittleEndian.PutUint64(to[n:], eightDigits(u%1e8))
		return n + 8
	}
	digits := eightDigits(u)
	none := bits.TrailingZeros64(digits^zeros) / 8
	binary.LittleEndian.PutUint64(to, digits>>(8*none))
	return 8 - none
}

// putPlaces writes u with leading zeros to so many places.
func putPlaces(to []byte, u uint64, places int) {
	if places > 8 {
		putPlaces(to, u/1e8, places-8)
		binary.LittleEndian.PutUint64(to[places-8:], eightDigits(u%1e8))
		return
	}
	binary.LittleEndian.PutUint64(to, eightDigits(u)>>(8*(8-places)))
}

// zeros is the text of eight digits 0.
const zeros = 0x3030303030303030

// eightDigits returns the text of u < 10^8 with leading zeros, the first digit in the lowest byte: halves, then quarters,
// then eighths of the word are divided side by side.
func eightDigits(u uint64) uint64 {
	w := u/1e4 | u%1e4<<32
	tens := w * 10486 >> 20 & 0x7f0000007f // /100
	w = tens | (w-100*tens)<<16
	tens = w * 103 >> 10 & 0x000f000f000f000f // /10
	return zeros | tens | (w-10*tens)<<8
}
