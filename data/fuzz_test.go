package data

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func FuzzBinanceKlines(f *testing.F) {
	f.Add([]byte(kline + "\n"))
	f.Add([]byte(strings.Replace(kline, "1704067200000", "1704067200000000", 1)))
	f.Add([]byte("open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore\n" + kline))
	f.Add([]byte("1.70027E+12,1,1,1,1,1,1,1,1,1,1,0\n\"a\nb\",,\r\n"))
	f.Fuzz(func(t *testing.T, file []byte) { accepts(t, binanceKlines, file) })
}

func FuzzOHLCV(f *testing.F) {
	f.Add([]byte(strings.Join(ohlcv(walk(3, 1)), "\n")))
	f.Add([]byte(ohlcvHeader + "\n1704067200000,1e-300,0x1p4,1e-308,1,-0\n"))
	f.Fuzz(func(t *testing.T, file []byte) { accepts(t, ohlcvCSV, file) })
}

// accepts reads a file, of which only bars that can be may come.
func accepts(t *testing.T, l csvLayout, file []byte) {
	bars, lines, err := l.read(bytes.NewReader(file), time.Minute)
	if err != nil {
		if len(bars) > 0 {
			t.Errorf("%d bars with an error", len(bars))
		}
		return
	}
	if len(bars) == 0 || len(lines) != len(bars) {
		t.Errorf("%d bars, %d lines", len(bars), len(lines))
	}
	for r := range bars {
		b := &bars[r]
		v := b.values
		if !(v[lowColumn] > 0 && v[lowColumn] <= v[openColumn] && v[openColumn] <= v[highColumn] &&
			v[lowColumn] <= v[closeColumn] && v[closeColumn] <= v[highColumn] && v[volumeColumn] >= 0) ||
			v[highColumn]-v[highColumn] != 0 || v[volumeColumn]-v[volumeColumn] != 0 {
			t.Errorf("line %d: %v", lines[r], v)
		}
		if b.at%60e9 != 0 || r > 0 && (b.at <= bars[r-1].at || lines[r] <= lines[r-1]) {
			t.Errorf("line %d: %v", lines[r], b.at)
		}
	}
}
