package data

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

func FuzzBinanceKlines(f *testing.F) {
	f.Add([]byte(kline + "\n"))
	f.Add([]byte(strings.Replace(kline, "1704067200000", "1704067200000000", 1)))
	f.Add([]byte("open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore\n" + kline))
	f.Add([]byte("1.70027E+12,1,1,1,1,1,1,1,1,1,1,0\n\"a\nb\",,\r\n"))
	f.Fuzz(func(t *testing.T, file []byte) { accepts(t, inMinutes("binance-klines"), file) })
}

func FuzzOHLCV(f *testing.F) {
	f.Add([]byte(strings.Join(ohlcv(walk(3, 1)), "\n")))
	f.Add([]byte(ohlcvHeader + "\n1704067200000,1e-300,0x1p4,1e-308,1,-0\n"))
	f.Fuzz(func(t *testing.T, file []byte) { accepts(t, minutes, file) })
}

// inMinutes is the specification of minute bars in a format.
func inMinutes(format string) Spec { return Spec{Key: btc, Interval: time.Minute, Format: format} }

// accepts reads a file, of which only bars that can be may come.
func accepts(t *testing.T, spec Spec, file []byte) {
	if err := spec.Check(); err != nil {
		t.Fatal(err)
	}
	f, err := findFormat(spec.Format)
	if err != nil {
		t.Fatal(err)
	}
	sources, err := f.read(&input{bytes.NewReader(file), "20240101_x.csv", spec})
	if err != nil && len(sources) > 0 || err == nil && len(sources) == 0 {
		t.Errorf("%d sources and %v", len(sources), err)
	}
	for _, s := range sources {
		if len(s.bars)+s.dropped == 0 || len(s.lines) != len(s.bars) || s.id.Check() != nil {
			t.Errorf("%v: %d bars, %d lines", s.id, len(s.bars), len(s.lines))
		}
		for r := range s.bars {
			possible(t, spec, &s, r)
		}
	}
}

// possible checks a bar without the code that let it pass.
func possible(t *testing.T, spec Spec, s *source, r int) {
	b := &s.bars[r]
	v := b.values
	if !(v[lowColumn] > 0 && v[lowColumn] <= v[openColumn] && v[openColumn] <= v[highColumn] &&
		v[lowColumn] <= v[closeColumn] && v[closeColumn] <= v[highColumn] && v[volumeColumn] >= 0) ||
		v[highColumn]-v[highColumn] != 0 || v[volumeColumn]-v[volumeColumn] != 0 {
		t.Errorf("line %d: %v", s.lines[r], v)
	}
	if b.at%fund.Time(spec.Interval) != 0 || r > 0 && b.at <= s.bars[r-1].at {
		t.Errorf("line %d: %v", s.lines[r], b.at)
	}
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte("time;open;high;low;close;volume\n2024-01-01 00:00:00;1;2;0.5;1.5;7\n"), "")
	f.Add([]byte("\ufeff1704067200,1,1.5,0.5,2,7\n1704067260.0,1,1.5,0.5,2,7"), "time=0,open=1,close=2,low=3,high=4,volume=5")
	f.Add([]byte("when,price\n01/02/2024,1\n1.70E+12,3"), "time=when,close=price")
	f.Fuzz(func(t *testing.T, file []byte, columns string) {
		spec := inMinutes("csv")
		if spec.Columns = columns; spec.Check() == nil {
			accepts(t, spec, file)
		}
	})
}

func FuzzCryptoDataDownload(f *testing.F) {
	f.Add([]byte("https://www.CryptoDataDownload.com\nUnix Timestamp,Date,Symbol,Open,High,Low,Close,Volume BTC,Volume USD\n" +
		"1704067260.0,2024-01-01 12-AM,BTCUSD,1,2,0.5,1.5,7,7\n1704067200.0,2023-12-31 07-PM,BTCUSD,1,2,0.5,1.5,7,7\n"))
	f.Add([]byte("date,open,high,low,close,volto\n2024-01-01 12-AM,1,2,0.5,1.5,7"))
	f.Fuzz(func(t *testing.T, file []byte) { accepts(t, inMinutes("cryptodatadownload"), file) })
}

func FuzzDaily(f *testing.F) {
	f.Add([]byte("date,asset,price_usd,market_cap_usd,volume_usd,source\n2024-01-01,BTC,2,100,8,x\n2024-01-02,ETH,2,0,8,x\n"))
	f.Add([]byte("snapped_at,price,market_cap,total_volume\n2024-01-01 00:00:00 UTC,2,,8\n"))
	f.Add([]byte("timeOpen;open;high;low;close;volume;marketCap\n2024-01-01T00:00:00.000Z;1;2;1;2;8;1e9\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		for _, format := range []string{"panel", "coingecko", "coinmarketcap"} {
			spec := Spec{Key: Key{"vendor", "*/USD"}, Interval: fund.Day, Format: format, Reading: Reading{DateIs: OpenOfDay}}
			if format != "panel" {
				spec.Instrument = "BTC/USD"
			}
			if format == "coinmarketcap" {
				spec.DateIs = ""
			}
			accepts(t, spec, file)
		}
	})
}

func FuzzLean(f *testing.F) {
	f.Add([]byte("60000,1,2,0.5,1.5,7\n120000,1,2,0.5,1.5,7"))
	f.Add([]byte("20180501 00:00,1,2,0.5,1.5,7\n"))
	f.Fuzz(func(t *testing.T, file []byte) { accepts(t, inMinutes("lean"), file) })
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte("[[1704067200000, 1, 2, 0.5, 1.5, 7], [1704067260000, 1, 2, 0.5, 1.5, null]]"))
	f.Add([]byte(`[{"response":{"body":"[[1704067200, 0.5, 2, 1, 1.5, 7]]"}}]`))
	f.Fuzz(func(t *testing.T, file []byte) {
		accepts(t, inMinutes("freqtrade"), file)
		accepts(t, inMinutes("coinbase-candles"), file)
	})
}

func FuzzParquet(f *testing.F) {
	var b bytes.Buffer
	bars := walk(5, 1)
	if err := writeTable(&b, nil, barTimes(bars), barColumns(bars)); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, file []byte) { accepts(t, inMinutes("parquet"), file) })
}

func FuzzFeather(f *testing.F) {
	f.Add(feather(f, walk(5, 1)))
	f.Fuzz(func(t *testing.T, file []byte) { accepts(t, inMinutes("freqtrade"), file) })
}
