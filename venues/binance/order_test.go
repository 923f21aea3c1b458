package binance

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

// requested is a case of the order requests: what a user of ccxt asks for, and what ccxt sends.
type requested struct {
	Description, URL string
	Input            []json.RawMessage
	Output           string
}

// order writes what the case asks for as an order: the rules of its symbol are applied to it later.
func (c requested) order(t *testing.T, s *Symbol) Order {
	t.Helper()
	number := func(i int) fund.Amount { return amount(string(c.Input[i])) }
	side := map[string]fund.Side{`"buy"`: fund.Buy, `"sell"`: fund.Sell}[string(c.Input[2])]
	var more struct {
		SelfTradePrevention                   string
		IcebergAmount, TriggerPrice, PostOnly json.RawMessage
	}
	if len(c.Input) > 5 {
		if err := json.Unmarshal(c.Input[5], &more); err != nil {
			t.Fatal(err)
		}
	}
	v := venues.Order{Side: side, Kind: venues.Limit, Quantity: number(3), Limit: number(4)}
	switch {
	case string(c.Input[1]) == `"market"`: // ccxt spends amount × price in a market purchase of Binance
		return Order{Symbol: s.Symbol, Side: side, Type: "MARKET", QuoteQuantity: number(3).Mul(number(4))}
	case more.PostOnly != nil:
		v.Kind = venues.Passive
	}
	o, err := orderOf(v, s)
	if err != nil {
		t.Fatal(err)
	}
	o.SelfTrade = strings.ToUpper(more.SelfTradePrevention)
	if more.IcebergAmount != nil {
		o.Iceberg = amount(string(more.IcebergAmount))
	}
	if more.TriggerPrice != nil {
		o.Type, o.StopPrice = "STOP_LOSS_LIMIT", amount(string(more.TriggerPrice))
	}
	return o
}

// TestOrderRequests makes every recorded request from what was asked for.
func TestOrderRequests(t *testing.T) {
	var file struct {
		SkipKeys []string
		Cases    []requested
	}
	if err := json.Unmarshal(shared(t, "binance_order_requests.json"), &file); err != nil {
		t.Fatal(err)
	}
	// The lots and ticks of these symbols when the requests were recorded.
	symbols := map[string]*Symbol{
		`"BTC/USDT"`: {Listing: venues.Listing{Symbol: "BTCUSDT", Lot: amount("0.00001"), Tick: amount("0.01"), QuoteDecimals: 8}},
		`"LTC/USDT"`: {Listing: venues.Listing{Symbol: "LTCUSDT", Lot: amount("0.001"), Tick: amount("0.01"), QuoteDecimals: 8}},
		`"SOL/USDT"`: {Listing: venues.Listing{Symbol: "SOLUSDT", Lot: amount("0.001"), Tick: amount("0.01"), QuoteDecimals: 8}},
	}
	symbols[`"LTC/USDT:USDT"`] = symbols[`"LTC/USDT"`] // a future, whose request has the same shape
	if len(file.Cases) != 8 {
		t.Errorf("%d cases", len(file.Cases))
	}
	for _, c := range file.Cases {
		s := symbols[string(c.Input[0])]
		want, err := url.ParseQuery(c.Output)
		if err != nil {
			t.Fatal(err)
		}
		got, err := url.ParseQuery(s.Fit(c.order(t, s)).params().query())
		if err != nil {
			t.Fatal(err)
		}
		for _, skip := range append(file.SkipKeys, "newOrderRespType") { // FULL of spot, RESULT of futures
			want.Del(skip)
			got.Del(skip)
		}
		if got.Encode() != want.Encode() {
			t.Errorf("%s:\n got %s\nwant %s", c.Description, got.Encode(), want.Encode())
		}
	}
}

func TestFit(t *testing.T) {
	s := &Symbol{Listing: venues.Listing{Lot: amount("0.001"), Tick: amount("0.05"), MarketLot: amount("0.01"), QuoteDecimals: 2}}
	o := Order{Quantity: amount("1.2349"), Price: amount("10.07"), StopPrice: amount("9.99"), Iceberg: amount("0.5555"), QuoteQuantity: amount("1.239")}
	for _, c := range []struct {
		side                      fund.Side
		kind                      string
		quantity, price, stopping string
	}{
		{fund.Buy, "LIMIT", "1.234", "10.05", "9.95"},
		{fund.Sell, "LIMIT", "1.234", "10.1", "10"},
		{fund.Buy, "MARKET", "1.23", "10.05", "9.95"},
	} {
		o.Side, o.Type = c.side, c.kind
		f := s.Fit(o)
		if f.Quantity.String() != c.quantity || f.Price.String() != c.price || f.StopPrice.String() != c.stopping || f.Iceberg.String() != "0.555" || f.QuoteQuantity.String() != "1.23" {
			t.Errorf("%+v", f)
		}
		if again := s.Fit(f); again.params().query() != f.params().query() {
			t.Errorf("%+v is not fit", f)
		}
	}
	if f := (&Symbol{Listing: venues.Listing{QuoteDecimals: 8}}).Fit(o); !f.Quantity.Equal(o.Quantity) || !f.Price.Equal(o.Price) {
		t.Errorf("%+v without rules", f)
	}
}

func TestCheck(t *testing.T) {
	s := &Symbol{Types: []string{"LIMIT", "MARKET"}, IcebergParts: 10, MarketMin: amount("0.1"),
		Listing:  venues.Listing{MinQuantity: amount("0.01"), MaxQuantity: amount("100"), MarketMax: amount("50"), MinNotional: amount("5"), MaxNotional: amount("10000")},
		MinPrice: amount("0.5"), MaxPrice: amount("5000")}
	good := Order{Type: "LIMIT", Quantity: amount("1"), Price: amount("100")}
	for want, change := range map[string]func(o *Order){
		"":                             func(o *Order) {},
		"takes no orders of type STOP": func(o *Order) { o.Type = "STOP" },
		"no quantity":                  func(o *Order) { o.Quantity = fund.Amount{} },
		"LOT_SIZE":                     func(o *Order) { o.Quantity = amount("0.009") },
		"LOT_SIZE (quantity 101":       func(o *Order) { o.Quantity = amount("101") },
		"MARKET_LOT_SIZE":              func(o *Order) { o.Type, o.Price, o.Quantity = "MARKET", fund.Amount{}, amount("0.05") },
		"MARKET_LOT_SIZE (quantity 51": func(o *Order) { o.Type, o.Price, o.Quantity = "MARKET", fund.Amount{}, amount("51") },
		"PRICE_FILTER":                 func(o *Order) { o.Price, o.Quantity = amount("0.4"), amount("50") },
		"PRICE_FILTER (quantity 0.1":   func(o *Order) { o.Price, o.Quantity = amount("5001"), amount("0.1") },
		"NOTIONAL":                     func(o *Order) { o.Quantity = amount("0.04") },
		"NOTIONAL (quantity 100":       func(o *Order) { o.Quantity, o.Price = amount("100"), amount("101") },
		"ICEBERG_PARTS":                func(o *Order) { o.Iceberg = amount("0.09") },
	} {
		o := good
		change(&o)
		err := s.Check(o)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v", want, err)
		}
	}
	if err := s.Check(Order{Type: "MARKET", QuoteQuantity: amount("20")}); err != nil {
		t.Error(err)
	}
}

// TestKinds: what is sent as one kind of order is read as that kind.
func TestKinds(t *testing.T) {
	s := &Symbol{Listing: venues.Listing{Symbol: "BTCUSDT"}}
	for _, kind := range []venues.Kind{venues.Market, venues.Limit, venues.Immediate, venues.Passive} {
		v := wish()
		v.Kind = kind
		if kind == venues.Market {
			v.Limit = fund.Amount{}
		}
		o, err := orderOf(v, s)
		if err != nil {
			t.Fatal(err)
		}
		in := o.TimeInForce
		if in == "" {
			in = "GTC" // which the venue then writes
		}
		if got := kindOf(o.Type, in); got != kind {
			t.Errorf("%s is sent as %s %s, which is read as %s", kind, o.Type, o.TimeInForce, got)
		}
	}
	for orderType, want := range map[string]venues.Kind{"STOP_LOSS": venues.Market, "TAKE_PROFIT": venues.Market, "STOP_LOSS_LIMIT": venues.Limit, "TAKE_PROFIT_LIMIT": venues.Limit} {
		if got := kindOf(orderType, "GTC"); got != want {
			t.Errorf("%s is %s", orderType, got)
		}
	}
}

func TestSides(t *testing.T) {
	for side, want := range map[fund.Side]string{fund.Buy: "BUY", fund.Sell: "SELL"} {
		if got := (Order{Side: side}).params().query(); !strings.Contains(got, "side="+want) {
			t.Errorf("%s: %s", strconv.Itoa(int(side)), got)
		}
	}
}
