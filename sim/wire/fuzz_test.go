package wire

import (
	"bytes"
	"strings"
	"testing"
)

// Whatever a fault file says, it is read or refused with its line.
func FuzzFaults(f *testing.F) {
	f.Add("seed 7\ndelay 200ms..2s on POST /api/v3/order every 3\nlost-ack on POST /api/v3/* chance 10%\n")
	f.Add("halt BTC/USDT from +1m to 2023-04-01T10:00:00Z\nclock -3s\ndown from +1h to +2h # an hour\n")
	f.Add("status 503 done on * after 2 times 1\nlimit 30s on *\nban 2m on GET /sapi/*\nreorder on market\n")
	f.Fuzz(func(t *testing.T, text string) {
		faults, err := ParseFaults("file", strings.NewReader(text))
		if err != nil {
			if !strings.HasPrefix(err.Error(), "file:") && !strings.Contains(err.Error(), "token too long") {
				t.Errorf("%q: no line in %v", text, err)
			}
			return
		}
		for range 3 {
			faults.meet(1, "POST /api/v3/order")
			faults.meet(2, "market")
		}
	})
}

// Whatever a client sends, it is read or refused.
func FuzzRequests(f *testing.F) {
	f.Add("symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559", "")
	f.Add("symbols=[\"BTCUSDT\",\"ETHUSDT\"]&startTime=9223372036854775807", "signature=00&limit=-1")
	f.Fuzz(func(t *testing.T, query, body string) {
		p, bad := parseParams(query, body)
		if bad != nil {
			return
		}
		for _, name := range []string{"quantity", "price", "limit", "startTime", "recvWindow"} {
			if p.amount(name).Sign() < 0 || p.number(name, 5, 1000) > 1000 || p.time(name, 0) < 0 {
				t.Errorf("%s of %q", name, query)
			}
		}
		p.symbols()
		depthWeight(p)
		if strings.Contains(unsigned(query), "&signature=") {
			t.Errorf("%q is signed with its signature", query)
		}
	})
}

func FuzzMessages(f *testing.F) {
	f.Add([]byte(`{"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":1}`))
	f.Add([]byte(`{"id":"s","method":"order.place","params":{"quantity":1.50,"symbols":["A"],"x":null}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if m, err := decodeCommand(text); err == nil && len(m.ID) == 0 {
			t.Errorf("no ID in %q", text)
		}
		q, err := decodeQuestion(text)
		if err == nil && len(q.ID) == 0 {
			t.Errorf("no ID in %q", text)
		}
		if bytes.Contains([]byte(sorted(q.Params)), []byte("&signature=")) && q.Params["signature"] != "" && !bytes.Contains(text, []byte("&signature=")) {
			t.Errorf("%q is signed with its signature", text)
		}
	})
}

func FuzzKeys(f *testing.F) {
	f.Add("a hmac s withdraw\nb ed25519 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")
	f.Fuzz(func(t *testing.T, text string) {
		keys, err := ReadKeys("file", strings.NewReader(text))
		if err == nil && len(keys) == 0 {
			t.Errorf("no key and no error in %q", text)
		}
	})
}
