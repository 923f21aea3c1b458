package venues

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzReadKey reads any text as a file of keys. What is read is part of the text, and no error shows any of it.
func FuzzReadKey(f *testing.F) {
	for _, text := range []string{"theid\nthesecret", "A_API_KEY=theid\nexport A_API_SECRET='thesecret'\n", "A_API_KEY=theid\nA_PRIVATE_KEY_FILE=keys", "", "\n\n", "A_API_KEY='"} {
		f.Add(text)
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		if err := os.WriteFile(filepath.Join(dir, "keys"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, reference := range []string{"file:keys", "env-file:keys#A"} {
			k, err := ReadKey(reference, dir)
			switch {
			case err == nil && (k.ID() == "" || k.Secret() == "" || !strings.Contains(text, k.ID()) || !strings.Contains(text, k.Secret())):
				t.Errorf("%s of %q: %q %q", reference, text, k.ID(), k.Secret())
			case err != nil && (!k.IsZero() || strings.Contains(err.Error(), "thesecret")):
				t.Errorf("%s of %q: %v", reference, text, err)
			}
		}
	})
}
