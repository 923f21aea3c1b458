package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// klineVenue is a venue that has a bar for every hour from 2024-01-01 on until its clock, but for the days that it was
// closed, and counts what it was asked for.
type klineVenue struct {
	*httptest.Server
	mu      sync.Mutex
	now     time.Time
	asked   []url.Values
	answers []int  // the statuses of the next questions for bars; after them all are answered
	spoil   string // the day of this date has bars that cannot be
	closed  string // a day without bars
}

func newKlineVenue(t *testing.T, now string) *klineVenue {
	v := &klineVenue{now: day(t, now)}
	v.Server = httptest.NewServer(http.HandlerFunc(v.serve))
	t.Cleanup(v.Close)
	return v
}

func day(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func (v *klineVenue) serve(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch r.URL.Path {
	case "/api/v3/time":
		fmt.Fprintf(w, `{"serverTime":%d}`, v.now.UnixMilli())
	case "/api/v3/exchangeInfo":
		fmt.Fprint(w, `{"rateLimits":[],"symbols":[{"symbol":"BTCUSDT","status":"TRADING","baseAsset":"BTC","baseAssetPrecision":8,"quoteAsset":"USDT","quoteAssetPrecision":8,
			"orderTypes":["LIMIT"],"filters":[]}]}`)
	case "/api/v3/klines":
		v.asked = append(v.asked, r.URL.Query())
		status := http.StatusOK
		if len(v.answers) > 0 {
			status, v.answers = v.answers[0], v.answers[1:]
		}
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(status)
		if status == http.StatusOK {
			fmt.Fprint(w, v.bars(r.URL.Query()))
		}
	}
}

func (v *klineVenue) bars(q url.Values) string {
	number := func(name string) int64 {
		n, _ := strconv.ParseInt(q.Get(name), 10, 64)
		return n
	}
	const hour = 3600_000
	first := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	var bars []string
	for t := max(first, (number("startTime")+hour-1)/hour*hour); t <= number("endTime") && t <= v.now.UnixMilli() && len(bars) < int(number("limit")); t += hour {
		price, date := 100+float64(t/hour%7), time.UnixMilli(t).UTC().Format(time.DateOnly)
		if date == v.closed {
			continue
		}
		high := price + 1
		if date == v.spoil {
			high = price - 1
		}
		bars = append(bars, fmt.Sprintf(`[%d,"%g","%g","%g","%g","5.5",%d,"1",1,"1","1","0"]`, t, price, high, price-0.5, price, t+hour-1))
	}
	return "[" + strings.Join(bars, ",") + "]"
}

// questions returns how often bars were asked for since the last call.
func (v *klineVenue) questions() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	n := len(v.asked)
	v.asked = nil
	return n
}

func (v *klineVenue) fetch(store, from, to string) []string {
	return []string{"data", "fetch", "--store", store, "--venue", "binance", "--instrument", "BTC/USDT", "--interval", "1h", "--from", from, "--to", to, "--url", v.URL}
}

func TestDataFetch(t *testing.T) {
	v := newKlineVenue(t, "2024-12-01")
	store := filepath.Join(t.TempDir(), "store")
	out := mustRun(t, 0, v.fetch(store, "2024-02-01", "2024-06-01")...)
	if out != "binance BTC/USDT 1h: 2,904 rows added, 0 already there, 2024-02-01 00:00 … 2024-05-31 23:00, no bars missing\n" {
		t.Error(out)
	}
	if n := v.questions(); n != 3 {
		t.Errorf("%d questions for 2,904 bars", n)
	}
	out = mustRun(t, 0, v.fetch(store, "2024-02-01", "2024-06-01")...)
	if n := v.questions(); n != 0 || out != "binance BTC/USDT 1h: 0 rows added, 2,904 already there, 2024-02-01 00:00 … 2024-05-31 23:00, no bars missing\n" {
		t.Errorf("%d questions: %s", n, out)
	}
	// More on both sides, back to before there was anything and up to what has not happened.
	out = mustRun(t, 0, v.fetch(store, "2020-01-01", "2030-01-01")...)
	if out != "binance BTC/USDT 1h: 5,136 rows added, 2,904 already there, 2024-01-01 00:00 … 2024-11-30 23:00, no bars missing\n" {
		t.Error(out)
	}
	if n := v.questions(); n > 15 {
		t.Errorf("%d questions", n)
	}
	if out := mustRun(t, 0, "data", "list", "--store", store); !strings.Contains(out, "BTC/USDT") || !strings.Contains(out, "8,040") {
		t.Error(out)
	}
}

// TestDataFetchFillsGaps asks again for what a venue lacked, and for nothing else.
func TestDataFetchFillsGaps(t *testing.T) {
	v := newKlineVenue(t, "2024-12-01")
	v.closed = "2024-03-05"
	store := filepath.Join(t.TempDir(), "store")
	if out := mustRun(t, 0, v.fetch(store, "2024-03-01", "2024-03-20")...); !strings.Contains(out, "432 rows added") || !strings.Contains(out, "24 bars missing in 1 gap") || !strings.Contains(out, "missing-bars") {
		t.Error(out)
	}
	v.closed = ""
	v.questions()
	if out := mustRun(t, 0, v.fetch(store, "2024-03-01", "2024-03-20")...); !strings.Contains(out, "24 rows added, 432 already there") || !strings.Contains(out, "no bars missing") {
		t.Error(out)
	}
	if n := v.questions(); n != 1 {
		t.Errorf("%d questions", n)
	}
}

func TestDataFetchWaits(t *testing.T) {
	v := newKlineVenue(t, "2024-12-01")
	store := filepath.Join(t.TempDir(), "store")
	v.answers = []int{http.StatusTooManyRequests}
	began := time.Now()
	if out := mustRun(t, 0, v.fetch(store, "2024-01-01", "2024-01-02")...); !strings.Contains(out, "24 rows added") || time.Since(began) < time.Second {
		t.Errorf("%s after %s", out, time.Since(began))
	}
	v.answers = []int{http.StatusBadGateway}
	if out := mustRun(t, 0, v.fetch(store, "2024-01-02", "2024-01-03")...); !strings.Contains(out, "24 rows added") {
		t.Error(out)
	}
}

// TestDataFetchGoesOn: what came before the venue refused is kept, and not asked for again.
func TestDataFetchGoesOn(t *testing.T) {
	v := newKlineVenue(t, "2024-12-01")
	store := filepath.Join(t.TempDir(), "store")
	v.answers = []int{http.StatusOK, http.StatusOK, http.StatusUnavailableForLegalReasons}
	if out := mustRun(t, exitError, v.fetch(store, "2024-01-01", "2024-06-01")...); !strings.Contains(out, "HTTP 451") || !strings.Contains(out, "2,000 bars that came before are in the store") {
		t.Error(out)
	}
	v.questions()
	if out := mustRun(t, 0, v.fetch(store, "2024-01-01", "2024-06-01")...); !strings.Contains(out, "1,648 rows added, 2,000 already there") {
		t.Error(out)
	}
	if n := v.questions(); n != 2 {
		t.Errorf("%d questions", n)
	}
}

// Bars that cannot be are refused with all that came with them.
func TestDataFetchRefusesBadBars(t *testing.T) {
	v := newKlineVenue(t, "2024-12-01")
	v.spoil = "2024-02-10"
	store := filepath.Join(t.TempDir(), "store")
	if out := mustRun(t, exitError, v.fetch(store, "2024-02-01", "2024-03-01")...); !strings.Contains(out, "2024-02-10") || !strings.Contains(out, "high") {
		t.Error(out)
	}
	mustRun(t, 0, v.fetch(store, "2024-02-01", "2024-02-10")...)
}

func TestDataFetchUsage(t *testing.T) {
	v := newKlineVenue(t, "2024-12-01")
	good := v.fetch(filepath.Join(t.TempDir(), "store"), "2024-01-01", "2024-02-01")
	for i, change := range [][]string{{"--venue", "nasdaq"}, {"--venue", "Binance"}, {"--instrument", "BTC"}, {"--interval", "soon"}, {"--from", "yesterday"}, {"--to", "2023-01-01"}, {"--url", "ftp://x"}} {
		if out := mustRun(t, exitUsage, append(append([]string{}, good...), change...)...); len(out) < 10 {
			t.Errorf("%d: %s", i, out)
		}
	}
	if out := mustRun(t, exitUsage, v.fetch(filepath.Join(t.TempDir(), "store"), "2025-01-01", "2025-02-01")...); !strings.Contains(out, "the venue's clock shows 2024-12-01") {
		t.Error(out)
	}
	mustRun(t, exitUsage, "data", "fetch", "--venue", "binance")
	mustRun(t, exitUsage, append(good, "extra")...)
	if out := mustRun(t, exitError, append(good, "--interval", "7m")...); !strings.Contains(out, "5m, 15m") {
		t.Error(out)
	}
	if out := mustRun(t, exitError, append(good, "--instrument", "XRP/USDT")...); !strings.Contains(out, "does not list XRP/USDT") {
		t.Error(out)
	}
}

// TestDataFetchOfServedVenue: what is fetched from a venue that serves a store is what that store has, to the bit.
func TestDataFetchOfServedVenue(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "from"), filepath.Join(dir, "to")
	mustRun(t, 0, "data", "synth", "--store", from, "--assets", "2", "--days", "40", "--interval", "1h", "--seed", "7", "--venue", "binance")
	ctx, stop := context.WithCancel(context.Background())
	out, in := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"steelyard", "venue", "serve", "--store", from, "--from", "2021-02-09"}, in, io.Discard)
	}()
	address := ""
	for lines := bufio.NewScanner(out); address == "" && lines.Scan(); {
		if text, ok := strings.CutPrefix(strings.TrimSpace(lines.Text()), "REST"); ok {
			address = strings.TrimSpace(text)
		}
	}
	go io.Copy(io.Discard, out)
	told := mustRun(t, 0, "data", "fetch", "--store", to, "--venue", "binance", "--instrument", "ARBAN/USDT", "--interval", "1h", "--from", "2021-01-10", "--to", "2021-02-09", "--url", address)
	if !strings.Contains(told, "720 rows added") {
		t.Error(told)
	}
	stop()
	if code := <-ended; code != 0 {
		t.Errorf("the venue ended with %d", code)
	}
	fund := filepath.Join(dir, "fund.yaml")
	if err := os.WriteFile(fund, []byte("version: 1\nfund: F\nbase: USDT\nstart: {binance: {USDT: 1000}}\ntarget: {kind: fixed, weights: {ARBAN: 50%, USDT: 50%}}\n"+
		"trigger: {kind: periodic, every: 1d}\nvenues: [{name: binance, instruments: [ARBAN/USDT]}]\nbacktest: {from: 2021-01-10, to: 2021-02-09, interval: 1h}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, store := range []string{from, to} {
		mustRun(t, 0, "backtest", fund, "--store", store, "--out", store+"-run")
	}
	if a, b := digestOf(t, from+"-run"), digestOf(t, to+"-run"); a != b {
		t.Errorf("decisions on what was fetched are %s, on what was served %s", b, a)
	}
}
