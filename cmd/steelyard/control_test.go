package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/steelyard/steelyard/engine"
)

// A name that is none, that forges lines of a log, or under which the hub itself speaks, is refused by the command and on the socket.
func TestOperatorNames(t *testing.T) {
	c := newControl()
	defer c.close(nil)
	for _, who := range []string{"", " ", "eve\n2024-03-01T00:00:00Z  Ada says stop", "a\x1b[2J", "\u202ekcor", "a\xff", "The hub", strings.Repeat("x", 101)} {
		wantRefused(t, do("pause", t.TempDir(), "--as", who), exitError, "name")
		if a := c.hear(said{Who: who, Word: engine.Pause}); !strings.Contains(a.Error, "name") {
			t.Errorf("the word of %q is answered with %+v", who, a)
		}
	}
	for _, who := range []string{"Ada", "Jürgen Müller-Lüdenscheidt", "ops@fund 李"} {
		if err := checkOperator(who); err != nil {
			t.Error(err)
		}
	}
}

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
