package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// steelyard runs the program and returns what it wrote and its exit code.
func steelyard(args ...string) (out, errs string, code int) {
	var stdout, stderr bytes.Buffer
	code = run(context.Background(), append([]string{"steelyard"}, args...), &stdout, &stderr)
	return stdout.String(), stderr.String(), code
}

// hours writes a file of three hours with a gap of two between them.
func hours(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "hours.csv")
	text := "open_time_ms,open,high,low,close,volume\n" +
		"1704067200000,100,110,90,105,12\n1704070800000,105,110,90,105,12\n1704081600000,100,110,90,105,12\n"
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDataImportAndList(t *testing.T) {
	store := filepath.Join(t.TempDir(), "store")
	args := []string{"data", "import", "--store", store, "--format", "ohlcv-csv", "--venue", "binance", "--instrument", "BTC/USDT", "--interval", "1h", hours(t)}
	for _, want := range []string{
		"binance BTC/USDT 1h: 3 rows added, 0 already there, 2024-01-01 00:00 … 2024-01-01 04:00, 2 bars missing in 1 gap\n",
		"binance BTC/USDT 1h: 0 rows added, 3 already there, 2024-01-01 00:00 … 2024-01-01 04:00, 2 bars missing in 1 gap\n",
	} {
		if out, errs, code := steelyard(args...); code != 0 || out != want || errs != "" {
			t.Errorf("%d\n%s%s", code, out, errs)
		}
	}
	out, _, code := steelyard("data", "list", "--store", store)
	if code != 0 || strings.Count(out, "\n") != 2 || !strings.Contains(out, "binance    BTC/USDT        1h     3  2024-01-01 00:00") {
		t.Errorf("%d\n%s", code, out)
	}
	out, _, code = steelyard("data", "list", "--store", store, "--json")
	var list []map[string]any
	if err := json.Unmarshal([]byte(out), &list); err != nil || code != 0 || len(list) != 1 {
		t.Fatalf("%d %v\n%s", code, err, out)
	}
	for key, want := range map[string]any{"venue": "binance", "instrument": "BTC/USDT", "interval": "1h", "rows": 3.0,
		"first": "2024-01-01T00:00:00Z", "last": "2024-01-01T04:00:00Z", "missing": 2.0, "gaps": 1.0} {
		if list[0][key] != want {
			t.Errorf("%s is %v", key, list[0][key])
		}
	}
}

func TestDataStoreIsTheUsersOwnByDefault(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	if _, errs, code := steelyard("data", "list"); code != exitError || !strings.Contains(errs, "steelyard/store") {
		t.Errorf("%d %s", code, errs)
	}
}

func TestDataExitCodes(t *testing.T) {
	good := map[string]string{"--format": "ohlcv-csv", "--venue": "binance", "--instrument": "BTC/USDT", "--interval": "1h"}
	imports := func(store, flag, value string, files ...string) []string {
		args := []string{"data", "import", "--store", store}
		for name, v := range good {
			if name == flag {
				v = value
			}
			if v != "" {
				args = append(args, name, v)
			}
		}
		return append(args, files...)
	}
	file, store := hours(t), filepath.Join(t.TempDir(), "store")
	for _, c := range []struct {
		says string
		code int
		args []string
	}{
		{"needs --format", exitUsage, imports(store, "--format", "", file)},
		{"needs --interval", exitUsage, imports(store, "--interval", "", file)},
		{"needs at least one FILE", exitUsage, imports(store, "", "")},
		{`format "feather" is unknown`, exitUsage, imports(store, "--format", "feather", file)},
		{`venue "Binance"`, exitUsage, imports(store, "--venue", "Binance", file)},
		{`instrument "BTCUSDT"`, exitUsage, imports(store, "--instrument", "BTCUSDT", file)},
		{`interval "hourly"`, exitUsage, imports(store, "--interval", "hourly", file)},
		{"-bogus", exitUsage, []string{"data", "import", "--bogus"}},
		{"-bogus", exitUsage, []string{"data", "list", "--bogus"}},
		{`"extra"`, exitUsage, []string{"data", "list", "extra"}},
		{`"nonsense"`, exitUsage, []string{"data", "nonsense"}},
		{"no store at", exitError, []string{"data", "list", "--store", store}},
		{"missing.csv", exitError, imports(store, "", "", "missing.csv")},
		{"line 3: time 2024-01-01T01:00:00Z is not a multiple", exitError, imports(store, "--interval", "1d", file)},
		{"not a directory", exitError, imports(filepath.Join(file, "store"), "", "", file)},
	} {
		out, errs, code := steelyard(c.args...)
		if code != c.code || !strings.Contains(errs, c.says) || strings.Count(errs, "\n") != 1 {
			t.Errorf("%v: exit %d\n%s%s", c.args, code, out, errs)
		}
	}
	if _, err := os.Stat(store); err == nil {
		t.Error("a bad import made a store")
	}
}
