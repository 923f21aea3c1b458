package wire_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

const payloads = "../../../shared/vectors/binance_payloads"

// Every answer has the fields of those that were recorded of the venue, and of the same kind: numbers are numbers where they
// were, and strings strings.
func TestShapes(t *testing.T) {
	if _, err := os.Stat(payloads); err != nil {
		t.Skip("no ../shared/vectors: with them the shapes of the answers are compared with recorded ones")
	}
	g := newRig(t, nil)
	l := g.account()
	bought := g.private("POST", "order", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1")
	into[order](t, g.private("POST", "order", "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=50&newClientOrderId=a"))
	answers := map[string]string{
		"new_order_full_response.json":     bought.body,
		"order_response.json":              g.private("GET", "order", "symbol=BTCUSDT&origClientOrderId=a").body,
		"open_orders_response.json":        g.private("GET", "openOrders", "symbol=BTCUSDT").body,
		"cancel_order_response.json":       g.private("DELETE", "order", "symbol=BTCUSDT&origClientOrderId=a").body,
		"account_response.json":            g.private("GET", "account", "").body,
		"account_trades_response.json":     g.private("GET", "myTrades", "symbol=BTCUSDT").body,
		"all_orders_response.json":         g.private("GET", "allOrders", "symbol=BTCUSDT").body,
		"avg_price_response.json":          g.get("avgPrice", "symbol=BTCUSDT").body,
		"book_ticker_response.json":        g.get("ticker/bookTicker", "symbol=BTCUSDT").body,
		"depth_response.json":              g.get("depth", "symbol=BTCUSDT").body,
		"klines_response.json":             g.get("klines", "symbol=BTCUSDT&interval=1m").body,
		"ticker_24hr_response.json":        g.get("ticker/24hr", "symbol=BTCUSDT").body,
		"ticker_price_response.json":       g.get("ticker/price", "symbol=BTCUSDT").body,
		"trades_response.json":             g.get("trades", "symbol=BTCUSDT").body,
		"server_time_response.json":        g.get("time", "").body,
		"http_spot_market_agg_trades.json": g.get("aggTrades", "symbol=BTCUSDT").body,
	}
	answers["execution_report_wrapped.json"] = jsonOf(l.until(func(m map[string]any) bool { return m["event"].(map[string]any)["x"] == "NEW" }))
	answers["execution_report_trade.json"] = jsonOf(l.until(func(m map[string]any) bool { return m["event"].(map[string]any)["x"] == "TRADE" })["event"])
	answers["account_position_wrapped.json"] = jsonOf(l.until(func(m map[string]any) bool { return m["event"].(map[string]any)["e"] == "outboundAccountPosition" }))
	answers["execution_report_canceled.json"] = jsonOf(l.until(func(m map[string]any) bool { return m["event"].(map[string]any)["x"] == "CANCELED" })["event"])
	if err := g.venue.Move("BTC", amount("1")); err != nil {
		t.Fatal(err)
	}
	answers["balance_update_wrapped.json"] = jsonOf(l.until(func(m map[string]any) bool { return m["event"].(map[string]any)["e"] == "balanceUpdate" }))
	m := g.dial(g.at.Stream + "/ws/btcusdt@trade/btcusdt@ticker")
	g.clock.Advance(time.Minute)
	answers["ws_spot_ticker_24hr.json"] = jsonOf(m.until(func(m map[string]any) bool { return m["e"] == "24hrTicker" }))
	for name, text := range answers {
		recorded, err := os.ReadFile(filepath.Join(payloads, name))
		if err != nil {
			t.Fatal(err)
		}
		var want, got any
		if err := json.Unmarshal(recorded, &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(text), &got); err != nil {
			t.Fatalf("%s: %v in %s", name, err, text)
		}
		alike(t, name, want, got)
	}
}

// alike reports where one value is not of the shape of another. What may be missing or null is nothing to miss.
func alike(t *testing.T, at string, want, got any) {
	t.Helper()
	switch want := want.(type) {
	case map[string]any:
		have, ok := got.(map[string]any)
		for name, value := range want {
			if _, there := have[name]; !ok || !there {
				t.Errorf("%s.%s is missing", at, name)
				continue
			}
			if value != nil && have[name] != nil {
				alike(t, at+"."+name, value, have[name])
			}
		}
	case []any:
		have, ok := got.([]any)
		if !ok || len(have) == 0 {
			t.Errorf("%s is %v, want a list", at, got)
			return
		}
		if len(want) > 1 && slices.ContainsFunc(want, func(v any) bool { return fmt.Sprintf("%T", v) != fmt.Sprintf("%T", want[0]) }) {
			for k := range want { // a tuple
				alike(t, fmt.Sprint(at, "[", k, "]"), want[k], have[min(k, len(have)-1)])
			}
			return
		}
		alike(t, at+"[0]", want[0], have[0])
	default:
		if fmt.Sprintf("%T", want) != fmt.Sprintf("%T", got) {
			t.Errorf("%s is %v, want a value such as %v", at, got, want)
		}
	}
}
