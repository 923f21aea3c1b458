package binance

import "testing"

func BenchmarkReadQuote(b *testing.B) {
	text := []byte(`{"stream":"btcusdt@bookTicker","data":{"u":400900217,"s":"BTCUSDT","b":"25.35190000","B":"31.21000000","a":"25.36520000","A":"40.66000000"}}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := readMarket(text, names, at); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadReport(b *testing.B) {
	text := shared(b, "binance_payloads/execution_report_trade.json")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := readEvent(text, names, at); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadExchangeInfo(b *testing.B) {
	text := shared(b, "binance_payloads/http_spot_market_exchange_info.json")
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, _, err := readExchangeInfo(text); err != nil {
			b.Fatal(err)
		}
	}
}
