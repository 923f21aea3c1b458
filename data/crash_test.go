package data

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// child, in the environment, makes the test binary another process that uses a store: "import LIMIT DIR FILE" imports
// while no file may grow beyond LIMIT bytes (0: any), "hold MODE DIR" keeps a store open until its input ends.
const child = "STEELYARD_TEST_CHILD"

func TestMain(m *testing.M) {
	if args := strings.Split(os.Getenv(child), "\n"); len(args) == 4 && args[0] == "import" {
		exit(importLimited(args[1], args[2], args[3]))
	} else if len(args) == 3 && args[0] == "hold" {
		exit(hold(args[1], args[2]))
	}
	os.Exit(m.Run())
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func importLimited(limit, dir, file string) error {
	if n, _ := strconv.ParseUint(limit, 10, 64); n > 0 {
		signal.Ignore(syscall.SIGXFSZ) // so that writing fails instead, as it does on a full disk
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: n}); err != nil {
			return err
		}
	}
	_, err := importInto(dir, minutes, file)
	return err
}

func hold(mode, dir string) error {
	m, _ := strconv.Atoi(mode)
	store, err := Open(dir, Mode(m))
	if err != nil {
		return err
	}
	if _, err := store.Series(context.Background(), Filter{}); err != nil {
		return err
	}
	fmt.Println("open")
	io.Copy(io.Discard, os.Stdin)
	return store.Close()
}

func inChild(args ...string) *exec.Cmd {
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), child+"="+strings.Join(args, "\n"))
	return c
}

// holding starts a process that has the store open, and returns when it has.
func holding(t *testing.T, mode Mode, dir string) {
	t.Helper()
	c := inChild("hold", fmt.Sprint(int(mode)), dir)
	in, err1 := c.StdinPipe()
	out, err2 := c.StdoutPipe()
	if err := errors.Join(err1, err2, c.Start()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); c.Wait() })
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "open\n" {
		t.Fatal(line, err)
	}
}

func TestTwoMayReadAtOnceButNotWrite(t *testing.T) {
	dir := t.TempDir()
	file := write(t, "a.csv", ohlcv(walk(50, 1))...)
	mustImport(t, dir, minutes, file)
	holding(t, Read, dir)
	wantBars(t, contents(t, dir), walk(50, 1))
	_, err := importInto(dir, minutes, file)
	wantError(t, err, "in use", "wait until")
}

func TestNobodyReadsWhileOneWrites(t *testing.T) {
	dir := t.TempDir()
	file := write(t, "a.csv", ohlcv(walk(50, 1))...)
	mustImport(t, dir, minutes, file)
	holding(t, Write, dir)
	_, err := Open(dir, Read)
	wantError(t, err, "in use", "wait until")
	_, err = Open(dir, Write)
	wantError(t, err, "in use", "wait until")
}

// Two first imports at a time make one store with the bars of both, or one of them is told to wait.
func TestTwoMakeTheStore(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "store")
	early, err := Open(dir, Write) // while there is none
	if err != nil {
		t.Fatal(err)
	}
	defer early.Close()
	mustImport(t, dir, minutes, write(t, "a.csv", ohlcv(walk(50, 1))...))
	r, err := early.Import(context.Background(), minutes, []string{write(t, "b.csv", ohlcv(walk(60, 1))...)}, nil)
	if err != nil || r[0].Added != 10 || r[0].Same != 50 {
		t.Errorf("%+v %v", r, err)
	}
}

// A crash between the new file and the catalogue's switch leaves what was, and waste that the next import removes.
func TestCrashBeforeTheSwitch(t *testing.T) {
	dir := t.TempDir()
	mustImport(t, dir, minutes, write(t, "a.csv", ohlcv(walk(50, 1))...))
	before := tree(t, dir)
	store, err := Open(dir, Write)
	if err != nil {
		t.Fatal(err)
	}
	series, err := store.place(describe(Series{Key: btc, Kind: Bars, Interval: time.Minute}, walk(80, 1)), walk(80, 1))
	if err != nil {
		t.Fatal(err)
	}
	store.Close()
	wantBars(t, contents(t, dir), walk(50, 1))
	after := tree(t, dir)
	delete(after, series.path(dir))
	if diff := cmp.Diff(before, after); diff != "" {
		t.Error(diff)
	}
	mustImport(t, dir, minutes, write(t, "b.csv", ohlcv(walk(60, 1))...))
	wantBars(t, contents(t, dir), walk(60, 1))
	if files := tree(t, dir); len(files) != 2 {
		t.Errorf("waste is left: %v", files)
	}
}

// However small the disk, an import either happens or does not, and says so.
func TestFullDisk(t *testing.T) {
	first := write(t, "a.csv", ohlcv(walk(50, 1))...)
	for rows, limits := range map[int][]int{
		200:    {1, 5 << 10, 20 << 10, 300 << 10, 500 << 10, 900 << 10}, // where the catalogue is the larger file
		40_000: {10 << 10, 800 << 10, 8 << 20},                          // where the bars are
	} {
		file := write(t, "b.csv", ohlcv(walk(rows, 1))...)
		for _, limit := range limits {
			t.Run(fmt.Sprintf("%d rows in %d", rows, limit), func(t *testing.T) {
				dir := t.TempDir()
				mustImport(t, dir, minutes, first)
				before := tree(t, dir)
				out, err := inChild("import", fmt.Sprint(limit), dir, file).CombinedOutput()
				got := contents(t, dir)
				t.Logf("%v, %d rows, %s", err, len(got), out)
				if (err == nil) != (len(got) == rows) || (err != nil) != (len(got) == 50) {
					t.Fatalf("%v, but the store has %d rows", err, len(got))
				}
				if err != nil && limit < 5<<10 {
					if diff := cmp.Diff(before, tree(t, dir)); diff != "" {
						t.Error(diff)
					}
				}
				mustImport(t, dir, minutes, file)
				wantBars(t, contents(t, dir), walk(rows, 1))
			})
		}
	}
}

// A full disk while the store is made leaves none, or one without the series.
func TestFullDiskAtTheFirstImport(t *testing.T) {
	file := write(t, "a.csv", ohlcv(walk(50, 1))...)
	for _, limit := range []int{1, 3 << 10, 10 << 10, 100 << 10, 400 << 10, 600 << 10} {
		dir := filepath.Join(t.TempDir(), "store")
		out, err := inChild("import", fmt.Sprint(limit), dir, file).CombinedOutput()
		t.Logf("limit %d: %v %s", limit, err, out)
		mustImport(t, dir, minutes, file)
		wantBars(t, contents(t, dir), walk(50, 1))
	}
}

// A process killed at any time leaves the store with the import or without it.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	mustImport(t, dir, minutes, write(t, "a.csv", ohlcv(walk(50, 1))...))
	for rows := 10_000; rows <= 80_000; rows += 10_000 {
		before := len(contents(t, dir))
		c := inChild("import", "0", dir, write(t, "b.csv", ohlcv(walk(rows, 1))...))
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(20+rand.IntN(180)) * time.Millisecond)
		c.Process.Kill()
		c.Wait()
		got := contents(t, dir)
		if len(got) != before && len(got) != rows {
			t.Fatalf("%d rows, before there were %d and then %d", len(got), before, rows)
		}
		t.Logf("%d rows: now %d", rows, len(got))
		wantBars(t, got, walk(len(got), 1))
	}
}
