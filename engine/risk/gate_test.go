package risk_test

import (
	"math"
	"strings"
	"testing"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/risk"
	"pgregory.net/rapid"
)

const (
	btc fund.AssetID = iota
	eth
	usdt
)

// state is a fund of this NAV with nothing but cash, in which BTC costs 100 and ETH 10; ETH/BTC trades as well.
func state(nav float64) risk.State {
	u := &fund.Universe{Assets: []fund.Asset{{Name: "BTC"}, {Name: "ETH"}, {Name: "USDT"}}, Accounts: []string{"binance"}, Base: usdt}
	lot := fund.MustAmount("0.01")
	u.Instruments = []fund.Instrument{
		{Name: "BTC/USDT", Base: btc, Quote: usdt, Lot: lot},
		{Name: "ETH/BTC", Base: eth, Quote: btc, Lot: lot},
		{Name: "ETH/USDT", Base: eth, Quote: usdt, Lot: lot},
	}
	v := &fund.View{Universe: u, NAV: nav, Price: []float64{100, 10, 1}, Value: []float64{0, 0, nav}}
	return risk.State{View: v, InFlight: make([]float64, 3)}
}

func order(instrument fund.InstrumentID, side fund.Side, quantity string) fund.Order {
	return fund.Order{ID: 1, Instrument: instrument, Side: side, Quantity: fund.MustAmount(quantity)}
}

func TestCheckPlan(t *testing.T) {
	plan := &fund.Plan{Trades: []fund.Trade{{Notional: 600}, {Notional: 400}}}
	for most, refused := range map[float64]bool{0: false, 1000: false, 999.99: true, 1000.01: false} {
		l := risk.Limits{MaxPlan: most}
		got := l.CheckPlan(plan)
		if (got != nil) != refused {
			t.Errorf("turnover 1000, limit %g: %v", most, got)
		}
		if got != nil && (got.Rule != "max-plan" || got.Why != "turnover 1000.00 > 999.99") {
			t.Errorf("limit %g: %+v", most, got)
		}
	}
}

// A limit of 40 % of 10000 leaves room for 40 BTC at 100, less what is held and what is on its way.
func TestMaxWeight(t *testing.T) {
	for _, c := range []struct {
		name           string
		held, inFlight float64
		side           fund.Side
		wish, want     string // want "": refused
	}{
		{"within", 0, 0, fund.Buy, "39.99", "39.99"},
		{"just", 0, 0, fund.Buy, "40", "40"},
		{"over", 0, 0, fund.Buy, "40.01", "40"},
		{"held", 1500, 0, fund.Buy, "40", "25"},
		{"on its way", 1500, 1000, fund.Buy, "40", "15"},
		{"down to the lot", 1500, 1000.5, fund.Buy, "40", "14.99"},
		{"full", 3000, 1000, fund.Buy, "0.01", ""},
		{"less than a lot left", 3999.5, 0, fund.Buy, "1", ""},
		{"over already", 9000, 0, fund.Buy, "1", ""},
		{"sales are free", 9000, 5000, fund.Sell, "90", "90"},
	} {
		s := state(10_000)
		s.View.Value[btc], s.InFlight[btc] = c.held, c.inFlight
		l := risk.Limits{MaxWeight: []float64{0.4, 0, 0}}
		a, cut := l.Approve(order(0, c.side, c.wish), 100, s)
		if c.want == "" && a != (risk.Approved{}) {
			t.Errorf("%s: approved %+v", c.name, a.Order())
		}
		if c.want != "" && (a.Order().Quantity.String() != c.want || a.Order().ID != 1) {
			t.Errorf("%s: %+v, want %s", c.name, a.Order(), c.want)
		}
		if (cut != nil) != (c.want != c.wish) || cut != nil && cut.Rule != "max-weight" {
			t.Errorf("%s: %+v", c.name, cut)
		}
	}
}

func TestMaxWeightSaysWhy(t *testing.T) {
	s := state(10_000)
	s.View.Value[btc], s.InFlight[btc] = 1500, 1000
	_, cut := (&risk.Limits{MaxWeight: []float64{0.4, 0, 0}}).Approve(order(0, fund.Buy, "40"), 100, s)
	if cut == nil || cut.Why != "BTC would reach 65.00 % > 40.00 %" {
		t.Errorf("%+v", cut)
	}
}

// A price in another asset than the base currency is worth what that asset is: ETH/BTC at 0.1 BTC of 100.
func TestMaxWeightAcrossAPair(t *testing.T) {
	l := risk.Limits{MaxWeight: []float64{0, 0.05, 0}}
	a, cut := l.Approve(order(1, fund.Buy, "60"), 0.1, state(10_000))
	if got := a.Order().Quantity.String(); got != "50" || cut == nil {
		t.Errorf("%s, %v", got, cut)
	}
	if a, cut := (&risk.Limits{MaxWeight: []float64{0.01, 0, 0}}).Approve(order(1, fund.Buy, "60"), 0.1, state(10_000)); cut != nil || a.Order().ID == 0 {
		t.Errorf("a limit on BTC says nothing of a purchase of ETH: %v", cut)
	}
}

// An asset on the block-list is not traded, whichever leg it is and whatever the side.
func TestBlocked(t *testing.T) {
	for i, pair := range []string{"BTC/USDT", "ETH/BTC", "ETH/USDT"} {
		for a, name := range []string{"BTC", "ETH", "USDT"} {
			for _, side := range []fund.Side{fund.Buy, fund.Sell} {
				l := risk.Limits{Blocked: make([]bool, 3)}
				l.Blocked[a] = true
				got, why := l.Approve(order(fund.InstrumentID(i), side, "1"), 1, state(10_000))
				blocked := strings.Contains(pair, name)
				if blocked != (why != nil) || blocked != (got == risk.Approved{}) {
					t.Errorf("%s of %s with %s blocked: %+v, %v", side, pair, name, got.Order(), why)
				}
				if blocked && *why != (risk.Refusal{Rule: "block", Why: name + " is blocked"}) {
					t.Errorf("%+v", why)
				}
			}
		}
	}
}

func TestSplitByHand(t *testing.T) {
	in := &fund.Instrument{Lot: fund.MustAmount("0.01")}
	for _, c := range []struct {
		quantity string
		price    float64
		want     string
	}{
		{"10", 100, "10"},
		{"10.01", 100, "5 5.01"}, // 1001
		{"20", 100, "10 10"},     // exactly two
		{"30", 100, "10 10 10"},
		{"10", 300, "2.5 2.5 2.5 2.5"}, // 3.33 at most
		{"10", 299, "3.33 3.33 3.34"},  // 3.34 at most
		{"0.07", 33_000, "0.02 0.02 0.03"},
		{"1", 100_001, ""}, // a lot is 1000.01
	} {
		l := risk.Limits{MaxOrder: 1000}
		var got []string
		for _, part := range l.Split(fund.MustAmount(c.quantity), in, c.price) {
			got = append(got, part.String())
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s at %g: %v, want %s", c.quantity, c.price, got, c.want)
		}
	}
	if parts := (&risk.Limits{}).Split(fund.MustAmount("1e9"), in, 1e9); len(parts) != 1 {
		t.Errorf("without a limit: %v", parts)
	}
}

// Parts add up to the whole, each is whole lots and within the limit, and there are as few as can be.
func TestSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := &fund.Instrument{Lot: fund.NewAmount(rapid.Int64Range(1, 500).Draw(t, "lot"), rapid.IntRange(0, 8).Draw(t, "places"))}
		price := math.Pow(10, rapid.Float64Range(-4, 5).Draw(t, "log price"))
		lots := rapid.Int64Range(1, 1_000_000).Draw(t, "lots")
		most := rapid.Int64Range(max(1, lots/300), 1_000_000).Draw(t, "most lots")
		l := risk.Limits{MaxOrder: (float64(most) + 0.5) * in.Lot.Float64() * price}
		quantity := in.Lot.Mul(fund.NewAmount(lots, 0))
		parts := l.Split(quantity, in, price)
		sum, low, high := fund.Amount{}, parts[0], parts[0]
		for _, part := range parts {
			if part.Sign() <= 0 || !part.FloorTo(in.Lot).Equal(part) || part.Float64()*price > l.MaxOrder {
				t.Fatalf("a part of %s at %g with at most %g", part, price, l.MaxOrder)
			}
			sum = sum.Add(part)
			if part.Less(low) {
				low = part
			}
			if high.Less(part) {
				high = part
			}
		}
		if !sum.Equal(quantity) || in.Lot.Less(high.Sub(low)) {
			t.Fatalf("%v do not divide %s evenly", parts, quantity)
		}
		if fewest := (lots + most - 1) / most; int64(len(parts)) != fewest {
			t.Fatalf("%d parts, %d would do", len(parts), fewest)
		}
	})
}
