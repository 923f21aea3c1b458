package wire

import (
	"encoding/json"
	"net/url"
	"os"
	"strings"
	"testing"
)

// The signatures that Binance documents are those that are wanted here.
func TestDocumentedSignatures(t *testing.T) {
	text, err := os.ReadFile("../../../shared/vectors/binance_hmac.json")
	if err != nil {
		t.Skip("no ../shared/vectors: with them signatures are compared with documented ones")
	}
	var vectors []struct{ Name, ApiKey, SecretKey, Payload, Signature string }
	if err := json.Unmarshal(text, &vectors); err != nil || len(vectors) == 0 {
		t.Fatal(err)
	}
	for _, v := range vectors {
		key := Key{ID: v.ApiKey, Secret: v.SecretKey}
		payload := unsigned(v.Payload + "&signature=" + v.Signature)
		if strings.HasPrefix(v.Name, "ws-api") {
			values := map[string]string{"signature": v.Signature}
			for pair := range strings.SplitSeq(v.Payload, "&") {
				name, value, _ := strings.Cut(pair, "=")
				values[name] = value
			}
			payload = sorted(values)
		}
		if !key.signs(payload, v.Signature) || key.signs(payload+" ", v.Signature) {
			t.Errorf("%s: %s", v.Name, payload)
		}
	}
}

// The orders that ccxt was recorded to send can be read; what is not simulated is said to be missing.
func TestRecordedOrders(t *testing.T) {
	text, err := os.ReadFile("../../../shared/vectors/binance_order_requests.json")
	if err != nil {
		t.Skip("no ../shared/vectors: with them recorded orders are read")
	}
	var vectors struct {
		Cases []struct{ Description, URL, Output string }
	}
	if err := json.Unmarshal(text, &vectors); err != nil || len(vectors.Cases) == 0 {
		t.Fatal(err)
	}
	for _, v := range vectors.Cases {
		p, bad := parseParams("", v.Output)
		if bad != nil {
			t.Errorf("%s: %v", v.Description, bad)
			continue
		}
		c := &call{params: p}
		c.kind()
		c.amount("quantity")
		c.amount("price")
		clientIDOf(c, "newClientOrderId")
		stop := p.has("stopPrice")
		if (c.wrong != nil) != stop {
			t.Errorf("%s: %v", v.Description, c.wrong)
		}
		want, err := url.ParseQuery(v.Output)
		if err != nil || want.Get("price") != p.values["price"] {
			t.Errorf("%s: %v", v.Description, err)
		}
	}
}
