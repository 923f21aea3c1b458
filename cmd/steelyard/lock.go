package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gofrs/flock"
)

// lock is a file that one process at a time holds. The operating system lets go of it when the process ends, however that is;
// the file may stay.
type lock struct{ *flock.Flock }

var errHeld = errors.New("another process holds it")

// hold takes the lock at a path, or fails with errHeld at once.
func hold(path string) (lock, error) {
	for {
		l := lock{flock.New(path)}
		switch held, err := l.TryLock(); {
		case err != nil:
			return lock{}, err
		case !held:
			return lock{}, errHeld
		}
		// Who lets go removes the file: what we locked may be no longer what others would.
		mine, err1 := l.Stat()
		there, err2 := os.Stat(path)
		if err1 == nil && err2 == nil && os.SameFile(mine, there) {
			return l, nil
		}
		l.Unlock()
	}
}

// letGo lets go of the lock. Its file goes first, so that it is never that of another process.
func (l lock) letGo() error { return errors.Join(os.Remove(l.Path()), l.Unlock()) }

// holdFund takes the lock of a fund, by its name, in a folder of locks: no other process that looks there runs a fund of this
// name meanwhile, whatever run folder it writes.
func holdFund(dir, name string) (lock, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return lock{}, fmt.Errorf("folder of locks: %w", err)
	}
	path := filepath.Join(dir, lockFile(name))
	l, err := hold(path)
	switch {
	case errors.Is(err, errHeld):
		return lock{}, fmt.Errorf("the fund %q is being run by another process, which holds %s: stop that one first", name, path)
	case err != nil:
		return lock{}, fmt.Errorf("lock of the fund %q: %w", name, err)
	}
	return l, nil
}

// lockFile names the file of a fund's lock: the fund's name as far as files can bear it, and enough of its SHA-256.
func lockFile(name string) string {
	plain := strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return r
		}
		return '-'
	}, name)
	return fmt.Sprintf("%s-%x.lock", plain[:min(len(plain), 40)], sha256.Sum256([]byte(name)))
}
