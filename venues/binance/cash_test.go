package binance

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/steelyard/steelyard/engine/fund"
)

// Every trade that was recorded at Binance brought price × quantity, cut off after eight decimals: fund.Cash is how simulated
// venues round.
func TestRecordedTradesAreCutOff(t *testing.T) {
	var routes map[string]map[string][]struct{ Data json.RawMessage }
	if err := json.Unmarshal(shared(t, "binance_payloads/recorded_routes.json"), &routes); err != nil {
		t.Fatal(err)
	}
	seen, cut, otherwise := 0, 0, 0
	for _, route := range []string{"/api/v3/trades", "/api/v3/historicalTrades"} {
		for _, answer := range routes[route]["GET"] {
			var list []struct{ Price, Qty, QuoteQty fund.Amount }
			if err := json.Unmarshal(answer.Data, &list); err != nil {
				continue // a refusal
			}
			for _, x := range list {
				seen++
				product := x.Price.Mul(x.Qty)
				if got := fund.Cash(x.Price, x.Qty, 8); !got.Equal(x.QuoteQty) {
					t.Errorf("%s × %s brought %s, not %s", x.Price, x.Qty, x.QuoteQty, got)
				}
				if !product.Equal(x.QuoteQty) {
					cut++
				}
				if half := product.Add(fund.MustAmount("0.000000005")).RoundDown(8); !half.Equal(x.QuoteQty) {
					otherwise++ // rounding to the nearest would have given another
				}
			}
		}
	}
	t.Logf("%d trades, %d of them finer than eight decimals, %d that the nearest would differ from", seen, cut, otherwise)
	if otherwise < 100 {
		t.Errorf("of %d trades %d were cut off, %d of them in a way that tells: the record says little", seen, cut, otherwise)
	}
}

// An answer to an order says what changed hands for all its fills together: each is told where its own share follows.
func TestFillsOfAnAnswer(t *testing.T) {
	answer := func(done, cash string, fills ...string) string {
		return `{"symbol":"ETHBTC","orderId":28,"clientOrderId":"fund-1","transactTime":1507725176595,"price":"0","origQty":"0.5","executedQty":"` + done +
			`","cummulativeQuoteQty":"` + cash + `","status":"FILLED","timeInForce":"IOC","type":"LIMIT","side":"BUY","fills":[` + strings.Join(fills, ",") + `]}`
	}
	fill := func(price, quantity string) string {
		return `{"price":"` + price + `","qty":"` + quantity + `","commission":"0","commissionAsset":"ETH","tradeId":7}`
	}
	whole := strings.Replace(string(shared(t, "binance_payloads/new_order_full_response.json")), `"cummulativeQuoteQty": "10.00000000"`, `"cummulativeQuoteQty": "39983.00000000"`, 1)
	for _, c := range []struct{ what, text, want string }{
		{"one that was cut off", answer("0.1234", "0.00807406", fill("0.06543", "0.1234")), "0.00807406"},
		{"one that brought nothing", answer("0.0001", "0.00000000", fill("0.00001", "0.0001")), "0"},
		{"two that need no rounding", answer("0.3", "0.02100000", fill("0.07", "0.1"), fill("0.07", "0.2")), "0.007 0.014"},
		{"two of which one was cut off, nobody knows which", answer("0.2468", "0.01614812", fill("0.06543", "0.1234"), fill("0.06543", "0.1234")), ""},
		{"not all of its fills", answer("0.3", "0.02100000", fill("0.07", "0.1")), ""},
		{"cash that the venue does not know", answer("0.1", "-1", fill("0.07", "0.1")), ""},
		{"none", answer("0", "0"), ""},
		{"the documented answer, its sum put right", whole, "4000 19995 7996 3997 3995"},
	} {
		st, err := readStatus([]byte(c.text), names)
		var got []string
		for _, f := range st.Fills {
			got = append(got, f.Cash.String())
		}
		if err != nil || strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, %v, want %q", c.what, got, err, c.want)
		}
	}
}

// A report that does not say what changed hands for its execution tells it where this is the order's first.
func TestReportsWithoutTheirCash(t *testing.T) {
	text := string(shared(t, "binance_payloads/ws_spot_execution_report_trade.json"))
	for _, c := range []struct{ what, from, to, want string }{
		{"its own", `"Y": "1249.75000000"`, `"Y": "1249.74999999"`, "1249.74999999"},
		{"the first", `"Y": "1249.75000000",`, ``, "1249.75"},
		{"a later one", `"Y": "1249.75000000"`, `"z": "0.75000000"`, ""},
	} {
		changed := strings.Replace(text, c.from, c.to, 1)
		if changed == text {
			t.Fatalf("%s is not in %s", c.from, text)
		}
		m, err := readEvent([]byte(changed), names, at)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if len(m.Status.Fills) > 0 {
			got = m.Status.Fills[0].Cash.String()
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
	if _, err := readEvent([]byte(strings.Replace(text, `"Y": "1249.75000000"`, `"Y": "-1"`, 1)), names, at); err == nil {
		t.Error("negative cash was read")
	}
}
