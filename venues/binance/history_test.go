package binance

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

func number(q url.Values, name string) int64 {
	n, _ := strconv.ParseInt(q.Get(name), 10, 64)
	return n
}

// klines answers with bars of a minute from 1970 on, those of minutes 1500 to 1600 missing, up to the venue's time.
func (r *rig) klines(now int64) {
	r.says("GET /api/v3/time", 200, fmt.Sprintf(`{"serverTime":%d}`, now))
	r.does("GET /api/v3/klines", func(w http.ResponseWriter, h *http.Request) {
		q := h.URL.Query()
		var bars []string
		for t := (number(q, "startTime") + 59999) / 60000 * 60000; t <= number(q, "endTime") && t <= now && len(bars) < int(number(q, "limit")); t += 60000 {
			if t/60000 < 1500 || t/60000 >= 1600 {
				bars = append(bars, fmt.Sprintf(`[%d,"1","2","0.5","1.5","%d",%d,"1",1,"1","1","0"]`, t, t/60000, t+59999))
			}
		}
		fmt.Fprintf(w, "[%s]", strings.Join(bars, ","))
	})
}

func TestBars(t *testing.T) {
	r := newRig(t)
	r.klines(3000 * 60000) // at the opening of minute 3000
	d := r.driver(t)
	minute := func(n int64) fund.Time { return ms(n * 60000) }
	for _, c := range []struct {
		from, to    fund.Time
		bars        int
		first, last int64
	}{
		{minute(10), minute(20), 10, 10, 19},
		{minute(10) + 1, minute(20) - 1, 9, 11, 19},
		{minute(0), minute(9000), 2900, 0, 2999},
		{minute(2999), minute(3001), 1, 2999, 2999},
		{minute(1500), minute(1600), 0, 0, 0},
		{minute(0), minute(1000), 1000, 0, 999},
		{minute(5), minute(5), 0, 0, 0},
	} {
		got, err := d.Bars(background(t), "BTC/USDT", time.Minute, c.from, c.to)
		if err != nil || len(got) != c.bars {
			t.Errorf("%s to %s: %d bars, %v", c.from, c.to, len(got), err)
			continue
		}
		for i, b := range got {
			if b.Open < c.from || b.Open >= c.to || !b.Closed || b.Instrument != "BTC/USDT" || b.Volume.String() != fmt.Sprint(int64(b.Open)/60e9) || i > 0 && b.Open <= got[i-1].Open {
				t.Errorf("%s to %s: %+v", c.from, c.to, b)
			}
		}
		if c.bars > 0 && (got[0].Open != minute(c.first) || got[len(got)-1].Open != minute(c.last)) {
			t.Errorf("%s to %s: from %s to %s", c.from, c.to, got[0].Open, got[len(got)-1].Open)
		}
	}
	if _, err := d.Bars(background(t), "BTC/USDT", 7*time.Minute, 0, 1); d.Classify(err) != venues.Refused || !strings.Contains(err.Error(), "15m") {
		t.Error(err)
	}
}

// trades answers with the account's trades: one every ten minutes, IDs in threes.
func (r *rig) trades(n int64) { r.tradesEvery(600000, n, false) }

// tradesEvery answers with n trades, so many milliseconds apart; of a window's that do not go on a page the newest, or the oldest.
func (r *rig) tradesEvery(apart, n int64, newest bool) {
	r.does("GET /api/v3/myTrades", func(w http.ResponseWriter, h *http.Request) {
		q := h.URL.Query()
		var all []string
		first, last := int64(0), n
		switch {
		case q.Has("fromId"):
			first = (number(q, "fromId") + 2) / 3
		case q.Has("startTime"):
			if number(q, "endTime")-number(q, "startTime") >= 86400000 {
				w.WriteHeader(400)
				fmt.Fprint(w, `{"code":-1127,"msg":"More than 24 hours between startTime and endTime."}`)
				return
			}
			first, last = (number(q, "startTime")+apart-1)/apart, min(n, number(q, "endTime")/apart+1)
			if newest {
				first = max(first, last-number(q, "limit"))
			}
		default:
			first = max(0, n-number(q, "limit"))
		}
		for i := first; i < last && len(all) < int(number(q, "limit")); i++ {
			all = append(all, fmt.Sprintf(`{"symbol":"BTCUSDT","id":%d,"orderId":%d,"price":"2","qty":"1","quoteQty":"2","commission":"0","commissionAsset":"USDT","time":%d,"isBuyer":true,"isMaker":false}`, 3*i, i, i*apart))
		}
		fmt.Fprintf(w, "[%s]", strings.Join(all, ","))
	})
}

func TestFills(t *testing.T) {
	for _, c := range []struct{ trades, since, want, requests int64 }{
		{0, 0, 0, 1}, {5, 0, 5, 1}, {999, 500, 499, 1}, {5000, 4500, 500, 1}, {5000, 4000, 1000, 9}, {5000, 0, 5000, 7}, {5000, 1000, 4000, 7}, {1000, 0, 1000, 3},
	} {
		r := newRig(t)
		r.trades(c.trades)
		got, err := r.driver(t).Fills(background(t), "BTC/USDT", ms(c.since*600000))
		if err != nil || int64(len(got)) != c.want {
			t.Errorf("%+v: %d, %v", c, len(got), err)
			continue
		}
		for i, e := range got {
			if n := uint64(c.since) + uint64(i); e.Trade != 3*n || e.VenueID != fmt.Sprint(n) || e.Side != fund.Buy || e.ClientID != "" {
				t.Errorf("%+v: %d: %+v", c, i, e)
			}
		}
		if n := len(r.to("GET /api/v3/myTrades")); n > int(c.requests) {
			t.Errorf("%+v: %d requests", c, n)
		}
	}
}

// Whichever of a window's trades the venue leaves out when they do not go on a page, none is missed.
func TestFillsOfABusyDay(t *testing.T) {
	for _, newest := range []bool{true, false} {
		r := newRig(t)
		r.tradesEvery(10000, 7000, newest) // 8,640 a day
		got, err := r.driver(t).Fills(background(t), "BTC/USDT", ms(500*10000))
		if err != nil || len(got) != 6500 {
			t.Fatalf("newest %t: %d, %v", newest, len(got), err)
		}
		for i, e := range got {
			if e.Trade != 3*uint64(500+i) {
				t.Fatalf("newest %t: trade %d is %+v", newest, i, e)
			}
		}
	}
}

func TestPublicQuestions(t *testing.T) {
	r := newRig(t)
	d := r.driver(t)
	r.says("GET /api/v3/depth", 200, `{"lastUpdateId":5,"bids":[["1","2"]],"asks":[["3","4"]]}`)
	r.says("GET /api/v3/ticker/bookTicker", 200, `{"symbol":"BTCUSDT","bidPrice":"1","bidQty":"2","askPrice":"3","askQty":"4"}`)
	r.says("GET /api/v3/avgPrice", 200, `{"mins":5,"price":"7"}`)
	r.says("GET /api/v3/trades", 200, `[{"id":1,"price":"2","qty":"3","time":4,"isBuyerMaker":true}]`)
	r.says("GET /sapi/v1/asset/tradeFee", 200, `[{"symbol":"BTCUSDT","makerCommission":"0.001","takerCommission":"0.002"}]`)
	book, err := d.Depth(background(t), "BTC/USDT", 100)
	if err != nil || len(book.Bids) != 1 || r.to("GET /api/v3/depth")[0].raw != "symbol=BTCUSDT&limit=100" {
		t.Errorf("%v %+v", err, book)
	}
	if q, err := d.Quote(background(t), "BTC/USDT"); err != nil || !q.Ask.Equal(amount("3")) {
		t.Errorf("%v %+v", err, q)
	}
	if p, err := d.AveragePrice(background(t), "BTC/USDT"); err != nil || !p.Equal(amount("7")) {
		t.Errorf("%v %v", err, p)
	}
	if all, err := d.Trades(background(t), "BTC/USDT"); err != nil || len(all) != 1 {
		t.Errorf("%v %+v", err, all)
	}
	if f, err := d.Fees(background(t), "BTC/USDT"); err != nil || !f.Taker.Equal(amount("0.002")) {
		t.Errorf("%v %+v", err, f)
	}
	if _, err := d.Fees(background(t), "ETH/USDT"); err == nil {
		t.Error("fees of a symbol that the answer does not name")
	}
	if _, err := d.Quote(background(t), "XRP/USDT"); d.Classify(err) != venues.Refused {
		t.Error(err)
	}
}

func TestOrdersAndBalances(t *testing.T) {
	r := newRig(t)
	d := r.driver(t)
	r.says("GET /api/v3/openOrders", 200, `[]`)
	if all, err := d.OpenOrders(background(t)); err != nil || len(all) != 0 {
		t.Errorf("%v %+v", err, all)
	}
	open := strings.Replace(strings.Replace(filled(), "FILLED", "NEW", 1), "transactTime", "updateTime", 1)
	r.says("GET /api/v3/openOrders", 200, "["+open+"]")
	r.says("GET /api/v3/order", 200, open)
	if all, err := d.OpenOrders(background(t)); err != nil || len(all) != 1 || all[0].ClientID != "fund-1" {
		t.Errorf("%v %+v", err, all)
	}
	s, err := d.Order(background(t), "BTC/USDT", "fund-1")
	if asked := r.to("GET /api/v3/order"); err != nil || s.State != venues.Partial || asked[0].form.Get("origClientOrderId") != "fund-1" || asked[0].form.Get("symbol") != "BTCUSDT" {
		t.Errorf("%v %+v", err, s)
	}
	r.says("DELETE /api/v3/order", 200, strings.Replace(filled(), `"clientOrderId"`, `"clientOrderId":"x","origClientOrderId"`, 1))
	if err := d.Cancel(background(t), "BTC/USDT", "fund-1"); err != nil {
		t.Error(err)
	}
	r.says("GET /api/v3/account", 200, `{"canWithdraw":true,"balances":[{"asset":"USDT","free":"1.5","locked":"2"},{"asset":"ZERO","free":"0.0","locked":"0"},{"asset":"BTC","free":"0","locked":"1"}]}`)
	all, err := d.Balances(background(t))
	if err != nil {
		t.Fatal(err)
	}
	same(t, "balances", all, []venues.Balance{{Asset: "BTC", Locked: amount("1")}, {Asset: "USDT", Free: amount("1.5"), Locked: amount("2")}})
	listings, err := d.Listings(background(t))
	if err != nil || len(listings) != 2 || listings[0].Name != "BTC/USDT" || !listings[0].Lot.Equal(amount("0.00001")) {
		t.Errorf("%v %+v", err, listings)
	}
}

// TestNewListing: an open order in a symbol that was listed after the driver asked what there is.
func TestNewListing(t *testing.T) {
	r := newRig(t)
	d := r.driver(t)
	if _, err := d.Symbols(background(t)); err != nil {
		t.Fatal(err)
	}
	r.says("GET /api/v3/exchangeInfo", 200, strings.ReplaceAll(listing(), "ETH", "SOL"))
	r.says("GET /api/v3/openOrders", 200, "["+strings.Replace(strings.Replace(filled(), "BTCUSDT", "SOLUSDT", 1), "transactTime", "updateTime", 1)+"]")
	if all, err := d.OpenOrders(background(t)); err != nil || len(all) != 1 || all[0].Instrument != "SOL/USDT" {
		t.Errorf("%v %+v", err, all)
	}
	if n := len(r.to("GET /api/v3/exchangeInfo")); n != 2 {
		t.Errorf("asked what is listed %d times", n)
	}
	r.says("GET /api/v3/exchangeInfo", 503, `{}`)
	d.listed.mu.Lock()
	d.listed.read = d.listed.read.Add(-2 * fresh)
	d.listed.mu.Unlock()
	if _, err := d.OpenOrders(background(t)); err != nil || len(r.to("GET /api/v3/exchangeInfo")) != 3 {
		t.Errorf("what it listed serves while it does not answer: %v", err)
	}
}
