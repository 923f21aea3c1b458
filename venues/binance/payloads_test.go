package binance

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

// names of the symbols of the recorded payloads, whose quote assets are few; one recorder wrote BTCUDT.
func names(symbol string) (string, bool) {
	for _, quote := range []string{"USDT", "UDT", "BTC", "ETH", "USD"} {
		if base, ok := strings.CutSuffix(symbol, quote); ok && base != "" {
			return base + "/" + quote, true
		}
	}
	return "", false
}

func ms(n int64) fund.Time { return fund.Time(n * 1e6) }

// at is what messages get that do not say when they were sent.
const at = fund.Time(77e9)

// The payloads that more than one file holds.
var (
	ethBuy  = venues.Order{ClientID: "x-TD67BGP9-T0000000000000", Instrument: "ETH/USDT", Side: fund.Buy, Kind: venues.Limit, Quantity: amount("1"), Limit: amount("2500")}
	myOrder = venues.Status{Order: venues.Order{ClientID: "myOrder1", Instrument: "LTC/BTC", Side: fund.Buy, Kind: venues.Limit, Quantity: amount("1"), Limit: amount("0.1")},
		VenueID: "1", State: venues.New, At: ms(1499827319559)}
)

// as returns an order under another ID.
func as(o venues.Order, id string, change ...func(*venues.Order)) venues.Order {
	o.ClientID = id
	for _, c := range change {
		c(&o)
	}
	return o
}

func selling(o *venues.Order) { o.Side = fund.Sell }

// traded adds the one execution of a report to a status.
func traded(s venues.Status, trade uint64, quantity, price, fee, asset string, maker bool) venues.Status {
	s.Fills = []venues.Execution{{Trade: trade, ClientID: s.ClientID, VenueID: s.VenueID, Instrument: s.Instrument, Side: s.Side, Quantity: amount(quantity), Price: amount(price),
		Cash: amount(price).Mul(amount(quantity)), Fee: amount(fee), FeeAsset: asset, Maker: maker, At: s.At}}
	return s
}

// reports are the executionReports by file.
func reports() map[string]venues.Status {
	const t0, i0 = 1759347763167, "1234567890"
	plain := func(o venues.Order, id string, state venues.State, done, cash string, at int64, reason string) venues.Status {
		return venues.Status{Order: o, VenueID: id, State: state, Done: amount(done), Cash: amount(cash), At: ms(at), Reason: reason}
	}
	small := func(o *venues.Order) { o.Quantity = amount("0.001") }
	half := func(o *venues.Order) { o.Quantity = amount("0.5") }
	bitcoin := func(o *venues.Order) {
		o.Instrument, o.Quantity, o.Limit = "BTC/USDT", amount("0.01"), amount("50000")
	}
	limit := func(s string) func(*venues.Order) { return func(o *venues.Order) { o.Limit = amount(s) } }
	partly := func(id string) venues.Status {
		return traded(plain(as(ethBuy, id), i0, venues.Partial, "0.5", "1249.75", t0, ""), 98765432, "0.5", "2499.5", "0.0005", "ETH", true)
	}
	us := venues.Order{ClientID: "T0ESHzso0banw0QiPFZYgj", Instrument: "BTC/USD", Side: fund.Sell, Kind: venues.Limit, Quantity: amount("0.00042"), Limit: amount("117290.77")}
	return map[string]venues.Status{
		"execution_report_new.json":       plain(ethBuy, "12345678", venues.New, "0", "0", 1709654400000, ""),
		"execution_report_canceled.json":  plain(ethBuy, "12345678", venues.Cancelled, "0", "0", 1709654402000, ""),
		"execution_report_expired.json":   plain(as(ethBuy, ethBuy.ClientID, func(o *venues.Order) { o.Kind = venues.Immediate }), "12345678", venues.Expired, "0", "0", 1709654403000, "INSUFFICIENT_LIQUIDITY"),
		"execution_report_stop_loss.json": plain(as(ethBuy, "x-TD67BGP9-T0000000000001", selling, limit("2400")), "12345679", venues.New, "0", "0", 1709654400000, ""),
		"execution_report_trade.json": traded(plain(ethBuy, "12345678", venues.Filled, "1", "2500", 1709654401000, ""),
			98765432, "1", "2500", "0.001", "ETH", true),
		"execution_report_wrapped.json": plain(venues.Order{ClientID: "mUvoqJxFIILMdfAW5iGSOW", Instrument: "ETH/BTC", Side: fund.Buy, Kind: venues.Limit,
			Quantity: amount("1"), Limit: amount("0.1026441")}, "4293153", venues.New, "0", "0", 1499405658657, ""),
		"ws_spot_execution_report_binance_us.json": traded(plain(us, "2281896601", venues.Filled, "0.00042", "49.2621234", t0, ""),
			88685053, "0.00042", "117290.77", "0.00492621", "USD", false),
		"ws_spot_execution_report_calculated.json": traded(plain(as(ethBuy, "autoclose-123456789", bitcoin, selling), i0, venues.Filled, "0.01", "495", t0, ""),
			98765432, "0.01", "49500", "2.475", "USDT", false),
		"ws_spot_execution_report_canceled.json":         plain(as(ethBuy, "O-12345-test-cancel", selling, half), "9876543210", venues.Cancelled, "0.1", "250", t0, ""),
		"ws_spot_execution_report_pending_cancel.json":   plain(as(ethBuy, "O-12345-test-cancel", selling, half), "9876543210", venues.Partial, "0.1", "250", t0, ""),
		"ws_spot_execution_report_custom_client_id.json": partly("INIT-BTC-1234567890"),
		"ws_spot_execution_report_empty_client_id.json":  partly(""),
		"ws_spot_execution_report_trade.json":            partly("O-12345-test-trade"),
		"ws_spot_execution_report_expired.json":          plain(as(ethBuy, "O-12345-test-expired", bitcoin), "1234567891", venues.Expired, "0", "0", t0, ""),
		"ws_spot_execution_report_new.json":              plain(as(ethBuy, "O-12345-test-new"), i0, venues.New, "0", "0", t0, ""),
		"ws_spot_execution_report_new_price_match.json":  plain(as(ethBuy, "O-12345-test-price-match", limit("2495.5")), i0, venues.New, "0", "0", t0, ""),
		"ws_spot_execution_report_new_limit_if_touched_price_match.json": plain(as(ethBuy, "O-12345-test-limit-if-touched-price-match", limit("2505.25")), "1234567892",
			venues.New, "0", "0", t0, ""),
		"ws_spot_execution_report_new_stop_limit_price_match.json": plain(as(ethBuy, "O-12345-test-stop-limit-price-match", selling, limit("2405.75")), "1234567891",
			venues.New, "0", "0", t0, ""),
		"ws_spot_execution_report_rejected.json": plain(as(ethBuy, "O-12345-test-reject", bitcoin, small, func(o *venues.Order) { o.Kind = venues.Passive }), i0,
			venues.Rejected, "0", "0", t0, "GTX_ORDER_REJECT"),
		// No quantity or no price: nothing that could be booked.
		"ws_spot_execution_report_trade_l_zero.json":          plain(as(ethBuy, "O-12345-test-trade-l-zero", small), i0, venues.Filled, "0.001", "0", t0, ""),
		"ws_spot_execution_report_trade_l_zero_canceled.json": plain(as(ethBuy, "O-12345-test-l-zero-canceled", small), i0, venues.Cancelled, "0", "0", t0, ""),
		"ws_spot_execution_report_trade_l_zero_expired.json":  plain(as(ethBuy, "O-12345-test-l-zero-expired", bitcoin), "1234567891", venues.Expired, "0", "0", t0, ""),
		"ws_spot_execution_report_trade_l_zero_new.json":      plain(as(ethBuy, "O-12345-test-l-zero-new"), i0, venues.New, "0", "0", t0, ""),
		"ws_spot_execution_report_trade_l_zero_partial.json":  plain(as(ethBuy, "O-12345-test-l-zero-partial"), i0, venues.Partial, "0.5", "0", t0, ""),
		"ws_spot_execution_report_trade_prevention.json":      plain(as(ethBuy, "O-12345-test-stp"), i0, venues.Expired, "0", "0", t0, "SELF_TRADE_PREVENTION"),
	}
}

func TestExecutionReports(t *testing.T) {
	for file, want := range reports() {
		got, err := readEvent(shared(t, "binance_payloads/"+file), names, at)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		same(t, file, got.Status, want)
		if got.Balances != nil || got.Moved != nil || got.At == at {
			t.Errorf("%s: %+v", file, got)
		}
	}
}

// payload decodes a file, and is the value that it means.
type payload struct {
	got  func([]byte) (any, error)
	want any
}

func event(text []byte) (any, error)   { return readEvent(text, names, at) }
func market(text []byte) (any, error)  { return readMarket(text, names, at) }
func order(text []byte) (any, error)   { return readStatus(text, names) }
func orders(text []byte) (any, error)  { return readStatuses(text, names) }
func account(text []byte) (any, error) { return readAccount(text) }
func bars(text []byte) (any, error) {
	all, err := readKlines(text, "BTC/USDT")
	if err != nil {
		return nil, err
	}
	return []any{len(all), all[0], all[len(all)-1].Open}, nil
}

func book(text []byte) (any, error) {
	b, err := readDepth(text, nil)
	if err != nil {
		return nil, err
	}
	return []any{b.Update, len(b.Bids), len(b.Asks), b.Bids[0], b.Asks[0], b.Bids[len(b.Bids)-1]}, nil
}

func trades(text []byte) (any, error) {
	all, err := readTrades(text, symbol)
	if err != nil {
		return nil, err
	}
	return []any{len(all), all[0], all[len(all)-1].ID}, nil
}

// aggregated reads REST's aggregate trades, which have the fields of the stream's but its name and symbol.
func aggregated(text []byte) (any, error) {
	items, err := readList("aggTrades", text)
	if err != nil {
		return nil, err
	}
	var all []any
	for _, raw := range items {
		m, err := readMarket([]byte(`{"e":"aggTrade","E":1,"s":"BTCUSDT",`+string(raw[strings.IndexByte(string(raw), '{')+1:])), names, at)
		if err != nil {
			return nil, err
		}
		all = append(all, m.Trade)
	}
	return []any{len(all), all[0]}, nil
}

func rules(text []byte) (any, error) {
	all, limits, err := readExchangeInfo(text)
	return []any{all, limits}, err
}

func alone[T any](read func([]byte, *Symbol) (T, error)) func([]byte) (any, error) {
	return func(text []byte) (any, error) { return read(text, symbol) }
}

func clockOf(text []byte) (any, error) {
	o := readObject("time", text)
	return o.time("serverTime"), o.err
}

func nothing(text []byte) (any, error) { return len(readObject("ping", text).fields), nil }

var symbol = &Symbol{Listing: venues.Listing{Name: "BTC/USDT", Symbol: "BTCUSDT"}}

func payloads() map[string]payload {
	cancelled := func(id, venue, quantity, price string, at int64) venues.Status {
		return venues.Status{Order: venues.Order{ClientID: id, Instrument: "BTC/USDT", Side: fund.Buy, Kind: venues.Limit, Quantity: amount(quantity), Limit: amount(price)},
			VenueID: venue, State: venues.Cancelled, At: ms(at)}
	}
	full := venues.Status{Order: venues.Order{ClientID: "6gCrw2kRUAF9CvJDGP16IP", Instrument: "BTC/USDT", Side: fund.Sell, Kind: venues.Market, Quantity: amount("10")},
		VenueID: "28", State: venues.Filled, Done: amount("10"), Cash: amount("10"), At: ms(1507725176595)} // its five fills do not add up to this cash: TestFillsOfAnAnswer
	ltc := cancelled("myOrder1", "4", "1", "2", 1684804350068)
	ltc.Instrument = "LTC/BTC"
	rich := []venues.Balance{{Asset: "BTC", Free: amount("4723846.89208129")}, {Asset: "LTC", Free: amount("4763368.68006011")}}
	fees := Fees{Maker: amount("0.001"), Taker: amount("0.001")}
	level := func(p, q string) Level { return Level{amount(p), amount(q)} }
	trade := func(id uint64, price, quantity string, seller bool, at int64) *venues.Trade {
		return &venues.Trade{Instrument: "BTC/USDT", ID: id, Price: amount(price), Quantity: amount(quantity), Seller: seller, At: ms(at)}
	}
	bar := func(open int64, o, h, l, c, v string) venues.Bar {
		return venues.Bar{Instrument: "BTC/USDT", Open: ms(open), First: amount(o), High: amount(h), Low: amount(l), Last: amount(c), Volume: amount(v)}
	}
	streamed := func(at int64, t venues.Trade) *venues.MarketMessage {
		return &venues.MarketMessage{At: ms(at), Trade: &t}
	}
	ethTrade := *trade(705291099, "4149.74", "0.4387", true, 1639351062243)
	ethAggregate := *trade(226532, "1632.46", "0.34305", false, 1675759520847)
	ethTrade.Instrument, ethAggregate.Instrument = "ETH/USDT", "ETH/USDT"
	return map[string]payload{
		"account_position.json": {event, &venues.AccountMessage{At: ms(1709654400000), Balances: []venues.Balance{
			{Asset: "USDT", Free: amount("10000"), Locked: amount("2500")}, {Asset: "ETH", Free: amount("5")}}}},
		"account_position_wrapped.json": {event, &venues.AccountMessage{At: ms(1564034571105), Balances: []venues.Balance{{Asset: "ETH", Free: amount("10000")}}}},
		"balance_update.json": {event, &venues.AccountMessage{At: ms(1709654400000),
			Moved: &venues.Moved{Asset: "BTC", Amount: amount("0.001"), At: ms(1709654400000)}}},
		"balance_update_wrapped.json": {event, &venues.AccountMessage{At: ms(1573200697110),
			Moved: &venues.Moved{Asset: "BTC", Amount: amount("100"), At: ms(1573200697068)}}},
		"list_status_wrapped.json":      {event, &venues.AccountMessage{At: ms(1564035303637)}},
		"account_response.json":         {account, rich},
		"http_spot_wallet_account.json": {account, rich},
		"account_trades_response.json": {func(text []byte) (any, error) { return readMyTrades(text, names) }, []venues.Execution{{Trade: 28457, VenueID: "100234",
			Instrument: "BNB/BTC", Side: fund.Buy, Quantity: amount("12"), Price: amount("4.000001"), Cash: amount("48.000012"), Fee: amount("10.1"), FeeAsset: "BNB", At: ms(1499865549590)}}},
		"all_orders_response.json":     {orders, []venues.Status{myOrder}},
		"open_orders_response.json":    {orders, []venues.Status{myOrder}},
		"order_response.json":          {order, myOrder},
		"cancel_order_response.json":   {order, ltc},
		"new_order_full_response.json": {order, full},
		"cancel_open_orders_response.json": {orders, []venues.Status{cancelled("E6APeyTJvkMvLMYMqu1KQ4", "11", "0.178622", "0.089853", 1684804350068),
			cancelled("A3EF2HCwxgZPFMrfwbgrhv", "13", "0.178622", "0.09043", 1684804350069)}},
		"exchange_info_response.json": {rules, []any{[]*Symbol{{Types: []string{"LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"},
			Listing: venues.Listing{Name: "ETH/BTC", Symbol: "ETHBTC", Base: "ETH", Quote: "BTC", BaseDecimals: 8, QuoteDecimals: 8, Trading: true}}}, []Usage(nil)}},
		"depth_response.json":                     {book, []any{1027024, 1, 1, level("4", "431"), level("4.000002", "12"), level("4", "431")}},
		"http_spot_market_depth.json":             {book, []any{uint64(14527958487), 10, 10, level("60650", "0.00213"), level("60650.01", "0.61982"), level("60639.93", "0.07282")}},
		"klines_response.json":                    {bars, []any{1, bar(1499040000000, "0.0163479", "0.8", "0.015758", "0.015771", "148976.11427815"), ms(1499040000000)}},
		"http_spot_market_klines.json":            {bars, []any{10, bar(1634943780000, "60685.22", "60729.84", "60670.9", "60719.27", "21.63272"), ms(1634944320000)}},
		"trades_response.json":                    {trades, []any{1, trade(28457, "4.000001", "12", true, 1499865549590), 28457}},
		"http_spot_market_trades.json":            {trades, []any{10, trade(1111468873, "60650", "0.02924", true, 1634942949263), 1111468882}},
		"http_spot_market_historical_trades.json": {trades, []any{10, trade(1111471896, "60814.78", "0.00034", true, 1634943219887), 1111471905}},
		"http_spot_market_agg_trades.json":        {aggregated, []any{10, trade(966492862, "60759.6", "0.00841", false, 1634944096633)}},
		"avg_price_response.json":                 {alone(readPrice), amount("9.35751834")},
		"http_spot_market_avg_price.json":         {alone(readPrice), amount("60753.92405551")},
		"ticker_price_response.json":              {alone(readPrice), amount("4.000002")},
		"http_spot_market_ticker_price.json":      {alone(readPrice), amount("60740")},
		"book_ticker_response.json":               {alone(readQuote), venues.Quote{Instrument: "BTC/USDT", Bid: amount("4"), Ask: amount("4.000002"), BidSize: amount("431"), AskSize: amount("9")}},
		"http_spot_market_book_ticker.json":       {alone(readQuote), venues.Quote{Instrument: "BTC/USDT", Bid: amount("60741.67"), Ask: amount("60741.68"), BidSize: amount("0.3658"), AskSize: amount("0.45178")}},
		"ticker_24hr_response.json":               {alone(readQuote), venues.Quote{Instrument: "BTC/USDT", Bid: amount("4"), Ask: amount("4.000002"), BidSize: amount("100"), AskSize: amount("100")}},
		"http_wallet_trading_fee.json":            {alone(readFees), fees},
		"http_wallet_trading_fees.json":           {alone(readFees), fees},
		"http_spot_market_time.json":              {clockOf, ms(1633835466289)},
		"server_time_response.json":               {clockOf, ms(1499827319559)},
		"ping_response.json":                      {nothing, 0},
		"http_spot_market_ping.json":              {nothing, 0},
		"ws_spot_trade.json":                      {market, streamed(1639351062244, ethTrade)},
		"ws_spot_agg_trade.json":                  {market, streamed(1675759520848, ethAggregate)},
		"ws_spot_ticker_24hr.json":                {market, &venues.MarketMessage{At: ms(123456789)}},
		"ws_spot_ticker_book.json": {market, &venues.MarketMessage{At: ms(1646199228123), Quote: &venues.Quote{Instrument: "ETH/USDT",
			Bid: amount("4507.24"), BidSize: amount("2.3595"), Ask: amount("4507.25"), AskSize: amount("2.8457")}}},
	}
}

func TestPayloads(t *testing.T) {
	for file, p := range payloads() {
		got, err := p.got(shared(t, "binance_payloads/"+file))
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		same(t, file, got, p.want)
	}
}

// TestEveryPayloadIsRead: there is no recorded payload that these tests pass over.
func TestEveryPayloadIsRead(t *testing.T) {
	shared(t, "binance_payloads/ping_response.json") // skips where there are none
	files, err := os.ReadDir("../../../shared/vectors/binance_payloads")
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := map[string]bool{"recorded_routes.json": true, "http_spot_market_exchange_info.json": true}
	for _, f := range files {
		_, plain := payloads()[f.Name()]
		_, report := reports()[f.Name()]
		if !plain && !report && !elsewhere[f.Name()] {
			t.Errorf("nothing reads %s", f.Name())
		}
	}
}

// TestRecordedFilters: the filters of a real exchangeInfo mean what filters.md says.
func TestRecordedFilters(t *testing.T) {
	all, limits, err := readExchangeInfo(shared(t, "binance_payloads/http_spot_market_exchange_info.json"))
	if err != nil {
		t.Fatal(err)
	}
	want := &Symbol{Types: []string{"LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT"}, MinPrice: amount("0.01"), MaxPrice: amount("1000000"),
		MinToMarket: true, AveragedOver: 5 * time.Minute, BidDown: amount("0.2"), BidUp: amount("5"), AskDown: amount("0.2"), AskUp: amount("5"),
		IcebergParts: 10, MaxOrders: 200, MaxAlgoOrders: 5,
		Listing: venues.Listing{Name: "BTC/USDT", Symbol: "BTCUSDT", Base: "BTC", Quote: "USDT", BaseDecimals: 8, QuoteDecimals: 8, Trading: true, Lot: amount("0.00001"),
			MinQuantity: amount("0.00001"), MaxQuantity: amount("9000"), MarketMax: amount("112.2110882"), Tick: amount("0.01"), MinNotional: amount("10")}}
	same(t, "BTC/USDT", all[0], want)
	same(t, "limits", limits, []Usage{{Kind: Weight, Interval: time.Minute, Limit: 1200}, {Kind: Orders, Interval: 10 * time.Second, Limit: 50}, {Kind: Orders, Interval: fund.Day, Limit: 160000}})
	if len(all) != 2 || all[1].Name != "ETH/USDT" {
		t.Errorf("%d symbols", len(all))
	}
}

// TestMissingFields takes every field in turn out of messages of which all fields are needed, and looks for its name in
// the error; a field that nobody knows changes nothing.
func TestMissingFields(t *testing.T) {
	for _, c := range []struct {
		text   string
		read   func([]byte) (any, error)
		needed []string
	}{
		{filled(), order, []string{"symbol", "orderId", "clientOrderId", "price", "origQty", "executedQty", "cummulativeQuoteQty", "status", "timeInForce", "type", "side"}},
		{`{"e":"executionReport","E":2,"s":"ETHUSDT","c":"a","S":"BUY","o":"LIMIT","f":"GTC","q":"1","p":"2","C":"","x":"TRADE","X":"FILLED","r":"NONE","i":3,"l":"1","z":"1","L":"2","n":"0.1","N":"ETH","T":4,"t":5,"m":true,"Z":"2"}`,
			event, []string{"E", "s", "c", "S", "o", "f", "q", "p", "C", "x", "X", "r", "i", "l", "z", "L", "n", "T", "t", "m", "Z", "N"}},
		{`{"symbol":"ETHBTC","id":1,"orderId":2,"price":"0.06","qty":"1","quoteQty":"0.06","commission":"0","commissionAsset":"ETH","time":3,"isBuyer":true,"isMaker":false}`,
			func(text []byte) (any, error) { return readMyTrades([]byte("["+string(text)+"]"), names) },
			[]string{"symbol", "id", "orderId", "price", "qty", "quoteQty", "commission", "commissionAsset", "time", "isBuyer", "isMaker"}},
		{`{"e":"balanceUpdate","E":1,"a":"BTC","d":"1","T":1}`, event, []string{"E", "a", "d", "T"}},
		{`{"e":"outboundAccountPosition","E":1,"B":[]}`, event, []string{"E", "B"}},
		{`{"e":"trade","E":1,"s":"ETHUSDT","t":1,"p":"1","q":"1","T":1,"m":true}`, market, []string{"s", "t", "p", "q", "T", "m"}},
		{`{"u":1,"s":"ETHUSDT","b":"1","B":"1","a":"2","A":"1"}`, market, []string{"s", "B", "a", "A"}},
		{`{"balances":[]}`, account, []string{"balances"}},
		{`{"lastUpdateId":1,"bids":[["1","1"]],"asks":[["1","1"]]}`, book, []string{"lastUpdateId", "bids", "asks"}},
		{`{"rateLimits":[],"symbols":[]}`, rules, []string{"rateLimits", "symbols"}},
	} {
		o := readObject("test", []byte(c.text))
		for name := range o.fields {
			if name == "r" || !strings.Contains(" "+strings.Join(c.needed, " ")+" ", " "+name+" ") {
				continue
			}
			_, err := c.read(without(o, name, ""))
			if err == nil || !strings.Contains(err.Error(), "field "+name+" ") {
				t.Errorf("%s without %s: %v", c.text, name, err)
			}
			if _, err := c.read(without(o, name, `{"a":[1]}`)); err == nil {
				t.Errorf("%s with an object for %s is read", c.text, name)
			}
		}
		want, err := c.read([]byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.read([]byte(`{"unknown":{"e":"x"},"Symbol":1,` + c.text[1:]))
		if err != nil {
			t.Error(err)
		}
		same(t, c.text, got, want)
	}
}

// without writes an object without a field, or with other text in its place.
func without(o *object, name, text string) []byte {
	var fields []string
	for n, raw := range o.fields {
		if n == name {
			raw = []byte(text)
		}
		if len(raw) > 0 {
			fields = append(fields, fmt.Sprintf("%q:%s", n, raw))
		}
	}
	return []byte("{" + strings.Join(fields, ",") + "}")
}

func TestStreamEnds(t *testing.T) {
	for _, text := range []string{`{"event":{"e":"eventStreamTerminated","E":1}}`, `{"event":{"e":"serverShutdown","E":1}}`, `{"e":"listenKeyExpired","E":1}`} {
		if _, err := readEvent([]byte(text), names, at); !errors.Is(err, errEnding) {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, text := range []string{`{"e":"serverShutdown","E":1}`, `{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1}}`} {
		if _, err := readMarket([]byte(text), names, at); !errors.Is(err, errEnding) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := readMarket([]byte(`{"error":{"code":2,"msg":"Invalid request"},"id":1}`), names, at); err == nil || !strings.Contains(err.Error(), "Invalid request") {
		t.Error(err)
	}
	for _, text := range []string{`{"result":null,"id":1}`, `{"e":"depthUpdate","E":77000}`} {
		m, err := readMarket([]byte(text), names, at)
		same(t, text, m, &venues.MarketMessage{At: at})
		if err != nil {
			t.Error(err)
		}
	}
	for _, text := range []string{`{"id":"1","status":200,"result":{"subscriptionId":0}}`, `{"event":{"e":"externalLockUpdate","E":77000}}`} {
		m, err := readEvent([]byte(text), names, at)
		same(t, text, m, &venues.AccountMessage{At: at})
		if err != nil {
			t.Error(err)
		}
	}
}

// TestCancellationNamesTheOrder: the report of a cancellation that was asked for under an ID of its own.
func TestCancellationNamesTheOrder(t *testing.T) {
	text := `{"e":"executionReport","E":2,"s":"ETHUSDT","c":"cancel-1","S":"BUY","o":"LIMIT","f":"GTC","q":"1","p":"2","C":"fund-7","x":"CANCELED","X":"CANCELED","r":"NONE",
		"i":3,"l":"0","z":"0","L":"0","n":"0","N":null,"T":4,"t":-1,"m":false,"Z":"0"}`
	m, err := readEvent([]byte(text), names, at)
	if err != nil || m.Status.ClientID != "fund-7" {
		t.Errorf("%v %+v", err, m)
	}
}
