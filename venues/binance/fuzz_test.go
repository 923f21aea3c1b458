package binance

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/steelyard/steelyard/venues"
)

// seeds adds what was recorded as beginnings of a fuzz target: the files whose names hold one of these, and texts.
func seeds(f *testing.F, holding []string, texts ...string) {
	files, err := filepath.Glob("../../../shared/vectors/binance_payloads/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for _, part := range holding {
			if strings.Contains(filepath.Base(path), part) && len(text) < 10000 {
				f.Add(text)
			}
		}
	}
	for _, text := range append(texts, `{}`, `[]`, `null`, `[null]`, `{"a":1e999}`) {
		f.Add([]byte(text))
	}
}

func FuzzOrder(f *testing.F) {
	seeds(f, []string{"order"}, filled())
	f.Fuzz(func(t *testing.T, text []byte) {
		if s, err := readStatus(text, names); err == nil {
			sound(t, s)
		}
		all, err := readStatuses(text, names)
		for _, s := range all {
			sound(t, s)
		}
		if err != nil && len(all) > 0 {
			t.Error("orders together with an error")
		}
	})
}

// sound fails unless a status means something.
func sound(t *testing.T, s venues.Status) {
	if s.Side == 0 || s.State == "" || s.Kind == "" || s.Instrument == "" || s.Quantity.Sign() < 0 || s.Done.Sign() < 0 || s.Cash.Sign() < 0 || s.Limit.Sign() < 0 || s.At < 0 {
		t.Errorf("%+v", s)
	}
	for _, e := range s.Fills {
		if e.Quantity.Sign() < 0 || e.Price.Sign() < 0 || e.Cash.Sign() < 0 || e.Fee.Sign() < 0 || e.Side != s.Side || e.Instrument != s.Instrument {
			t.Errorf("%+v", e)
		}
	}
}

func FuzzEvent(f *testing.F) {
	seeds(f, []string{"execution_report", "account_position", "balance_update", "list_status"}, `{"event":{"e":"eventStreamTerminated","E":1}}`)
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := readEvent(text, names, at)
		if err != nil {
			return
		}
		if m.Status != nil {
			sound(t, *m.Status)
			for _, e := range m.Status.Fills {
				if e.Quantity.Sign() <= 0 || e.Price.Sign() <= 0 || e.FeeAsset == "" && !e.Fee.IsZero() {
					t.Errorf("an execution that cannot be booked: %+v", e)
				}
			}
		}
		for _, b := range m.Balances {
			if b.Free.Sign() < 0 || b.Locked.Sign() < 0 {
				t.Errorf("%+v", b)
			}
		}
	})
}

func FuzzMarket(f *testing.F) {
	seeds(f, []string{"ws_spot"}, `{"stream":"btcusdt@kline_1m","data":{"e":"kline","E":1,"s":"BTCUSDT","k":{"t":1,"T":2,"s":"BTCUSDT","i":"1m","o":"1","c":"1","h":"1","l":"1","v":"1","x":true}}}`,
		`{"error":{"code":2,"msg":"x"},"id":1}`, `{"result":null,"id":1}`)
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := readMarket(text, names, at)
		if err != nil {
			return
		}
		told := 0
		if m.Bar != nil {
			told++
		}
		if m.Quote != nil {
			told++
		}
		if m.Trade != nil {
			told++
		}
		if told > 1 || m.At < 0 {
			t.Errorf("%+v", m)
		}
	})
}

func FuzzAnswers(f *testing.F) {
	seeds(f, []string{"account", "trades", "klines", "depth", "ticker", "price", "trading_fee", "time"})
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, read := range []func([]byte) (any, error){account, alone(readDepth), alone(readTrades), alone(readQuote), alone(readPrice), alone(readFees), clockOf,
			func(text []byte) (any, error) { return readKlines(text, "BTC/USDT") },
			func(text []byte) (any, error) { return readMyTrades(text, names) }, func(text []byte) (any, error) { return readRestrictions(text) }} {
			if _, err := read(text); err != nil && err.Error() == "" {
				t.Error("an error that says nothing")
			}
		}
	})
}

func FuzzExchangeInfo(f *testing.F) {
	seeds(f, []string{"exchange_info"}, listing())
	f.Fuzz(func(t *testing.T, text []byte) {
		all, limits, err := readExchangeInfo(text)
		if err != nil {
			return
		}
		for _, s := range all {
			o := s.Fit(Order{Side: 1, Type: "LIMIT", Quantity: amount("1.23456789"), Price: amount("98.7654321")})
			if amount("1.23456789").Less(o.Quantity) || amount("98.7654321").Less(o.Price) {
				t.Errorf("%+v makes %+v", s, o)
			}
		}
		for _, u := range limits {
			if u.Interval <= 0 || u.Limit < 0 {
				t.Errorf("%+v", u)
			}
		}
	})
}

// FuzzRefusal also gives the venue's words back as errors, which must not hold a key.
func FuzzRefusal(f *testing.F) {
	seeds(f, nil, `{"code":-1003,"msg":"Way too much request weight used; IP banned until 1573123456789."}`, `{"code":-1003,"msg":"","data":{"retryAfter":1655974800000}}`,
		`<html>`+docKey+`</html>`)
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := New(Config{Key: venues.NewKey(docKey, docSecret)})
		if err != nil {
			t.Fatal(err)
		}
		for _, status := range []int{400, 418, 429, 503} {
			err := d.refused(request{method: "POST", path: orderPath, writes: true}, status, nil, text)
			var failure *venues.Failure
			if !errors.As(err, &failure) || failure.Wait < 0 || (failure.Class == venues.RateLimited) != (failure.Wait > 0) {
				t.Errorf("%d: %v", status, err)
			}
			if strings.Contains(err.Error(), docKey) {
				t.Error(err)
			}
		}
	})
}
