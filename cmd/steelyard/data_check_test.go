package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fileOf writes a file of these lines and returns its path.
func fileOf(t *testing.T, lines ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file.csv")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// mustRun runs the program and returns what it wrote; another exit code than this one fails the test.
func mustRun(t *testing.T, code int, args ...string) string {
	t.Helper()
	out, errs, got := steelyard(args...)
	if got != code {
		t.Fatalf("%v: exit %d\n%s%s", args, got, out, errs)
	}
	return out + errs
}

func TestDataCheckAndSplit(t *testing.T) {
	store := filepath.Join(t.TempDir(), "store")
	reused := fileOf(t, "time,close,volume", "2024-01-01,10,5", "2024-01-02,10.1,5", "2024-01-20,0.5,5", "2024-01-21,0.51,5")
	mustRun(t, 0, "data", "import", "--store", store, "--format", "csv", "--columns", "time=time,close=close,volume=volume", "--venue", "binance",
		"--instrument", "LUNA/USDT", "--interval", "1d", reused)
	out := mustRun(t, exitFinding, "data", "check", "--store", store)
	for _, want := range []string{"wrong", "reused-ticker", "binance:LUNA/USDT 1d", "2024-01-03 00:00", "2024-01-20 00:00", "17 days", "what to do", "data split", "1 wrong"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	var found []findingJSON
	text, _, _ := steelyard("data", "check", "--store", store, "--json")
	if err := json.Unmarshal([]byte(text), &found); err != nil || len(found) != 1 || found[0].Problem != "reused-ticker" || len(found[0].Where) != 1 {
		t.Errorf("%v %+v", err, found)
	}
	split := []string{"data", "split", "--store", store, "--venue", "binance", "--instrument", "LUNA/USDT", "--at", "2024-01-10", "--as", "LUNA2/USDT"}
	if out := mustRun(t, 0, split...); out != "binance:LUNA/USDT 1d: 2 bars to 2024-01-02 00:00 stay; 2 bars from 2024-01-20 00:00 are binance:LUNA2/USDT now\n" {
		t.Error(out)
	}
	if out := mustRun(t, 0, split...); out != "binance:LUNA/USDT 1d: split already, nothing changed\n" {
		t.Error(out)
	}
	if out := mustRun(t, 0, "data", "check", "--store", store); out != "nothing found\n" {
		t.Error(out)
	}
}

func TestDataRules(t *testing.T) {
	store := filepath.Join(t.TempDir(), "store")
	info := fileOf(t, `{"serverTime":1704067200000,"symbols":[{"symbol":"BTCUSDT","status":"TRADING","baseAsset":"BTC","quoteAsset":"USDT",
		"filters":[{"filterType":"LOT_SIZE","stepSize":"0.00001"}]}]}`)
	args := []string{"data", "import", "--store", store, "--format", "exchangeinfo", "--venue", "binance"}
	if out := mustRun(t, 0, append(args, info)...); out != "binance: rules of 1 instruments as of 2024-01-01 00:00\n" {
		t.Error(out)
	}
	if out := mustRun(t, 0, "data", "list", "--store", store, "--rules"); !strings.Contains(out, "BTC/USDT      yes  0.00001     -") {
		t.Error(out)
	}
	if out := mustRun(t, 0, "data", "list", "--store", store, "--rules", "--json"); !strings.Contains(out, `"lot": "0.00001"`) {
		t.Error(out)
	}
	mustRun(t, exitUsage, append(args, "--interval", "1h", info)...)
	mustRun(t, exitUsage, args...)
}

func TestDataImportNeedsToKnowDates(t *testing.T) {
	store := filepath.Join(t.TempDir(), "store")
	panel := fileOf(t, "date,asset,price,market_cap", "2024-01-01,BTC,10,100", "2024-01-01,ETH,5,0")
	args := []string{"data", "import", "--store", store, "--format", "panel", "--venue", "coingecko", "--instrument", "*/USD", "--interval", "1d"}
	if out := mustRun(t, exitUsage, append(args, panel)...); !strings.Contains(out, "open-of-day") || !strings.Contains(out, "close-of-day") {
		t.Error(out)
	}
	out := mustRun(t, 0, append(args, "--date-is", "open-of-day", panel)...)
	if strings.Count(out, "\n") != 3 || !strings.Contains(out, "coingecko BTC/USD 1d market caps: 1 rows added") || !strings.Contains(out, "2023-12-31 00:00") {
		t.Error(out)
	}
	if out := mustRun(t, 0, "data", "list", "--store", store); !strings.Contains(out, "1d closes") || !strings.Contains(out, "1d caps") {
		t.Error(out)
	}
	mustRun(t, exitUsage, append(args, "--from", "yesterday", "--date-is", "open-of-day", panel)...)
	for _, bad := range [][]string{
		{"data", "check", "extra"}, {"data", "split", "--venue", "x"},
		{"data", "split", "--venue", "x", "--instrument", "A/B", "--at", "soon", "--as", "C/B"},
		{"data", "split", "--venue", "x", "--instrument", "A/B", "--at", "2024-01-01", "--as", "c"},
	} {
		mustRun(t, exitUsage, bad...)
	}
}
