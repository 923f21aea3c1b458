package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// haltFund buys ETH from 10:00 to 14:00 on 2023-03-24. Binance halted at 11:28: 72 minutes without volume, 80 without rows.
const haltFund = `version: 1
fund: Halt
base: USDT
start: {binance: {USDT: 5000000}}
target: {kind: fixed, weights: {ETH: 60%%, USDT: 40%%}}
trigger: {kind: hold}
execution: {kind: twap, over: 4h, slices: 48, halt: %s}
venues:
  - {name: binance, fee: {taker: 10bp}, spread: 1bp, impact: {model: square-root, y: 1, half-life: 1h}, instruments: [ETH/USDT]}
backtest: {from: 2023-03-24T09:59:00Z, to: 2023-03-24T22:00:00Z, interval: 1m}
`

// recordedMinutes imports recorded minutes of a coin against USDT.
func recordedMinutes(t *testing.T, coin string) string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "data", "minute", coin+"USDT-1m.csv.gz")
	if _, err := os.Stat(path); err != nil {
		t.Skipf("needs the recorded market data: %v", err)
	}
	store := filepath.Join(t.TempDir(), "store")
	mustDo(t, "data", "import", "--store", store, "--format", "ohlcv-csv", "--venue", "binance", "--instrument", coin+"/USDT", "--interval", "1m", path)
	return store
}

// The halt of 2023-03-24 in the middle of a schedule: it waits, catches up, or ends as the fund file says. Nothing is
// bought in it and nothing is lost, and the report tells of it.
func TestRealHalt(t *testing.T) {
	store := recordedMinutes(t, "ETH")
	at := func(hour, minute int) time.Time { return time.Date(2023, 3, 24, hour, minute, 0, 0, time.UTC) }
	stopped, back := at(11, 29), at(14, 0)
	for _, c := range []struct {
		halt   string
		last   time.Time // fill
		after  int       // fills after the halt
		orders string
		done   float64
	}{
		{"wait", at(16, 27), 30, "48", 1},      // 18 slices by 11:25, the others later by the 152 minutes
		{"resume", at(14, 1), 1, "19", 1},      // all that was missed in one piece
		{"end", at(11, 25), 0, "18", 18. / 48}, // what came before
	} {
		run := backtested(t, store, fmt.Sprintf(haltFund, c.halt))
		bought := 0.0
		var last time.Time
		after := 0
		eachRow(t, filepath.Join(run, "trades.csv"), func(when time.Time, row map[string]string) {
			if when.After(stopped) && when.Before(back) {
				t.Errorf("%s: a fill at %v, in the halt", c.halt, when)
			}
			if last = when; when.After(stopped) {
				after++
			}
			q, err := strconv.ParseFloat(row["quantity"], 64)
			if err != nil {
				t.Fatal(err)
			}
			bought += q
		})
		planned := plannedUnits(t, run)
		if !last.Equal(c.last) || after != c.after || fmt.Sprint(summary(t, run)["orders"]) != c.orders {
			t.Errorf("%s: the last fill at %v, %d fills after the halt, %v orders", c.halt, last, after, summary(t, run)["orders"])
		}
		if math.Abs(bought/planned-c.done) > 0.001 {
			t.Errorf("%s: %v of %v bought", c.halt, bought, planned)
		}
		page := string(read(t, run, "report.html"))
		if says := map[bool]string{true: "has not traded since", false: "did not trade from 2023-03-24"}[c.halt == "end"]; !strings.Contains(page, says) {
			t.Errorf("%s: the report does not tell of the halt", c.halt)
		}
	}
}

// plannedUnits returns the quantity of the only trade that a run planned.
func plannedUnits(t *testing.T, run string) float64 {
	t.Helper()
	_, rest, _ := strings.Cut(string(read(t, run, journalName)), `"trades":[{"instrument":"binance:ETH/USDT","side":"buy","quantity":"`)
	text, _, _ := strings.Cut(rest, `"`)
	q, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return q
}
