package data

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// check returns what Check finds in the store at dir, a line each: problem, series, worst range.
func check(t *testing.T, dir string) []string {
	t.Helper()
	store, err := Open(dir, Read)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	found, err := store.Check(context.Background(), Filter{})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, f := range found {
		if f.What == "" || f.Severity == "" || f.Problem.Remedy() == "" || !slices.Contains(f.Where, f.Worst) {
			t.Errorf("%+v", f)
		}
		lines = append(lines, fmt.Sprintf("%s %v %s %s %s", f.Problem, f.Key, f.Kind, stamp(f.Worst.From), stamp(f.Worst.To)))
	}
	return lines
}

func stamp(t fund.Time) string { return t.UTC().Format("01-02T15:04") }

// hourlyWalk returns the hours that begin at start, with moves of at most half a percent.
func hourlyWalk(n int, seed uint64) []bar {
	bars := walk(n, seed)
	for r := range bars {
		bars[r].at = start.Add(time.Duration(r) * time.Hour)
	}
	return bars
}

// put stores hours of an instrument.
func put(t *testing.T, dir string, key Key, bars []bar) {
	t.Helper()
	mustImport(t, dir, Spec{Key: key, Interval: time.Hour, Format: "ohlcv-csv"}, write(t, "a.csv", ohlcv(bars)...))
}

func TestCheckFindsNothingInGoodData(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, btc, hourlyWalk(2000, 1))
	put(t, dir, Key{"coinbase", "BTC/USD"}, hourlyWalk(2000, 1))
	if found := check(t, dir); len(found) > 0 {
		t.Error(found)
	}
}

func TestCheckFindsEachProblem(t *testing.T) {
	for want, spoil := range map[string]func(b []bar) []bar{
		"missing-bars binance:BTC/USDT bars 01-01T10:00 01-01T13:00":  func(b []bar) []bar { return append(b[:10:10], b[13:]...) },
		"reused-ticker binance:BTC/USDT bars 01-01T10:00 01-09T10:00": func(b []bar) []bar { return append(b[:10:10], b[202:]...) },
		"zero-volume binance:BTC/USDT bars 01-01T05:00 01-01T09:00": func(b []bar) []bar {
			for r := 5; r < 9; r++ {
				b[r].values[volumeColumn] = 0
			}
			return b
		},
		"stale-price binance:BTC/USDT bars 01-02T00:00 01-03T01:00": func(b []bar) []bar {
			for r := 24; r < 49; r++ {
				b[r].values = onlyClose(b[23].values[closeColumn], 1)
			}
			return b
		},
		"bad-tick binance:BTC/USDT bars 01-01T07:00 01-01T08:00": func(b []bar) []bar {
			b[7].values = onlyClose(b[7].values[closeColumn]*4.2, 1)
			return b
		},
		"jump binance:BTC/USDT bars 01-01T07:00 01-01T08:00": func(b []bar) []bar {
			for r := 7; r < len(b); r++ {
				for c := range volumeColumn {
					b[r].values[c] *= 35
				}
			}
			return b
		},
	} {
		t.Run(want, func(t *testing.T) {
			dir := t.TempDir()
			put(t, dir, btc, spoil(hourlyWalk(400, 1)))
			if found := check(t, dir); !slices.Equal(found, []string{want}) {
				t.Error(found)
			}
		})
	}
}

// daily writes the closes of days as a panel says them.
func daily(t *testing.T, asset string, closes []float64) string {
	t.Helper()
	lines := []string{"date,asset,price_usd,market_cap_usd,volume_usd"}
	for d, price := range closes {
		lines = append(lines, fmt.Sprintf("%s,%s,%v,%v,%v", start.Add(time.Duration(d)*fund.Day).UTC().Format(time.DateOnly), asset, price, price*1000, price*7))
	}
	return write(t, "panel.csv", lines...)
}

// A panel joined with the wrong date convention is a day off against another source, in bars and in caps.
func TestCheckFindsAPanelThatIsADayOff(t *testing.T) {
	closes := make([]float64, 200)
	for d, b := range hourlyWalk(200, 2) {
		closes[d] = b.values[closeColumn]
	}
	for convention, problem := range map[DateIs]string{CloseOfDay: "", OpenOfDay: string(DayOff)} {
		dir := t.TempDir()
		spec := Spec{Key: Key{"a", "BTC/USD"}, Interval: fund.Day, Format: "panel", Reading: Reading{DateIs: CloseOfDay}}
		mustImport(t, dir, spec, daily(t, "BTC", closes))
		spec.Key, spec.DateIs = Key{"b", "BTC/USDT"}, convention
		mustImport(t, dir, spec, daily(t, "BTC", closes))
		found := check(t, dir)
		if problem == "" && len(found) > 0 || problem != "" && (len(found) != 2 || !strings.HasPrefix(found[0], problem+" b:BTC/USDT bars")) {
			t.Errorf("%s: %v", convention, found)
		}
	}
}

func TestCheckFindsSourcesThatDisagree(t *testing.T) {
	dir := t.TempDir()
	bars := hourlyWalk(960, 3)
	put(t, dir, btc, bars)
	off := slices.Clone(bars)
	for r := 200; r < len(off); r++ { // a level that is 8 % off, without a jump
		for c := range volumeColumn {
			off[r].values[c] *= 1.08
		}
	}
	put(t, dir, Key{"coinbase", "BTC/USD"}, off)
	found := check(t, dir)
	if len(found) != 1 || !strings.HasPrefix(found[0], "disagreement coinbase:BTC/USD bars") {
		t.Error(found)
	}
}

// The tickers that were reused are found in the recorded hours, and no others.
func TestRealReusedTickers(t *testing.T) {
	files, _ := filepath.Glob(filepath.Dir(shared(t, "hourly/BTCUSDT-1h.csv.gz")) + "/*.csv.gz")
	dir := t.TempDir()
	for _, f := range files {
		base, _, _ := strings.Cut(filepath.Base(f), "USDT-")
		mustImport(t, dir, Spec{Key: Key{"binance", base + "/USDT"}, Interval: time.Hour, Format: "ohlcv-csv"}, f)
	}
	var reused []string
	for _, line := range check(t, dir) {
		if strings.HasPrefix(line, string(ReusedTicker)) {
			reused = append(reused, line)
		}
	}
	want := []string{"reused-ticker binance:FTT/USDT bars 11-15T05:00 09-22T08:00", "reused-ticker binance:LUNA/USDT bars 05-13T01:00 05-31T06:00",
		"reused-ticker binance:USDC/USDT bars 09-26T03:00 03-11T14:00"}
	if !slices.Equal(reused, want) {
		t.Errorf("%q", reused)
	}
}

// The recorded panel, its dates read in one way throughout, is a day off before 2018 and nowhere else; the known bad
// ticks are in it.
func TestRealPanel(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		venue, source string
		is            DateIs
	}{{"coingecko", "coingecko", OpenOfDay}, {"coinmarketcap", "cmc_close", CloseOfDay}} {
		mustImport(t, dir, Spec{Key: Key{c.venue, "*/USD"}, Interval: fund.Day, Format: "panel", Reading: Reading{DateIs: c.is, Source: c.source}},
			shared(t, "daily/panel_daily.csv.gz"))
	}
	store, err := Open(dir, Read)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	all, err := store.both(context.Background(), Filter{})
	if err != nil {
		t.Fatal(err)
	}
	rows := map[Kind]int{}
	for _, s := range all {
		rows[s.Kind] += s.Rows
	}
	if len(all) != 148 || rows[Bars] != 107524 || rows[Caps] != 107524-1535-4 {
		t.Errorf("%d series, %v", len(all), rows)
	}
	found, err := store.Check(context.Background(), Filter{})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, f := range found {
		seen[string(f.Problem)+" "+f.Key.String()] = true
		if f.Problem == DayOff && f.Where[len(f.Where)-1].To > utc(t, "2018-01-01") {
			t.Errorf("%v: %v", f.Key, f.Where)
		}
	}
	for _, want := range []string{"day-off coinmarketcap:BTC/USD", "bad-tick coingecko:KNCL/USD", "jump coingecko:SHIB/USD", "jump coingecko:BNB/USD",
		"disagreement coinmarketcap:ADA/USD", "zero-volume coingecko:BTC/USD"} {
		if !seen[want] {
			t.Errorf("no %s", want)
		}
	}
}

func TestLoadCaps(t *testing.T) {
	dir := t.TempDir()
	file := write(t, "a.csv", "date,asset,price,market_cap", "2024-01-01,BTC,10,100", "2024-01-02,BTC,10,0", "2024-01-03,BTC,10,", "2024-01-04,BTC,10,400")
	spec := Spec{Key: Key{"coingecko", "BTC/USD"}, Interval: fund.Day, Format: "panel", Reading: Reading{DateIs: CloseOfDay}}
	if r := importAll(t, dir, spec, file); len(r) != 2 || r[1].Kind != Caps || r[1].Rows != 2 || r[1].Dropped != 2 || r[0].Rows != 4 || !r[0].CloseOnly {
		t.Errorf("%+v", r)
	}
	spec.Key, spec.DateIs = Key{"other", "ETH/USD"}, OpenOfDay
	file = write(t, "b.csv", "date,asset,price,market_cap", "2024-01-02,ETH,10,7")
	importAll(t, dir, spec, file)
	store, err := Open(dir, Read)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	caps, err := store.LoadCaps(context.Background(), "", []string{"ETH", "BTC"}, utc(t, "2024-01-02"), utc(t, "2024-01-06"))
	want := "[[{2024-01-02T00:00:00Z 7}] [{2024-01-02T00:00:00Z 100} {2024-01-05T00:00:00Z 400}]]"
	if err != nil || fmt.Sprint(caps) != want {
		t.Error(caps, err)
	}
	_, err = store.LoadCaps(context.Background(), "", []string{"SOL"}, 0, 1)
	wantError(t, err, "no market caps of SOL")
}

func importAll(t *testing.T, dir string, spec Spec, files ...string) []Result {
	t.Helper()
	store, err := Open(dir, Write)
	if err != nil {
		t.Fatal(err)
	}
	results, err := store.Import(context.Background(), spec, files, nil)
	if err := errors.Join(err, store.Close()); err != nil {
		t.Fatal(err)
	}
	return results
}
