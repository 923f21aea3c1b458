package market_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/sim/market"
)

var day0 = fund.TimeOf(time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC))

// demo is the market of the documentation.
func demo() market.Config {
	return market.Config{Assets: 12, Days: 1095, Interval: time.Hour, Start: day0, Seed: 7}
}

func makePanel(t testing.TB, c market.Config) *fund.Panel {
	t.Helper()
	m, err := market.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return m.Panel()
}

func columns(p *fund.Panel) [][]float64 {
	return [][]float64{p.Open, p.High, p.Low, p.Close, p.Volume, p.Bid, p.Ask}
}

// TestSameBitsOnEveryBuild holds at every GOAMD64 and on arm64. A change of it changes every recorded demo.
func TestSameBitsOnEveryBuild(t *testing.T) {
	const want = "45f901be5521bfeeea5f9d748b9b08f4c39d6891e099a378625524fc11495dc5"
	hash := sha256.New()
	for _, c := range columns(makePanel(t, demo())) {
		for _, v := range c {
			if v != v {
				v = math.NaN()
			}
			binary.Write(hash, binary.LittleEndian, v)
		}
	}
	if got := hex.EncodeToString(hash.Sum(nil)); got != want {
		t.Errorf("the panel of seed 7 has SHA-256 %s, want %s", got, want)
	}
}

// anyConfig draws small markets of all kinds.
func anyConfig(t *rapid.T) market.Config {
	intervals := []time.Duration{15 * time.Minute, time.Hour, 4 * time.Hour, 24 * time.Hour}
	c := market.Config{
		Assets:   rapid.IntRange(2, 20).Draw(t, "assets"),
		Interval: rapid.SampledFrom(intervals).Draw(t, "interval"),
		Start:    day0.Add(time.Duration(rapid.IntRange(-5000, 5000).Draw(t, "start")) * fund.Day),
		Seed:     rapid.Uint64().Draw(t, "seed"),
	}
	// As many rows of short bars as of long ones, and often past the de-peg and the collapse.
	c.Days = 1 + rapid.IntRange(0, 20).Draw(t, "days")*int(c.Interval/(15*time.Minute))/2
	return c
}

func TestBarsAreSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyConfig(t)
		m, err := market.New(c)
		if err != nil {
			t.Fatal(err)
		}
		p := m.Panel()
		if p.Rows() != m.Rows() || p.N != c.Assets || p.Interval != c.Interval || p.Times[0] != c.Start {
			t.Fatalf("%d rows of %d from %v every %v", p.Rows(), p.N, p.Times[0], p.Interval)
		}
		for k := range p.Close {
			if fault := unsound(p, k); fault != "" {
				t.Fatalf("%s, row %d: %s", m.Instruments()[k%p.N], k/p.N, fault)
			}
		}
	})
}

// unsound returns what is wrong with the bar at k of every column.
func unsound(p *fund.Panel, k int) string {
	open, high, low, last, volume, bid, ask := p.Open[k], p.High[k], p.Low[k], p.Close[k], p.Volume[k], p.Bid[k], p.Ask[k]
	switch {
	case math.IsNaN(last):
		for _, c := range columns(p) {
			if !math.IsNaN(c[k]) {
				return "half a bar"
			}
		}
	case !(low > 0 && low <= min(open, last) && max(open, last) <= high && !math.IsInf(high, 0)):
		return "open, high, low and close contradict each other"
	case !(volume > 0 && !math.IsInf(volume, 0)):
		return "no volume"
	case !(bid > 0 && bid < open && open < ask && ask < 1.1*bid):
		return "bid and ask are not around the open"
	case k >= p.N && math.Abs(open/p.Close[k-p.N]-1) > 0.01:
		return "the open is far from the close before"
	case !short(open) || !short(high) || !short(low) || !short(last) || !short(volume):
		return "more than eight digits"
	}
	return ""
}

// short reports whether x has at most eight significant digits, or is whole.
func short(x float64) bool {
	digits := math.Pow(10, 7-math.Floor(math.Log10(x)))
	return x == math.Trunc(x) || math.Abs(x*digits-math.Round(x*digits)) < 1e-4
}

// Nothing that is there changes when more coins or more days are made, or when rows come in several turns.
func TestMoreChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyConfig(t)
		more := c
		more.Assets += rapid.IntRange(0, 5).Draw(t, "more assets")
		more.Days += rapid.IntRange(0, 5).Draw(t, "more days")
		small, err := market.New(c)
		if err != nil {
			t.Fatal(err)
		}
		large, err := market.New(more)
		if err != nil {
			t.Fatal(err)
		}
		p, q := &fund.Panel{}, large.Panel()
		for small.Append(p, rapid.IntRange(1, 100).Draw(t, "rows")) > 0 {
		}
		for n, c := range columns(p) {
			for k, v := range c {
				other := columns(q)[n][k/p.N*q.N+k%p.N]
				if v != other && !(v != v && other != other) {
					t.Fatalf("column %d, row %d, coin %d: %v became %v", n, k/p.N, k%p.N, v, other)
				}
			}
		}
	})
}

func TestSeedsDiffer(t *testing.T) {
	c := demo()
	c.Days = 2
	p := makePanel(t, c)
	if again := makePanel(t, c); !cmp.Equal(p, again, cmpopts.EquateNaNs()) {
		t.Error("the same seed gives two markets")
	}
	c.Seed++
	for i, v := range makePanel(t, c).Close[:c.Assets] {
		if v == p.Close[i] {
			t.Errorf("the first close of coin %d is %v with both seeds", i, v)
		}
	}
}

// A minute's market needs the memory of its panel and hardly more.
func TestMemory(t *testing.T) {
	c := market.Config{Assets: 6, Days: 30, Interval: time.Minute, Start: day0, Seed: 1}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	p := makePanel(t, c)
	runtime.ReadMemStats(&after)
	panel := uint64(p.Rows() * (7*p.N + 1) * 8)
	if got := after.TotalAlloc - before.TotalAlloc; got > panel+panel/20 {
		t.Errorf("%d bytes for a panel of %d", got, panel)
	}
}

func TestTickers(t *testing.T) {
	m, err := market.New(market.Config{Assets: 100, Days: 1, Interval: 24 * time.Hour, Start: day0})
	if err != nil {
		t.Fatal(err)
	}
	names := m.Instruments()
	want := "ARBAN/USDT BELIX/USDT USDPEG/USDT ICARA/USDT ELNEX/USDT FIPAL/USDT GORIS/USDT HITUM/USDT JUVAR/USDT KOZOR/USDT ARLIX/USDT BEDUN/USDT"
	if got := strings.Join(names[:12], " "); got != want {
		t.Errorf("got %s", got)
	}
	slices.Sort(names)
	if len(slices.Compact(names)) != 100 {
		t.Error("two coins have one name")
	}
}

func TestConfigsThatCannotBe(t *testing.T) {
	for says, change := range map[string]func(*market.Config){
		"1 assets":               func(c *market.Config) { c.Assets = 1 },
		"101 assets":             func(c *market.Config) { c.Assets = 101 },
		"0 days":                 func(c *market.Config) { c.Days = 0 },
		"7301 days":              func(c *market.Config) { c.Days = 7301 },
		"interval 1s":            func(c *market.Config) { c.Interval = time.Second },
		"interval 7m0s":          func(c *market.Config) { c.Interval = 7 * time.Minute },
		"interval 48h0m0s":       func(c *market.Config) { c.Interval = 48 * time.Hour },
		"begins at 00:00 UTC":    func(c *market.Config) { c.Start++ },
		"more than 100000000 ba": func(c *market.Config) { c.Assets, c.Days, c.Interval = 100, 7300, time.Minute },
	} {
		c := demo()
		change(&c)
		if _, err := market.New(c); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("want %q, got %v", says, err)
		}
	}
}

func BenchmarkPanel(b *testing.B) {
	for b.Loop() {
		makePanel(b, demo())
	}
}
