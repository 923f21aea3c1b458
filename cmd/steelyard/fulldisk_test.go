//go:build linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// smallDisk mounts a disk of so many bytes, and says why where that is not possible.
func smallDisk(t *testing.T, bytes int64) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", bytes)); err != nil {
		t.Skipf("a small disk can only be mounted by root, on Linux: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

// A disk that fills up, wherever in the run that is, is one error, and nothing is left of the run.
func TestRunOnAFullDisk(t *testing.T) {
	store := fourCoins(400).store(t)
	whole := backtested(t, store, richFund)
	fund := filepath.Join(whole, fundName)
	page := int64(os.Getpagesize())
	total := page
	for _, name := range names(t, whole) {
		total += int64(len(read(t, whole, name)))/page*page + page
	}
	failed := map[string]bool{}
	for size := 2 * page; size < total-page; size += total / 25 / page * page {
		for _, exists := range []bool{false, true} {
			disk := smallDisk(t, size)
			out := filepath.Join(disk, "run")
			if exists {
				os.Mkdir(out, 0o755)
			}
			before := tree(t, disk)
			r := do("backtest", fund, "--store", store, "--out", out)
			if wantRefused(t, r, exitError, "no space left on device", out); strings.Count(r.errors, "\n") != 1 {
				t.Errorf("%d bytes: %s", size, r.errors)
			}
			if diff := changed(before, tree(t, disk)); diff != nil {
				t.Errorf("%d bytes: %s left %q", size, r.errors, diff)
			}
			for _, name := range append(names(t, whole), ".writing") {
				failed[name] = failed[name] || strings.Contains(r.errors, name)
			}
			syscall.Unmount(disk, syscall.MNT_DETACH)
		}
	}
	for _, name := range []string{rowsName, journalName, reportName} {
		if !failed[name] {
			t.Errorf("no disk was full in %s: the test tests little", name)
		}
	}
}

// A run that goes on and finds the disk full can go on once there is room.
func TestResumeOnAFullDisk(t *testing.T) {
	store := fourCoins(400).store(t)
	whole := backtested(t, store, richFund)
	rows, lines := read(t, whole, rowsName), read(t, whole, journalName)
	disk := smallDisk(t, int64(len(rows)+len(lines)*3/4+10*os.Getpagesize()))
	out := filepath.Join(disk, "run")
	if err := os.Mkdir(out, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{fundName, resolvedName, rowsName, aboutName} {
		os.WriteFile(filepath.Join(out, name), read(t, whole, name), 0o644)
	}
	os.WriteFile(filepath.Join(out, journalName), lines[:len(lines)/3], 0o644)
	backtest := []string{"backtest", filepath.Join(whole, fundName), "--store", store, "--out"}
	r := do(append(backtest, out)...)
	if r.code != exitError || !strings.Contains(r.errors, "no space left on device") {
		t.Errorf("%d %s", r.code, r.errors)
	}
	wantRefused(t, do("replay", out), exitFinding, "the run did not end")
	c := &crashRig{out: copied(t, out), whole: whole}
	mustDo(t, append(backtest, c.out)...)
	c.wantWhole(t)
}

func TestStoreOnAFullDisk(t *testing.T) {
	m := fourCoins(400)
	store := m.store(t)
	files := filepath.Dir(store)
	for _, size := range []int64{16 << 10, 64 << 10, 256 << 10} {
		disk := smallDisk(t, size)
		to := filepath.Join(disk, "store")
		r := do(imports(to, filepath.Join(files, file("BTC/USDT")))...)
		if r.code == 0 {
			t.Fatalf("%d bytes are enough: the test tests little", size)
		}
		wantRefused(t, r, exitError, disk)
		if r := do("data", "list", "--store", to); r.code == 0 && strings.Contains(r.out, "BTC") {
			t.Errorf("%d bytes: %s", size, r.out)
		}
	}
}

// A sweep whose disk fills up, wherever that is, says so once, keeps what was finished, and goes on once there is room.
func TestSweepOnAFullDisk(t *testing.T) {
	s := newSweepRig(t)
	page := int64(os.Getpagesize())
	total := page
	for path := range tree(t, s.whole) {
		if i, err := os.Stat(path); err == nil && !i.IsDir() {
			total += i.Size()/page*page + page
		}
	}
	kept := 0
	for size := 2 * page; size < total-2*page; size += total / 6 / page * page {
		disk := smallDisk(t, size)
		out := filepath.Join(disk, "sweep")
		r := do(s.in(out)...)
		if r.code != exitError || strings.Count(r.errors, "no space left on device") != 1 || strings.Count(r.errors, "steelyard: ") != 1 || !strings.Contains(r.errors, out) {
			t.Fatalf("%d bytes: ends with %d and says %q", size, r.code, r.errors)
		}
		room := copied(t, disk)
		if done := len(shards(t, filepath.Join(room, "sweep"))); done > 0 {
			kept++
			if again := do(s.in(filepath.Join(room, "sweep"))...); again.code != 0 || !strings.Contains(again.errors, "going on with a sweep") && done < len(shards(t, s.whole)) {
				t.Errorf("%d bytes: %d %s", size, again.code, again.errors)
			}
		} else {
			mustDo(t, s.in(filepath.Join(room, "sweep"))...)
		}
		s.wantWhole(t, filepath.Join(room, "sweep"))
		syscall.Unmount(disk, syscall.MNT_DETACH)
	}
	if kept < 2 {
		t.Errorf("on %d disks shards were finished: the test tests little", kept)
	}
}
