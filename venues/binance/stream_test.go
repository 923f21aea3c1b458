package binance

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/steelyard/steelyard/venues"
)

// streams makes an endpoint of the rig a WebSocket. talk has the connection until it returns.
func (r *rig) streams(t *testing.T, path string, talk func(ctx context.Context, conn *websocket.Conn)) {
	r.does("GET "+path, func(w http.ResponseWriter, h *http.Request) {
		conn, err := websocket.Accept(w, h, nil)
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.CloseNow()
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
		defer cancel()
		talk(ctx, conn)
	})
}

func say(t *testing.T, ctx context.Context, conn *websocket.Conn, texts ...string) {
	for _, text := range texts {
		if err := conn.Write(ctx, websocket.MessageText, []byte(text)); err != nil {
			t.Error(err)
		}
	}
}

func TestMarketStream(t *testing.T) {
	r := newRig(t)
	r.says("GET /api/v3/time", 200, `{"serverTime":1000000000000}`)
	r.streams(t, "/stream", func(ctx context.Context, conn *websocket.Conn) {
		say(t, ctx, conn,
			`{"stream":"btcusdt@bookTicker","data":{"u":1,"s":"BTCUSDT","b":"1","B":"2","a":"3","A":"4"}}`,
			`{"stream":"btcusdt@kline_1h","data":{"e":"kline","E":3600000,"s":"BTCUSDT","k":{"t":0,"o":"1","h":"4","l":"0.5","c":"2","v":"7","x":true}}}`,
			`{"stream":"ethusdt@trade","data":{"e":"trade","E":5,"s":"ETHUSDT","t":9,"p":"3","q":"0.1","T":4,"m":false}}`)
		conn.Read(ctx) // until the other side has gone
	})
	s, err := r.driver(t).Market(background(t), []string{"BTC/USDT", "ETH/USDT"}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got, want := r.to("GET /stream")[0].form.Get("streams"), "btcusdt@bookTicker/btcusdt@trade/btcusdt@kline_1h/ethusdt@bookTicker/ethusdt@trade/ethusdt@kline_1h"; got != want {
		t.Error(got)
	}
	m, err := s.Next(background(t))
	if err != nil || m.At < ms(1e12) || m.At > ms(1e12+10e3) { // the clock of the venue is not ours
		t.Fatalf("%v %+v", err, m)
	}
	same(t, "quote", m.Quote, venues.Quote{Instrument: "BTC/USDT", Bid: amount("1"), BidSize: amount("2"), Ask: amount("3"), AskSize: amount("4")})
	m, err = s.Next(background(t))
	if err != nil || m.At != ms(3600000) {
		t.Fatalf("%v %+v", err, m)
	}
	same(t, "bar", m.Bar, venues.Bar{Instrument: "BTC/USDT", First: amount("1"), High: amount("4"), Low: amount("0.5"), Last: amount("2"), Volume: amount("7"), Closed: true})
	m, err = s.Next(background(t))
	if err != nil {
		t.Fatal(err)
	}
	same(t, "trade", m.Trade, venues.Trade{Instrument: "ETH/USDT", ID: 9, Price: amount("3"), Quantity: amount("0.1"), At: ms(4)})
	ctx, cancel := context.WithTimeout(background(t), 20*time.Millisecond)
	defer cancel()
	if _, err := s.Next(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestStreamsThatEnd: whatever ends a stream is an error after which another may be opened.
func TestStreamsThatEnd(t *testing.T) {
	for what, c := range map[string]struct {
		talk func(ctx context.Context, conn *websocket.Conn)
		want string
	}{
		"shutdown": {func(ctx context.Context, conn *websocket.Conn) { say(t, ctx, conn, `{"e":"serverShutdown","E":1}`) }, "ends this stream"},
		"garbage":  {func(ctx context.Context, conn *websocket.Conn) { say(t, ctx, conn, `<html>`) }, "no JSON"},
		"a field": {func(ctx context.Context, conn *websocket.Conn) {
			say(t, ctx, conn, `{"data":{"e":"trade","E":1,"s":"BTCUSDT"}}`)
		}, "field t is missing"},
		"unlisted": {func(ctx context.Context, conn *websocket.Conn) {
			say(t, ctx, conn, `{"data":{"e":"trade","E":1,"s":"XRPUSDT"}}`)
		}, "XRPUSDT"},
		"gone":    {func(context.Context, *websocket.Conn) {}, "EOF"},
		"said so": {func(_ context.Context, conn *websocket.Conn) { conn.Close(websocket.StatusGoingAway, "24 hours") }, "24 hours"},
		"nothing": {func(ctx context.Context, conn *websocket.Conn) { conn.Read(ctx) }, errSilent.Error()},
		"no requests": {func(ctx context.Context, conn *websocket.Conn) {
			say(t, ctx, conn, `{"error":{"code":3,"msg":"too many"},"id":1}`)
		}, "too many"},
	} {
		r := newRig(t)
		r.streams(t, "/stream", c.talk)
		d := r.driver(t)
		if c.want == errSilent.Error() {
			d.silence = 200 * time.Millisecond
		}
		s, err := d.Market(background(t), []string{"BTC/USDT"}, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Next(background(t))
		if d.Classify(err) != venues.Retry || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", what, err)
		}
		if _, err = s.Next(background(t)); err == nil {
			t.Errorf("%s: it goes on", what)
		}
		s.Close()
	}
}

// TestStreamsOfNewListings: what the venue listed since it was asked ends no stream.
func TestStreamsOfNewListings(t *testing.T) {
	r := newRig(t)
	r.streams(t, "/stream", func(ctx context.Context, conn *websocket.Conn) {
		say(t, ctx, conn, `{"stream":"xrpusdt@trade","data":{"e":"trade","E":1,"s":"XRPUSDT","t":9,"p":"3","q":"0.1","T":4,"m":false}}`)
		conn.Read(ctx)
	})
	d := r.driver(t)
	s, err := d.Market(background(t), []string{"BTC/USDT"}, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	r.says("GET /api/v3/exchangeInfo", 200, strings.ReplaceAll(listing(), "ETH", "XRP"))
	d.listed.mu.Lock()
	d.listed.read = d.listed.read.Add(-time.Hour)
	d.listed.mu.Unlock()
	if m, err := s.Next(background(t)); err != nil || m.Trade == nil || m.Trade.Instrument != "XRP/USDT" {
		t.Errorf("%v %+v", err, m)
	}
}

// TestPingsKeepAStream: a stream on which nothing but pings come is alive, and answers them.
func TestPingsKeepAStream(t *testing.T) {
	r := newRig(t)
	r.streams(t, "/stream", func(ctx context.Context, conn *websocket.Conn) {
		ctx = conn.CloseRead(ctx)
		for range 150 {
			time.Sleep(20 * time.Millisecond)
			if err := conn.Ping(ctx); err != nil {
				t.Error(err)
			}
		}
		say(t, ctx, conn, `{"e":"unknown","E":7}`)
		<-ctx.Done()
	})
	d := r.driver(t)
	d.silence = 2 * time.Second
	s, err := d.Market(background(t), []string{"BTC/USDT"}, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if m, err := s.Next(background(t)); err != nil || m.At != ms(7) {
		t.Errorf("%v %+v", err, m)
	}
}

func TestStreamsThatAreRefused(t *testing.T) {
	r := newRig(t)
	d := r.driver(t)
	if _, err := d.Market(background(t), nil, time.Minute); d.Classify(err) != venues.Refused {
		t.Error(err)
	}
	if _, err := d.Market(background(t), []string{"XRP/USDT"}, time.Minute); d.Classify(err) != venues.Refused {
		t.Error(err)
	}
	if _, err := d.Market(background(t), []string{"BTC/USDT"}, 7*time.Minute); d.Classify(err) != venues.Refused {
		t.Error(err)
	}
	r.says("GET /stream", 429, `{"code":-1003,"msg":"too many connections"}`, "Retry-After", "2")
	if _, err := d.Market(background(t), []string{"BTC/USDT"}, time.Minute); d.Classify(err) != venues.RateLimited || venues.WaitOf(err) != 2*time.Second {
		t.Error(err)
	}
	d = r.driver(t)
	r.says("GET /stream", 503, ``)
	if _, err := d.Market(background(t), []string{"BTC/USDT"}, time.Minute); d.Classify(err) != venues.Retry {
		t.Error(err)
	}
	d, err := New(Config{REST: r.URL})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Account(background(t)); d.Classify(err) != venues.Fatal {
		t.Error(err)
	}
	if _, err := d.Balances(background(t)); d.Classify(err) != venues.Fatal {
		t.Error(err)
	}
}

// subscription is what an account stream sends first.
type subscription struct {
	ID, Method string
	Params     struct {
		APIKey                string
		RecvWindow, Timestamp int64
		Signature             string
	}
}

func readSubscription(t *testing.T, ctx context.Context, conn *websocket.Conn) (s subscription) {
	_, text, err := conn.Read(ctx)
	if err != nil {
		t.Error(err)
	}
	if err := json.Unmarshal(text, &s); err != nil {
		t.Error(err)
	}
	return s
}

func (s subscription) payload() string {
	return fmt.Sprintf("apiKey=%s&recvWindow=%d&timestamp=%d", s.Params.APIKey, s.Params.RecvWindow, s.Params.Timestamp)
}

func TestAccountStream(t *testing.T) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	hmac, _ := signerOf(venues.NewKey(docKey, docSecret))
	for kind, key := range map[string]venues.Key{"HMAC": venues.NewKey(docKey, docSecret), "Ed25519": venues.NewKey(docKey, inPEM(t, private))} {
		r := newRig(t)
		r.streams(t, "/ws-api/v3", func(ctx context.Context, conn *websocket.Conn) {
			s := readSubscription(t, ctx, conn)
			good := s.Params.Signature == hmac(s.payload())
			if kind == "Ed25519" {
				signature, err := base64.StdEncoding.DecodeString(s.Params.Signature)
				good = err == nil && ed25519.Verify(public, []byte(s.payload()), signature)
			}
			if s.Method != "userDataStream.subscribe.signature" || !good || s.Params.APIKey != docKey || time.Since(time.UnixMilli(s.Params.Timestamp)) > time.Minute {
				t.Errorf("%s: %+v", kind, s)
			}
			say(t, ctx, conn, `{"id":"`+s.ID+`","status":200,"result":{"subscriptionId":0},"rateLimits":[]}`,
				`{"subscriptionId":0,"event":{"e":"balanceUpdate","E":8,"a":"BTC","d":"-1.5","T":7}}`,
				`{"subscriptionId":0,"event":{"e":"eventStreamTerminated","E":9}}`)
			conn.Read(ctx)
		})
		d, err := New(Config{REST: r.URL, Key: key})
		if err != nil {
			t.Fatal(err)
		}
		s, err := d.Account(background(t))
		if err != nil {
			t.Fatal(err)
		}
		m, err := s.Next(background(t))
		if err != nil {
			t.Fatal(err)
		}
		same(t, kind, m, &venues.AccountMessage{At: ms(8), Moved: &venues.Moved{Asset: "BTC", Amount: amount("-1.5"), At: ms(7)}})
		if _, err = s.Next(background(t)); !errors.Is(err, errEnding) || d.Classify(err) != venues.Retry {
			t.Error(err)
		}
		s.Close()
	}
}

func TestAccountStreamRefused(t *testing.T) {
	for answer, want := range map[string]venues.Class{
		`{"id":"1","status":401,"error":{"code":-2015,"msg":"Invalid API-key ` + docKey + `"}}`: venues.Fatal,
		`{"id":"1","status":400,"error":{"code":-1021,"msg":"Timestamp"}}`:                      venues.Retry,
		fmt.Sprintf(`{"id":"1","status":418,"error":{"code":-1003,"msg":"banned","data":{"serverTime":1,"retryAfter":%d}}}`,
			time.Now().Add(time.Hour).UnixMilli()): venues.RateLimited,
		`{"id":"1"}`: venues.Retry,
	} {
		r := newRig(t)
		r.streams(t, "/ws-api/v3", func(ctx context.Context, conn *websocket.Conn) {
			readSubscription(t, ctx, conn)
			say(t, ctx, conn, answer)
			conn.Read(ctx)
		})
		d := r.driver(t)
		_, err := d.Account(background(t))
		if d.Classify(err) != want || want == venues.RateLimited && (venues.WaitOf(err)-time.Hour).Abs() > time.Minute {
			t.Errorf("%s: %v", answer, err)
		}
		holdsNoSecret(t, err.Error())
	}
}
