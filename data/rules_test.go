package data

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/steelyard/steelyard/engine/fund"
)

func importRulesInto(t *testing.T, dir, file string) (RulesResult, []Rule, error) {
	t.Helper()
	store, err := Open(dir, Write)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	r, err := store.ImportRules(context.Background(), "binance", file)
	rules, err2 := store.Rules(context.Background(), "binance")
	return r, rules, errors.Join(err, err2)
}

func TestRules(t *testing.T) {
	dir := t.TempDir()
	file := write(t, "a.json", `{"serverTime":1704067200000,"symbols":[
		{"symbol":"BTCUSDT","status":"TRADING","baseAsset":"BTC","quoteAsset":"USDT","filters":[
			{"filterType":"PRICE_FILTER","minPrice":"0.01000000","tickSize":"0.01000000"},{"filterType":"MAX_NUM_ORDERS","maxNumOrders":200},
			{"filterType":"LOT_SIZE","minQty":"0.00002","maxQty":"9000","stepSize":"0.00001000"},
			{"filterType":"NOTIONAL","minNotional":"5","maxNotional":"9000000.00"}]},
		{"symbol":"é","status":"BREAK","baseAsset":"é","quoteAsset":"USDT","filters":[]},
		{"symbol":"ETHUSDT","status":"BREAK","baseAsset":"ETH","quoteAsset":"USDT","filters":[{"filterType":"MIN_NOTIONAL","minNotional":"10"}]}]}`)
	for range 2 {
		r, rules, err := importRulesInto(t, dir, file)
		if err != nil || r.Rules != 2 || len(r.Skipped) != 1 || len(rules) != 2 || r.AsOf != start {
			t.Fatalf("%+v %v %v", r, rules, err)
		}
		a, e := rules[0], rules[1]
		if a.Instrument != "BTC/USDT" || !a.Trading || a.Lot.String() != "0.00001" || a.Tick.String() != "0.01" || a.MinQuantity.String() != "0.00002" ||
			a.MaxQuantity.String() != "9000" || a.MinNotional.String() != "5" || a.MaxNotional.String() != "9000000" || len(a.Source) != 64 {
			t.Errorf("%+v", a)
		}
		if e.Trading || !e.Lot.IsZero() || !e.MinNotional.Equal(fund.MustAmount("10")) {
			t.Errorf("%+v", e)
		}
	}
}

func TestBadRules(t *testing.T) {
	for says, text := range map[string]string{
		"no exchangeInfo":       `{"symbols":`,
		"no symbols in it":      `{"serverTime":1704067200000}`,
		"serverTime":            `{"serverTime":1,"symbols":[{}]}`,
		"symbol X: a limit is":  `{"serverTime":1704067200000,"symbols":[{"symbol":"X","baseAsset":"X","quoteAsset":"Y","filters":[{"filterType":"LOT_SIZE","stepSize":"-1"}]}]}`,
		"it is no exchangeInfo": `{"serverTime":1704067200000,"symbols":[{"filters":[{"stepSize":"much"}]}]}`,
	} {
		dir := filepath.Join(t.TempDir(), "new")
		_, _, err := importRulesInto(t, dir, write(t, "a.json", text))
		wantError(t, err, "a.json: ", says)
		if _, err := os.Stat(dir); err == nil {
			t.Error("a bad file made a store")
		}
	}
}

// The recorded answers of Binance.
func TestRealRules(t *testing.T) {
	path := filepath.Join(filepath.Dir(filepath.Dir(filepath.Dir(shared(t, "README.md")))), "shared", "vectors", "binance_payloads")
	dir := t.TempDir()
	_, rules, err := importRulesInto(t, dir, filepath.Join(path, "http_spot_market_exchange_info.json"))
	if err != nil || len(rules) != 2 || rules[0].MinNotional.String() != "10" || rules[0].Lot.String() != "0.00001" || !rules[0].MaxNotional.IsZero() {
		t.Errorf("%+v %v", rules, err)
	}
	text, err := os.ReadFile(filepath.Join(path, "recorded_routes.json"))
	if err != nil {
		t.Skip(err)
	}
	var routes map[string]map[string][]struct{ Data json.RawMessage }
	if err := json.Unmarshal(text, &routes); err != nil {
		t.Fatal(err)
	}
	file := write(t, "info.json", string(routes["/api/v3/exchangeInfo"]["GET"][0].Data))
	r, rules, err := importRulesInto(t, dir, file)
	if err != nil || r.Rules != 25 || len(rules) < 25 {
		t.Errorf("%+v %v", r, err)
	}
	for _, rule := range rules {
		if rule.Instrument == "ETH/BTC" && (rule.Lot.String() != "0.0001" || rule.Tick.String() != "0.00001" || rule.MaxNotional.String() != "9000000") {
			t.Errorf("%+v", rule)
		}
	}
}

func FuzzExchangeInfo(f *testing.F) {
	f.Add([]byte(`{"serverTime":1704067200000,"symbols":[{"symbol":"X","baseAsset":"X","quoteAsset":"Y","filters":[{"filterType":"LOT_SIZE","stepSize":"1e-8"}]}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		rules, _, err := parseExchangeInfo("binance", text)
		for _, r := range rules {
			if r.Key.Check() != nil || r.Lot.Sign() < 0 || err != nil || strings.ToLower(r.Source) != r.Source {
				t.Errorf("%+v %v", r, err)
			}
		}
	})
}
