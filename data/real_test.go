package data

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// shared returns the path of a recorded file, which lie beside the checkout and are not ours to redistribute.
func shared(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "shared", "data", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("needs the recorded market data: %v", err)
	}
	return path
}

func utc(t *testing.T, text string) fund.Time {
	t.Helper()
	at, err := fund.ParseTime(text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestRealFiles(t *testing.T) {
	for _, c := range []struct {
		file, format string
		interval     time.Duration
		rows         int
		first, last  string
		missing      int
		gaps         int
	}{
		{"original_format/binance_vision_spot-klines-BTCUSDT-1h-2024-10-28.zip", "binance-klines", time.Hour, 24, "2024-10-28T00:00:00Z", "2024-10-28T23:00:00Z", 0, 0},
		{"original_format/binance_vision_futures-um-klines-BTCUSDT-1h-2024-10-28.zip", "binance-klines", time.Hour, 24, "2024-10-28T00:00:00Z", "2024-10-28T23:00:00Z", 0, 0},
		{"original_format/binance_vision_um_BTCUSDT-1h-2023-01.csv", "binance-klines", time.Hour, 744, "2023-01-01T00:00:00Z", "2023-01-31T23:00:00Z", 0, 0},
		{"original_format/binance_vision_spot_ADABTC-1m-2021-11-27.head.csv", "binance-klines", time.Minute, 10, "2021-11-27T00:00:00Z", "2021-11-27T00:09:00Z", 0, 0},
		{"hourly/BTCUSDT-1h.csv.gz", "ohlcv-csv", time.Hour, 23988, "2021-04-04T20:00:00Z", "2023-12-30T19:00:00Z", 12, 5},
		{"hourly/LUNAUSDT-1h.csv.gz", "ohlcv-csv", time.Hour, 23551, "2021-04-04T21:00:00Z", "2023-12-30T20:00:00Z", 449, 6},
		{"minute/BTCUSDT-1m.csv.gz", "ohlcv-csv", time.Minute, 66087, "2023-03-16T22:15:00Z", "2023-05-01T21:01:00Z", 80, 1},
		{"daily/binance_1d/BTCUSDT-1d.csv.gz", "ohlcv-csv", fund.Day, 3122, "2017-08-17T00:00:00Z", "2026-03-04T00:00:00Z", 0, 0},
	} {
		t.Run(c.file, func(t *testing.T) {
			dir := t.TempDir()
			r := mustImport(t, dir, Spec{Key: btc, Interval: c.interval, Format: c.format}, shared(t, c.file))
			if r.Added != c.rows || r.Rows != c.rows || r.Missing != c.missing || r.Gaps != c.gaps {
				t.Errorf("%+v", r)
			}
			if r.First != utc(t, c.first) || r.Last != utc(t, c.last) {
				t.Errorf("%v … %v", r.First, r.Last)
			}
		})
	}
}

func TestRealValues(t *testing.T) {
	dir := t.TempDir()
	mustImport(t, dir, Spec{Key: btc, Interval: time.Hour, Format: "binance-klines"}, shared(t, "original_format/binance_vision_spot-klines-BTCUSDT-1h-2024-10-28.zip"))
	want := bar{utc(t, "2024-10-28"), [numColumns]float64{68021.69, 68116.78, 67839.9, 67859.91, 555.35912}}
	wantBars(t, contents(t, dir)[:1], []bar{want})
}

func TestRealFileFromASpreadsheetIsRefused(t *testing.T) {
	path := shared(t, "original_format/bbgo_BTCUSDT-1h-2023-11-18.excel-mangled.csv")
	_, err := importInto(t.TempDir(), Spec{Key: btc, Interval: time.Hour, Format: "binance-klines"}, path)
	wantError(t, err, path+": line 2: ", "1.70027E+12", "spreadsheet", "import the original file")
}

// A truncated download is one error, wherever it was cut.
func TestRealZipCutAnywhere(t *testing.T) {
	whole, err := os.ReadFile(shared(t, "original_format/binance_vision_spot-klines-BTCUSDT-1h-2024-10-28.zip"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "cut.zip")
	for n := 0; n < len(whole); n += 7 {
		os.WriteFile(path, whole[:n], 0o644)
		_, err := importInto(t.TempDir(), Spec{Key: btc, Interval: time.Hour, Format: "binance-klines"}, path)
		wantError(t, err, path, "get it again")
	}
}

// What traded as LUNA after its collapse is another asset.
func TestRealTickerThatWasReused(t *testing.T) {
	dir := t.TempDir()
	luna := Key{"binance", "LUNA/USDT"}
	mustImport(t, dir, Spec{Key: luna, Interval: time.Hour, Format: "ohlcv-csv"}, shared(t, "hourly/LUNAUSDT-1h.csv.gz"))
	mustImport(t, dir, Spec{Key: btc, Interval: time.Hour, Format: "ohlcv-csv"}, shared(t, "hourly/BTCUSDT-1h.csv.gz"))
	store, err := Open(dir, Read)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	q := Query{Interval: time.Hour, Instruments: []Key{btc, luna}, From: utc(t, "2021-04-05"), To: utc(t, "2023-12-30"), MaxGap: 3 * fund.Day}
	p, notes := mustLoad(t, store, q)
	if len(notes) != 1 || notes[0].Key != luna || !strings.HasPrefix(notes[0].Last.String(), "2022-05-13") ||
		!strings.HasPrefix(notes[0].Next.String(), "2022-05-31") {
		t.Error(notes)
	}
	if p.Has(p.Rows()-1, 1) || !p.Has(p.Rows()-1, 0) || !p.Has(0, 1) {
		t.Error("LUNA after its end, or nothing before")
	}
}
