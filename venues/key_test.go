package venues

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func keyFile(t *testing.T, name, text string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReadKey(t *testing.T) {
	pem := "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----"
	path := keyFile(t, "keys", "theid\r\nthesecret\r\n", 0o600)
	withPEM := keyFile(t, "keys", "theid\n"+pem+"\n", 0o400)
	lone := keyFile(t, "lone.pem", pem, 0o600)
	env := keyFile(t, ".env", "# keys\nexport ONE_API_KEY='id one'\nONE_API_SECRET=\"s=1\"\nTWO_API_KEY=id2\nTWO_PRIVATE_KEY_FILE="+lone+"\n", 0o600)
	for _, c := range []struct{ reference, id, secret string }{
		{"file:" + path, "theid", "thesecret"},
		{"file:keys", "theid", "thesecret"},
		{"file:" + withPEM, "theid", pem},
		{"env-file:" + env + "#ONE", "id one", "s=1"},
		{"env-file:" + env + "#TWO", "id2", pem},
	} {
		k, err := ReadKey(c.reference, filepath.Dir(path))
		if err != nil || k.ID() != c.id || k.Secret() != c.secret {
			t.Errorf("%s: %q %q %v", c.reference, k.ID(), k.Secret(), err)
		}
	}
}

func TestReadKeyRefuses(t *testing.T) {
	open := keyFile(t, "open", "theid\nthesecret\n", 0o640)
	short := keyFile(t, "short", "thesecret\n", 0o600)
	env := keyFile(t, ".env", "A_API_KEY=thesecret\nB_API_KEY=x\nB_API_SECRET=thesecret\nB_PRIVATE_KEY_FILE=y\nC_API_KEY=x\nC_PRIVATE_KEY_FILE="+open+"\n", 0o600)
	for reference, want := range map[string]string{
		"file:" + open:           "chmod 600",
		"file:" + short:          "first line",
		"file:" + t.TempDir():    "is no file",
		"file:/nowhere":          "no such file",
		"env-file:" + env:        "which of the file's keys",
		"env-file:" + env + "#A": "neither A_API_SECRET",
		"env-file:" + env + "#B": "both",
		"env-file:" + env + "#C": "chmod 600",
		"env-file:" + env + "#D": "no line D_API_KEY",
		"thesecret":              "named by where it lies",
		"vault:thesecret":        "named by where it lies",
	} {
		if runtime.GOOS == "windows" && want == "chmod 600" {
			continue
		}
		_, err := ReadKey(reference, "")
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "thesecret") {
			t.Errorf("%s: %v, want %q", reference, err, want)
		}
	}
}

func TestKeyPrintsNothing(t *testing.T) {
	k := NewKey("theid", "thesecret")
	var b strings.Builder
	slog.New(slog.NewTextHandler(&b, nil)).Info("m", "key", k, "in", struct{ K Key }{k})
	text, err := json.Marshal(map[string]any{"k": k, "p": &k, "s": struct{ K Key }{k}})
	if err != nil {
		t.Fatal(err)
	}
	type hidden struct {
		k Key
		p *Key
	}
	all := fmt.Sprintf("%v %+v %#v", hidden{k, &k}, &hidden{k, &k}, hidden{k, &k}) + fmt.Sprint(k, &k, []Key{k}, struct{ K Key }{k}, map[string]Key{"a": k}) + fmt.Sprintf("%v %+v %#v %s %q %x %d", k, k, k, k, k, k, k) + string(text) + b.String()
	if strings.Contains(all, "thesecret") || strings.Contains(all, "theid") || strings.Contains(all, fmt.Sprintf("%x", "thesecret")) {
		t.Error(all)
	}
}
