package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A link where the socket goes that leads to what is not ours, in a folder that came from elsewhere, costs nobody a file; what a process
// that was killed left behind a link of ours goes.
func TestListenRemovesNothingOfOthers(t *testing.T) {
	for name, goes := range map[string]bool{"precious": false, ownFolder + "7": true} {
		other := filepath.Join(t.TempDir(), name)
		if err := os.MkdirAll(other, 0o700); err != nil {
			t.Fatal(err)
		}
		held := filepath.Join(other, "s")
		if err := os.WriteFile(held, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), strings.Repeat("long", 30))
		if err := os.Symlink(held, path); err != nil {
			t.Fatal(err)
		}
		l, err := listen(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(held); os.IsNotExist(err) != goes {
			t.Errorf("%s: %v", name, err)
		}
		to, err := os.Readlink(path)
		if err != nil || filepath.Dir(to) == other {
			t.Errorf("%s: the link leads to %s, %v", name, to, err)
		}
		l.Close()
		if err := forget(path); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Dir(to)); !os.IsNotExist(err) {
			t.Errorf("%s is left: %v", filepath.Dir(to), err)
		}
	}
}
