package shortfall_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/ledger"
	"github.com/steelyard/steelyard/engine/shortfall"
)

// universe has a cross and a fee asset of its own: BNB, BTC, ETH, USDT.
func universe() *fund.Universe {
	return &fund.Universe{Accounts: []string{"x"}, Base: 3,
		Assets: []fund.Asset{{Name: "BNB", Decimals: 8}, {Name: "BTC", Decimals: 8}, {Name: "ETH", Decimals: 8}, {Name: "USDT", Decimals: 8}},
		Instruments: []fund.Instrument{
			{Name: "BTC/USDT", Base: 1, Quote: 3}, {Name: "ETH/BTC", Base: 2, Quote: 1}, {Name: "ETH/USDT", Base: 2, Quote: 3}}}
}

func near(t interface{ Fatalf(string, ...any) }, what string, got, want, tolerance float64) {
	if !(math.Abs(got-want) <= tolerance) {
		t.Fatalf("%s = %v, want %v", what, got, want)
	}
}

func drawAmount(t *rapid.T, low, high float64, places int, name string) fund.Amount {
	return fund.AmountOfFloat(rapid.Float64Range(low, high).Draw(t, name)).RoundDown(places)
}

// However a trade is filled and paid for, its parts add up to what a book that the paper trade was done in is worth more
// than the book of what happened, at any prices: to a tenth of a cent, of up to ten thousand million.
func TestPartsSumToTheDifferenceOfBooks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := universe()
		real, paper := ledger.New(u), ledger.New(u)
		for a := range u.Assets {
			for _, b := range []*ledger.Book{real, paper} {
				if err := b.Flow(0, fund.AssetID(a), fund.MustAmount("1000000000")); err != nil {
					t.Fatal(err)
				}
			}
		}
		prices := func(when string) []float64 {
			p := []float64{0, 0, 0, 1}
			for a := range 3 {
				p[a] = rapid.Float64Range(0.001, 50000).Draw(t, when+u.Assets[a].Name)
			}
			return p
		}
		i := fund.InstrumentID(rapid.IntRange(0, 2).Draw(t, "instrument"))
		p := shortfall.Parent{
			Instrument: &u.Instruments[i],
			Side:       rapid.SampledFrom([]fund.Side{fund.Buy, fund.Sell}).Draw(t, "side"),
			Wanted:     drawAmount(t, 0, 100, 6, "wanted"),
			Decided:    drawAmount(t, 0.01, 1000, 6, "decided").Float64(),
			Arrival:    rapid.Float64Range(0.01, 1000).Draw(t, "arrival"),
		}
		wish := fund.Fill{Instrument: i, Side: p.Side, Quantity: p.Wanted, Price: fund.AmountOfFloat(p.Decided), FeeAsset: u.Base}
		if err := paper.Fill(&wish); err != nil {
			t.Fatal(err)
		}
		for n := range rapid.IntRange(0, 5).Draw(t, "fills") {
			f := fund.Fill{Trade: uint64(n + 1), Instrument: i, Side: p.Side, Quantity: drawAmount(t, 0, 40, 6, "quantity"),
				Price: drawAmount(t, 0.01, 1000, 6, "price"), Fee: drawAmount(t, 0, 10, 8, "fee"),
				FeeAsset:  fund.AssetID(rapid.IntRange(0, 3).Draw(t, "fee asset")),
				Permanent: rapid.Float64Range(0, 5).Draw(t, "permanent"),
				Spread:    rapid.Float64Range(0, 50).Draw(t, "spread"), Impact: rapid.Float64Range(0, 50).Draw(t, "impact")}
			if rapid.Bool().Draw(t, "rounds") {
				f.SetCash(f.Cash().RoundDown(2))
			}
			if err := real.Fill(&f); err != nil {
				t.Fatal(err)
			}
			p.Fill(&f, prices("then "))
		}
		end := prices("end ")
		want := 0.0
		for a := range u.Assets {
			id := fund.AssetID(a)
			want += paper.Balance(0, id).Sub(real.Balance(0, id)).Float64() * end[a]
		}
		near(t, "sum of the parts", p.Parts(end).Total(), want, 0.001)
	})
}

// Every cause alone shows in its own part, in the base currency.
func TestEveryPartByHand(t *testing.T) {
	u := universe()
	ten := fund.MustAmount("10")
	fill := func(price, quantity string) fund.Fill {
		return fund.Fill{Side: fund.Buy, Price: fund.MustAmount(price), Quantity: fund.MustAmount(quantity), FeeAsset: 3}
	}
	with := func(f fund.Fill, change func(*fund.Fill)) fund.Fill { change(&f); return f }
	for name, c := range map[string]struct {
		arrival, end float64
		fill         fund.Fill
		want         shortfall.Parts
	}{
		"nothing":     {100, 100, fill("100", "10"), shortfall.Parts{}},
		"delay":       {101, 101, fill("101", "10"), shortfall.Parts{Delay: 10}},
		"market":      {100, 103, fill("103", "10"), shortfall.Parts{Market: 30}},
		"fees":        {100, 100, with(fill("100", "10"), func(f *fund.Fill) { f.Fee = fund.MustAmount("7") }), shortfall.Parts{Fees: 7}},
		"spread":      {100, 100, with(fill("101", "10"), func(f *fund.Fill) { f.Spread = 10 }), shortfall.Parts{Spread: 10}},
		"impact":      {100, 100, with(fill("102", "10"), func(f *fund.Fill) { f.Impact = 20 }), shortfall.Parts{Temporary: 20}},
		"permanent":   {100, 100, with(fill("102", "10"), func(f *fund.Fill) { f.Impact, f.Permanent = 20, 5 }), shortfall.Parts{Temporary: 15, Permanent: 5}},
		"opportunity": {100, 105, fill("100", "4"), shortfall.Parts{Opportunity: 30}},
		"all": {101, 106, with(fill("104", "4"), func(f *fund.Fill) { f.Impact, f.Spread, f.Fee = 2, 1, fund.MustAmount("3") }),
			shortfall.Parts{Delay: 4, Spread: 1, Temporary: 2, Market: 9, Fees: 3, Opportunity: 36}},
	} {
		p := shortfall.Parent{Instrument: &u.Instruments[0], Side: fund.Buy, Wanted: ten, Decided: 100, Arrival: c.arrival}
		p.Fill(&c.fill, []float64{1, 100, 1, 1})
		got := p.Parts([]float64{1, c.end, 1, 1})
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
		p.Side = fund.Sell // a sale loses where a purchase gains
		if sold := p.Parts([]float64{1, c.end, 1, 1}); sold.Opportunity != -c.want.Opportunity || sold.Delay != -c.want.Delay {
			t.Errorf("%s, sold: %+v", name, sold)
		}
	}
}

// What was paid counts at the price of its time; that the asset it was paid in went up since is the market's.
func TestWhatWasPaidInAnAssetThatMoves(t *testing.T) {
	u := universe()
	one := fund.MustAmount("1")
	p := shortfall.Parent{Instrument: &u.Instruments[1], Side: fund.Buy, Wanted: one, Decided: 0.05, Arrival: 0.05}
	p.Fill(&fund.Fill{Side: fund.Buy, Quantity: one, Price: fund.MustAmount("0.051"), Impact: 0.001, Fee: one, FeeAsset: 0}, []float64{300, 20000, 1000, 1})
	got := p.Parts([]float64{310, 21000, 1050, 1})
	near(t, "impact", got.Temporary, 20, 1e-9)
	near(t, "fees", got.Fees, 300, 1e-9)
	near(t, "market", got.Market, 1+10, 1e-9)
	near(t, "total", got.Total(), 0.001*21000+310, 1e-9)
}

func TestForecast(t *testing.T) {
	f := shortfall.ForecastOf(&fund.Trade{Cost: fund.Cost{Fees: 1, Spread: 2, Impact: 3}, Risk: 10})
	low, high := f.Interval(shortfall.NinetyFive)
	near(t, "low", low, 6-19.59963984540054, 1e-12)
	near(t, "high", high, 6+19.59963984540054, 1e-12)
	near(t, "error", f.Error(26), 2, 1e-12)
	near(t, "half", math.Erf(shortfall.Half/math.Sqrt2), 0.5, 1e-15)
	near(t, "95 %", math.Erf(shortfall.NinetyFive/math.Sqrt2), 0.95, 1e-15)
}

// A quarter of the quantity has a quarter of the expected spread and impact, in quote units.
func TestModelled(t *testing.T) {
	trade := fund.Trade{Quantity: fund.MustAmount("8"), Cost: fund.Cost{Fees: 1, Spread: 80, Impact: 160}}
	f := shortfall.Modelled(fund.Fill{Quantity: fund.MustAmount("2")}, &trade, 10)
	near(t, "spread", f.Spread, 2, 1e-12)
	near(t, "impact", f.Impact, 4, 1e-12)
	if got := shortfall.Modelled(fund.Fill{Spread: 5}, &fund.Trade{}, 1); got.Spread != 5 {
		t.Errorf("of a trade of nothing: %+v", got)
	}
}
