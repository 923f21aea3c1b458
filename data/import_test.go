package data

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// However a series is cut into overlapping files, and in whatever order they come, it is the same series.
func TestFilesMergeInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bars := walk(rapid.IntRange(1, 60).Draw(t, "rows"), 7)
		var sources []source
		covered := 0
		for covered < len(bars) {
			from := rapid.IntRange(0, covered).Draw(t, "from")
			to := rapid.IntRange(covered+1, len(bars)).Draw(t, "to")
			sources = append(sources, source{bars: bars[from:to]})
			covered = to
		}
		sources = rapid.Permutation(sources).Draw(t, "order")
		slices.SortStableFunc(sources, func(a, b source) int { return int(a.bars[0].at - b.bars[0].at) })
		_, merged, err := mergeSources(sources)
		if err != nil || cmp.Diff(bars, merged, cmp.AllowUnexported(bar{})) != "" {
			t.Fatalf("%v\n%v\n%v", err, bars, merged)
		}
	})
}

func TestOrderOfFilesChangesNoByte(t *testing.T) {
	lines := ohlcv(walk(50, 1))
	a, b := write(t, "a.csv", lines[:30]...), write(t, "b.csv", append(lines[:1:1], lines[20:]...)...)
	one, two := t.TempDir(), t.TempDir()
	mustImport(t, one, minutes, a, b)
	mustImport(t, two, minutes, b)
	mustImport(t, two, minutes, a)
	if first, second := list(t, one)[0], list(t, two)[0]; first != second {
		t.Errorf("%+v\n%+v", first, second)
	}
}

func TestDisagreementIsRefused(t *testing.T) {
	lines := ohlcv(walk(20, 1))
	good := write(t, "good.csv", lines...)
	changed := slices.Clone(lines)
	changed[8] = cutVolume(lines[8]) + "123456"
	changed[12] = cutVolume(lines[12]) + "7"
	other := write(t, "other.csv", changed...)

	dir := t.TempDir()
	mustImport(t, dir, minutes, good)
	before := tree(t, dir)
	_, err := importInto(dir, minutes, other)
	wantError(t, err, "other.csv: line 9: 2024-01-01T00:07:00Z: volume is 123456, but the store has ")
	if diff := cmp.Diff(before, tree(t, dir)); diff != "" {
		t.Error(diff)
	}
	_, err = importInto(t.TempDir(), minutes, good, other)
	wantError(t, err, "other.csv: line 9", "good.csv: line 9 has ")
}

// cutVolume returns a line of ohlcv-csv up to its last column.
func cutVolume(line string) string { return line[:strings.LastIndexByte(line, ',')+1] }

const kline = "1704067200000,100,110,90,105,12,1704067259999,1200,7,6,600,0"

func TestBinanceKlines(t *testing.T) {
	spec := Spec{Key: btc, Interval: time.Minute, Format: "binance-klines"}
	want := []bar{
		{start, [numColumns]float64{100, 110, 90, 105, 12}},
		{start + 60e9, [numColumns]float64{105, 106, 104, 104.5, 0}},
	}
	next := "1704067260000000,105,106,104,104.5,0,1704067319999999,0,0,0,0" // microseconds, eleven columns
	header := "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore"
	for name, lines := range map[string][]string{
		"plain": {kline, next}, "header": {header, kline, next}, "repeated": {kline, kline, next}, "windows": {kline + "\r", next + "\r"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			mustImport(t, dir, spec, write(t, "a.csv", lines...))
			wantBars(t, contents(t, dir), want)
		})
	}
	t.Run("zip of several", func(t *testing.T) {
		dir := t.TempDir()
		mustImport(t, dir, spec, writeZip(t, map[string]string{"b.csv": next, "a.csv": kline + "\n", "a.csv.CHECKSUM": "x"}))
		wantBars(t, contents(t, dir), want)
	})
}

func writeZip(t *testing.T, entries map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range entries {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(content))
	}
	z.Close()
	path := filepath.Join(t.TempDir(), "a.zip")
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func zipped(content string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(content))
	w.Close()
	return b.Bytes()
}

// Every bad file is one error that says where and what, and leaves the store as it was.
func TestBadFiles(t *testing.T) {
	line := "1704067200000,100,110,90,105,12\n"
	csv := func(lines string) []byte { return []byte(ohlcvHeader + "\n" + lines) }
	big := strings.Join(ohlcv(walk(5000, 1)), "\n")
	archive, err := os.ReadFile(writeZip(t, map[string]string{"a.csv": big}))
	if err != nil {
		t.Fatal(err)
	}
	empty, err := os.ReadFile(writeZip(t, map[string]string{"readme.txt": "x"}))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name    string
		file    string
		content []byte
		says    []string
	}{
		{"truncated zip", "a.zip", archive[:len(archive)-100], []string{"cut off or damaged", "get it again"}},
		{"damaged zip", "a.zip", flipped(archive, 3000), []string{"/a.csv", "cut off or damaged", "get it again"}},
		{"zip without CSV", "a.zip", empty, []string{"no .csv"}},
		{"truncated gzip", "a.csv.gz", zipped(big)[:20000], []string{"after ", " rows", "cut off or damaged", "get it again"}},
		{"damaged gzip", "a.csv.gz", flipped(zipped(big), 20000), []string{"cut off or damaged"}},
		{"no gzip", "a.csv.gz", csv(line), []string{"cut off or damaged"}},
		{"stump of a gzip", "a.csv.gz", zipped(big)[:5], []string{"cut off or damaged"}},
		{"spreadsheet", "a.csv", csv("1.70027E+12,100,110,90,105,12\n"), []string{"line 2", "1.70027E+12", "spreadsheet", "original"}},
		{"spreadsheet in German", "a.csv", csv("\"1,70027E+12\",100,110,90,105,12\n"), []string{"line 2", "spreadsheet"}},
		{"unsorted", "a.csv", csv("1704067260000,100,110,90,105,12\n" + line), []string{"line 3", "sort"}},
		{"duplicates that disagree", "a.csv", csv(line + "1704067200000,100,110,90,106,12\n"), []string{"line 3", "close 106 where line 2 has 105"}},
		{"not a number", "a.csv", csv("1704067200000,100,110,90,NaN,12\n"), []string{"line 2", "close is NaN", "repair or remove"}},
		{"infinite", "a.csv", csv("1704067200000,100,+Inf,90,105,12\n"), []string{"line 2", "high is +Inf"}},
		{"words", "a.csv", csv("1704067200000,100,110,90,105,much\n"), []string{"line 2", `volume "much"`}},
		{"negative price", "a.csv", csv("1704067200000,100,110,-90,105,12\n"), []string{"line 2", "low -90 is not a positive price"}},
		{"price zero", "a.csv", csv("1704067200000,0,110,0,105,12\n"), []string{"line 2", "open 0 is not a positive price"}},
		{"negative volume", "a.csv", csv("1704067200000,100,110,90,105,-1\n"), []string{"line 2", "volume -1 is negative"}},
		{"high below low", "a.csv", csv("1704067200000,100,90,110,100,1\n"), []string{"line 2", "high 90 is below low 110"}},
		{"open above high", "a.csv", csv("1704067200000,120,110,90,105,1\n"), []string{"line 2", "open 120 is outside"}},
		{"close below low", "a.csv", csv("1704067200000,100,110,90,80,1\n"), []string{"line 2", "close 80 is outside"}},
		{"off the grid", "a.csv", csv("1704067200001,100,110,90,105,1\n"), []string{"line 2", "not a multiple of the interval"}},
		{"seconds", "a.csv", csv("1704067200,100,110,90,105,1\n"), []string{"line 2", "not in milliseconds"}},
		{"too few columns", "a.csv", csv(line + "1704067260000,100,110,90,1\n"), []string{"line 3", "5 columns, but ohlcv-csv needs 6"}},
		{"other header", "a.csv", []byte("time,open,close,low,high,volume\n" + line), []string{"line 1", "time,open,close", ohlcvHeader}},
		{"no header", "a.csv", []byte(line), []string{"line 1", ohlcvHeader}},
		{"quote", "a.csv", csv("17040\"67200000,100,110,90,105,1\n"), []string{"line 2"}},
		{"empty", "a.csv", nil, []string{"empty"}},
		{"only a header", "a.csv", csv(""), []string{"no rows"}},
		{"hours as minutes", "a.csv", csv(hourly(12)), []string{"1h apart, not 1m", "is the interval right?"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), c.file)
			if err := os.WriteFile(path, c.content, 0o644); err != nil {
				t.Fatal(err)
			}
			refuses(t, minutes, path, c.says...)
		})
	}
}

// hourly returns n lines of ohlcv-csv an hour apart.
func hourly(n int) string {
	bars := walk(n*60, 1)
	var lines []string
	for h := range n {
		lines = append(lines, ohlcv(bars[h*60 : h*60+1])[1])
	}
	return strings.Join(lines, "\n") + "\n"
}

// refuses imports a bad file alone, into no store, and together with a good one into a store that exists.
func refuses(t *testing.T, spec Spec, bad string, says ...string) {
	t.Helper()
	nowhere := filepath.Join(t.TempDir(), "new")
	_, err := importInto(nowhere, spec, bad)
	wantError(t, err, append(says, bad)...)
	if files := tree(t, nowhere); len(files) > 0 {
		t.Errorf("a bad file made a store: %v", files)
	}
	dir := t.TempDir()
	mustImport(t, dir, minutes, write(t, "before.csv", ohlcv(walk(5, 3))...))
	before := tree(t, dir)
	_, err = importInto(dir, spec, write(t, "good.csv", ohlcv(walk(10, 3))...), bad)
	wantError(t, err)
	if diff := cmp.Diff(before, tree(t, dir)); diff != "" {
		t.Error(diff)
	}
}

func TestBadSpecs(t *testing.T) {
	file := write(t, "a.csv", ohlcv(walk(5, 1))...)
	for says, spec := range map[string]Spec{
		"use binance-klines, ohlcv-csv, csv": {Key: btc, Interval: time.Minute, Format: "feather"},
		`venue "Binance"`:                    {Key: Key{"Binance", "BTC/USDT"}, Interval: time.Minute, Format: "ohlcv-csv"},
		`venue "../x"`:                       {Key: Key{"../x", "BTC/USDT"}, Interval: time.Minute, Format: "ohlcv-csv"},
		`instrument "BTCUSDT"`:               {Key: Key{"binance", "BTCUSDT"}, Interval: time.Minute, Format: "ohlcv-csv"},
		`instrument "../USDT"`:               {Key: Key{"binance", "../USDT"}, Interval: time.Minute, Format: "ohlcv-csv"},
		"whole seconds":                      {Key: btc, Interval: 0, Format: "ohlcv-csv"},
	} {
		_, err := importInto(t.TempDir(), spec, file)
		wantError(t, err, says)
	}
	_, err := importInto(t.TempDir(), minutes)
	wantError(t, err, "no files")
	_, err = importInto(t.TempDir(), minutes, filepath.Join(t.TempDir(), "missing.csv"))
	wantError(t, err, "missing.csv", "no such file")
	_, err = importInto(t.TempDir(), minutes, t.TempDir())
	wantError(t, err, "is a directory")
}

func TestImportCanBeCancelled(t *testing.T) {
	store, err := Open(filepath.Join(t.TempDir(), "s"), Write)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	ctx, cancel := context.WithCancel(context.Background())
	progress := func(done, total int64) {
		if done <= 0 || done > total {
			t.Errorf("%d of %d", done, total)
		}
		cancel()
	}
	_, err = store.Import(ctx, minutes, []string{write(t, "a.csv", ohlcv(walk(500, 1))...)}, progress)
	wantError(t, err, "a.csv", "context canceled")
}

func TestIntervals(t *testing.T) {
	for text, want := range map[string]time.Duration{"1m": time.Minute, "60m": time.Hour, "1d": 24 * time.Hour, "90s": 90 * time.Second, "4h": 4 * time.Hour} {
		if got, err := ParseInterval(text); err != nil || got != want {
			t.Error(text, got, err)
		}
	}
	for _, text := range []string{"", "h", "0h", "-1h", "1.5h", "1w", "1 h", "99999999999d"} {
		if got, err := ParseInterval(text); err == nil {
			t.Error(text, got)
		}
	}
	for d, want := range map[time.Duration]string{time.Minute: "1m", time.Hour: "1h", 36 * time.Hour: "36h", 48 * time.Hour: "2d", 90 * time.Second: "90s"} {
		if got := FormatInterval(d); got != want {
			t.Error(d, got)
		}
	}
}
