package binance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

func TestPlace(t *testing.T) {
	r := newRig(t)
	r.says("POST /api/v3/order", 200, filled())
	got, err := r.driver(t).Place(background(t), wish())
	if err != nil {
		t.Fatal(err)
	}
	want := venues.Status{Order: wish(), VenueID: "28", State: venues.Filled, Done: amount("0.5"), Cash: amount("9999"), At: 1507725176595e6,
		Fills: []venues.Execution{{Trade: 56, ClientID: "fund-1", VenueID: "28", Instrument: "BTC/USDT", Side: fund.Buy, Quantity: amount("0.5"), Price: amount("19998"), Cash: amount("9999"),
			Fee: amount("0.0005"), FeeAsset: "BTC", At: 1507725176595e6}}}
	same(t, "status", got, want)
	sent := r.to("POST /api/v3/order")
	if len(sent) != 1 || sent[0].raw != "" || sent[0].key != docKey {
		t.Fatalf("%+v", sent)
	}
	payload, signature, _ := strings.Cut(sent[0].body, "&signature=")
	sign, _ := signerOf(venues.NewKey(docKey, docSecret))
	if signature != sign(payload) {
		t.Errorf("signature of %s", payload)
	}
	at, err := strconv.ParseInt(sent[0].form.Get("timestamp"), 10, 64)
	if age := time.Since(time.UnixMilli(at)); err != nil || age < -time.Second || age > time.Minute {
		t.Errorf("timestamp %d: %v", at, err)
	}
	const begins = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=IOC&quantity=0.5&price=20000&newClientOrderId=fund-1&newOrderRespType=FULL&recvWindow=5000&timestamp="
	if !strings.HasPrefix(payload, begins) {
		t.Error(payload)
	}
}

func TestPlaceRefusesWithoutSending(t *testing.T) {
	r := newRig(t)
	d := r.driver(t)
	for what, change := range map[string]func(o *venues.Order){
		"does not list":   func(o *venues.Order) { o.Instrument = "XRP/USDT" },
		"36 letters":      func(o *venues.Order) { o.ClientID = "with a space" },
		"LOT_SIZE":        func(o *venues.Order) { o.Quantity = amount("0.000009") },
		"PRICE_FILTER":    func(o *venues.Order) { o.Limit = amount("1000000.01") },
		"NOTIONAL":        func(o *venues.Order) { o.Limit = amount("9.99") },
		"of kind":         func(o *venues.Order) { o.Kind = "stop" },
		"with the limit":  func(o *venues.Order) { o.Kind = venues.Market },
		"limit 0":         func(o *venues.Order) { o.Limit = fund.Amount{} },
		"MARKET_LOT_SIZE": func(o *venues.Order) { o.Kind, o.Limit, o.Quantity = venues.Market, fund.Amount{}, amount("101") },
	} {
		o := wish()
		change(&o)
		_, err := d.Place(background(t), o)
		if d.Classify(err) != venues.Refused || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if n := len(r.to("POST /api/v3/order")); n > 0 {
		t.Errorf("%d orders sent", n)
	}
}

// TestClasses answers requests in every way that a venue may, and looks at what the driver makes of it.
func TestClasses(t *testing.T) {
	said := func(code int, message string) string { return fmt.Sprintf(`{"code":%d,"msg":%q}`, code, message) }
	for _, c := range []struct {
		status     int
		text       string
		headers    []string
		place, ask venues.Class // of a new order, and of a question
		wait       time.Duration
	}{
		{400, said(-1013, "Filter failure: LOT_SIZE"), nil, venues.Refused, venues.Refused, 0},
		{400, said(-2010, "Account has insufficient balance for requested action."), nil, venues.Refused, venues.Refused, 0},
		{400, said(-2010, "Duplicate order sent."), nil, venues.Refused, venues.Refused, 0},
		{400, said(-2011, "Unknown order sent."), nil, venues.Refused, venues.Refused, 0},
		{400, said(-1021, "Timestamp for this request is outside of the recvWindow."), nil, venues.Retry, venues.Retry, 0},
		{400, said(-1102, "Mandatory parameter"), nil, venues.Refused, venues.Refused, 0},
		{429, said(-1003, "Too much request weight used"), []string{"Retry-After", "7"}, venues.RateLimited, venues.RateLimited, 7 * time.Second},
		{418, said(-1003, "Way too much"), []string{"Retry-After", "3600"}, venues.RateLimited, venues.RateLimited, time.Hour},
		{418, said(-1003, "IP banned"), nil, venues.RateLimited, venues.RateLimited, 2 * time.Minute},
		{418, "", []string{"Retry-After", "9"}, venues.RateLimited, venues.RateLimited, 9 * time.Second},
		{429, said(-1015, "Too many new orders; current limit is 50 orders per 10 SECOND."), nil, venues.RateLimited, venues.RateLimited, 10 * time.Second},
		{400, said(-1003, "Too many requests queued."), nil, venues.RateLimited, venues.RateLimited, time.Minute},
		{500, "", nil, venues.Ambiguous, venues.Retry, 0},
		{502, "<html>bad gateway</html>", nil, venues.Ambiguous, venues.Retry, 0},
		{503, said(-1008, "Server is currently overloaded"), nil, venues.Ambiguous, venues.Retry, 0},
		{400, said(-1006, "An unexpected response"), nil, venues.Ambiguous, venues.Retry, 0},
		{400, said(-1007, "Timeout waiting"), nil, venues.Ambiguous, venues.Retry, 0},
		{400, said(-1000, "An unknown error"), nil, venues.Ambiguous, venues.Retry, 0},
		{408, "", nil, venues.Ambiguous, venues.Retry, 0},
		{401, said(-2014, "API-key format invalid."), nil, venues.Fatal, venues.Fatal, 0},
		{401, said(-2015, "Invalid API-key, IP, or permissions for action."), nil, venues.Fatal, venues.Fatal, 0},
		{400, said(-1022, "Signature for this request is not valid."), nil, venues.Fatal, venues.Fatal, 0},
		{451, "", nil, venues.Fatal, venues.Fatal, 0},
		{403, "<html>WAF</html>", nil, venues.RateLimited, venues.RateLimited, time.Minute},
		{404, "", nil, venues.Fatal, venues.Fatal, 0},
		{302, "", []string{"Location", "http://127.0.0.1:1/"}, venues.Fatal, venues.Fatal, 0},
		{200, "not JSON", nil, venues.Ambiguous, venues.Retry, 0},
		{200, `{"symbol":"BTCUSDT"}`, nil, venues.Ambiguous, venues.Retry, 0},
	} {
		what := fmt.Sprintf("%d %s", c.status, c.text)
		r := newRig(t)
		r.says("POST /api/v3/order", c.status, c.text, c.headers...)
		r.says("GET /api/v3/account", c.status, c.text, c.headers...)
		d := r.driver(t)
		_, err := d.Place(background(t), wish())
		if got := d.Classify(err); got != c.place || (venues.WaitOf(err)-c.wait).Abs() > 10*time.Second {
			t.Errorf("%s: %s %s, want %s %s: %v", what, got, venues.WaitOf(err), c.place, c.wait, err)
		}
		d = r.driver(t)
		_, err = d.Balances(background(t))
		if got := d.Classify(err); got != c.ask || err == nil {
			t.Errorf("%s: a question is %s, want %s", what, got, c.ask)
		}
		holdsNoSecret(t, err.Error())
		if n := len(r.to("POST /api/v3/order")); n != 1 {
			t.Errorf("%s: sent %d times", what, n)
		}
	}
}

func TestUnknownOrder(t *testing.T) {
	r := newRig(t)
	r.says("GET /api/v3/order", 400, `{"code":-2013,"msg":"Order does not exist."}`)
	r.says("DELETE /api/v3/order", 400, `{"code":-2011,"msg":"Unknown order sent."}`)
	d := r.driver(t)
	if _, err := d.Order(background(t), "BTC/USDT", "fund-1"); !errors.Is(err, venues.ErrUnknown) || d.Classify(err) != venues.Refused {
		t.Error(err)
	}
	if err := d.Cancel(background(t), "BTC/USDT", "fund-1"); errors.Is(err, venues.ErrUnknown) || d.Classify(err) != venues.Refused {
		t.Error(err) // an order that was filled is as unknown to a cancellation as one that never was
	}
	r.says("GET /api/v3/order", 400, `{"code":-2026,"msg":"Order was canceled or expired with no executed qty over 90 days ago and has been archived."}`)
	if _, err := d.Order(background(t), "BTC/USDT", "fund-1"); !errors.Is(err, venues.ErrUnknown) {
		t.Error(err) // it is over, and nothing of it filled
	}
}

// TestLostAnswers breaks connections at several places.
func TestLostAnswers(t *testing.T) {
	r := newRig(t)
	cut := func(w http.ResponseWriter, answer string) {
		conn, buffered, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		buffered.WriteString(answer)
		buffered.Flush()
		conn.Close()
	}
	for what, answer := range map[string]string{"no answer": "", "half an answer": "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + filled()[:50]} {
		broken := func(w http.ResponseWriter, _ *http.Request) { cut(w, answer) }
		for _, method := range []string{"POST", "DELETE", "GET"} {
			r.does(method+" /api/v3/order", broken)
		}
		d := r.driver(t)
		before := len(r.to("POST /api/v3/order"))
		_, err := d.Place(background(t), wish())
		if d.Classify(err) != venues.Ambiguous {
			t.Errorf("%s: %v", what, err)
		}
		holdsNoSecret(t, err.Error())
		if n := len(r.to("POST /api/v3/order")) - before; n != 1 {
			t.Errorf("%s: sent %d times", what, n)
		}
		if err := d.Cancel(background(t), "BTC/USDT", "fund-1"); d.Classify(err) != venues.Ambiguous {
			t.Errorf("%s: cancel: %v", what, err)
		}
		_, err = d.Order(background(t), "BTC/USDT", "fund-1")
		if d.Classify(err) != venues.Retry {
			t.Errorf("%s: ask: %v", what, err)
		}
		holdsNoSecret(t, err.Error())
	}
}

// TestNothingSent: an order for which there is no connection has reached nobody, and may be sent again.
func TestNothingSent(t *testing.T) {
	r := newRig(t)
	r.says("GET /api/v3/account", 200, `{"balances":[]}`)
	d := r.driver(t)
	if _, err := d.Balances(background(t)); err != nil { // so that the order needs no question before it
		t.Fatal(err)
	}
	if _, err := d.Symbols(background(t)); err != nil {
		t.Fatal(err)
	}
	d.client.CloseIdleConnections()
	r.Close()
	_, err := d.Place(background(t), wish())
	if d.Classify(err) != venues.Retry || !strings.Contains(err.Error(), "POST /api/v3/order: dial") {
		t.Errorf("%s: %v", d.Classify(err), err)
	}
	holdsNoSecret(t, err.Error())
}

func TestContextEnds(t *testing.T) {
	r := newRig(t)
	free := make(chan struct{})
	t.Cleanup(func() { close(free) })
	ctx, cancel := context.WithCancel(background(t))
	defer cancel()
	r.does("POST /api/v3/order", func(http.ResponseWriter, *http.Request) { // it ends when the order is there
		cancel()
		<-free
	})
	d := r.driver(t)
	if _, err := d.Symbols(background(t)); err != nil {
		t.Fatal(err)
	}
	if err := d.ready(background(t)); err != nil {
		t.Fatal(err)
	}
	_, err := d.Place(ctx, wish())
	if !errors.Is(err, context.Canceled) || d.Classify(err) != venues.Ambiguous {
		t.Error(err)
	}
	holdsNoSecret(t, err.Error())
}

// TestLeftAlone: after a venue has said how long it wants to be left alone, nothing is sent to it.
func TestLeftAlone(t *testing.T) {
	for _, c := range []struct {
		status  int
		message string
		headers []string
		wait    time.Duration
	}{
		{418, "IP banned", []string{"Retry-After", "3600"}, time.Hour},
		{429, "IP banned", []string{"Retry-After", "3600"}, time.Hour},
		{418, fmt.Sprintf("Way too much request weight used; IP banned until %d. Please use WebSocket Streams.", time.Now().Add(time.Hour).UnixMilli()), nil, time.Hour},
		{418, "IP banned", nil, 2 * time.Minute},
		{429, "Too much request weight used.", nil, time.Minute},
	} {
		r := newRig(t)
		d := r.driver(t)
		r.says("GET /api/v3/account", 200, `{"balances":[]}`)
		if _, err := d.Balances(background(t)); err != nil { // so that nothing has to be asked before a stream is opened
			t.Fatal(err)
		}
		if _, err := d.Symbols(background(t)); err != nil {
			t.Fatal(err)
		}
		r.says("GET /api/v3/account", c.status, `{"code":-1003,"msg":"`+c.message+`"}`, c.headers...)
		alone := func(what string, err error) {
			t.Helper()
			if wait := venues.WaitOf(err); d.Classify(err) != venues.RateLimited || wait > c.wait || wait < c.wait/2 { // half of it did not pass meanwhile
				t.Errorf("%d %s: %s: %v, to wait %v", c.status, c.message, what, err, wait)
			}
		}
		_, err := d.Balances(background(t))
		alone("the answer", err)
		r.says("GET /api/v3/account", 200, `{"balances":[]}`)
		_, err = d.Balances(background(t))
		alone("balances", err)
		_, err = d.Now(background(t))
		alone("the time", err)
		_, err = d.Account(background(t))
		alone("the account's stream", err)
		_, err = d.Market(background(t), []string{"BTC/USDT"}, time.Minute)
		alone("the market's stream", err)
		if n := len(r.to("GET /api/v3/account")); n != 2 {
			t.Errorf("asked %d times", n)
		}
		d.limits.mu.Lock()
		d.limits.until = time.Now()
		d.limits.mu.Unlock()
		if _, err := d.Balances(background(t)); err != nil {
			t.Errorf("when it is over: %v", err)
		}
	}
}

// TestLeftAloneAfterRestart: who begins again within a ban asks nothing, not even the time, until it is over.
func TestLeftAloneAfterRestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "waits.json")
	r := newRig(t)
	begun := func() *Driver {
		waits, err := venues.ReadWaits(path)
		if err != nil {
			t.Fatal(err)
		}
		d, err := New(Config{REST: r.URL, Key: venues.NewKey(docKey, docSecret), Waits: waits})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	d := begun()
	r.says("GET /api/v3/account", 418, `{"code":-1003,"msg":"IP banned"}`, "Retry-After", "3600")
	if _, err := d.Balances(background(t)); venues.WaitOf(err) != time.Hour {
		t.Fatal(err)
	}
	before := len(r.asked)
	d = begun()
	if _, err := d.Now(background(t)); d.Classify(err) != venues.RateLimited || venues.WaitOf(err) < 30*time.Minute || venues.WaitOf(err) > time.Hour {
		t.Error(err)
	}
	if _, err := d.Balances(background(t)); d.Classify(err) != venues.RateLimited {
		t.Error(err)
	}
	if n := len(r.asked); n != before {
		t.Errorf("asked %d times more", n-before)
	}
	for text, want := range map[string]time.Duration{
		fmt.Sprintf(`{"binance":%q}`, time.Now().Add(-time.Hour).Format(time.RFC3339)):   0,
		fmt.Sprintf(`{"binance":%q}`, time.Now().AddDate(50, 0, 0).Format(time.RFC3339)): 72 * time.Hour,
		fmt.Sprintf(`{"elsewhere":%q}`, time.Now().Add(time.Hour).Format(time.RFC3339)):  0,
	} {
		os.WriteFile(path, []byte(text), 0o644)
		waits, err := venues.ReadWaits(path)
		if err != nil || max(0, waits.Left("binance")) != want {
			t.Errorf("%s: %v, want %v, %v", text, waits.Left("binance"), want, err)
		}
	}
	os.WriteFile(path, []byte("torn"), 0o644)
	if _, err := venues.ReadWaits(path); err == nil || !strings.Contains(err.Error(), path) {
		t.Error(err)
	}
}

// TestLimitsOfHeaders: what the headers count is not exceeded.
func TestLimitsOfHeaders(t *testing.T) {
	r := newRig(t)
	d := r.driver(t)
	r.says("GET /api/v3/account", 200, `{"balances":[]}`, "X-MBX-USED-WEIGHT-1M", "5985", "X-MBX-USED-WEIGHT", "5985")
	if _, err := d.Balances(background(t)); err != nil {
		t.Fatal(err)
	}
	now, _ := d.clock.now()
	if left := d.limits.wait(now, 20, false); left <= 0 || left > time.Minute {
		t.Errorf("wait %s for what the minute has no weight left for", left)
	}
	if left := d.limits.wait(now.Floor(time.Minute).Add(time.Minute), 20, false); left != 0 {
		t.Errorf("wait %s in the next minute", left)
	}
	if left := d.limits.wait(now, 1, false); left != 0 {
		t.Errorf("wait %s for what there is weight for", left)
	}
	d.limits.told(http.Header{"X-Mbx-Order-Count-10s": {"50"}, "X-Mbx-Used-Weight-1m": {"1"}}, now)
	if _, err := d.Symbols(background(t)); err != nil { // now the limits are known
		t.Fatal(err)
	}
	if left := d.limits.wait(now, 1, true); left <= 0 || left > 10*time.Second {
		t.Errorf("wait %s for an order too many", left)
	}
	if left := d.limits.wait(now, 1, false); left != 0 {
		t.Errorf("wait %s for a question", left)
	}
	for _, u := range d.Usage() {
		if u.Kind == Orders && u.Interval < time.Hour && (u.Used != 50 || u.Limit != 50 || u.Interval != 10*time.Second) {
			t.Errorf("%+v", u)
		}
	}
}

// TestClockSkew: the venue's clock differs from ours, and jumps.
func TestClockSkew(t *testing.T) {
	r := newRig(t)
	d := r.driver(t)
	skew := -time.Hour
	r.does("GET /api/v3/time", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"serverTime":%d}`, time.Now().Add(skew).UnixMilli())
	})
	r.does("GET /api/v3/account", func(w http.ResponseWriter, h *http.Request) {
		at, _ := strconv.ParseInt(h.URL.Query().Get("timestamp"), 10, 64)
		if off := time.Since(time.UnixMilli(at)) + skew; off.Abs() > time.Minute {
			w.WriteHeader(400)
			io.WriteString(w, `{"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."}`)
			return
		}
		io.WriteString(w, `{"balances":[]}`)
	})
	if _, err := d.Balances(background(t)); err != nil {
		t.Error(err)
	}
	skew = 2 * time.Hour
	if _, err := d.Balances(background(t)); d.Classify(err) != venues.Retry {
		t.Error(err)
	}
	if _, err := d.Balances(background(t)); err != nil {
		t.Error(err)
	}
	if n := len(r.to("GET /api/v3/time")); n != 2 {
		t.Errorf("asked for the time %d times", n)
	}
}

func TestNoSecrets(t *testing.T) {
	r := newRig(t)
	d := r.driver(t)
	r.does("POST /api/v3/order", func(w http.ResponseWriter, h *http.Request) { // a proxy that tells all it saw
		w.WriteHeader(400)
		body, _ := io.ReadAll(h.Body)
		fmt.Fprintf(w, "<html>%s %s %s</html>", h.Header.Get("X-MBX-APIKEY"), docSecret, body)
	})
	_, err := d.Place(background(t), wish())
	for _, text := range []string{err.Error(), fmt.Sprintf("%v %+v %#v", d, d, d)} {
		if strings.Contains(text, docKey) || strings.Contains(text, docSecret) {
			t.Error(text)
		}
	}
	for before := range 200 { // what is cut off an answer that is too long leaves no part of one
		r.does("GET /api/v3/account", func(w http.ResponseWriter, h *http.Request) {
			w.WriteHeader(404)
			fmt.Fprintf(w, "%s%s was not found with %s", strings.Repeat("x", before), h.URL, h.Header.Get("X-MBX-APIKEY"))
		})
		_, err := d.Balances(background(t))
		signature := r.to("GET /api/v3/account")[before].form.Get("signature")
		for _, secret := range []string{docKey[:8], docSecret[:8], signature[:8]} {
			if strings.Contains(err.Error(), secret) {
				t.Fatalf("%s in %v", secret, err)
			}
		}
	}
	if _, err := New(Config{REST: "http://user:" + docSecret + "@host", Key: venues.NewKey("a", "b")}); err == nil || strings.Contains(err.Error(), docSecret) {
		t.Error(err)
	}
}

func TestAddresses(t *testing.T) {
	key := venues.NewKey("a", "b")
	for _, c := range []struct {
		Config
		rest, stream, api string // "": refused
	}{
		{Config{}, "https://api.binance.com", "wss://stream.binance.com:9443", "wss://ws-api.binance.com:443/ws-api/v3"},
		{Config{Testnet: true, Key: key}, "https://testnet.binance.vision", "wss://stream.testnet.binance.vision", "wss://ws-api.testnet.binance.vision/ws-api/v3"},
		{Config{REST: "http://127.0.0.1:80/", Key: key}, "http://127.0.0.1:80", "ws://127.0.0.1:80", "ws://127.0.0.1:80/ws-api/v3"},
		{Config{REST: "https://h/x", Stream: "wss://s/", API: "wss://a/b"}, "https://h/x", "wss://s", "wss://a/b"},
		{Config{REST: "http://api.example"}, "http://api.example", "ws://api.example", "ws://api.example/ws-api/v3"},
		{Config{REST: "http://api.example", Key: key}, "", "", ""},
		{Config{Stream: "ws://api.example", Key: key}, "", "", ""},
		{Config{REST: "ftp://api.example"}, "", "", ""},
		{Config{Stream: "https://api.example"}, "", "", ""},
		{Config{REST: "https://api.example?a=b"}, "", "", ""},
		{Config{Window: 61 * time.Second}, "", "", ""},
		{Config{Window: time.Microsecond}, "", "", ""},
	} {
		d, err := New(c.Config)
		if c.rest == "" {
			if err == nil {
				t.Errorf("%+v is taken", c.Config)
			}
			continue
		}
		if err != nil || d.rest != c.rest || d.stream != c.stream || d.api != c.api {
			t.Errorf("%+v: %v %+v", c.Config, err, d)
		}
	}
}

func TestKeysThatMayWithdraw(t *testing.T) {
	r := newRig(t)
	r.says("GET "+restrictions, 200, `{"enableWithdrawals":true,"enableReading":true}`)
	r.says("POST /api/v3/order", 200, filled())
	d := r.driver(t)
	for range 2 {
		if _, err := d.Place(background(t), wish()); d.Classify(err) != venues.Fatal || !strings.Contains(err.Error(), "may withdraw") {
			t.Error(err)
		}
		if _, err := d.Account(background(t)); d.Classify(err) != venues.Fatal || !strings.Contains(err.Error(), "may withdraw") {
			t.Error(err)
		}
	}
	if n := len(r.to("POST /api/v3/order")); n > 0 {
		t.Error("an order was sent")
	}
	r.says("GET "+restrictions, 200, `{}`)
	if _, err := d.Place(background(t), wish()); d.Classify(err) != venues.Retry || !strings.Contains(err.Error(), "enableWithdrawals is missing") {
		t.Error(err)
	}
	r.says("GET "+restrictions, 404, ``)
	if _, err := d.Place(background(t), wish()); err != nil { // this machine's server lacks the question
		t.Error(err)
	}
	asked := len(r.to("GET " + restrictions))
	if _, err := d.Place(background(t), wish()); err != nil || len(r.to("GET "+restrictions)) != asked {
		t.Errorf("asked again: %v", err)
	}
}

// TestKeysThatMayMoveMoney: a key that may do more than read and trade spot is refused, and told what it may.
func TestKeysThatMayMoveMoney(t *testing.T) {
	r := newRig(t)
	r.says("GET /api/v3/account", 200, `{"balances":[]}`)
	for _, field := range []string{"enableInternalTransfer", "permitsUniversalTransfer", "enableMargin", "enablePortfolioMarginTrading", "enableFutures", "enableVanillaOptions"} {
		d := r.driver(t)
		r.says("GET "+restrictions, 200, fmt.Sprintf(`{"enableWithdrawals":false,"enableReading":true,"enableSpotAndMarginTrading":true,%q:true}`, field))
		if _, err := d.Balances(background(t)); d.Classify(err) != venues.Fatal || !strings.Contains(err.Error(), field) {
			t.Errorf("%s: %v", field, err)
		}
		r.says("GET "+restrictions, 200, fmt.Sprintf(`{"enableWithdrawals":false,"enableReading":true,"enableSpotAndMarginTrading":true,%q:false}`, field))
		if _, err := d.Balances(background(t)); err != nil {
			t.Errorf("%s: %v", field, err)
		}
	}
	r.says("GET "+restrictions, 200, `{"enableWithdrawals":false,"enableMargin":"no"}`)
	d := r.driver(t)
	if _, err := d.Balances(background(t)); d.Classify(err) != venues.Retry {
		t.Error(err)
	}
}

// TestNobodyTellsOfWithdrawals: away from this machine and the testnet a venue must tell what a key may do.
func TestNobodyTellsOfWithdrawals(t *testing.T) {
	r := newRig(t)
	r.says("GET "+restrictions, 404, ``)
	r.says("GET /api/v3/account", 200, `{"balances":[]}`)
	for testnet, want := range map[bool]venues.Class{false: venues.Fatal, true: ""} {
		d := r.driver(t)
		d.testnet, d.rest = testnet, "http://venue.example"
		d.client.Transport.(*http.Transport).DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, strings.TrimPrefix(r.URL, "http://"))
		}
		_, err := d.Balances(background(t))
		if want == "" && err != nil || want != "" && d.Classify(err) != want {
			t.Errorf("testnet %t: %v", testnet, err)
		}
	}
}

// TestTimesOnTheWay: the venue's time was right in the middle of question and answer.
func TestTimesOnTheWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c clock
		asked := time.Now()
		c.set(1000e9, asked, asked.Add(2*time.Second))
		time.Sleep(5 * time.Second)
		if now, known := c.now(); !known || now != fund.Time(1004e9) {
			t.Errorf("%s, want 16m44s", time.Duration(now))
		}
	})
}

// TestFastClock: a simulated venue's clock runs sixty times as fast.
func TestFastClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c clock
		if c.least() != 0 {
			t.Error("a time that was never told")
		}
		told := func(their fund.Time) { c.set(their, time.Now(), time.Now()) }
		told(0)
		time.Sleep(time.Second)
		told(fund.Time(60e9))
		time.Sleep(2 * time.Second)
		if now, _ := c.now(); now != fund.Time(180e9) {
			t.Errorf("%s, want 3m", time.Duration(now))
		}
		if least := c.least(); least != fund.Time(62e9) {
			t.Errorf("at least %s, want 1m2s", time.Duration(least))
		}
		told(fund.Time(62e9))
		if c.speed != 1 {
			t.Errorf("speed %g of a clock like ours", c.speed)
		}
		c.forget()
		if now, known := c.now(); known || now != fund.Time(62e9) {
			t.Errorf("%s, known %t", time.Duration(now), known)
		}
		time.Sleep(time.Second)
		told(fund.Time(363e9)) // its clock was put right, which makes it no faster
		if now, known := c.now(); !known || now != fund.Time(363e9) || c.speed != 1 {
			t.Errorf("%s, known %t, speed %g", time.Duration(now), known, c.speed)
		}
	})
}

// TestSlowAnswers: what an answer takes on its way makes no clock fast, nor a bar final that is not.
func TestSlowAnswers(t *testing.T) {
	r := newRig(t)
	d := r.driver(t)
	began := time.Now().Add(-time.Hour)
	venue := fund.Time(1704067200e9)
	d.clock.set(venue, began, began.Add(2*time.Second)) // on its way back for all of them
	d.clock.set(venue.Add(2250*time.Millisecond), began.Add(2250*time.Millisecond), began.Add(2250*time.Millisecond))
	if d.clock.speed != 1 {
		t.Errorf("speed %g", d.clock.speed)
	}
	d.clock.speed = 3 // which an answer in that hour would have shown to be wrong
	now := venue.Add(time.Hour)
	r.says("GET /api/v3/time", 200, fmt.Sprintf(`{"serverTime":%d}`, int64(now)/1e6))
	r.says("GET /api/v3/klines", 200, fmt.Sprintf(`[[%d,"1","1","1","1","1",0,"0",0,"0","0","0"],[%d,"1","1","1","1","1",0,"0",0,"0","0","0"]]`,
		int64(now.Add(-time.Minute))/1e6, int64(now)/1e6))
	bars, err := d.Bars(background(t), "BTC/USDT", time.Minute, now.Add(-time.Minute), now.Add(time.Minute))
	if err != nil || len(bars) != 1 {
		t.Errorf("%v, %v", bars, err)
	}
}

// TestTooManyOrders: a limit of orders stops no questions and no cancellations.
func TestTooManyOrders(t *testing.T) {
	r := newRig(t)
	d := r.driver(t)
	r.says("POST /api/v3/order", 429, `{"code":-1015,"msg":"Too many new orders; current limit is 200000 orders per 1 DAY."}`, "X-MBX-ORDER-COUNT-1D", "200000")
	r.says("DELETE /api/v3/order", 200, filled())
	if _, err := d.Place(background(t), wish()); d.Classify(err) != venues.RateLimited || !venues.OrdersOnly(err) {
		t.Error(err)
	}
	if err := d.Cancel(background(t), "BTC/USDT", "fund-1"); err != nil {
		t.Error(err)
	}
	if _, err := d.Place(background(t), wish()); d.Classify(err) != venues.RateLimited || !venues.OrdersOnly(err) || venues.WaitOf(err) <= 0 || venues.WaitOf(err) > fund.Day {
		t.Error(err)
	}
	if n := len(r.to("POST /api/v3/order")); n != 1 {
		t.Errorf("%d orders were sent", n)
	}
}
