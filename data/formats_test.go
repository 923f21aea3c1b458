package data

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/steelyard/steelyard/engine/fund"
)

// What every file of other tools is, checked by hand.
func TestRealFormats(t *testing.T) {
	ninjabot := Reading{Columns: "time=0,open=1,close=2,low=3,high=4,volume=5"}
	for _, c := range []struct {
		file, format string
		reading      Reading
		interval     time.Duration
		rows, same   int
		missing      int
		first, last  bar
	}{
		{"cryptodatadownload_Coinbase_BTCUSD_1h_2017-07_2020-10.csv.gz", "cryptodatadownload", Reading{}, time.Hour, 29056, 5, 5,
			bar{utc(t, "2017-07-01T11:00:00Z"), [numColumns]float64{2505.56, 2513.38, 2495.12, 2509.17, 114.6}},
			bar{utc(t, "2020-10-24T07:00:00Z"), [numColumns]float64{12965.84, 12965.84, 12953.2, 12953.2, 0}}},
		{"cryptodatadownload_Coinbase_BTCUSD_minute_2020-11-22_2020-12-12.csv.gz", "cryptodatadownload", Reading{}, time.Minute, 27950, 0, 1,
			bar{utc(t, "2020-11-22T18:46:00Z"), [numColumns]float64{18568.85, 18568.85, 18556.14, 18558.86, 8.7218477}},
			bar{utc(t, "2020-12-12T04:36:00Z"), [numColumns]float64{18299.03, 18302.74, 18299.03, 18302.43, 0.13180145}}},
		{"ninjabot_btc-1h.csv.gz", "csv", ninjabot, time.Hour, 4309, 5, 12,
			bar{utc(t, "2020-11-17T00:00:00Z"), [numColumns]float64{16713.08, 16830, 16683.63, 16806.09, 2861.4}},
			bar{utc(t, "2021-05-16T00:00:00Z"), [numColumns]float64{46762.99, 47698, 46467, 47283.43, 5439.3}}},
		{"binance_vision_um_BTCUSDT-1h-2023-01.csv", "csv", Reading{}, time.Hour, 744, 0, 0,
			bar{utc(t, "2023-01-01"), [numColumns]float64{16541.77, 16545.7, 16508.39, 16529.67, 4364.8357}},
			bar{utc(t, "2023-01-31T23:00:00Z"), [numColumns]float64{23181.81, 23188.7, 23081.19, 23125.13, 10955.34795}}},
		{"lean/crypto_binance_hour_btcusdt_trade.zip", "lean", Reading{}, time.Hour, 120, 0, 0,
			bar{utc(t, "2018-05-01"), [numColumns]float64{9246.01, 9248.99, 8934.44, 8955.01, 5263.799551}},
			bar{utc(t, "2018-05-05T23:00:00Z"), [numColumns]float64{9849.84, 9888.88, 9832, 9864, 711.450495}}},
		{"lean/crypto_binance_minute_btcbusd_20221213_trade.zip", "lean", Reading{}, time.Minute, 1440, 0, 0,
			bar{utc(t, "2022-12-13"), [numColumns]float64{17212.12, 17216.55, 17208.88, 17208.88, 110.66042}},
			bar{utc(t, "2022-12-13T23:59:00Z"), [numColumns]float64{17779.22, 17784.34, 17776.45, 17777.08, 39.2941}}},
		{"lean/crypto_coinbase_daily_btcusd_trade.zip", "lean", Reading{}, fund.Day, 1318, 0, 34,
			bar{utc(t, "2014-12-01"), [numColumns]float64{300, 370, 300, 370, 0.05655554}},
			bar{utc(t, "2018-08-13"), [numColumns]float64{6316, 6544.99, 6139.57, 6253.67, 10178.43146644}}},
		{"lean/crypto_coinbase_minute_btcusd_20180404_trade.zip", "lean", Reading{}, time.Minute, 1007, 0, 1,
			bar{utc(t, "2018-04-04"), [numColumns]float64{7424.91, 7424.91, 7422, 7422, 7.14319709}},
			bar{utc(t, "2018-04-04T16:47:00Z"), [numColumns]float64{6894.01, 6894.01, 6894.01, 6894.01, 0.0373333}}},
		{"freqtrade_UNITTEST_BTC-1m.json.gz", "freqtrade", Reading{}, time.Minute, 13681, 0, 717,
			bar{utc(t, "2017-11-04T23:02:00Z"), [numColumns]float64{0.00162008, 0.00162008, 0.00162008, 0.00162008, 108.14853839}},
			bar{utc(t, "2017-11-14T22:59:00Z"), [numColumns]float64{0.00270001, 0.00270002, 0.00270001, 0.00270002, 1.94577668}}},
		{"freqtrade_XRP_ETH-1m.feather", "freqtrade", Reading{}, time.Minute, 2469, 0, 1091,
			bar{utc(t, "2019-10-11"), [numColumns]float64{0.00141342, 0.00141557, 0.00141266, 0.00141418, 1482}},
			bar{utc(t, "2019-10-13T11:19:00Z"), [numColumns]float64{0.00152814, 0.00152817, 0.00152787, 0.00152787, 785}}},
		{"bbgo_coinbase_exchange_QueryKLines_recorded_http.json", "coinbase-candles", Reading{}, time.Minute, 350, 4, 0,
			bar{utc(t, "2025-08-18T00:08:00Z"), [numColumns]float64{117536.11, 117582.43, 117536.1, 117560.82, 2.82353126}},
			bar{utc(t, "2025-08-18T05:57:00Z"), [numColumns]float64{115733.6, 115743.7, 115703.97, 115739.93, 0.61798602}}},
	} {
		t.Run(c.file, func(t *testing.T) {
			dir := t.TempDir()
			spec := Spec{Key: btc, Interval: c.interval, Format: c.format, Reading: c.reading}
			path := shared(t, "original_format/"+c.file)
			r := mustImport(t, dir, spec, path)
			if r.Added != c.rows || r.Same != c.same || r.Missing != c.missing {
				t.Errorf("%d added, %d same, %d missing", r.Added, r.Same, r.Missing)
			}
			bars := contents(t, dir)
			wantBars(t, []bar{bars[0], bars[len(bars)-1]}, []bar{c.first, c.last})
			if r := mustImport(t, dir, spec, path); r.Added != 0 {
				t.Errorf("%d added by the same file again", r.Added)
			}
		})
	}
}

// A file that no spreadsheet should have touched, and one of quotes, are refused for what they are.
func TestRealFilesThatAreRefused(t *testing.T) {
	for _, c := range []struct {
		file, format string
		reading      Reading
		says         string
	}{
		{"bbgo_BTCUSDT-1h-2023-11-18.excel-mangled.csv", "binance-klines", Reading{}, "line 2: time 1.70027E+12 was rounded by a spreadsheet"},
		{"bbgo_BTCUSDT-1h-2023-11-18.excel-mangled.csv", "csv", Reading{}, "line 2: time 1.70027E+12 was rounded by a spreadsheet"},
		{"bbgo_BTCUSDT-1h-2023-11-18.excel-mangled.csv", "csv", Reading{Columns: "time=0,open=1,high=2,low=3,close=4,volume=5"}, "line 2: time 1.70027E+12 was rounded"},
		{"bbgo_BTCUSDT-1h-2023-11-18.excel-mangled.csv", "ohlcv-csv", Reading{}, "line 1: the header is"},
		{"lean/crypto_coinbase_minute_btcusd_20180404_quote.zip", "lean", Reading{}, "line 1: these are quotes"},
		{"ninjabot_btc-1h.csv.gz", "csv", Reading{}, "line 1: no column is the time in the header"},
		{"ninjabot_btc-1h.csv.gz", "csv", Reading{Columns: "time=0,open=1,high=2,low=3,close=4,volume=5"}, "line 1: close 16830 is outside low 16683.63"},
		{"ninjabot_btc-1h.csv.gz", "lean", Reading{}, "line 1: 7 columns, but trade bars of lean have 6"},
		{"freqtrade_XRP_ETH-1m.feather", "parquet", Reading{}, "it cannot be read as Parquet"},
		{"freqtrade_XRP_ETH-1m.feather", "csv", Reading{}, "line 1: "},
		{"freqtrade_UNITTEST_BTC-1m.json.gz", "coinbase-candles", Reading{}, "row 1: "},
		{"binance_vision_um_BTCUSDT-1h-2023-01.csv", "freqtrade", Reading{}, "it is no list of rows"},
		{"binance_vision_um_BTCUSDT-1h-2023-01.csv", "cryptodatadownload", Reading{}, "line 1: no column is the time"},
		{"cryptodatadownload_Coinbase_BTCUSD_1h_2017-07_2020-10.csv.gz", "ohlcv-csv", Reading{}, "line 1: the header is"},
		{"cryptodatadownload_Coinbase_BTCUSD_1h_2017-07_2020-10.csv.gz", "binance-klines", Reading{}, "line 1: the header is"},
	} {
		path := shared(t, "original_format/"+c.file)
		_, err := importInto(t.TempDir(), Spec{Key: btc, Interval: time.Hour, Format: c.format, Reading: c.reading}, path)
		if err == nil || !strings.Contains(err.Error(), c.says) || !strings.HasPrefix(err.Error(), path) {
			t.Errorf("%s as %s: %v", c.file, c.format, err)
		}
	}
}

// feather writes bars as pandas does, in two batches.
func feather(t testing.TB, bars []bar) []byte {
	t.Helper()
	schema := arrow.NewSchema([]arrow.Field{{Name: "date", Type: arrow.FixedWidthTypes.Timestamp_ms}, {Name: "open", Type: arrow.PrimitiveTypes.Float64},
		{Name: "high", Type: arrow.PrimitiveTypes.Float64}, {Name: "low", Type: arrow.PrimitiveTypes.Float64},
		{Name: "close", Type: arrow.PrimitiveTypes.Float32, Nullable: true}, {Name: "volume", Type: arrow.PrimitiveTypes.Int64}}, nil)
	var out bytes.Buffer
	w, err := ipc.NewFileWriter(&out, ipc.WithSchema(schema), ipc.WithLZ4())
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range [][]bar{bars[:2], bars[2:]} {
		rows := array.NewRecordBuilder(memory.DefaultAllocator, schema)
		for _, b := range part {
			rows.Field(0).(*array.TimestampBuilder).Append(arrow.Timestamp(b.at / 1e6))
			for c := range closeColumn {
				rows.Field(1 + c).(*array.Float64Builder).Append(b.values[c])
			}
			rows.Field(4).(*array.Float32Builder).Append(float32(b.values[closeColumn]))
			rows.Field(5).(*array.Int64Builder).Append(int64(b.values[volumeColumn]))
		}
		if err := w.Write(rows.NewRecordBatch()); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
