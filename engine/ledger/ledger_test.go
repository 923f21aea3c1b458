package ledger_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/ledger"
	"pgregory.net/rapid"
)

const (
	bnb fund.AssetID = iota
	btc
	usdt
)

// universe has two accounts, the same pairs at both.
func universe() *fund.Universe {
	u := &fund.Universe{Assets: []fund.Asset{{Name: "BNB", Decimals: 8}, {Name: "BTC", Decimals: 8}, {Name: "USDT", Decimals: 8}},
		Accounts: []string{"binance", "kraken"}, Base: usdt}
	for v := range fund.AccountID(2) {
		u.Instruments = append(u.Instruments, fund.Instrument{Venue: v, Name: "BNB/USDT", Base: bnb, Quote: usdt},
			fund.Instrument{Venue: v, Name: "BTC/USDT", Base: btc, Quote: usdt})
	}
	return u
}

// book is a ledger under test beside its dumb twin, a table of balances. It fails where the two differ.
type book struct {
	*ledger.Book
	u       *fund.Universe
	balance map[string]fund.Amount // by account and asset
	flows   map[fund.AssetID]fund.Amount
	fees    map[fund.AssetID]fund.Amount
}

func newBook() *book {
	u := universe()
	return &book{ledger.New(u), u, map[string]fund.Amount{}, map[fund.AssetID]fund.Amount{}, map[fund.AssetID]fund.Amount{}}
}

func key(acc fund.AccountID, a fund.AssetID) string { return fmt.Sprint(acc, a) }

// check compares the ledger with its twin, and with the laws that it keeps.
func (b *book) check(t *rapid.T) {
	for a := range fund.AssetID(len(b.u.Assets)) {
		held, float := fund.Amount{}, 0.0
		for acc := range fund.AccountID(2) {
			got, want := b.Balance(acc, a), b.balance[key(acc, a)]
			if !got.Equal(want) || got.Sign() < 0 {
				t.Fatalf("account %d holds %s of asset %d, want %s", acc, got, a, want)
			}
			held, float = held.Add(got), float+got.Float64()
		}
		if !b.Imbalance(a).IsZero() {
			t.Fatalf("asset %d: postings sum to %s", a, b.Imbalance(a))
		}
		if !b.External(a).Equal(b.flows[a]) || !b.Fees(a).Equal(b.fees[a]) {
			t.Fatalf("asset %d: flows %s, want %s; fees %s, want %s", a, b.External(a), b.flows[a], b.Fees(a), b.fees[a])
		}
		if rest := b.External(a).Add(b.Market(a)).Sub(b.Fees(a)).Sub(held); !rest.IsZero() {
			t.Fatalf("asset %d: flows + market − fees − holdings = %s", a, rest)
		}
		if exact := held.Float64(); math.Abs(b.Units()[a]-exact) > 1e-15*exact || b.Units()[a] != float {
			t.Fatalf("asset %d: mirror %v, exact %s", a, b.Units()[a], held)
		}
	}
}

// post books changes of one account in the twin, or leaves it alone if a balance would fall below zero.
func (b *book) post(acc fund.AccountID, change map[fund.AssetID]fund.Amount) bool {
	for a, x := range change {
		if b.balance[key(acc, a)].Add(x).Sign() < 0 {
			return false
		}
	}
	for a, x := range change {
		b.balance[key(acc, a)] = b.balance[key(acc, a)].Add(x)
	}
	return true
}

func amount(t *rapid.T, most int64, label string) fund.Amount {
	return fund.NewAmount(rapid.Int64Range(1, most).Draw(t, label), rapid.SampledFrom([]int{0, 2, 8, 18}).Draw(t, label+" places"))
}

func (b *book) flow(t *rapid.T) {
	acc, a := fund.AccountID(rapid.IntRange(0, 1).Draw(t, "account")), fund.AssetID(rapid.IntRange(0, 2).Draw(t, "asset"))
	x := amount(t, 1e12, "flow")
	if rapid.Bool().Draw(t, "out") {
		x = x.Neg()
	}
	want := b.post(acc, map[fund.AssetID]fund.Amount{a: x})
	if want {
		b.flows[a] = b.flows[a].Add(x)
	}
	if err := b.Flow(acc, a, x); (err == nil) != want {
		t.Fatalf("a flow of %s was %v", x, err)
	}
}

func (b *book) fill(t *rapid.T) {
	f := fund.Fill{
		Instrument: fund.InstrumentID(rapid.IntRange(0, len(b.u.Instruments)-1).Draw(t, "instrument")),
		Side:       rapid.SampledFrom([]fund.Side{fund.Buy, fund.Sell}).Draw(t, "side"),
		Quantity:   amount(t, 1e6, "quantity"), Price: amount(t, 1e5, "price"),
		Fee: amount(t, 1e3, "fee"), FeeAsset: fund.AssetID(rapid.IntRange(0, 2).Draw(t, "fee asset")),
	}
	in := &b.u.Instruments[f.Instrument]
	received, paid := f.Quantity, f.Quantity.Mul(f.Price)
	if rapid.Bool().Draw(t, "rounds") {
		paid = paid.RoundDown(rapid.IntRange(0, 8).Draw(t, "decimals"))
		f.SetCash(paid)
	}
	if f.Side == fund.Sell {
		received, paid = received.Neg(), paid.Neg()
	}
	change := map[fund.AssetID]fund.Amount{in.Base: received, in.Quote: paid.Neg()}
	change[f.FeeAsset] = change[f.FeeAsset].Sub(f.Fee)
	want := b.post(in.Venue, change)
	if want {
		b.fees[f.FeeAsset] = b.fees[f.FeeAsset].Add(f.Fee)
	}
	if err := b.Fill(&f); (err == nil) != want {
		t.Fatalf("%+v was %v, the twin says %t", f, err, want)
	}
}

// Whatever is posted, nothing is created and nothing is lost, and what is refused changes nothing.
func TestConservation(t *testing.T) {
	refused, booked := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		b := newBook()
		for a := range fund.AssetID(3) {
			b.post(0, map[fund.AssetID]fund.Amount{a: fund.NewAmount(1e9, 0)})
			b.flows[a] = fund.NewAmount(1e9, 0)
			if err := b.Flow(0, a, fund.NewAmount(1e9, 0)); err != nil {
				t.Fatal(err)
			}
		}
		for range rapid.IntRange(1, 30).Draw(t, "postings") {
			before := b.Units()[usdt]
			if rapid.Bool().Draw(t, "fill") {
				b.fill(t)
			} else {
				b.flow(t)
			}
			b.check(t)
			if b.Units()[usdt] == before {
				refused++
			} else {
				booked++
			}
		}
	})
	if refused < 100 || booked < 100 {
		t.Fatalf("%d refused, %d booked: the test tests little", refused, booked)
	}
}

// 2 BTC at 100.5 from 1000 USDT, the fee taken here and there.
func TestFeesByHand(t *testing.T) {
	for _, c := range []struct {
		side           fund.Side
		in             fund.AssetID
		bnb, btc, usdt string
	}{
		{fund.Buy, usdt, "5", "12", "798.75"},
		{fund.Buy, btc, "5", "11.75", "799"},
		{fund.Buy, bnb, "4.75", "12", "799"},
		{fund.Sell, usdt, "5", "8", "1200.75"},
		{fund.Sell, btc, "5", "7.75", "1201"},
		{fund.Sell, bnb, "4.75", "8", "1201"},
	} {
		b := opened(t)
		f := fund.Fill{Instrument: 1, Side: c.side, Quantity: fund.MustAmount("2"), Price: fund.MustAmount("100.5"),
			Fee: fund.MustAmount("0.25"), FeeAsset: c.in}
		if err := b.Fill(&f); err != nil {
			t.Fatal(err)
		}
		for a, want := range []string{c.bnb, c.btc, c.usdt} {
			if got := b.Balance(0, fund.AssetID(a)).String(); got != want {
				t.Errorf("%s, fee in %s: %s %s, want %s", c.side, b.u.AssetName(c.in), got, b.u.AssetName(fund.AssetID(a)), want)
			}
		}
	}
}

// opened is a book with 5 BNB, 10 BTC and 1000 USDT in the first account.
func opened(t *testing.T) *book {
	t.Helper()
	b := newBook()
	for a, x := range []string{"5", "10", "1000"} {
		if err := b.Flow(0, fund.AssetID(a), fund.MustAmount(x)); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

// A fill is refused for what it leaves of each asset that it touches: a purchase whose fee in base is more than it
// buys, a sale whose fee is more than it brings.
func TestRefusedFills(t *testing.T) {
	b := opened(t)
	for name, f := range map[string]fund.Fill{
		"cash":       {Instrument: 1, Side: fund.Buy, Quantity: fund.MustAmount("10"), Price: fund.MustAmount("100.01"), FeeAsset: usdt},
		"fee":        {Instrument: 1, Side: fund.Buy, Quantity: fund.MustAmount("10"), Price: fund.MustAmount("100"), Fee: fund.MustAmount("0.01"), FeeAsset: usdt},
		"third":      {Instrument: 1, Side: fund.Buy, Quantity: fund.MustAmount("1"), Price: fund.MustAmount("100"), Fee: fund.MustAmount("5.01"), FeeAsset: bnb},
		"base":       {Instrument: 1, Side: fund.Sell, Quantity: fund.MustAmount("10.01"), Price: fund.MustAmount("100"), FeeAsset: usdt},
		"fee base":   {Instrument: 1, Side: fund.Sell, Quantity: fund.MustAmount("10"), Price: fund.MustAmount("100"), Fee: fund.MustAmount("0.01"), FeeAsset: btc},
		"elsewhere":  {Instrument: 3, Side: fund.Sell, Quantity: fund.MustAmount("1"), Price: fund.MustAmount("100"), FeeAsset: usdt},
		"fee larger": {Instrument: 1, Side: fund.Buy, Quantity: fund.MustAmount("1"), Price: fund.MustAmount("1"), Fee: fund.MustAmount("11.01"), FeeAsset: btc},
	} {
		if err := b.Fill(&f); err == nil {
			t.Errorf("%s: booked", name)
		}
	}
	for a, want := range []string{"5", "10", "1000"} {
		id := fund.AssetID(a)
		if got := b.Balance(0, id).String(); got != want || !b.Fees(id).IsZero() || !b.Market(id).IsZero() || !b.Imbalance(id).IsZero() {
			t.Errorf("asset %d: %s after refusals, fees %s, market %s", a, got, b.Fees(id), b.Market(id))
		}
	}
}

func TestReservations(t *testing.T) {
	b := opened(t)
	free := func(want string) {
		t.Helper()
		if got := b.Free(0, usdt).String(); got != want {
			t.Errorf("%s free, want %s", got, want)
		}
	}
	for _, x := range []string{"600", "400"} {
		if err := b.Reserve(0, usdt, fund.MustAmount(x)); err != nil {
			t.Fatal(err)
		}
	}
	free("0")
	if b.Balance(0, usdt).String() != "1000" || b.Free(0, btc).String() != "10" || b.Units()[usdt] != 1000 {
		t.Error("a reservation is meant to change nothing but what is free")
	}
	if err := b.Reserve(0, usdt, fund.MustAmount("0.00000001")); err == nil {
		t.Error("reserved what was not free")
	}
	if err := b.Reserve(1, usdt, fund.MustAmount("1")); err == nil {
		t.Error("reserved what another account holds")
	}
	free("0")
	b.Release(0, usdt, fund.MustAmount("250.5"))
	free("250.5")
	b.Release(0, usdt, fund.MustAmount("749.5"))
	free("1000")
}

func TestReleasingTooMuchPanics(t *testing.T) {
	b := opened(t)
	if err := b.Reserve(0, usdt, fund.MustAmount("1")); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if recover() == nil {
			t.Error("released more than was reserved")
		}
	}()
	b.Release(0, usdt, fund.MustAmount("1.00000001"))
}
