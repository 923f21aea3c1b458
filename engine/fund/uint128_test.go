package fund

import (
	"math"
	"math/big"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// words draws words with many bits alike, where carries and wrong guesses of quotients hide.
func words(t *rapid.T, label string) uint128 {
	word := rapid.OneOf(rapid.Uint64(), rapid.SampledFrom([]uint64{0, 1, 1 << 63, 1<<63 - 1, 1<<64 - 1, 1<<64 - 2, 1e19}))
	return uint128{word.Draw(t, label+".hi"), word.Draw(t, label+".lo")}
}

func (u uint128) int() *big.Int {
	hi := new(big.Int).SetUint64(u.hi)
	return hi.Lsh(hi, 64).Or(hi, new(big.Int).SetUint64(u.lo))
}

func TestUint128EqualsBigInt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u, v := words(t, "u"), words(t, "v")
		x, y := u.int(), v.int()
		if u.cmp(v) != x.Cmp(y) {
			t.Fatalf("cmp(%v, %v) = %d", x, y, u.cmp(v))
		}
		fits := func(what string, got uint128, ok bool, want *big.Int) {
			if ok != (want.BitLen() <= 128) || ok && got.int().Cmp(want) != 0 {
				t.Fatalf("%s: got %v, %t, want %v", what, got.int(), ok, want)
			}
		}
		sum, ok := u.add(v)
		fits("add", sum, ok, new(big.Int).Add(x, y))
		product, ok := u.mul(v)
		fits("mul", product, ok, new(big.Int).Mul(x, y))
		if u.cmp(v) >= 0 {
			fits("sub", u.sub(v), true, new(big.Int).Sub(x, y))
		}
		if v.isZero() {
			return
		}
		q, r := u.quoRem(v)
		quo, rem := new(big.Int).QuoRem(x, y, new(big.Int))
		fits("quo", q, true, quo)
		fits("rem", r, true, rem)
		if got := string(u.appendTo(nil)); got != x.String() {
			t.Fatalf("%v is written %s", x, got)
		}
	})
}

func TestPow10(t *testing.T) {
	want := big.NewInt(1)
	for k := range uint8(maxPow10 + 1) {
		if got := pow10(k).int(); got.Cmp(want) != 0 {
			t.Errorf("10^%d = %v", k, got)
		}
		want.Mul(want, big.NewInt(10))
	}
}

// TestWords: the text of words of every length is that of the general code, the dumb twin.
func TestWords(t *testing.T) {
	same := func(u uint64) {
		digits := strconv.AppendUint(nil, u, 10)
		for _, scale := range []int{0, 1, 2, 7, 8, 12, 20, 38} {
			if got, want := string(appendWord(nil, u, scale)), string(appendPlain(nil, digits, scale)); got != want {
				t.Fatalf("%d × 10^−%d is written as %s, want %s", u, scale, got, want)
			}
		}
	}
	for u := range uint64(1e5) {
		same(u)
		same(u * 1e8)
		same(99_999_999 - u)
		same(math.MaxUint64 - u*167772130001)
	}
	for k := range uint8(20) {
		ten := pow10Word(k)
		same(ten - 1)
		same(ten)
		same(ten + 1)
		same(7 * ten)
	}
}
