package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// exchangeInfo is what a venue says of BTC/USDT: lots of 0.01, ticks of 0.5, nothing below 5,000.
const exchangeInfo = `{"serverTime":1640995200000,"symbols":[{"symbol":"BTCUSDT","status":"TRADING","baseAsset":"BTC","quoteAsset":"USDT","filters":[
{"filterType":"PRICE_FILTER","minPrice":"0.5","maxPrice":"1000000","tickSize":"0.50000000"},
{"filterType":"LOT_SIZE","minQty":"0.01000000","maxQty":"9000","stepSize":"0.01000000"},
{"filterType":"NOTIONAL","minNotional":"5000.00000000","applyMinToMarket":true,"maxNotional":"9000000","applyMaxToMarket":false,"avgPriceMins":5}]}]}`

// The rules that a venue is known to have bind a fund whose file says nothing of them; a replay needs no store for it.
func TestImportedRulesBind(t *testing.T) {
	store := fourCoins(300).store(t)
	info := filepath.Join(t.TempDir(), "info.json")
	write(t, info, exchangeInfo)
	mustDo(t, "data", "import", "--store", store, "--format", "exchangeinfo", "--venue", "binance", info)
	run := backtested(t, store, plainFund)
	lot, tick, traded := fund.MustAmount("0.01"), fund.MustAmount("0.5"), 0
	eachRow(t, filepath.Join(run, "trades.csv"), func(_ time.Time, row map[string]string) {
		if row["instrument"] != "binance:BTC/USDT" {
			return
		}
		traded++
		quantity, price := fund.MustAmount(row["quantity"]), fund.MustAmount(row["price"])
		if !quantity.FloorTo(lot).Equal(quantity) || !price.FloorTo(tick).Equal(price) {
			t.Errorf("%s at %s", quantity, price)
		}
	})
	if traded == 0 {
		t.Error("no BTC was traded: the test tests nothing")
	}
	mustDo(t, "replay", run)
	if says := string(read(t, run, resolvedName)); !strings.Contains(says, `"lot":"0.01"`) || !strings.Contains(says, `"min-notional":"5000"`) {
		t.Errorf("fund.json does not say which rules bound: %s", says)
	}
}
