package impact_test

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
	"pgregory.net/rapid"
)

// listed is an instrument with a bar of the same volume every hour, at a price that goes up and down by a hundredth.
type listed struct {
	pair          string // "ETH/BTC"
	price, volume float64
	venue         string
}

// desk is a footprint with what it stands on.
type desk struct {
	u *fund.Universe
	h fund.History
	f *impact.Footprint
}

// open makes the universe of a list, in whatever order it comes, with USDT as cash. A venue without a name is "venue".
func open(t testing.TB, m impact.Model, list ...listed) *desk {
	u := &fund.Universe{Accounts: []string{"venue", "zone"}}
	list = slices.SortedFunc(slices.Values(list), func(a, b listed) int {
		return cmp.Or(cmp.Compare(a.venue, b.venue), cmp.Compare(a.pair, b.pair))
	})
	for _, l := range append(list, listed{pair: "USDT/USDT"}) {
		for _, name := range strings.Split(l.pair, "/") {
			if at, there := u.Asset(name); !there {
				u.Assets = slices.Insert(u.Assets, int(at), fund.Asset{Name: name, Decimals: 8})
			}
		}
	}
	u.Base, _ = u.Asset("USDT")
	p := &fund.Panel{N: len(list), Interval: time.Hour}
	for _, l := range list {
		base, quote, _ := strings.Cut(l.pair, "/")
		in := fund.Instrument{Name: l.pair}
		if l.venue == "zone" {
			in.Venue = 1
		}
		in.Base, _ = u.Asset(base)
		in.Quote, _ = u.Asset(quote)
		u.Instruments = append(u.Instruments, in)
	}
	if err := u.Check(); err != nil {
		t.Fatal(err)
	}
	const rows = 48
	for r := range rows {
		p.Times = append(p.Times, fund.Time(r)*fund.Time(time.Hour))
		for _, l := range list {
			p.Open, p.Volume = append(p.Open, l.price), append(p.Volume, l.volume)
			p.Close = append(p.Close, l.price*(1+0.01*float64(r%2)))
		}
	}
	models := slices.Repeat([]impact.Model{m}, len(list))
	return &desk{u, fund.HistoryOf(p, rows), impact.NewFootprint(u, models, fund.Day)}
}

func (d *desk) id(pair string) fund.InstrumentID {
	i, ok := d.u.Instrument("venue:" + pair)
	if !ok {
		panic(pair)
	}
	return i
}

const now = fund.Time(48 * time.Hour)

func (d *desk) trade(pair string, side fund.Side, q float64) {
	d.f.Traded(d.h, d.id(pair), side, q, now)
}

// meets returns what a trade of next to nothing pays.
func (d *desk) meets(pair string, side fund.Side) float64 {
	in := d.f.Inputs(d.h, d.id(pair))
	return d.f.Cost(d.h, d.id(pair), side, 1e-60*in.ADV, now).Total()
}

func three() []listed {
	return []listed{{"BTC/USDT", 20_000, 300, ""}, {"ETH/USDT", 1500, 1000, ""}, {"ETH/BTC", 0.075, 100, ""}}
}

var root = impact.SquareRoot{Y: 1}

// BTC trades 6 million an hour against cash and ETH 1.5 million, so that of what moves ETH/BTC four fifths are ETH's and a
// fifth is BTC's, the other way.
func TestACrossMovesBothItsAssets(t *testing.T) {
	for _, side := range []fund.Side{fund.Buy, fund.Sell} {
		d := open(t, root, three()...)
		d.trade("ETH/BTC", side, 500)
		full := d.meets("ETH/BTC", side)
		for _, c := range []struct {
			pair string
			side fund.Side
			want float64
		}{
			{"ETH/USDT", side, 0.8 * full}, {"ETH/USDT", -side, 0},
			{"BTC/USDT", -side, 0.2 * full}, {"BTC/USDT", side, 0},
			{"ETH/BTC", -side, 0},
		} {
			if got := d.meets(c.pair, c.side); math.Abs(got-c.want) > 1e-12*full {
				t.Errorf("after a %s of ETH/BTC a %s of %s meets %g, want %g", side, c.side, c.pair, got, c.want)
			}
		}
	}
}

// What is against cash is all the asset's: who buys ETH lifts ETH/BTC as much, who buys BTC presses it, and neither the
// other coin nor cash has moved.
func TestCashNeverMoves(t *testing.T) {
	for _, c := range []struct {
		traded, still string
		follows       fund.Side // of ETH/BTC, when the traded is bought
	}{{"ETH/USDT", "BTC/USDT", fund.Buy}, {"BTC/USDT", "ETH/USDT", fund.Sell}} {
		d := open(t, root, three()...)
		d.trade(c.traded, fund.Buy, 200)
		full := d.meets(c.traded, fund.Buy)
		if got := d.meets("ETH/BTC", c.follows); math.Abs(got-full) > 1e-12*full {
			t.Errorf("%s bought: ETH/BTC meets %g, want %g", c.traded, got, full)
		}
		if d.meets("ETH/BTC", -c.follows) > 1e-14 || d.meets(c.still, fund.Buy) > 1e-14 || d.meets(c.still, fund.Sell) > 1e-14 {
			t.Errorf("%s bought: something else has moved", c.traded)
		}
	}
}

// What neighbours left is permanent, on top of the instrument's own, and fades as theirs does.
func TestWhatNeighboursLeftIsPermanentAndFades(t *testing.T) {
	d := open(t, impact.SquareRoot{Y: 1, HalfLife: time.Hour}, three()...)
	alone := d.f.Cost(d.h, d.id("ETH/USDT"), fund.Buy, 50, now)
	d.trade("ETH/BTC", fund.Buy, 500)
	met := d.meets("ETH/USDT", fund.Buy)
	got := d.f.Cost(d.h, d.id("ETH/USDT"), fund.Buy, 50, now)
	if got.Temporary != alone.Temporary || !near(got.Permanent, met, 1e-12) {
		t.Errorf("alone %+v, after the cross %+v, of which %g was met", alone, got, met)
	}
	if later := d.f.Cost(d.h, d.id("ETH/USDT"), fund.Buy, 50, now.Add(2*time.Hour)); !near(later.Permanent, met/2, 1e-12) {
		t.Errorf("after two half-lives of the quantity %g is met, want %g", later.Permanent, met/2)
	}
}

// In a universe without crosses nobody has neighbours, nor across venues.
func TestNoCrossesNoNeighbours(t *testing.T) {
	far := listed{"BTC/USDT", 20_000, 300, "zone"}
	for _, list := range [][]listed{three()[:2], {three()[0], three()[1], far}, {far, three()[2]}} {
		d := open(t, root, list...)
		d.f.Traded(d.h, fund.InstrumentID(len(list)-1), fund.Buy, 1000, now)
		for i := range len(list) - 1 {
			for _, side := range []fund.Side{fund.Buy, fund.Sell} {
				if got := d.f.Cost(d.h, fund.InstrumentID(i), side, 1e-30, now).Permanent; got != 0 {
					t.Errorf("%v: a %s of %s meets %g", list, side, d.u.InstrumentKey(fund.InstrumentID(i)), got)
				}
			}
		}
	}
}

// drawList draws coins against cash and crosses between them.
func drawList(t *rapid.T) []listed {
	prices := map[string]float64{}
	var list []listed
	for _, coin := range []string{"AAA", "BBB", "CCC", "DDD"} {
		prices[coin] = math.Pow(10, rapid.Float64Range(-3, 4).Draw(t, "log price"))
		turnover := math.Pow(10, rapid.Float64Range(3, 8).Draw(t, "log turnover"))
		list = append(list, listed{coin + "/USDT", prices[coin], turnover / prices[coin], ""})
	}
	for _, pair := range []string{"AAA/BBB", "CCC/AAA", "BBB/CCC", "DDD/AAA"} {
		if rapid.Bool().Draw(t, pair) {
			base, quote, _ := strings.Cut(pair, "/")
			turnover := math.Pow(10, rapid.Float64Range(2, 7).Draw(t, "log turnover"))
			list = append(list, listed{pair, prices[base] / prices[quote], turnover / prices[base], ""})
		}
	}
	return list
}

// What a cross does to its two assets sums to what was done to it, inversely to what they trade.
func TestSharesSumToOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := drawList(t)
		for _, l := range list[4:] {
			d := open(&testing.T{}, root, list...)
			side := sides().Draw(t, "side")
			d.trade(l.pair, side, l.volume*rapid.Float64Range(0.1, 10).Draw(t, "hours of volume"))
			base, quote, _ := strings.Cut(l.pair, "/")
			full, lifted, pressed := d.meets(l.pair, side), d.meets(base+"/USDT", side), d.meets(quote+"/USDT", -side)
			if !near(lifted+pressed, full, 1e-12) {
				t.Fatalf("%s: %g and %g of %g", l.pair, lifted, pressed, full)
			}
			of := func(pair string) float64 { return d.f.Inputs(d.h, d.id(pair)).ADV * priceOf(list, pair) }
			if x, y := lifted*of(base+"/USDT"), pressed*of(quote+"/USDT"); !near(x, y, 1e-12) {
				t.Fatalf("%s: base and quote move by %g and %g, which is not inverse to their volumes", l.pair, lifted, pressed)
			}
		}
	})
}

func priceOf(list []listed, pair string) float64 {
	return list[slices.IndexFunc(list, func(l listed) bool { return l.pair == pair })].price
}

// Names decide in which order instruments stand, and nothing else: with other names for the same coins, and with a cross
// written the other way round, everybody meets the same.
func TestNamesAndDirectionChangeNothing(t *testing.T) {
	rename := strings.NewReplacer("AAA", "XXX", "BBB", "AAB", "CCC", "MMM", "DDD", "CAA")
	rapid.Check(t, func(t *rapid.T) {
		list := drawList(t)
		other := slices.Clone(list)
		for k := range other {
			other[k].pair = rename.Replace(other[k].pair)
		}
		slices.Reverse(other)
		a, b := open(&testing.T{}, root, list...), open(&testing.T{}, root, other...)
		for range rapid.IntRange(1, 6).Draw(t, "trades") {
			l, side := rapid.SampledFrom(list).Draw(t, "traded"), sides().Draw(t, "side")
			q := l.volume * rapid.Float64Range(0.1, 10).Draw(t, "hours of volume")
			a.trade(l.pair, side, q)
			b.trade(rename.Replace(l.pair), side, q)
		}
		for _, l := range list {
			for _, side := range []fund.Side{fund.Buy, fund.Sell} {
				if x, y := a.meets(l.pair, side), b.meets(rename.Replace(l.pair), side); !near(x, y, 1e-12) {
					t.Fatalf("a %s of %s meets %g, by other names %g", side, l.pair, x, y)
				}
			}
		}
	})
}

// ETH/BTC bought and BTC/ETH sold, the same value of the same volume, do the same to everything else.
func TestACrossHasNoDirection(t *testing.T) {
	straight, turned := three(), three()
	turned[2] = listed{"BTC/ETH", 1 / 0.075, 100 * 0.075, ""}
	a, b := open(t, root, straight...), open(t, root, turned...)
	a.trade("ETH/BTC", fund.Buy, 500)
	b.trade("BTC/ETH", fund.Sell, 500*0.075)
	for _, pair := range []string{"ETH/USDT", "BTC/USDT"} {
		for _, side := range []fund.Side{fund.Buy, fund.Sell} {
			// the sigma of 1/x differs from that of x by a hundredth of it in these rows
			if x, y := a.meets(pair, side), b.meets(pair, side); math.Abs(x-y) > 0.02*x {
				t.Errorf("a %s of %s meets %g, with the cross turned %g", side, pair, x, y)
			}
		}
	}
}

// Asked again after something changed, the answer is new.
func TestTheNewestAnswerIsNotTakenForAnother(t *testing.T) {
	d := open(t, root, three()...)
	before := d.meets("ETH/USDT", fund.Buy)
	d.trade("ETH/BTC", fund.Buy, 500)
	once := d.meets("ETH/USDT", fund.Buy)
	d.trade("ETH/BTC", fund.Buy, 1500)
	twice := d.meets("ETH/USDT", fund.Buy)
	if before > 1e-14 || once <= before || !near(twice, 2*once, 1e-12) {
		t.Errorf("%g, %g, %g", before, once, twice)
	}
}

// Trades that are only tried out pay what real ones would, and leave nothing.
func TestAWalkLeavesNothing(t *testing.T) {
	d := open(t, impact.SquareRoot{Y: 1, HalfLife: time.Hour}, three()...)
	d.trade("ETH/BTC", fund.Buy, 500)
	d.trade("ETH/USDT", fund.Buy, 100)
	id := d.id("ETH/USDT")
	before := d.f.Cost(d.h, id, fund.Buy, 50, now)
	walk := d.f.Walk(d.h, id, fund.Buy, now)
	first, second := walk.Fill(50, now), walk.Fill(50, now)
	if first != before || d.f.Cost(d.h, id, fund.Buy, 50, now) != before {
		t.Errorf("tried %+v, before it %+v, after it %+v", first, before, d.f.Cost(d.h, id, fund.Buy, 50, now))
	}
	d.trade("ETH/USDT", fund.Buy, 50)
	if real := d.f.Cost(d.h, id, fund.Buy, 50, now); !near(second.Total(), real.Total(), 1e-15) {
		t.Errorf("the second try pays %+v, a real one %+v", second, real)
	}
}
