package fundfile_test

import (
	"strings"
	"testing"

	"github.com/steelyard/steelyard/examples"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// A line that looks like a secret is refused wherever it stands, and is not shown.
func TestSecretsAreRefused(t *testing.T) {
	text, err := examples.Files.ReadFile("three-coins.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"api-secret: hunter2", "# api_key: hunter2", "API_SECRET=hunter2", "x: {password: 'hunter2'}", "private-key: hunter2", "-----BEGIN PRIVATE KEY-----hunter2",
		"secret = hunter2", "store: postgres://me:hunter2@host/db", `{"passphrase": "hunter2"}`, "# mnemonic: hunter2 hunter2", "driver: {kind: binance, key: hunter2}", "key: 'hunter2'",
	} {
		_, err := fundfile.Parse("f.yaml", append([]byte(line+"\n"), text...))
		if err == nil || !strings.HasPrefix(err.Error(), "f.yaml:1: this line looks like a secret") || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", line, err)
		}
	}
	for _, line := range []string{"# no secret stands here", "# https://host:8080/x", "# SECRET: 10%", "# the key: what matters", "# key: 'env-file:a#B'"} {
		if _, err := fundfile.Parse("f.yaml", append([]byte(line+"\n"), text...)); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
}
