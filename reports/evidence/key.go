package evidence

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
)

// The types of PEM block that hold keys: PKCS #8 (RFC 5958) and SubjectPublicKeyInfo (RFC 5280), as OpenSSL writes them.
const (
	privateBlock = "PRIVATE KEY"
	publicBlock  = "PUBLIC KEY"
)

var errPrivate = errors.New("it holds no Ed25519 key in PEM (PKCS #8): make one with steelyard audit keygen, or openssl genpkey -algorithm ed25519")
var errPublic = errors.New("it holds no Ed25519 public key in PEM: openssl pkey -in KEY.pem -pubout makes it from the signing key")

// ReadSigner reads a signing key from a PEM file. Errors name the file and never what is in it.
func ReadSigner(path string) (ed25519.PrivateKey, error) {
	block, err := readBlock(path, "signing key", errPrivate, privateBlock)
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	key, ok := parsed.(ed25519.PrivateKey)
	if err != nil || !ok {
		return nil, fmt.Errorf("signing key %s: %w", path, errPrivate)
	}
	return key, nil
}

// ReadTrusted reads the key that an auditor trusts from a PEM file: the public one, or a signing key, of which it takes the
// public half.
func ReadTrusted(path string) (ed25519.PublicKey, error) {
	block, err := readBlock(path, "trusted key", errPublic, publicBlock, privateBlock)
	if err != nil {
		return nil, err
	}
	if block.Type == privateBlock {
		key, err := ReadSigner(path)
		if err != nil {
			return nil, err
		}
		return key.Public().(ed25519.PublicKey), nil
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	key, ok := parsed.(ed25519.PublicKey)
	if err != nil || !ok {
		return nil, fmt.Errorf("trusted key %s: %w", path, errPublic)
	}
	return key, nil
}

// readBlock reads the first PEM block of a file and sees that it is of one of these types.
func readBlock(path, what string, otherwise error, types ...string) (*pem.Block, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	block, _ := pem.Decode(text)
	for _, t := range types {
		if block != nil && block.Type == t {
			return block, nil
		}
	}
	return nil, fmt.Errorf("%s %s: %w", what, path, otherwise)
}

// PEM returns the two files of a key: the signing key, and the public one for auditors.
func PEM(key ed25519.PrivateKey) (private, public []byte, err error) {
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, nil, err
	}
	known, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return nil, nil, err
	}
	var a, b bytes.Buffer
	err = errors.Join(pem.Encode(&a, &pem.Block{Type: privateBlock, Bytes: secret}), pem.Encode(&b, &pem.Block{Type: publicBlock, Bytes: known}))
	return a.Bytes(), b.Bytes(), err
}

// Fingerprint names a public key: "ed25519:" and the first 16 hex digits of the SHA-256 of its 32 bytes.
func Fingerprint(key ed25519.PublicKey) string {
	sum := sha256.Sum256(key)
	return "ed25519:" + hex.EncodeToString(sum[:8])
}
