package wire_test

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/sim/wire"
)

// line is a client's connection.
type line struct {
	t  *testing.T
	ws *websocket.Conn
}

func (g *rig) dial(address string) *line {
	g.t.Helper()
	ws, _, err := websocket.Dial(g.t.Context(), address, nil)
	if err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(func() { ws.CloseNow() })
	return &line{g.t, ws}
}

func (l *line) send(format string, args ...any) {
	l.t.Helper()
	if err := l.ws.Write(l.t.Context(), websocket.MessageText, fmt.Appendf(nil, format, args...)); err != nil {
		l.t.Fatal(err)
	}
}

// next returns the next message, an error after a minute.
func (l *line) next() (map[string]any, error) {
	ctx, cancel := context.WithTimeout(l.t.Context(), time.Minute)
	defer cancel()
	_, text, err := l.ws.Read(ctx)
	if err != nil {
		return nil, err
	}
	var m map[string]any
	return m, json.Unmarshal(text, &m)
}

func (l *line) hear() map[string]any {
	l.t.Helper()
	m, err := l.next()
	if err != nil {
		l.t.Fatal(err)
	}
	return m
}

// until reads on to a message that a condition takes.
func (l *line) until(take func(map[string]any) bool) map[string]any {
	l.t.Helper()
	for {
		if m := l.hear(); take(m) {
			return m
		}
	}
}

func TestMarketStreams(t *testing.T) {
	g := newRig(t, nil)
	l := g.dial(g.at.Stream + "/ws/0")
	l.send(`{"method":"SUBSCRIBE","params":["btcusdt@kline_1m","btcusdt@trade","btcusdt@aggTrade","btcusdt@bookTicker","btcusdt@depth","btcusdt@depth5","btcusdt@ticker"],"id":7}`)
	if m := l.hear(); m["id"] != 7.0 || m["result"] != nil || m["error"] != nil {
		t.Fatal(m)
	}
	g.clock.Advance(time.Minute)
	seen := map[string]bool{}
	lastDepth := 0.0
	closed := l.until(func(m map[string]any) bool {
		name, _ := m["e"].(string)
		seen[name] = true
		if name == "depthUpdate" {
			if lastDepth != 0 && m["U"] != lastDepth+1 {
				t.Errorf("update %v after %v", m["U"], lastDepth)
			}
			lastDepth = m["u"].(float64)
		}
		return name == "kline" && m["k"].(map[string]any)["x"] == true
	})
	k := closed["k"].(map[string]any)
	if closed["E"] != 1600000260000.0 || k["t"] != 1600000200000.0 || k["T"] != 1600000259999.0 || k["h"] != "110.00000000" || k["v"] != "123.45600000" {
		t.Errorf("%+v", closed)
	}
	next := l.until(func(m map[string]any) bool { return m["e"] == "kline" })["k"].(map[string]any)
	if next["t"] != 1600000260000.0 || next["o"] != "100.00000000" || next["x"] != false {
		t.Errorf("the next bar does not open: %+v", next)
	}
	if got := slices.Sorted(maps.Keys(seen)); !slices.Equal(got, strings.Split(",24hrTicker,aggTrade,depthUpdate,kline,trade", ",")) { // bookTicker and depth5 have no name
		t.Errorf("%q", got)
	}
	l.send(`{"method":"LIST_SUBSCRIPTIONS","id":"x"}`)
	if list := l.until(func(m map[string]any) bool { return m["id"] == "x" })["result"].([]any); len(list) != 7 {
		t.Error(list)
	}
	for _, bad := range []string{`{"method":"SUBSCRIBE","params":["xrpusdt@trade"],"id":1}`, `{"method":"SHOUT","id":1}`, `{`} {
		l.send("%s", bad)
		if m := l.until(func(m map[string]any) bool { return m["e"] == nil && m["u"] == nil && m["lastUpdateId"] == nil }); m["error"] == nil {
			t.Errorf("%s: %v", bad, m)
		}
	}
}

// A book that starts from REST and takes the changes is the book that REST tells later.
func TestDepthFollows(t *testing.T) {
	g := newRig(t, nil)
	l := g.dial(g.at.Stream + "/stream?streams=btcusdt@depth@100ms")
	type rest struct {
		LastUpdateId float64
		Bids, Asks   [][2]string
	}
	first := into[rest](t, g.get("depth", "symbol=BTCUSDT&limit=1000"))
	book := [2]map[string]string{{}, {}}
	for side, levels := range [2][][2]string{first.Bids, first.Asks} {
		for _, level := range levels {
			book[side][level[0]] = level[1]
		}
	}
	g.clock.Advance(5 * time.Minute)
	at := first.LastUpdateId
	for range 60 {
		m := l.hear()
		if m["stream"] != "btcusdt@depth@100ms" {
			t.Fatal(m)
		}
		change := m["data"].(map[string]any)
		if change["u"].(float64) <= at {
			continue
		}
		at = change["u"].(float64)
		for side, name := range [2]string{"b", "a"} {
			for _, level := range change[name].([]any) {
				price, quantity := level.([]any)[0].(string), level.([]any)[1].(string)
				if book[side][price] = quantity; quantity == "0.00000000" {
					delete(book[side], price)
				}
			}
		}
	}
	last := into[rest](t, g.get("depth", "symbol=BTCUSDT&limit=1000"))
	for side, levels := range [2][][2]string{last.Bids, last.Asks} {
		if at != last.LastUpdateId || len(levels) != len(book[side]) {
			t.Fatalf("at %v, %d levels; REST says %v, %d", at, len(book[side]), last.LastUpdateId, len(levels))
		}
		for _, level := range levels {
			if book[side][level[0]] != level[1] {
				t.Errorf("%s: %s, REST says %s", level[0], book[side][level[0]], level[1])
			}
		}
	}
}

// account subscribes to the account, signed with HMAC.
func (g *rig) account() *line {
	g.t.Helper()
	l := g.dial(g.at.API)
	at := strconv.FormatInt(int64(g.clock.Now())/1e6, 10)
	l.send(`{"id":"s","method":"userDataStream.subscribe.signature","params":{"apiKey":"test-key","timestamp":%s,"signature":"%s"}}`,
		at, sign("apiKey=test-key&timestamp="+at))
	if m := l.hear(); m["status"] != 200.0 || m["result"].(map[string]any)["subscriptionId"] != 0.0 {
		g.t.Fatal(m)
	}
	return l
}

func TestAccountStream(t *testing.T) {
	g := newRig(t, nil)
	l := g.account()
	into[order](t, g.private("POST", "order", "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=99&newClientOrderId=a"))
	into[order](t, g.private("POST", "order", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=2&newClientOrderId=b"))
	into[order](t, g.private("DELETE", "order", "symbol=BTCUSDT&origClientOrderId=a&newClientOrderId=c"))
	if err := g.venue.Move("ETH", amount("3")); err != nil {
		t.Fatal(err)
	}
	var said []string
	for len(said) < 9 {
		m := l.hear()
		e := m["event"].(map[string]any)
		switch e["e"] {
		case "executionReport":
			said = append(said, fmt.Sprint(e["c"], " ", e["C"], " ", e["x"], " ", e["X"], " ", e["l"], " at ", e["L"], " fee ", e["n"], " ", e["N"]))
		case "outboundAccountPosition":
			var list []string
			for _, b := range e["B"].([]any) {
				b := b.(map[string]any)
				list = append(list, fmt.Sprint(b["a"], " ", b["f"], " ", b["l"]))
			}
			said = append(said, strings.Join(list, ", "))
		default:
			said = append(said, fmt.Sprint(e["e"], " ", e["a"], " ", e["d"]))
		}
	}
	want := []string{
		"a  NEW NEW 0.00000000 at 0.00000000 fee 0 <nil>",
		"BTC 0.00000000 0.00000000, USDT 9901.00000000 99.00000000",
		"b  NEW NEW 0.00000000 at 0.00000000 fee 0 <nil>",
		"b  TRADE FILLED 2.00000000 at 100.01000000 fee 0.00200000 BTC",
		"BTC 1.99800000 0.00000000, USDT 9700.98000000 99.00000000",
		"c a CANCELED CANCELED 0.00000000 at 0.00000000 fee 0 <nil>",
		"BTC 1.99800000 0.00000000, USDT 9799.98000000 0.00000000",
		"balanceUpdate ETH 3.00000000",
		"ETH 3.00000000 0.00000000",
	}
	if !slices.Equal(said, want) {
		t.Errorf("%q", said)
	}
}

// A session that is logged on with Ed25519 asks without signing; one with HMAC cannot.
func TestSession(t *testing.T) {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	g := newRig(t, func(c *wire.Config) { c.Keys = []wire.Key{wire.TestKey(), {ID: "ed", Public: public}} })
	l := g.dial(g.at.API)
	ask := func(key, signature string) map[string]any {
		l.send(`{"id":1,"method":"session.logon","params":{"apiKey":"%s","timestamp":1600000200000,"signature":"%s"}}`, key, signature)
		return l.hear()
	}
	if m := ask("test-key", sign("apiKey=test-key&timestamp=1600000200000")); m["status"] != 400.0 || m["error"].(map[string]any)["code"] != -4056.0 {
		t.Error(m)
	}
	signature := base64.StdEncoding.EncodeToString(ed25519.Sign(private, []byte("apiKey=ed&timestamp=1600000200000")))
	if m := ask("ed", signature); m["status"] != 200.0 || m["result"].(map[string]any)["apiKey"] != "ed" {
		t.Fatal(m)
	}
	l.send(`{"id":2,"method":"order.place","params":{"symbol":"BTCUSDT","side":"BUY","type":"MARKET","quantity":"1","timestamp":1600000200000}}`)
	if m := l.hear(); m["status"] != 200.0 || m["result"].(map[string]any)["status"] != "FILLED" {
		t.Error(m)
	}
	l.send(`{"id":3,"method":"userDataStream.subscribe"}`)
	if m := l.hear(); m["status"] != 200.0 {
		t.Error(m)
	}
	l.send(`{"id":4,"method":"order.status","params":{"symbol":"BTCUSDT","orderId":77}}`)
	if m := l.hear(); m["status"] != 400.0 || m["error"].(map[string]any)["code"] != -2013.0 {
		t.Error(m)
	}
	l.send(`{"id":5,"method":"no.such"}`)
	if m := l.hear(); m["status"] == 200.0 {
		t.Error(m)
	}
}

// Bars of five minutes are made of those of one.
func TestLongerKlines(t *testing.T) {
	g := newRig(t, nil)
	l := g.dial(g.at.Stream + "/ws/btcusdt@kline_5m")
	for range 5 {
		g.clock.Advance(time.Minute)
	}
	m := l.until(func(m map[string]any) bool { return m["k"].(map[string]any)["x"] == true })
	if k := m["k"].(map[string]any); k["v"] != "617.28000000" || k["i"] != "5m" || fund.Time(k["t"].(float64)*1e6)%fund.Time(5*time.Minute) != 0 {
		t.Errorf("%+v", m)
	}
}
