package wire_test

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/sim/wire"
	"github.com/steelyard/steelyard/venues"
)

func TestPrices(t *testing.T) {
	g := newRig(t, nil)
	g.clock.Advance(90 * time.Second)
	for path, want := range map[string]string{
		"ping?":                              `{}`,
		"time?":                              `{"serverTime":1600000290000}`,
		"ticker/bookTicker?symbol=ETHUSDT":   `{"symbol":"ETHUSDT","bidPrice":`,
		"ticker/price?symbols=[\"BTCUSDT\"]": `[{"symbol":"BTCUSDT","price":"`,
		"avgPrice?symbol=BTCUSDT":            `{"mins":5,"price":"`,
		"klines?symbol=BTCUSDT&interval=1m&limit=2": `[[1600000200000,"100.00000000","110.00000000","90.00000000","100.00000000","123.45600000",1600000259999,` +
			`"12345.60000000",1,"61.72800000","6172.80000000","0"],[1600000260000,"100.00000000",`,
		"klines?symbol=ETHUSDT&interval=1m&startTime=1600000200000&endTime=1600000259999": `[[1600000200000,"10.00000000","11.00000000","9.00000000","10.00000000",`,
	} {
		path, query, _ := strings.Cut(path, "?")
		if a := g.get(path, query); a.status != http.StatusOK || !strings.HasPrefix(a.body, want) {
			t.Errorf("%s?%s: %d %s, want %s", path, query, a.status, a.body, want)
		}
	}
	for query, code := range map[string]int{
		"klines?symbol=BTCUSDT":                     -1102,
		"klines?interval=1m":                        -1102,
		"klines?symbol=BTCUSDT&interval=7m":         -1120,
		"klines?symbol=XRPUSDT&interval=1m":         -1121,
		"klines?symbol=BTCUSDT&interval=1m&limit=x": -1100,
		"depth?symbol=BTCUSDT&symbol=ETHUSDT":       -1101,
		"nothing?":                                  -1000,
	} {
		path, query, _ := strings.Cut(query, "?")
		if a := g.get(path, query); a.code() != code {
			t.Errorf("%s?%s: %d %s, want %d", path, query, a.status, a.body, code)
		}
	}
}

func TestBookHasBidsBelowAsks(t *testing.T) {
	g := newRig(t, nil)
	d := into[struct {
		LastUpdateId uint64
		Bids, Asks   [][2]string
	}](t, g.get("depth", "symbol=BTCUSDT&limit=5"))
	if len(d.Bids) != 5 || len(d.Asks) != 5 || d.LastUpdateId == 0 || d.Bids[0][0] != "99.99000000" || d.Asks[0][0] != "100.01000000" || d.Asks[1][0] != "100.02000000" {
		t.Errorf("%+v", d)
	}
}

func TestExchangeInfo(t *testing.T) {
	g := newRig(t, nil)
	info := into[struct {
		RateLimits []struct{ RateLimitType string }
		Symbols    []struct {
			Symbol, Status string
			Filters        []map[string]any
		}
	}](t, g.get("exchangeInfo", ""))
	if len(info.Symbols) != 2 || info.Symbols[0].Symbol != "BTCUSDT" || info.Symbols[0].Status != "TRADING" || len(info.RateLimits) != 3 {
		t.Fatalf("%+v", info)
	}
	found := map[any]map[string]any{}
	for _, f := range info.Symbols[0].Filters {
		found[f["filterType"]] = f
	}
	if found["PRICE_FILTER"]["tickSize"] != "0.01000000" || found["LOT_SIZE"]["stepSize"] != "0.00100000" || found["NOTIONAL"]["minNotional"] != "5.00000000" {
		t.Errorf("%+v", found)
	}
}

type order struct {
	OrderId             int64
	ClientOrderId       string
	Status, ExecutedQty string
	CummulativeQuoteQty string
	Fills               []struct{ Price, Qty, Commission, CommissionAsset string }
}

func TestOrderLife(t *testing.T) {
	g := newRig(t, nil)
	o := into[order](t, g.private("POST", "order", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=10&newClientOrderId=one"))
	if o.Status != "FILLED" || o.ExecutedQty != "10.00000000" || o.CummulativeQuoteQty != "1000.10000000" || len(o.Fills) != 1 ||
		o.Fills[0].Price != "100.01000000" || o.Fills[0].Commission != "0.01000000" || o.Fills[0].CommissionAsset != "BTC" {
		t.Errorf("%+v", o)
	}
	o = into[order](t, g.private("POST", "order", "symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=5&price=108.5&newClientOrderId=two"))
	if o.Status != "NEW" || len(o.Fills) != 0 {
		t.Errorf("%+v", o)
	}
	if a := g.private("GET", "account", "omitZeroBalances=true"); !strings.Contains(a.body, `{"asset":"BTC","free":"4.99000000","locked":"5.00000000"}`) {
		t.Error(a.body)
	}
	if open := into[[]order](t, g.private("GET", "openOrders", "symbol=BTCUSDT")); len(open) != 1 || open[0].ClientOrderId != "two" {
		t.Errorf("%+v", open)
	}
	g.clock.Advance(time.Minute) // through 110
	if o = into[order](t, g.private("GET", "order", "symbol=BTCUSDT&origClientOrderId=two")); o.Status != "FILLED" || o.CummulativeQuoteQty != "542.50000000" {
		t.Errorf("%+v", o)
	}
	type trade struct {
		ID      uint64
		Price   string
		IsMaker bool
	}
	trades := into[[]trade](t, g.private("GET", "myTrades", "symbol=BTCUSDT"))
	if len(trades) != 2 || trades[1].Price != "108.50000000" || !trades[1].IsMaker {
		t.Errorf("%+v", trades)
	}
	last := strconv.FormatUint(trades[1].ID, 10)
	if rest := into[[]trade](t, g.private("GET", "myTrades", "symbol=BTCUSDT&fromId="+last)); len(rest) != 1 || rest[0] != trades[1] {
		t.Errorf("from %s on: %+v", last, rest)
	}
	for _, more := range []string{"startTime", "endTime"} {
		if a := g.private("GET", "myTrades", "symbol=BTCUSDT&fromId="+last+"&"+more+"=1"); a.code() != -1128 {
			t.Errorf("fromId with %s: %s", more, a.body)
		}
	}
	into[order](t, g.private("POST", "order", "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=50&newClientOrderId=three"))
	gone := into[struct{ OrigClientOrderId, ClientOrderId, Status string }](t, g.private("DELETE", "order", "symbol=BTCUSDT&origClientOrderId=three&newClientOrderId=stop"))
	if gone.OrigClientOrderId != "three" || gone.ClientOrderId != "stop" || gone.Status != "CANCELED" {
		t.Errorf("%+v", gone)
	}
	if all := into[[]order](t, g.private("GET", "allOrders", "symbol=BTCUSDT")); len(all) != 3 || all[2].Status != "CANCELED" {
		t.Errorf("%+v", all)
	}
}

// What breaks a rule is refused in the venue's words, and nothing happens.
func TestRefusals(t *testing.T) {
	g := newRig(t, nil)
	into[order](t, g.private("POST", "order", "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=50&newClientOrderId=open"))
	const limit = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC"
	for query, want := range map[string]string{
		limit + "&quantity=1&price=50&newClientOrderId=open":                  `{"code":-2010,"msg":"Duplicate order sent."}`,
		limit + "&quantity=1&price=50.001":                                    `{"code":-1013,"msg":"Filter failure: PRICE_FILTER"}`,
		limit + "&quantity=1.0001&price=50":                                   `{"code":-1013,"msg":"Filter failure: LOT_SIZE"}`,
		limit + "&quantity=0.01&price=50":                                     `{"code":-1013,"msg":"Filter failure: NOTIONAL"}`,
		limit + "&quantity=1.000000001&price=50":                              `{"code":-1111,"msg":"Parameter 'quantity' has too much precision."}`,
		limit + "&quantity=1e3&price=50":                                      `{"code":-1100,"msg":"Illegal characters found in parameter 'quantity'; legal range is '^([0-9]{1,20})(\\.[0-9]{1,20})?$'."}`,
		limit + "&quantity=1000&price=50":                                     `{"code":-2010,"msg":"Account has insufficient balance for requested action."}`,
		limit + "&quantity=1":                                                 `{"code":-1102,"msg":"Mandatory parameter 'price' was not sent, was empty/null, or malformed."}`,
		"symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=120":       `{"code":-2010,"msg":"Order would immediately match and take."}`,
		"symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&price=50":             `{"code":-1106,"msg":"Parameter 'price' sent when not required."}`,
		"symbol=BTCUSDT&side=BOTH&type=MARKET&quantity=1":                     `{"code":-1117,"msg":"Invalid side."}`,
		"symbol=BTCUSDT&side=BUY&type=STOP_LOSS&quantity=1&stopPrice=1":       `{"code":-1102,"msg":"Mandatory parameter 'price' was not sent, was empty/null, or malformed."}`,
		"symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=X&quantity=1&price=9": `{"code":-1115,"msg":"Invalid timeInForce."}`,
	} {
		if a := g.private("POST", "order", query); a.status != http.StatusBadRequest || a.body != want {
			t.Errorf("%s: %d %s, want %s", query, a.status, a.body, want)
		}
	}
	for path, want := range map[string]int{"DELETE?origClientOrderId=never": -2011, "GET?origClientOrderId=never": -2013, "GET?orderId=99": -2013, "GET?": -1102} {
		method, query, _ := strings.Cut(path, "?")
		if a := g.private(method, "order", "symbol=BTCUSDT&"+query); a.code() != want {
			t.Errorf("%s: %s, want %d", path, a.body, want)
		}
	}
	if all := into[[]order](t, g.private("GET", "allOrders", "symbol=BTCUSDT")); len(all) != 1 {
		t.Errorf("%+v", all)
	}
}

// No instrument has more open orders than the filter says.
func TestMostOpenOrders(t *testing.T) {
	g := newRig(t, nil)
	for range 200 {
		if _, err := g.venue.Place(t.Context(), venues.Order{ClientID: rand.Text(), Instrument: "BTC/USDT", Side: fund.Buy, Kind: venues.Limit,
			Quantity: amount("0.1"), Limit: amount("50")}); err != nil {
			t.Fatal(err)
		}
	}
	const small = "&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=8"
	if a := g.private("POST", "order", "symbol=BTCUSDT"+small); a.body != `{"code":-1013,"msg":"Filter failure: MAX_NUM_ORDERS"}` {
		t.Error(a.body)
	}
	if a := g.private("POST", "order", "symbol=ETHUSDT"+small); a.status != http.StatusOK {
		t.Error(a.body)
	}
}

func TestSignatures(t *testing.T) {
	g := newRig(t, nil)
	const now = "timestamp=1600000200000"
	good := func(query string) string { return query + "&signature=" + sign(query) }
	for _, c := range []struct {
		query, key string
		code       int
	}{
		{good(now), "test-key", 0},
		{good(now), "", -2014},
		{good(now), "other", -2015},
		{now + "&signature=00", "test-key", -1022},
		{good(now) + "&omitZeroBalances=true", "test-key", -1022},
		{now, "test-key", -1102},
		{good("recvWindow=100"), "test-key", -1102},
		{good("timestamp=1600000195000"), "test-key", 0},
		{good("timestamp=1600000194999"), "test-key", -1021},
		{good("recvWindow=100&timestamp=1600000199899"), "test-key", -1021},
		{good("timestamp=1600000200999"), "test-key", 0},
		{good("timestamp=1600000201000"), "test-key", -1021},
		{good("recvWindow=60001&" + now), "test-key", -1131},
	} {
		if a := g.do("GET", "/api/v3/account", c.query, c.key); a.code() != c.code {
			t.Errorf("%s: %s, want %d", c.query, a.body, c.code)
		}
	}
}

// Who asks too much is told to wait, and who goes on is banned; the headers say what was used.
func TestRateLimits(t *testing.T) {
	g := newRig(t, func(c *wire.Config) { c.Weight = 10 })
	var seen []int
	for range 60 { // twice what it takes, for a minute may end on the way
		a := g.get("klines", "symbol=BTCUSDT&interval=1m")
		if seen = append(seen, a.status); a.status == http.StatusTeapot {
			break
		}
		if a.status != http.StatusOK && (a.code() != -1003 || a.header.Get("Retry-After") == "") {
			t.Errorf("%d %s %v", a.status, a.body, a.header)
		}
		if a.header.Get("X-Mbx-Used-Weight-1m") == "" {
			t.Error("no weight in the headers")
		}
	}
	if n := len(seen); seen[0] != http.StatusOK || !slices.Contains(seen, http.StatusTooManyRequests) || seen[n-1] != http.StatusTeapot {
		t.Errorf("%v", seen)
	}
}

// What a request weighs is counted, whichever way it comes. A minute may end on the way: then once more.
func TestWeightsAreCounted(t *testing.T) {
	g := newRig(t, nil)
	used := func(a answer) int {
		n, err := strconv.Atoi(a.header.Get("X-Mbx-Used-Weight-1m"))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	api := g.dial(g.at.API)
	var before, rest, after int
	for range 3 {
		before = used(g.get("ping", ""))
		rest = used(g.get("depth", "symbol=BTCUSDT&limit=5000"))
		api.send(`{"id":1,"method":"depth","params":{"symbol":"BTCUSDT","limit":5000}}`)
		after = int(api.hear()["rateLimits"].([]any)[0].(map[string]any)["count"].(float64))
		if before < rest && rest < after {
			break
		}
	}
	if rest-before != 250 || after-rest != 250 {
		t.Errorf("%d, with the weight of a book of 5000 levels %d, with that of another %d", before, rest, after)
	}
}

// A key that may withdraw says so; answers to orders that only rest say no more than that they were taken.
func TestWhatAKeyMayDo(t *testing.T) {
	for _, may := range []bool{false, true} {
		key := wire.TestKey()
		key.Withdraw = may
		g := newRig(t, func(c *wire.Config) { c.Keys = []wire.Key{key} })
		if a := g.do("GET", "/sapi/v1/account/apiRestrictions", g.signed(""), key.ID); !strings.Contains(a.body, `"enableWithdrawals":`+jsonOf(may)) {
			t.Error(a.body)
		}
		if a := g.private("POST", "order", "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=50"); a.status != http.StatusOK || strings.Contains(a.body, "executedQty") {
			t.Error(a.body)
		}
	}
}

// With a clock that no client can follow, the real time is as good.
func TestSlack(t *testing.T) {
	g := newRig(t, func(c *wire.Config) { c.Slack = time.Minute })
	for at, code := range map[int64]int{1600000150000: 0, time.Now().UnixMilli(): 0, 1500000000000: -1021} {
		query := "timestamp=" + jsonOf(at)
		if a := g.do("GET", "/api/v3/account", query+"&signature="+sign(query), "test-key"); a.code() != code {
			t.Errorf("%d: %s, want %d", at, a.body, code)
		}
	}
}

func jsonOf(v any) string {
	text, _ := json.Marshal(v)
	return string(text)
}
