package main

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// recordedHours imports recorded hours of coins against USDT, which lie beside the checkout, into a new store.
func recordedHours(t *testing.T, coins ...string) string {
	t.Helper()
	store := filepath.Join(t.TempDir(), "store")
	for _, coin := range coins {
		importPair(t, store, coin+"/USDT", recorded(t, coin))
	}
	return store
}

func recorded(t *testing.T, coin string) string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "data", "hourly", coin+"USDT-1h.csv.gz")
	if _, err := os.Stat(path); err != nil {
		t.Skipf("needs the recorded market data: %v", err)
	}
	return path
}

// example runs a fund file of examples/ and returns its folder and what was printed.
func example(t *testing.T, name, store string) (run, table string) {
	t.Helper()
	run = filepath.Join(t.TempDir(), "run")
	table = mustDo(t, "backtest", filepath.Join("..", "..", "examples", name), "--store", store, "--out", run)
	mustDo(t, "replay", run)
	return run, table
}

// within demands figures of a summary between two bounds.
func within(t *testing.T, s map[string]any, bounds map[string][2]float64) {
	t.Helper()
	for key, b := range bounds {
		if v, ok := s[key].(float64); !ok || v < b[0] || v > b[1] {
			t.Errorf("%s is %v, want %v to %v", key, s[key], b[0], b[1])
		}
	}
}

// near returns the bounds that are a fraction away from x.
func near(x, fraction float64) [2]float64 { return [2]float64{x * (1 - fraction), x * (1 + fraction)} }

// openAndClose returns the first price at or after from, and the last before to, straight from a recorded file.
func openAndClose(t *testing.T, path string, from, to time.Time) (first, last float64) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines[1:] {
		ms, err1 := strconv.ParseInt(line[0], 10, 64)
		open, err2 := strconv.ParseFloat(line[1], 64)
		end, err3 := strconv.ParseFloat(line[4], 64)
		if err1 != nil || err2 != nil || err3 != nil {
			t.Fatal(line)
		}
		if at := time.UnixMilli(ms); !at.Before(from) && at.Before(to) {
			if first == 0 {
				first = open
			}
			last = end
		}
	}
	return first, last
}

func TestRealTenEqual(t *testing.T) {
	coins := strings.Fields("BTC ETH BNB ADA XRP SOL DOT LINK LTC DOGE")
	// The first row closes at 01:00; what was decided then was bought at the next open, at 10 bp, 1 bp and some impact.
	bought, end := time.Date(2021, 4, 5, 1, 0, 0, 0, time.UTC), time.Date(2023, 12, 30, 0, 0, 0, 0, time.UTC)
	hold := 0.0
	for _, coin := range coins {
		first, last := openAndClose(t, recorded(t, coin), bought, end)
		hold += 1e7 * (1 - 0.0011) / 10 * last / first
	}
	run, table := example(t, "ten-equal.yaml", recordedHours(t, coins...))
	s := summary(t, run)
	traded := s["turnover_usd"].(float64)
	within(t, s, map[string][2]float64{
		"start_nav": {1e7, 1e7}, "hold_final_nav": near(hold, 0.01), "final_nav": {0.5e7, 3 * hold},
		"fees_usd": near(traded*0.001, 1e-6), "spread_usd": near(traded*0.0001, 0.01), "impact_usd": {0, traded * 0.01},
		"volatility": {0.5, 1.2}, "max_drawdown": {-0.95, -0.6}, "sharpe": {-1, 2}, "rebalances": {100, 3000}, "turnover": {5, 100}, "tracking_error": {0, 0.1},
	})
	if s["orders"].(float64) < s["rebalances"].(float64) || s["fills"].(float64) < s["rebalances"].(float64) {
		t.Errorf("%v orders, %v fills, %v rebalances", s["orders"], s["fills"], s["rebalances"])
	}
	if !strings.Contains(table, "Ten Equal") {
		t.Error(table)
	}
	t.Logf("hold %.0f by hand\n%s", hold, table)
}

// A patient fund is done with nearly all that it plans, under its cap, and pays less for moving the market than one that
// trades at once.
func TestRealPatient(t *testing.T) {
	store := recordedHours(t, strings.Fields("BTC ETH BNB ADA XRP SOL DOT LINK LTC DOGE")...)
	run, table := example(t, "patient.yaml", store)
	s := summary(t, run)
	within(t, s, map[string][2]float64{"rebalances": {50, 150}, "turnover": {5, 15}, "orders": {8_000, 20_000}, "spread_usd": {1000, 20_000}})
	text := read(t, filepath.Join("..", "..", "examples"), "patient.yaml")
	from, to := bytes.Index(text, []byte("execution:")), bytes.Index(text, []byte("venues:"))
	hasty := summary(t, backtested(t, store, string(text[:from])+string(text[to:])))
	patient, atOnce := s["impact_usd"].(float64)/s["turnover_usd"].(float64), hasty["impact_usd"].(float64)/hasty["turnover_usd"].(float64)
	if patient > atOnce/3 {
		t.Errorf("patience pays %.2f bp for impact, haste %.2f", patient*1e4, atOnce*1e4)
	}
	t.Logf("impact %.2f bp of turnover, at once %.2f\n%s", patient*1e4, atOnce*1e4, table)
}

// What has ceased to exist is worth nothing, is not traded, and everybody is told.
func TestRealCollapse(t *testing.T) {
	run, table := example(t, "collapse.yaml", recordedHours(t, "BTC", "ETH", "LUNA", "FTT"))
	last := map[string]time.Time{"LUNA": time.Date(2022, 5, 13, 23, 59, 0, 0, time.UTC), "FTT": time.Date(2022, 11, 15, 23, 59, 0, 0, time.UTC)}
	fills := map[string]int{}
	eachRow(t, filepath.Join(run, "trades.csv"), func(at time.Time, row map[string]string) {
		coin, _, _ := strings.Cut(strings.TrimPrefix(row["instrument"], "binance:"), "/")
		fills[coin]++
		if end, ends := last[coin]; ends && at.After(end) {
			t.Errorf("%s of %s at %v", row["side"], coin, at)
		}
	})
	eachRow(t, filepath.Join(run, "weights.csv"), func(at time.Time, row map[string]string) {
		for coin, end := range last {
			if w := row[coin]; at.After(end.AddDate(0, 0, 2)) && w != "0" {
				t.Errorf("%s weighs %s at %v", coin, w, at)
			}
		}
	})
	for coin := range last {
		if fills[coin] < 10 {
			t.Errorf("%d fills of %s", fills[coin], coin)
		}
		for what, text := range map[string]string{"table": table, "summary": string(read(t, run, summaryName))} {
			if !strings.Contains(text, coin+" has no price since 2022-") || !strings.Contains(text, "valued at 0") {
				t.Errorf("the %s does not warn of %s", what, coin)
			}
		}
		if !bytes.Contains(read(t, run, journalName), []byte(`"kind":"alert"`)) || !bytes.Contains(read(t, run, journalName), []byte(`"text":"`+coin+`: the last price, `)) {
			t.Errorf("the journal has no alert of %s", coin)
		}
	}
	s := summary(t, run)
	within(t, s, map[string][2]float64{"final_nav": {1e4, 1e6}, "max_drawdown": {-1, -0.7}, "alerts": {2, 100}})
	for _, one := range s["assets"].([]any) {
		a := one.(map[string]any)
		_, ends := last[fmt.Sprint(a["asset"])]
		if a["ended"] != ends || (a["worthless_since"] != nil) != ends || ends && math.IsNaN(a["units"].(float64)) {
			t.Errorf("%v", a)
		}
	}
	t.Log(table)
}

// eachRow calls do for each row of a CSV file whose first column is the time.
func eachRow(t *testing.T, path string, do func(at time.Time, row map[string]string)) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	in := csv.NewReader(f)
	header, err := in.Read()
	for err == nil {
		var fields []string
		if fields, err = in.Read(); err == nil {
			at, bad := time.Parse(time.RFC3339, fields[0])
			if bad != nil {
				t.Fatal(bad)
			}
			row := map[string]string{}
			for i, name := range header {
				row[name] = fields[i]
			}
			do(at, row)
		}
	}
	if err != io.EOF {
		t.Fatal(err)
	}
}
