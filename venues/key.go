package venues

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Key is what a venue knows a program by: a name that is sent, and a secret that is not. It prints as "a key" in
// whatever way it is printed, so that neither ends in a log, an error or a journal by mistake. The zero Key is none.
type Key struct{ in *pair } // a pointer, because fmt prints fields of others' structs without asking Format

type pair struct{ id, secret string }

// NewKey returns a key of a name and a secret.
func NewKey(id, secret string) Key { return Key{&pair{id, secret}} }

// IsZero reports whether there is no key.
func (k Key) IsZero() bool { return k.in == nil }

// ID returns the name that is sent, "" of no key.
func (k Key) ID() string {
	if k.in == nil {
		return ""
	}
	return k.in.id
}

// Secret returns the secret: text for an HMAC, or a private key in PEM; "" of no key.
func (k Key) Secret() string {
	if k.in == nil {
		return ""
	}
	return k.in.secret
}

// Format implements fmt.Formatter, for every verb.
func (Key) Format(s fmt.State, _ rune) { io.WriteString(s, "a key") }

// LogValue implements slog.LogValuer.
func (Key) LogValue() slog.Value { return slog.StringValue("a key") }

// MarshalText implements encoding.TextMarshaler.
func (Key) MarshalText() ([]byte, error) { return []byte("a key"), nil }

// maxKeyFile is more than a file of keys needs.
const maxKeyFile = 1 << 20

// ReadKey reads the key that a reference names:
//
//	file:PATH            the first line is the key's name, what follows its secret: a line, or a private key in PEM
//	env-file:PATH#NAME   lines NAME_API_KEY=… and NAME_API_SECRET=… or NAME_PRIVATE_KEY_FILE=…, the path of a PEM file
//
// Paths are relative to the folder dir. A file that others than its owner may read or write is refused. Errors hold
// no part of what the files say.
func ReadKey(reference, dir string) (Key, error) {
	kind, rest, _ := strings.Cut(reference, ":")
	switch kind {
	case "file":
		return keyOfFile(beside(dir, rest))
	case "env-file":
		path, name, named := strings.Cut(rest, "#")
		if !named || name == "" {
			return Key{}, fmt.Errorf("the key %q does not say which of the file's keys: env-file:PATH#NAME", reference)
		}
		return keyOfEnv(beside(dir, path), name)
	}
	return Key{}, errors.New("a key is named by where it lies, file:PATH or env-file:PATH#NAME, and is not written here itself")
}

func beside(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

func keyOfFile(path string) (Key, error) {
	text, err := private(path)
	if err != nil {
		return Key{}, err
	}
	id, secret, _ := strings.Cut(strings.TrimSpace(text), "\n")
	id, secret = strings.TrimSpace(id), strings.TrimSpace(secret)
	if id == "" || secret == "" || strings.ContainsAny(id, " \t") {
		return Key{}, fmt.Errorf("%s is no key: its first line must be the key's name, and its secret must follow", path)
	}
	return NewKey(id, secret), nil
}

func keyOfEnv(path, name string) (Key, error) {
	text, err := private(path)
	if err != nil {
		return Key{}, err
	}
	id, secret := variable(text, name+"_API_KEY"), variable(text, name+"_API_SECRET")
	pem := variable(text, name+"_PRIVATE_KEY_FILE")
	switch {
	case id == "":
		return Key{}, fmt.Errorf("%s has no line %s_API_KEY=…", path, name)
	case secret != "" && pem != "":
		return Key{}, fmt.Errorf("%s has both %s_API_SECRET and %s_PRIVATE_KEY_FILE: one of them is the secret", path, name, name)
	case pem != "":
		secret, err = private(beside(filepath.Dir(path), pem))
	case secret == "":
		err = fmt.Errorf("%s has neither %s_API_SECRET=… nor %s_PRIVATE_KEY_FILE=…", path, name, name)
	}
	if err != nil {
		return Key{}, err
	}
	return NewKey(id, secret), nil
}

// variable returns the value of the line NAME=… or export NAME=…, quoted or not; the last such line counts.
func variable(text, name string) (value string) {
	for line := range strings.Lines(text) {
		key, v, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "export "), "=")
		if !ok || strings.TrimSpace(key) != name {
			continue
		}
		value = strings.TrimSpace(v)
		if n := len(value); n >= 2 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
			value = value[1 : n-1]
		}
	}
	return value
}

// private reads a file that nobody but its owner may read or write.
func private(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("read a key: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", fmt.Errorf("read a key: %w", err)
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("read a key: %s is no file", path)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
		return "", fmt.Errorf("read a key: others may read or write %s (its mode is %04o): chmod 600 %s, and if they may have read it make a new key", path, mode, path)
	}
	text, err := io.ReadAll(io.LimitReader(f, maxKeyFile+1))
	if err != nil {
		return "", fmt.Errorf("read a key: %w", err)
	}
	if len(text) > maxKeyFile || bytes.IndexByte(text, 0) >= 0 {
		return "", fmt.Errorf("read a key: %s is no file of keys", path)
	}
	return string(text), nil
}
