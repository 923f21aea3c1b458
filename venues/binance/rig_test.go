package binance

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

// The key of Binance's documentation, which is nobody's.
const (
	docKey    = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"
	docSecret = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
)

// shared returns a file of ../shared/vectors.
func shared(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../../shared/vectors", name))
	if err != nil {
		t.Skipf("%v: the vectors are not here", err)
	}
	return text
}

// asked is what a rig was asked.
type asked struct {
	method, path string
	form         url.Values // query and body
	raw, body    string     // query, body
	key          string
	upgrade      bool
}

// rig is a venue of a few canned answers.
type rig struct {
	*httptest.Server
	mu     sync.Mutex
	asked  []asked
	answer map[string]http.HandlerFunc // by "METHOD PATH"
}

func newRig(t testing.TB) *rig {
	r := &rig{answer: map[string]http.HandlerFunc{}}
	r.Server = httptest.NewServer(http.HandlerFunc(r.serve))
	t.Cleanup(r.Close)
	r.says("GET /api/v3/exchangeInfo", 200, listing())
	r.does("GET /api/v3/time", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"serverTime":%d}`, time.Now().UnixMilli())
	})
	r.says("GET "+restrictions, 200, `{"enableWithdrawals":false,"enableReading":true}`)
	return r
}

// listing is an exchangeInfo of two symbols.
func listing() string {
	symbol := `{"symbol":"%s%s","status":"TRADING","baseAsset":"%[1]s","baseAssetPrecision":8,"quoteAsset":"%[2]s","quoteAssetPrecision":8,
		"orderTypes":["LIMIT","LIMIT_MAKER","MARKET"],"filters":[
		{"filterType":"PRICE_FILTER","minPrice":"0.01","maxPrice":"1000000","tickSize":"0.01"},
		{"filterType":"LOT_SIZE","minQty":"0.00001","maxQty":"9000","stepSize":"0.00001"},
		{"filterType":"MARKET_LOT_SIZE","minQty":"0","maxQty":"100","stepSize":"0"},
		{"filterType":"NOTIONAL","minNotional":"5","applyMinToMarket":true,"maxNotional":"9000000","applyMaxToMarket":false,"avgPriceMins":5}]}`
	return `{"rateLimits":[{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":6000},
		{"rateLimitType":"ORDERS","interval":"SECOND","intervalNum":10,"limit":50},
		{"rateLimitType":"ORDERS","interval":"DAY","intervalNum":1,"limit":200000}],"symbols":[` +
		fmt.Sprintf(symbol, "BTC", "USDT") + "," + fmt.Sprintf(symbol, "ETH", "USDT") + `]}`
}

func (r *rig) serve(w http.ResponseWriter, h *http.Request) {
	body, _ := io.ReadAll(h.Body)
	a := asked{method: h.Method, path: h.URL.Path, raw: h.URL.RawQuery, body: string(body), key: h.Header.Get("X-MBX-APIKEY"), upgrade: h.Header.Get("Upgrade") != ""}
	a.form, _ = url.ParseQuery(a.raw + "&" + a.body)
	r.mu.Lock()
	r.asked = append(r.asked, a)
	handle := r.answer[h.Method+" "+h.URL.Path]
	r.mu.Unlock()
	if handle == nil {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	handle(w, h)
}

// says makes an endpoint answer with a status, a text and headers.
func (r *rig) says(endpoint string, status int, text string, headers ...string) {
	r.does(endpoint, func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		io.WriteString(w, text)
	})
}

// does makes an endpoint answer by a handler.
func (r *rig) does(endpoint string, handle http.HandlerFunc) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer[endpoint] = handle
}

// to returns what was asked of an endpoint.
func (r *rig) to(endpoint string) (all []asked) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, a := range r.asked {
		if a.method+" "+a.path == endpoint {
			all = append(all, a)
		}
	}
	return all
}

// driver returns a driver of the rig with the key of the documentation.
func (r *rig) driver(t testing.TB) *Driver {
	t.Helper()
	d, err := New(Config{REST: r.URL, Key: venues.NewKey(docKey, docSecret)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.client.CloseIdleConnections)
	return d
}

func amount(s string) fund.Amount { return fund.MustAmount(s) }

// wish is an order that the rig's symbols take.
func wish() venues.Order {
	return venues.Order{ClientID: "fund-1", Instrument: "BTC/USDT", Side: fund.Buy, Kind: venues.Immediate, Quantity: amount("0.5"), Limit: amount("20000")}
}

// filled is the venue's answer to wish.
func filled() string {
	return `{"symbol":"BTCUSDT","orderId":28,"orderListId":-1,"clientOrderId":"fund-1","transactTime":1507725176595,"price":"20000.00","origQty":"0.50000000",
		"executedQty":"0.50000000","cummulativeQuoteQty":"9999.00","status":"FILLED","timeInForce":"IOC","type":"LIMIT","side":"BUY",
		"fills":[{"price":"19998.00","qty":"0.5","commission":"0.0005","commissionAsset":"BTC","tradeId":56}]}`
}

// same compares what a person would see of two values.
func same(t *testing.T, what string, got, want any) {
	t.Helper()
	a, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	if string(a) != string(b) {
		t.Errorf("%s:\n got %s\nwant %s", what, a, b)
	}
}

func background(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// holdsNoSecret fails if a text shows a key or a signature.
func holdsNoSecret(t *testing.T, text string) {
	t.Helper()
	for _, secret := range []string{docKey, docSecret, "signature=", "timestamp="} {
		if strings.Contains(text, secret) {
			t.Errorf("%s... in %s", secret[:5], text)
		}
	}
}
