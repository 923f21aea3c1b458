package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Two processes that look in one folder of locks cannot run one fund, whatever folders they write; another fund can run, and
// so can this one once the first process is dead.
func TestTwoInstancesOfOneFund(t *testing.T) {
	c := newCrashRig(t, 3000)
	locks := filepath.Join(t.TempDir(), "locks")
	store := c.args[3]
	c.args = append(c.args, "--lock", locks)
	p, said := c.begin(t)
	c.until(t, 1)
	if err := p.Process.Signal(syscall.SIGSTOP); err != nil { // so that it runs as long as we look
		t.Fatal(err)
	}
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(p.Process.Pid, &status, syscall.WUNTRACED, nil); err != nil || !status.Stopped() {
		t.Fatalf("it did not stop: %v, %v, %s", status, err, said)
	}
	second := filepath.Join(t.TempDir(), "second")
	again := []string{"backtest", c.args[1], "--store", store, "--out", second, "--lock", locks}
	wantRefused(t, do(again...), exitError, `the fund "Rich" is being run by another process, which holds `+locks)
	if _, err := os.Stat(second); err == nil {
		t.Error("it made a folder")
	}
	other := write(t, filepath.Join(t.TempDir(), "other.yaml"), plainFund)
	mustDo(t, "backtest", other, "--store", store, "--out", filepath.Join(t.TempDir(), "other"), "--lock", locks)
	p.Process.Kill()
	p.Wait()
	mustDo(t, again...)
	if left := names(t, locks); len(left) != 0 {
		t.Errorf("%q are left", left)
	}
}

// The name of a fund is that of a file, whatever is in it.
func TestLockOfAnyName(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"../../etc", "a/b", ".", "..", "Ünïcode \"fund\"", strings.Repeat("x", 200), strings.Repeat("é", 100)} {
		l, err := holdFund(dir, name)
		if err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		if got := names(t, dir); len(got) != 1 {
			t.Errorf("%q: %q", name, got)
		}
		if _, err := holdFund(dir, name); err == nil || !strings.Contains(err.Error(), "is being run by another process") {
			t.Errorf("%q: %v", name, err)
		}
		if err := l.letGo(); err != nil {
			t.Error(err)
		}
	}
}

// run.json lists the processes that went on with a run.
func TestRunSaysWhoWentOn(t *testing.T) {
	c := newCrashRig(t, 3000)
	p, _ := c.begin(t)
	c.until(t, int64(len(read(t, c.whole, journalName)))/3)
	p.Process.Kill()
	p.Wait()
	mustDo(t, c.args...)
	c.wantWhole(t)
	var a about
	if err := json.Unmarshal(read(t, c.out, aboutName), &a); err != nil {
		t.Fatal(err)
	}
	if len(a.Resumes) != 1 || a.Build == "" || a.Folder != c.out {
		t.Fatalf("%+v", a)
	}
	for _, r := range a.Resumes {
		if r.Records == 0 || r.Build == "" || r.Started.Before(a.Started) || r.Go == "" {
			t.Errorf("%+v", r)
		}
	}
}
