package evidence_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/steelyard/steelyard/reports/evidence"
)

func TestKeysReadBack(t *testing.T) {
	dir, key := t.TempDir(), keyOf("fund")
	private, public, err := evidence.PEM(key)
	if err != nil {
		t.Fatal(err)
	}
	a, b := filepath.Join(dir, "key.pem"), filepath.Join(dir, "key.pub.pem")
	os.WriteFile(a, private, 0o600)
	os.WriteFile(b, public, 0o644)
	if got, err := evidence.ReadSigner(a); err != nil || !got.Equal(key) {
		t.Errorf("%v", err)
	}
	for _, path := range []string{a, b} {
		if got, err := evidence.ReadTrusted(path); err != nil || !got.Equal(key.Public()) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// The key that RFC 8410, section 10.3, shows, and its public half.
func TestKeyOfTheStandard(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	os.WriteFile(a, []byte("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n"), 0o600)
	os.WriteFile(b, []byte("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n"), 0o600)
	private, err1 := evidence.ReadSigner(a)
	public, err2 := evidence.ReadTrusted(b)
	if err1 != nil || err2 != nil || !public.Equal(private.Public()) {
		t.Error(err1, err2)
	}
}

// A file that is no key is named, and nothing of what is in it.
func TestBadKeys(t *testing.T) {
	other, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	der, _ := x509.MarshalPKCS8PrivateKey(other)
	const secret = "hunter2hunter2"
	for name, text := range map[string]string{
		"empty": "", "text": secret, "no block": "-----BEGIN PRIVATE KEY-----\n" + secret,
		"not a key":     string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte(secret)})),
		"no public key": string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: []byte(secret)})),
		"another kind":  string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
		"another block": string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: []byte(secret)})),
	} {
		path := filepath.Join(t.TempDir(), "key.pem")
		os.WriteFile(path, []byte(text), 0o600)
		_, err1 := evidence.ReadSigner(path)
		_, err2 := evidence.ReadTrusted(path)
		for _, err := range []error{err1, err2} {
			if err == nil || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), secret[:7]) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if _, err := evidence.ReadSigner(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("no file at all")
	}
}
