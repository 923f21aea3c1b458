package data

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/steelyard/steelyard/engine/fund"
)

var btc = Key{"binance", "BTC/USDT"}

// minutes is the specification of most imports here.
var minutes = Spec{Key: btc, Interval: time.Minute, Format: "ohlcv-csv"}

// tree returns the hash of every file under dir, by path.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		files[path] = fmt.Sprintf("%x", sha256.Sum256(b))
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return files
}

// write makes a file of these lines in a new folder.
func write(t *testing.T, name string, lines ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

const ohlcvHeader = "open_time_ms,open,high,low,close,volume"

// ohlcv writes bars as lines of ohlcv-csv, with the header.
func ohlcv(bars []bar) []string {
	lines := []string{ohlcvHeader}
	for _, b := range bars {
		v := b.values
		lines = append(lines, fmt.Sprintf("%d,%v,%v,%v,%v,%v", b.at/1e6, v[0], v[1], v[2], v[3], v[4]))
	}
	return lines
}

// importInto opens the store at dir, imports and closes it.
func importInto(dir string, spec Spec, files ...string) (Result, error) {
	store, err := Open(dir, Write)
	if err != nil {
		return Result{}, err
	}
	results, err := store.Import(context.Background(), spec, files, nil)
	if err := errors.Join(err, store.Close()); err != nil {
		return Result{}, err
	}
	return results[0], nil
}

func mustImport(t *testing.T, dir string, spec Spec, files ...string) Result {
	t.Helper()
	r, err := importInto(dir, spec, files...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// keep stores minute bars of a series.
func keep(s *Store, key Key, bars []bar) error {
	of := Series{Key: key, Kind: Bars, Interval: time.Minute}
	return s.replace(context.Background(), []*change{{result: Result{Series: describe(of, bars)}, bars: bars}})
}

// list returns the series of the store at dir.
func list(t *testing.T, dir string) []Series {
	t.Helper()
	store, err := Open(dir, Read)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	all, err := store.Series(context.Background(), Filter{})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// contents returns the bars of the only series of the store at dir.
func contents(t *testing.T, dir string) []bar {
	t.Helper()
	all := list(t, dir)
	if len(all) != 1 {
		t.Fatalf("%d series", len(all))
	}
	bars, err := readBars(all[0].path(dir), all[0].file)
	if err != nil {
		t.Fatal(err)
	}
	return bars
}

func wantBars(t *testing.T, got, want []bar) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(bar{})); diff != "" {
		t.Fatalf("bars (-want +got):\n%s", diff)
	}
}

func wantError(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q does not say %q", err, part)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("error of several lines: %q", err)
	}
}

func TestImportTellsWhatItDid(t *testing.T) {
	dir := t.TempDir()
	bars := walk(20, 1)
	gappy := append(append([]bar{}, bars[:5]...), bars[8:]...)
	r := mustImport(t, dir, minutes, write(t, "a.csv", ohlcv(gappy)...))
	if r.Added != 17 || r.Same != 0 || r.Rows != 17 || r.Missing != 3 || r.Gaps != 1 || r.First != start || r.Last != bars[19].at {
		t.Errorf("%+v", r)
	}
	wantBars(t, contents(t, dir), gappy)
	r = mustImport(t, dir, minutes, write(t, "b.csv", ohlcv(bars[4:10])...))
	if r.Added != 3 || r.Same != 3 || r.Rows != 20 || r.Missing != 0 || r.Gaps != 0 {
		t.Errorf("%+v", r)
	}
	wantBars(t, contents(t, dir), bars)
	if files := tree(t, dir); len(files) != 2 {
		t.Errorf("the superseded file is still there: %v", files)
	}
}

func TestImportTwiceChangesNothing(t *testing.T) {
	dir := t.TempDir()
	file := write(t, "a.csv", ohlcv(walk(100, 1))...)
	mustImport(t, dir, minutes, file)
	before := tree(t, dir)
	if r := mustImport(t, dir, minutes, file); r.Added != 0 || r.Same != 100 || r.Rows != 100 {
		t.Errorf("%+v", r)
	}
	if diff := cmp.Diff(before, tree(t, dir)); diff != "" {
		t.Error(diff)
	}
}

func TestStoreOfNewerVersionIsRefused(t *testing.T) {
	dir := t.TempDir()
	mustImport(t, dir, minutes, write(t, "a.csv", ohlcv(walk(3, 1))...))
	c, err := connect(filepath.Join(dir, catalogueName), Write)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.db.Exec(`UPDATE format SET version = version + 1`); err != nil {
		t.Fatal(err)
	}
	c.close()
	before := tree(t, dir)
	for _, mode := range []Mode{Read, Write} {
		_, err := Open(dir, mode)
		wantError(t, err, dir, "format 3", "update steelyard")
	}
	if diff := cmp.Diff(before, tree(t, dir)); diff != "" {
		t.Error(diff)
	}
}

func TestOpenRefusesWhatIsNoStore(t *testing.T) {
	_, err := Open(t.TempDir(), Read)
	wantError(t, err, "there is no store at", "steelyard data import")

	dir := t.TempDir()
	os.WriteFile(filepath.Join(dir, catalogueName), []byte("something else entirely"), 0o644)
	_, err = Open(dir, Read)
	wantError(t, err, "catalog.duckdb cannot be opened")

	file := write(t, "file", "x")
	_, err = Open(filepath.Join(file, "store"), Write)
	wantError(t, err, "not a directory")

	_, err = Open("what?", Write)
	wantError(t, err, "choose another folder")
}

func TestDamagedBarsAreNoticed(t *testing.T) {
	dir := t.TempDir()
	mustImport(t, dir, minutes, write(t, "a.csv", ohlcv(walk(100, 1))...))
	path := list(t, dir)[0].path(dir)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	store, err := Open(dir, Read)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	for _, broken := range [][]byte{flipped(b, len(b)/2), b[:len(b)-9], {}} {
		os.WriteFile(path, broken, 0o644)
		_, _, err = store.Load(context.Background(), all(btc))
		wantError(t, err, path, "damaged")
	}
	os.Remove(path)
	_, _, err = store.Load(context.Background(), all(btc))
	wantError(t, err, path)
}

func flipped(b []byte, at int) []byte {
	b = append([]byte{}, b...)
	b[at] ^= 0x10
	return b
}

// all asks for every minute bar of the keys.
func all(keys ...Key) Query {
	return Query{Interval: time.Minute, Instruments: keys, From: 0, To: start.Add(1000 * fund.Day)}
}

func TestDefaultDirFollowsTheUser(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", "/data/home")
	if dir, err := DefaultDir(); err != nil || dir != "/data/home/steelyard/store" {
		t.Error(dir, err)
	}
	t.Setenv("XDG_DATA_HOME", "")
	t.Setenv("HOME", "/home/q")
	if dir, err := DefaultDir(); err != nil || dir != "/home/q/.local/share/steelyard/store" {
		t.Error(dir, err)
	}
}
