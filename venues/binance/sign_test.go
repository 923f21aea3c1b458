package binance

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net/url"
	"strings"
	"testing"

	"github.com/steelyard/steelyard/venues"
)

// TestSigningVectors writes the parameters of every vector anew and signs them.
func TestSigningVectors(t *testing.T) {
	var vectors []struct{ Name, APIKey, SecretKey, Payload, Signature string }
	if err := json.Unmarshal(shared(t, "binance_hmac.json"), &vectors); err != nil {
		t.Fatal(err)
	}
	if len(vectors) != 5 {
		t.Errorf("%d vectors", len(vectors))
	}
	for _, v := range vectors {
		sign, err := signerOf(venues.NewKey(v.APIKey, v.SecretKey))
		if err != nil {
			t.Fatal(err)
		}
		payload := v.Payload
		if !strings.HasPrefix(v.Name, "mixed") { // a query and a body that are only put together to be signed
			payload = written(t, v.Payload, strings.HasPrefix(v.Name, "ws-api"))
		}
		if got := sign(payload); payload != v.Payload || got != v.Signature {
			t.Errorf("%s: %s of %s, want %s of %s", v.Name, got, payload, v.Signature, v.Payload)
		}
	}
}

// written reads parameters and writes them as this package does; for the WebSocket API from another order.
func written(t *testing.T, payload string, socket bool) string {
	var p params
	for _, part := range strings.Split(payload, "&") {
		name, value, _ := strings.Cut(part, "=")
		if !socket {
			var err error
			if value, err = url.QueryUnescape(value); err != nil {
				t.Fatal(err)
			}
		}
		p.add(name, value)
	}
	if !socket {
		return p.query()
	}
	for i, j := 0, len(p)-1; i < j; i, j = i+1, j-1 {
		p[i], p[j] = p[j], p[i]
	}
	return p.sorted()
}

func inPEM(t *testing.T, private any) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func TestSignWithPrivateKeys(t *testing.T) {
	const payload = "symbol=BTCUSDT&timestamp=1668481559918"
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sign, err := signerOf(venues.NewKey("id", inPEM(t, private)))
	if err != nil {
		t.Fatal(err)
	}
	if signature, err := base64.StdEncoding.DecodeString(sign(payload)); err != nil || !ed25519.Verify(public, []byte(payload), signature) {
		t.Errorf("Ed25519: %v", err)
	}
	large, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	if sign, err = signerOf(venues.NewKey("id", inPEM(t, large))); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(payload))
	signature, err := base64.StdEncoding.DecodeString(sign(payload))
	if err != nil || rsa.VerifyPKCS1v15(&large.PublicKey, crypto.SHA256, sum[:], signature) != nil {
		t.Errorf("RSA: %v", err)
	}
}

// TestEd25519Known signs with the key and the message of RFC 8032, section 7.1, test 2.
func TestEd25519Known(t *testing.T) {
	seed := []byte{0x4c, 0xcd, 0x08, 0x9b, 0x28, 0xff, 0x96, 0xda, 0x9d, 0xb6, 0xc3, 0x46, 0xec, 0x11, 0x4e, 0x0f, 0x5b, 0x8a, 0x31, 0x9f, 0x35, 0xab, 0xa6, 0x24, 0xda, 0x8c, 0xf6, 0xed, 0x4f, 0xb8, 0xa6, 0xfb}
	sign, err := signerOf(venues.NewKey("id", inPEM(t, ed25519.NewKeyFromSeed(seed))))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := sign("\x72"), "kqAJqfDUyrhyDoILX2QlQKKye1QWUD+Ps3YiI+vbadoIWsHkPhWZbkWPNhPQ8R2MOHsurrQwKu6wDSkWErsMAA=="; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestSignerRefuses(t *testing.T) {
	for _, secret := range []string{"-----BEGIN nothing", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"} {
		_, err := New(Config{Key: venues.NewKey("id", secret)})
		if err == nil || strings.Contains(err.Error(), "AAAA") {
			t.Error(err)
		}
	}
}
