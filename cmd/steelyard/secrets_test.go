package main

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What is secret wherever it may be given (the signing key, a password in an address, the environment) stands in no file that a
// command writes and in nothing that it says.
func TestSecretsStayOut(t *testing.T) {
	const secret = "hunter2-never-write-me"
	s := newSignedRig(t, 40, plainFund)
	for _, name := range []string{"PGPASSWORD", "BINANCE_API_SECRET", "STEELYARD_SECRET", "AWS_SECRET_ACCESS_KEY"} {
		t.Setenv(name, secret)
	}
	bad := write(t, filepath.Join(t.TempDir(), "bad.pem"), "-----BEGIN PRIVATE KEY-----", base64.StdEncoding.EncodeToString([]byte(secret)), "-----END PRIVATE KEY-----", secret)
	dsn := "postgres://fund:" + secret + "@127.0.0.1:1/none?sslmode=disable&connect_timeout=1"
	dir := t.TempDir()
	fund := filepath.Join(s.run, fundName)
	leak := write(t, filepath.Join(t.TempDir(), "leak.yaml"), strings.Replace(plainFund, "base: USDT", "base: USDT\napi-secret: "+secret, 1))
	var said strings.Builder
	for _, args := range [][]string{
		{"backtest", fund, "--store", s.store, "--out", filepath.Join(dir, "run"), "--sign", s.key},
		{"backtest", fund, "--store", s.store, "--out", filepath.Join(dir, "bad"), "--sign", bad},
		{"backtest", fund, "--store", dsn, "--out", filepath.Join(dir, "dsn")},
		{"backtest", leak, "--store", s.store, "--out", filepath.Join(dir, "leak")},
		{"validate", leak},
		{"audit", "pack", filepath.Join(dir, "run"), "-o", filepath.Join(dir, "pack.zip"), "--sign", s.key},
		{"audit", "verify", filepath.Join(dir, "run"), "--trust", bad},
		{"audit", "replay", filepath.Join(dir, "pack.zip"), "--trust", s.key},
		{"audit", "correct", filepath.Join(dir, "run"), "--record", "2", "--who", "a", "--text", "b", "--sign", s.key},
		{"audit", "project", filepath.Join(dir, "run")},
		{"audit", "project", filepath.Join(dir, "run"), "--to", dsn},
		{"audit", "project", filepath.Join(dir, "run"), "--to", "host=127.0.0.1 port=1 user=fund password=" + secret},
	} {
		p := process(args...)
		text, _ := p.CombinedOutput()
		said.Write(text)
	}
	block, _ := pem.Decode(read(t, s.key))
	secrets := map[string][]byte{"the secret": []byte(secret), "the key": block.Bytes[len(block.Bytes)-32:],
		"the key in base64": []byte(strings.Split(string(read(t, s.key)), "\n")[1]), "the secret in base64": []byte(base64.StdEncoding.EncodeToString([]byte(secret)))}
	look := func(where string, text []byte) {
		for what, secret := range secrets {
			if bytes.Contains(text, secret) {
				t.Errorf("%s holds %s", where, what)
			}
		}
	}
	look("what the commands say:\n"+said.String(), []byte(said.String()))
	files := 0
	filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			files++
			text, _ := os.ReadFile(path)
			look(path, text)
		}
		return err
	})
	if files < 12 {
		t.Errorf("only %d files were written: %s", files, said.String())
	}
}
