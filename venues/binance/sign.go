package binance

import (
	"crypto"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/steelyard/steelyard/venues"
)

// signer signs a payload as Binance wants to read it.
type signer func(payload string) string

// signerOf returns the signer of a key: HMAC-SHA256 in hex with a secret that is text, and with a private key in PEM
// (PKCS #8) Ed25519 or RSA PKCS #1 v1.5 with SHA-256 in base64. Errors hold nothing of the secret.
func signerOf(k venues.Key) (signer, error) {
	if !strings.HasPrefix(k.Secret(), "-----BEGIN") {
		return func(payload string) string {
			h := hmac.New(sha256.New, []byte(k.Secret()))
			h.Write([]byte(payload))
			return hex.EncodeToString(h.Sum(nil))
		}, nil
	}
	block, _ := pem.Decode([]byte(k.Secret()))
	if block == nil {
		return nil, errors.New("the key's secret begins like PEM and is none")
	}
	private, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.New("the key's secret is no unencrypted private key in PKCS #8: openssl pkcs8 -topk8 -nocrypt writes one")
	}
	switch private := private.(type) {
	case ed25519.PrivateKey:
		return func(payload string) string {
			return base64.StdEncoding.EncodeToString(ed25519.Sign(private, []byte(payload)))
		}, nil
	case *rsa.PrivateKey:
		return func(payload string) string {
			sum := sha256.Sum256([]byte(payload))
			signature, err := rsa.SignPKCS1v15(rand.Reader, private, crypto.SHA256, sum[:])
			if err != nil {
				return "" // a key too small to sign, which Binance refuses like any wrong signature
			}
			return base64.StdEncoding.EncodeToString(signature)
		}, nil
	}
	return nil, errors.New("the key's secret is a private key of a kind that Binance does not take: it takes Ed25519 and RSA")
}

// param is a parameter of a request.
type param struct{ name, value string }

// params are the parameters of a request in the order in which they are sent and signed.
type params []param

// add appends a parameter unless it is empty.
func (p *params) add(name, value string) {
	if value != "" {
		*p = append(*p, param{name, value})
	}
}

// query writes the parameters as a REST request does: percent-encoded.
func (p params) query() string {
	var b strings.Builder
	for i, v := range p {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(v.name + "=" + url.QueryEscape(v.value))
	}
	return b.String()
}

// sorted writes the parameters as the WebSocket API signs them: by name, not encoded.
func (p params) sorted() string {
	in := slices.Clone(p)
	slices.SortFunc(in, func(a, b param) int { return strings.Compare(a.name, b.name) })
	lines := make([]string, len(in))
	for i, v := range in {
		lines[i] = v.name + "=" + v.value
	}
	return strings.Join(lines, "&")
}
