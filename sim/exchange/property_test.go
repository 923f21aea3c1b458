package exchange_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/ledger"
	"github.com/steelyard/steelyard/sim/exchange"
	"pgregory.net/rapid"
)

// auditor keeps the books of a venue's answers, and what the laws of the venue need to know of its orders.
type auditor struct {
	s       *stage
	book    *ledger.Book
	sent    map[fund.OrderID]fund.Order
	filled  map[fund.OrderID]fund.Amount
	spent   map[fund.OrderID]fund.Amount
	fills   int
	rounded int // of them, whose cash was cut to the decimals of the quote asset
}

// take checks answers one by one.
func (a *auditor) take(answers []exchange.Event) error {
	for _, e := range answers {
		if f, ok := e.Body.(*engine.Filled); ok {
			if err := a.fill(&f.Fill); err != nil {
				return fmt.Errorf("%w: %+v", err, f.Fill)
			}
		}
	}
	return nil
}

func (a *auditor) fill(f *fund.Fill) error {
	a.fills++
	if !f.Rounded.IsZero() {
		a.rounded++
	}
	if err := a.book.Fill(f); err != nil {
		return err
	}
	in, o := &a.s.u.Instruments[f.Instrument], a.sent[f.Order]
	a.filled[f.Order] = a.filled[f.Order].Add(f.Quantity)
	if f.FeeAsset == in.Quote {
		a.spent[f.Order] = a.spent[f.Order].Add(f.Fee)
	}
	a.spent[f.Order] = a.spent[f.Order].Add(f.Cash())
	against := float64(f.Side) * (f.Price.Float64() - f.Mid) * f.Quantity.Float64()
	switch {
	case f.Price.Sign() <= 0 || f.Quantity.Sign() <= 0 || f.Fee.Sign() < 0:
		return fmt.Errorf("out of range")
	case f.Trade != uint64(a.fills):
		return fmt.Errorf("trade %d is the %dth", f.Trade, a.fills)
	case o.Quantity.Less(a.filled[f.Order]):
		return fmt.Errorf("%s of %s filled", a.filled[f.Order], o.Quantity)
	case !f.Cash().Equal(cash(in, f)):
		return fmt.Errorf("%s changed hands, want %s", f.Cash(), cash(in, f))
	case o.Side == fund.Buy && o.Spend.Less(a.spent[f.Order]):
		return fmt.Errorf("%s of %s spent", a.spent[f.Order], o.Spend)
	case !o.Limit.IsZero() && int(o.Side)*f.Price.Cmp(o.Limit) > 0:
		return fmt.Errorf("beyond the limit %s", o.Limit)
	case f.Price.Less(o.Worst):
		return fmt.Errorf("below the worst price %s", o.Worst)
	case !f.Quantity.FloorTo(in.LotSize()).Equal(f.Quantity) || !in.Tick.IsZero() && !f.Price.FloorTo(in.Tick).Equal(f.Price):
		return fmt.Errorf("off the lot or the tick")
	case f.Permanent < 0 || f.Permanent > f.Impact:
		return fmt.Errorf("of an impact of %g %g are permanent", f.Impact, f.Permanent)
	case f.FeeAsset == in.Quote && !f.Fee.Equal(a.fee(in, f)):
		return fmt.Errorf("a fee of %s, want %s", f.Fee, a.fee(in, f))
	case f.Spread < 0 || f.Impact < 0 || math.Abs(f.Spread+f.Impact-against) > 1e-9*f.Mid*f.Quantity.Float64():
		return fmt.Errorf("spread and impact are not what was paid, %g", against)
	}
	return nil
}

// cash returns what a fill is to bring: where lot and tick make it finer than the eight decimals of the quote asset, these.
func cash(in *fund.Instrument, f *fund.Fill) fund.Amount {
	product := f.Price.Mul(f.Quantity)
	if in.Tick.IsZero() {
		return product
	}
	return product.FloorTo(fund.MustAmount("0.00000001"))
}

// fee returns what a fill pays in quote: its rate on its value, and once an order what every trade costs.
func (a *auditor) fee(in *fund.Instrument, f *fund.Fill) fund.Amount {
	rate := in.Fees.Taker
	if f.Maker {
		rate = in.Fees.Maker
	}
	fee := fund.Charge(f.Cash(), rate, 8)
	if a.filled[f.Order].Equal(f.Quantity) { // it is the first
		fee = fee.Add(in.Fees.PerTrade)
	}
	return fee
}

// agree compares the venue's balances with the books.
func (a *auditor) agree() error {
	for id := range a.s.u.Assets {
		ours, theirs := a.book.Balance(0, fund.AssetID(id)), a.s.x.Balance(fund.AssetID(id))
		if !ours.Equal(theirs) {
			return fmt.Errorf("%s: the book has %s, the venue %s", a.s.u.Assets[id].Name, ours, theirs)
		}
	}
	return nil
}

// drawVenue declares a venue with two pairs and gives it money.
func drawVenue(t *rapid.T) (*stage, *auditor) {
	s := newStage()
	pick := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label) }
	lines := [][]string{
		{"venue", pick("fill", "fill=open", "fill=close"), pick("cap", "participation=0", "participation=5%"), pick("y", "y=0", "y=1"),
			pick("model", "model=square-root", "model=proportional", "model=almgren-chriss", "model=power-law", "model=transient"),
			pick("latency", "latency=0s", "latency=90m"), pick("jitter", "jitter=0s", "jitter=30m"), "seed=7", "half-life=3h"},
		{"instrument", "BNB/USDT", pick("lot", "lot=0.01", "lot=1")},
		{"instrument", "BTC/USDT", pick("lot", "lot=0.001", "lot=0.5"), pick("tick", "tick=0.01", "tick=5", "tick=0.0000025", "tick=0.0000000007"), "taker=0.001", "maker=0.0005",
			pick("per trade", "per-trade=0", "per-trade=1.5", "per-trade=60"),
			pick("in", "in=quote", "in=base", "in=received", "in=BNB"), pick("spread", "spread=0bp", "spread=20bp")},
		{"deposit", "BNB", pick("BNB", "0.5", "1000")}, {"deposit", "BTC", "100"}, {"deposit", "USDT", "10000"},
	}
	for _, line := range lines {
		if err := s.do(line); err != nil {
			t.Fatal(err)
		}
	}
	a := &auditor{s, ledger.New(s.u), map[fund.OrderID]fund.Order{}, map[fund.OrderID]fund.Amount{}, map[fund.OrderID]fund.Amount{}, 0, 0}
	for id := range s.u.Assets {
		if err := a.book.Flow(0, fund.AssetID(id), s.x.Balance(fund.AssetID(id))); err != nil {
			t.Fatal(err)
		}
	}
	s.heard = a.take
	return s, a
}

func drawOrder(t *rapid.T, u *fund.Universe, id fund.OrderID) fund.Order {
	o := fund.Order{ID: id, Instrument: fund.InstrumentID(rapid.IntRange(0, 1).Draw(t, "instrument"))}
	o.Side = rapid.SampledFrom([]fund.Side{fund.Buy, fund.Sell}).Draw(t, "side")
	o.Quantity = u.Instruments[o.Instrument].LotSize().Mul(fund.NewAmount(rapid.Int64Range(1, 200).Draw(t, "lots"), 0))
	if o.Side == fund.Buy {
		o.Spend = fund.NewAmount(rapid.Int64Range(1, 5000).Draw(t, "spend"), 0)
	}
	if rapid.IntRange(0, 2).Draw(t, "limited") == 0 {
		o.Limit = fund.NewAmount(rapid.Int64Range(10, 30).Draw(t, "limit")*5, 0)
	} else if o.Side == fund.Sell {
		o.Worst = fund.NewAmount(rapid.Int64Range(0, 30).Draw(t, "worst")*5, 0)
	}
	return o
}

func drawBar(t *rapid.T) []string {
	if rapid.IntRange(0, 6).Draw(t, "missing") == 0 {
		return []string{"missing"}
	}
	open, last := rapid.IntRange(50, 150).Draw(t, "open"), rapid.IntRange(50, 150).Draw(t, "close")
	return []string{fmt.Sprint("open=", open), fmt.Sprint("close=", last), fmt.Sprint("low=", min(open, last)-3),
		fmt.Sprint("high=", max(open, last)+3), fmt.Sprint("volume=", rapid.IntRange(0, 3000).Draw(t, "volume"))}
}

// Whatever is sent and whatever the market does: the venue's balances are those of the books kept of its answers, no
// fill is beyond its order's quantity, money or limit, and spread and impact are what was paid.
func TestVenueKeepsItsLaws(t *testing.T) {
	fills, rounded, runs := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		s, a := drawVenue(t)
		for range rapid.IntRange(2, 25).Draw(t, "rows") {
			if err := s.do(append(append(append([]string{"open"}, drawBar(t)...), ";"), drawBar(t)...)); err != nil {
				t.Fatal(err)
			}
			for range rapid.IntRange(0, 4).Draw(t, "orders") {
				s.orders++
				o := drawOrder(t, s.u, s.orders)
				a.sent[o.ID] = o
				s.x.Send(o, s.now)
				s.arrive(s.now.Add(time.Duration(rapid.IntRange(0, 10).Draw(t, "minutes")) * time.Minute))
				if rapid.IntRange(0, 4).Draw(t, "cancel") == 0 {
					s.x.Cancel(fund.OrderID(rapid.Uint64Range(1, uint64(s.orders)).Draw(t, "which")), "", s.now)
				}
			}
			s.close()
			if err := a.agree(); err != nil {
				t.Fatal(err)
			}
		}
		if s.broken != nil {
			t.Fatal(s.broken)
		}
		fills += a.fills
		rounded += a.rounded
		runs++
	})
	if fills < 5*runs || rounded < runs/10 {
		t.Fatalf("%d fills, %d of them rounded, in %d runs: the test tests little", fills, rounded, runs)
	}
}

// The same commands get the same answers, and another seed other delays.
func TestSeedsAreReproducible(t *testing.T) {
	run := func(seed int) string {
		commands := fmt.Sprintf("venue latency=1s jitter=1h rejects=30%% seed=%d\ninstrument BTC/USDT\ndeposit USDT 1000\nrow open=100\n", seed)
		for range 10 {
			commands += "buy 1 spend=101\n"
		}
		return play(t, commands+"row open=100\nrow open=101\n")
	}
	if diff := cmp.Diff(run(1), run(1)); diff != "" {
		t.Error(diff)
	}
	if run(1) == run(2) {
		t.Error("two seeds give the same run")
	}
}
