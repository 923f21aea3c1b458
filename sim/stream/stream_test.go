package stream

import (
	"fmt"
	"math"
	"testing"
)

// The first numbers of SplitMix64 as its authors' code gives them, for seeds 0 and 1234567.
func TestPublishedNumbers(t *testing.T) {
	for seed, want := range map[uint64][]uint64{
		0:       {0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F},
		1234567: {6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821},
	} {
		s := Stream{seed}
		for k, w := range want {
			if got := s.Uint64(); got != w {
				t.Errorf("seed %d, number %d: %d, want %d", seed, k, got, w)
			}
		}
	}
}

// Streams by name and seed are the same every time, and no two of many are the same or the same a few numbers later.
func TestStreamsAreTheirOwn(t *testing.T) {
	seen := map[uint64]string{}
	for seed := range uint64(300) {
		for _, name := range []string{"", "walk", "latency/binance", "latency/kraken", "reject/binance"} {
			s, again := New(seed, name), New(seed, name)
			for range 20 {
				x := s.Uint64()
				if x != again.Uint64() {
					t.Fatalf("%q of seed %d differs from itself", name, seed)
				}
				who := fmt.Sprintf("%q of seed %d", name, seed)
				if other, ok := seen[x]; ok {
					t.Fatalf("%s and %s share a number", who, other)
				}
				seen[x] = who
			}
		}
	}
}

func TestUniform(t *testing.T) {
	const n, bins = 100_000, 20
	var count [bins]float64
	s := New(1, "uniform")
	for range n {
		x := s.Float64()
		if x < 0 || x >= 1 {
			t.Fatal(x)
		}
		count[int(x*bins)]++
	}
	for b, c := range count {
		if expected := float64(n) / bins; math.Abs(c-expected) > 5*math.Sqrt(expected) {
			t.Errorf("%g numbers in bin %d, about %g are due", c, b, expected)
		}
	}
}
