package data

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/schema"

	"github.com/steelyard/steelyard/engine/fund"
)

// What files say in several notations is one day: 2024-01-01, or its minutes.
func TestVendorsNotations(t *testing.T) {
	day := []bar{{start, [numColumns]float64{1, 4, 0.5, 2, 8}}}
	close := []bar{{start, onlyClose(2, 8)}}
	minute := append(day[:1:1], bar{start + 60e9, [numColumns]float64{2, 3, 1, 3, 0}})
	dated := func(is DateIs, format string) Reading { return Reading{DateIs: is, DateFormat: format} }
	for name, c := range map[string]struct {
		format  string
		reading Reading
		want    []bar
		lines   string
	}{
		"coingecko":             {"coingecko", dated(CloseOfDay, ""), close, "snapped_at,price,market_cap,total_volume\n2024-01-01 00:00:00 UTC,2.0,100.0,16.0"},
		"coingecko at the open": {"coingecko", dated(OpenOfDay, ""), close, "snapped_at,price,market_cap,total_volume\n2024-01-02 00:00:00 UTC,2.0,100.0,16.0"},
		"coingecko re-saved":    {"coingecko", dated(CloseOfDay, "DD/MM/YYYY"), close, "\ufeffsnapped_at;price;market_cap;total_volume\n01/01/2024;2.0;100.0;16.0"},
		"coinmarketcap": {"coinmarketcap", Reading{}, day, "timeOpen;timeClose;timeHigh;timeLow;name;open;high;low;close;volume;marketCap;timestamp\n" +
			`"2024-01-01T00:00:00.000Z";"2024-01-01T23:59:59.999Z";"x";"x";"2781";1;4;0.5;2;16;100;"2024-01-01T23:59:59.999Z"`},
		"coinmarketcap with commas": {"coinmarketcap", Reading{}, day, "SNo,Name,Symbol,Date,High,Low,Open,Close,Volume,Marketcap\n1,Bitcoin,BTC,2024-01-01 23:59:59,4,0.5,1,2,16,100"},
		"coinmarketcap as a page":   {"coinmarketcap", Reading{}, day, "Date,Open*,High,Low,Close**,Volume,Market Cap\n\"Jan 01, 2024\",1,4,0.5,2,16,100"},
		"coinmarketcap re-saved":    {"coinmarketcap", Reading{DateFormat: "MM/DD/YYYY"}, day, "Date,Open,High,Low,Close,Volume,Market Cap\n1/1/2024,1,4,0.5,2,16,100"},
		"csv in seconds":            {"csv", Reading{}, minute, "Date;Open;High;Low;Close;Volume\n1704067200;1;4;.5;2;8\n1704067260.0;2;3;1;3;0"},
		"csv in nanoseconds":        {"csv", Reading{}, minute, "time\topen\thigh\tlow\tclose\tvolume\n1704067200000000000\t1\t4\t.5\t2\t8\n1704067260000000000\t2\t3\t1\t3\t0"},
		"csv in words":              {"csv", Reading{}, minute, "datetime,open,high,low,close,volume\n2024-01-01 00:01:00+00:00,2,3,1,3,0\n2024-01-01T00:00:00Z,1,4,.5,2,8"},
		"csv by names":              {"csv", Reading{Columns: "time=When,open=O,high=H,low=L,close=C,volume=V"}, day, "V,When,C,L,H,O\n8,2024-01-01,2,.5,4,1"},
		"csv by number with header": {"csv", Reading{Columns: "time=1,open=5,high=4,low=3,close=2,volume=0", TimeUnit: "ms"}, day, "a,b,c,d,e,f\n8,1704067200000,2,.5,4,1"},
		"csv of closes":             {"csv", Reading{Columns: "time=0,close=1,volume=2"}, close, "2024-01-01,2,8"},
		"cryptodatadownload, text":  {"cryptodatadownload", Reading{}, minute[:1], "https://www.CryptoDataDownload.com\nDate,Symbol,Open,High,Low,Close,Volume BTC,Volume USD\n2024-01-01 12-AM,BTCUSD,1,4,0.5,2,8,16"},
	} {
		t.Run(name, func(t *testing.T) {
			interval := time.Minute
			if f, _ := findFormat(c.format); f.daily || len(c.want) == 1 {
				interval = fund.Day
			}
			dir := t.TempDir()
			mustImport(t, dir, Spec{Key: btc, Interval: interval, Format: c.format, Reading: c.reading}, write(t, "a.csv", c.lines))
			wantBars(t, contents(t, dir), c.want)
		})
	}
}

func TestVendorsBadFiles(t *testing.T) {
	for says, c := range map[string]struct {
		format  string
		reading Reading
		lines   string
	}{
		"line 2: date 01/02/2024 can be read in two ways":     {"coinmarketcap", Reading{}, "Date,Open,High,Low,Close,Volume,Market Cap\n01/02/2024,1,4,0.5,2,16,100"},
		"line 2: date 1.2.2024 can be read in two ways":       {"coingecko", Reading{DateIs: CloseOfDay}, "snapped_at,price,market_cap,total_volume\n1.2.2024,2,3,4"},
		"line 3: time \"13/01/2024\" is not written as":       {"coingecko", Reading{DateIs: CloseOfDay, DateFormat: "MM/DD/YYYY"}, "snapped_at,price,market_cap,total_volume\n01/02/2024,2,3,4\n13/01/2024,2,3,4"},
		"line 2: date 2024-01-01T13:05:00Z is within a day":   {"coingecko", Reading{DateIs: CloseOfDay}, "snapped_at,price,market_cap,total_volume\n2024-01-01 13:05:00 UTC,2,3,4"},
		"no column is the open in the header":                 {"coinmarketcap", Reading{}, "Date,Close,Volume\n2024-01-01,1,4"},
		"line 1: no column is the asset":                      {"panel", Reading{DateIs: CloseOfDay}, "date,price\n2024-01-01,1"},
		"there is no BTC in it: it has ETH, SOL":              {"panel", Reading{DateIs: CloseOfDay}, "date,asset,price\n2024-01-01,eth,1\n2024-01-01,SOL,1"},
		"line 3: source y after x of lines before":            {"panel", Reading{DateIs: CloseOfDay}, "date,asset,price,source\n2024-01-01,BTC,1,x\n2024-01-02,BTC,1,y"},
		"line 3: 2024-01-01T00:00:00Z again, with open 2":     {"panel", Reading{DateIs: CloseOfDay}, "date,asset,price\n2024-01-01,BTC,1\n2024-01-01,BTC,2"},
		"line 2: market cap -5 is not one":                    {"panel", Reading{DateIs: CloseOfDay}, "date,asset,price,market_cap\n2024-01-01,BTC,1,-5"},
		"line 2: open 0 is not a positive price":              {"panel", Reading{DateIs: CloseOfDay}, "date,asset,price\n2024-01-01,BTC,0"},
		"line 1: no column is called price":                   {"csv", Reading{Columns: "time=date,close=price"}, "date,close\n2024-01-01,1"},
		"line 1: 2 columns, but csv needs 3":                  {"csv", Reading{Columns: "time=0,close=2"}, "2024-01-01,1"},
		"line 1: time 1704067200000 is not in s since":        {"csv", Reading{Columns: "time=0,close=1", TimeUnit: "s"}, "1704067200000,1"},
		"line 1: time 12345 is not in seconds":                {"csv", Reading{Columns: "time=0,close=1"}, "12345,1"},
		"line 4: 2024-01-02T00:00:00Z comes after 2024-01-03": {"csv", Reading{}, "time,close\n2024-01-01,1\n2024-01-03,1\n2024-01-02,1\n2024-01-04,1"},
		"line 2: 3 columns, but lean needs 6":                 {"lean", Reading{}, "20240101 00:00,1,1,1,1,1\n20240102 00:00,1,1"},
		"keep the name it came with":                          {"lean", Reading{}, "0,1,1,1,1,1"},
		"row 2: 3 columns, but rows have 6":                   {"freqtrade", Reading{}, "[[1704067200000,1,1,1,1,1],[1,2,3]]"},
		"row 1: column 2 is null":                             {"freqtrade", Reading{}, "[[1704067200000,null,1,1,1,1]]"},
		"after 1 rows: unexpected EOF":                        {"freqtrade", Reading{}, "[[1704067200000,1,1,1,1,1],"},
		"it is no list of recorded answers":                   {"coinbase-candles", Reading{}, `{"body": 3}`},
		"it cannot be read as Parquet":                        {"parquet", Reading{}, "open,high"},
	} {
		path := write(t, "a.csv", c.lines)
		_, err := importInto(t.TempDir(), Spec{Key: btc, Interval: fund.Day, Format: c.format, Reading: c.reading}, path)
		if err == nil || !strings.Contains(err.Error(), says) || !strings.HasPrefix(err.Error(), path) {
			t.Errorf("%s: %v", says, err)
		}
	}
}

func TestReadingThatDoesNotFit(t *testing.T) {
	for says, s := range map[string]Spec{
		"needs --date-is":                      {Format: "panel"},
		"the wrong one shifts every return":    {Format: "coingecko"},
		`date-is "yesterday"`:                  {Format: "panel", Reading: Reading{DateIs: "yesterday"}},
		"csv does not take --date-is":          {Format: "csv", Reading: Reading{DateIs: CloseOfDay}},
		"lean does not take --columns":         {Format: "lean", Reading: Reading{Columns: "time=0"}},
		"coingecko does not take --source":     {Format: "coingecko", Reading: Reading{Source: "x"}},
		"binance-klines does not take --time-": {Format: "binance-klines", Reading: Reading{TimeUnit: "ms"}},
		`time unit "hours"`:                    {Format: "csv", Reading: Reading{TimeUnit: "hours"}},
		`date format "DD/MM/YY"`:               {Format: "csv", Reading: Reading{DateFormat: "DD/MM/YY"}},
		`columns "volumes=3"`:                  {Format: "csv", Reading: Reading{Columns: "time=0,volumes=3"}},
		"the range is empty":                   {Format: "csv", Reading: Reading{From: 2, To: 1}},
		"files of coingecko hold days":         {Format: "coingecko", Interval: time.Hour},
		`instrument "*/USD"`:                   {Format: "coingecko", Key: Key{"x", "*/USD"}, Reading: Reading{DateIs: CloseOfDay}},
	} {
		if s.Interval == 0 {
			s.Interval = fund.Day
		}
		if s.Venue == "" {
			s.Key = btc
		}
		wantError(t, s.Check(), says)
	}
}

// Where a vendor's convention changes, two imports of one file by range join without a seam.
func TestRangesOfAnImport(t *testing.T) {
	dir := t.TempDir()
	path := write(t, "a.csv", "snapped_at,price,market_cap,total_volume", "2017-12-30,1,1,1", "2017-12-31,2,1,1", "2018-01-01,2.1,1,1", "2018-01-02,3,1,1", "2018-01-03,4,1,1")
	spec := Spec{Key: btc, Interval: fund.Day, Format: "coingecko", Reading: Reading{DateIs: CloseOfDay, To: utc(t, "2018-01-01")}}
	mustImport(t, dir, spec, path)
	spec.Reading = Reading{DateIs: OpenOfDay, From: utc(t, "2018-01-01")}
	if r := mustImport(t, dir, spec, path); r.Rows != 4 || r.Missing != 0 {
		t.Errorf("%+v", r)
	}
	for r, b := range contents(t, dir) {
		if b.values[closeColumn] != float64(r+1) {
			t.Errorf("%v: %v", b.at, b.values)
		}
	}
	spec.From = utc(t, "2020-01-01")
	_, err := importInto(dir, spec, path)
	wantError(t, err, "no row is in the range")
}

func TestClosesAndBarsDoNotMix(t *testing.T) {
	dir := t.TempDir()
	mustImport(t, dir, Spec{Key: btc, Interval: time.Minute, Format: "csv", Reading: Reading{Columns: "time=0,close=1"}}, write(t, "a.csv", "2024-01-01,100"))
	if !list(t, dir)[0].CloseOnly {
		t.Error("not marked")
	}
	_, err := importInto(dir, minutes, write(t, "b.csv", ohlcv(walk(5, 1))...))
	wantError(t, err, "closes alone")
}

// foreign writes a Parquet file as other tools do: columns that may be null, in microseconds, floats and integers.
func foreign(t *testing.T, bars []bar, null int) string {
	t.Helper()
	optional := parquet.Repetitions.Optional
	when, err := schema.NewPrimitiveNodeLogical("Timestamp", optional, schema.NewTimestampLogicalType(false, schema.TimeUnitMicros), parquet.Types.Int64, -1, -1)
	if err != nil {
		t.Fatal(err)
	}
	root, err := schema.NewGroupNode("schema", optional, schema.FieldList{schema.NewInt64Node("VOLUME", optional, -1), when,
		schema.NewFloat64Node("open", optional, -1), schema.NewFloat64Node("high", optional, -1), schema.NewFloat64Node("low", optional, -1),
		schema.NewFloat32Node("Close", optional, -1)}, -1)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := file.NewParquetWriter(&out, root)
	group := w.AppendRowGroup()
	for c := range 6 {
		column, err := group.NextColumn()
		if err != nil {
			t.Fatal(err)
		}
		for r, b := range bars {
			defined := []int16{1}
			if c == 2 && r == null {
				defined[0] = 0
			}
			switch column := column.(type) {
			case *file.Int64ColumnChunkWriter:
				_, err = column.WriteBatch([]int64{[]int64{int64(b.values[volumeColumn]), int64(b.at) / 1000}[c]}, defined, nil)
			case *file.Float64ColumnChunkWriter:
				_, err = column.WriteBatch([]float64{b.values[c-2]}, defined, nil)
			case *file.Float32ColumnChunkWriter:
				_, err = column.WriteBatch([]float32{float32(b.values[closeColumn])}, defined, nil)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "a.parquet")
	if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestForeignParquet(t *testing.T) {
	bars := walk(20, 1)
	for r := range bars {
		bars[r].values = onlyClose(float64(100+r), float64(r))
	}
	dir := t.TempDir()
	mustImport(t, dir, inMinutes("parquet"), foreign(t, bars, -1))
	wantBars(t, contents(t, dir), bars)

	_, err := importInto(t.TempDir(), inMinutes("parquet"), foreign(t, bars, 7))
	wantError(t, err, "open: one of the rows 1 to 20 has no value")
	spec := inMinutes("parquet")
	spec.Columns = "time=Timestamp,close=Price"
	_, err = importInto(t.TempDir(), spec, foreign(t, bars, -1))
	wantError(t, err, "no column is called Price", "VOLUME, Timestamp")
}

// What a store wrote can be imported as Parquet, and a feather file of several batches reads as one.
func TestColumnarFiles(t *testing.T) {
	bars := walk(30, 1)
	dir := t.TempDir()
	mustImport(t, dir, minutes, write(t, "a.csv", ohlcv(bars)...))
	again := t.TempDir()
	series := list(t, dir)[0]
	mustImport(t, again, inMinutes("parquet"), series.path(dir))
	wantBars(t, contents(t, again), bars)

	path := filepath.Join(t.TempDir(), "a.feather")
	for r := range bars {
		bars[r].values = onlyClose(float64(100+r), float64(r))
	}
	whole := feather(t, bars)
	os.WriteFile(path, whole, 0o644)
	again = t.TempDir()
	mustImport(t, again, inMinutes("freqtrade"), path)
	wantBars(t, contents(t, again), bars)
	for n := 6; n < len(whole); n += 101 {
		os.WriteFile(path, whole[:n], 0o644)
		_, err := importInto(t.TempDir(), inMinutes("freqtrade"), path)
		wantError(t, err, path, "get it again")
	}
}
