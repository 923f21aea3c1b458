package binance

import (
	"strings"
	"testing"
	"time"
)

// TestBadValues puts what cannot be into messages that are good otherwise, and looks for the field in the error.
func TestBadValues(t *testing.T) {
	report := `{"e":"executionReport","E":2,"s":"ETHUSDT","c":"a","S":"BUY","o":"LIMIT","f":"GTC","q":"1","p":"2","C":"","x":"TRADE","X":"FILLED","r":"NONE","i":3,"l":"1","z":"1","L":"2","n":"0.1","N":"ETH","T":4,"t":5,"m":true,"Z":"2"}`
	for _, c := range []struct {
		text, old, bad, want string
		read                 func([]byte) (any, error)
	}{
		{report, `"q":"1"`, `"q":"-1"`, "field q is negative", event},
		{report, `"q":"1"`, `"q":1`, "field q is no string", event},
		{report, `"q":"1"`, `"q":"one"`, "field q is no number", event},
		{report, `"q":"1"`, `"q":null`, "field q is no string", event},
		{report, `"i":3`, `"i":-3`, "field i is negative", event},
		{report, `"i":3`, `"i":3.5`, "field i is no whole number", event},
		{report, `"T":4`, `"T":-4`, "field T is no time", event},
		{report, `"T":4`, `"T":9223372036855000`, "field T is no time", event},
		{report, `"S":"BUY"`, `"S":"buy"`, "field S is neither BUY nor SELL", event},
		{report, `"X":"FILLED"`, `"X":"LOST"`, `field X is "LOST", which is no state`, event},
		{report, `"t":5`, `"t":-1`, "field t is negative, and the report is of a trade", event},
		{report, `"N":"ETH"`, `"N":null`, "field N is empty, and there is a commission", event},
		{report, `"n":"0.1"`, `"n":"-0.1"`, "field n is negative", event},
		{report, `"m":true`, `"m":"true"`, "field m is neither true nor false", event},
		{report, `"s":"ETHUSDT"`, `"s":"ETHXYZ"`, "not listed the symbol ETHXYZ", event},
		{filled(), `"qty":"0.5"`, `"qty":"-0.5"`, "order: fills: field qty is negative", order},
		{filled(), `"fills":[`, `"fills":{},"x":[`, "order: fills: it is no JSON array", order},
		{`{"balances":[{"asset":"A","free":"1","locked":"1"}]}`, `"free":"1"`, `"free":"-1"`, "account: balances: field free is negative", account},
		{`[[1,"1","1","1","1","1"],[2,"1","1","1","1","1"]]`, `[2,`, `[1,`, "klines: field 0 does not ascend", bars},
		{`[[1,"1","1","1","1","1"]]`, `,"1"]`, `]`, "klines: field 5 is missing", bars},
		{`{"lastUpdateId":1,"bids":[["1","1"]],"asks":[["1","1"]]}`, `"bids":[["1","1"]]`, `"bids":[["1"]]`, "depth: bids: field 1 is missing", book},
		{`{"e":"kline","E":1,"s":"BTCUSDT","k":{"t":0,"o":"1","h":"4","l":"1","c":"2","v":"7","x":true}}`, `"k":{`, `"k":[],"y":{`, "k: it is no JSON object", market},
		{`{"serverTime":5}`, `5`, `"5"`, "field serverTime is no whole number", clockOf},
	} {
		if _, err := c.read([]byte(c.text)); err != nil {
			t.Errorf("%s: %v", c.text, err)
		}
		_, err := c.read([]byte(strings.Replace(c.text, c.old, c.bad, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.bad, err, c.want)
		}
	}
}

// TestIntervals: every length that the venue has bars of is written as the venue does.
func TestIntervals(t *testing.T) {
	d, err := New(Config{Name: "here"})
	if err != nil || d.Name() != "here" {
		t.Fatal(err)
	}
	for length, want := range map[time.Duration]string{time.Second: "1s", time.Minute: "1m", time.Hour: "1h", 24 * time.Hour: "1d", 7 * 24 * time.Hour: "1w"} {
		if got, err := d.interval(length); err != nil || got != want {
			t.Errorf("%s is %s, %v", length, got, err)
		}
	}
	for text, want := range map[string]time.Duration{"10S": 10 * time.Second, "1M": time.Minute, "2H": 2 * time.Hour, "1D": 24 * time.Hour, "": 0, "M": 0, "xM": 0, "0M": 0, "1Y": 0} {
		if got, ok := intervalOf(text); ok != (want > 0) || ok && got != want {
			t.Errorf("%q is %s %t", text, got, ok)
		}
	}
	for levels, want := range map[int]int64{5: 5, 100: 5, 101: 25, 1000: 50, 5000: 250} {
		if got := depthWeight(levels); got != want {
			t.Errorf("%d levels weigh %d", levels, got)
		}
	}
}
