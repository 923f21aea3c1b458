package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/steelyard/steelyard/sim/stream"
)

// crashRig is a run of so many rows that it takes long enough to be killed at many places.
type crashRig struct {
	args  []string // of the command
	out   string
	whole string // the folder of the run that nobody disturbed
}

func newCrashRig(t *testing.T, rows int) *crashRig {
	t.Helper()
	store := fourCoins(rows).store(t)
	whole := backtested(t, store, richFund)
	out := filepath.Join(t.TempDir(), "run")
	return &crashRig{[]string{"backtest", filepath.Join(whole, "fund.yaml"), "--store", store, "--out", out}, out, whole}
}

// begin starts a process of the run that stops at nothing.
func (c *crashRig) begin(t *testing.T) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	p, said := process(c.args...), new(bytes.Buffer)
	p.Stderr = said
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	return p, said
}

// until waits until the journal has so many bytes.
func (c *crashRig) until(t *testing.T, size int64) {
	t.Helper()
	waitFor(t, filepath.Join(c.out, journalName), size)
}

// waitFor waits until a file has so many bytes.
func waitFor(t *testing.T, path string, size int64) {
	t.Helper()
	for end := time.Now().Add(patient); time.Now().Before(end); time.Sleep(100 * time.Microsecond) {
		if i, err := os.Stat(path); err == nil && i.Size() >= size {
			return
		}
	}
	t.Fatalf("%s has not come to %d bytes", path, size)
}

// restarts counts the notes of restarts in the run's journal.
func (c *crashRig) restarts(t *testing.T) int {
	return bytes.Count(read(t, c.out, journalName), []byte(`"rec":{"kind":"restart"`))
}

// wantWhole demands that the run came to its end as if nobody had disturbed it.
func (c *crashRig) wantWhole(t *testing.T) {
	t.Helper()
	mustDo(t, "replay", c.out)
	for _, name := range []string{"trades.csv", "costs.csv", "equity.csv", "weights.csv", rowsName, fundName} {
		if !bytes.Equal(read(t, c.out, name), read(t, c.whole, name)) {
			t.Errorf("%s differs from that of the run that nobody disturbed", name)
		}
	}
	if a, b := summary(t, c.out)["decisions_digest"], summary(t, c.whole)["decisions_digest"]; a != b {
		t.Errorf("decisions digest %v, undisturbed %v", a, b)
	}
	if a, b := names(t, c.out), names(t, c.whole); !slices.Equal(a, b) {
		t.Errorf("the folder holds %q, want %q", a, b)
	}
}

// A run that is killed again and again, wherever that is, ends as if nobody had.
func TestKill(t *testing.T) {
	c := newCrashRig(t, 1200)
	size := float64(len(read(t, c.whole, journalName)))
	random := stream.New(1, "kill")
	for round := range 3 {
		os.RemoveAll(c.out)
		kills, reached := 6, 0.0
		for k := range kills {
			p, _ := c.begin(t)
			reached += (1 - reached) * random.Float64() / 3
			c.until(t, int64(reached*size))
			time.Sleep(time.Duration(random.Float64() * float64(3*time.Millisecond)))
			p.Process.Kill()
			p.Wait()
			t.Logf("round %d, kill %d at %.0f %%: %s", round, k, 100*reached, c.state(t))
		}
		if r := do(c.args...); r.code != 0 || !strings.Contains(r.errors, "going on with a run that was cut short: ") {
			t.Fatalf("%d %s", r.code, r.errors)
		}
		if c.restarts(t) == 0 {
			t.Error("the journal notes no restart")
		}
		c.wantWhole(t)
	}
}

// state says how far the run came, and demands that replay says the same.
func (c *crashRig) state(t *testing.T) string {
	t.Helper()
	if _, err := os.Stat(filepath.Join(c.out, journalName)); err != nil {
		return "no journal"
	}
	if _, err := os.Stat(filepath.Join(c.out, summaryName)); err == nil {
		return "done"
	}
	r := do("replay", c.out)
	wantRefused(t, r, exitFinding, "the run did not end: its journal stops after record ")
	return r.errors
}

// A process killed while it writes the inputs leaves them half written.
func TestKillBeforeTheJournal(t *testing.T) {
	c := newCrashRig(t, 500)
	random := stream.New(2, "kill")
	for range 8 {
		os.RemoveAll(c.out)
		p, _ := c.begin(t)
		waitFor(t, filepath.Join(c.out, lockName), 0)
		time.Sleep(time.Duration(random.Float64() * float64(20*time.Millisecond)))
		p.Process.Kill()
		p.Wait()
		t.Log(changed(nil, tree(t, c.out)))
		if r := do(c.args...); r.code != 0 && !strings.Contains(r.errors, "holds a run that ended") {
			t.Fatal(r)
		}
		c.wantWhole(t)
	}
}

// What a process that was killed between the journal's end and the reports left undone is done by the same command.
func TestKillBeforeTheReports(t *testing.T) {
	c := newCrashRig(t, 500)
	for _, name := range []string{summaryName, "trades.csv", "costs.csv", "weights.csv", "equity.csv"} {
		c.out = copied(t, c.whole)
		os.Remove(filepath.Join(c.out, summaryName))
		os.Remove(filepath.Join(c.out, name))
		mustDo(t, append(c.args[:len(c.args)-1], c.out)...)
		c.wantWhole(t)
		wantSame(t, c.out, c.whole)
	}
}

// A journal cut at any byte goes on; most bytes of interest are among the first.
func TestCutAnywhere(t *testing.T) {
	store := fourCoins(30).store(t)
	whole := backtested(t, store, plainFund)
	lines := read(t, whole, journalName)
	c := &crashRig{whole: whole, out: copied(t, whole)}
	random := stream.New(3, "cut")
	far := uint64(len(lines) / 20)
	for cut := 0; cut < len(lines); cut += 1 + int(random.Uint64()%min(far, uint64(10+cut))) {
		if err := os.WriteFile(filepath.Join(c.out, journalName), lines[:cut], 0o644); err != nil {
			t.Fatal(err)
		}
		os.Remove(filepath.Join(c.out, summaryName))
		mustDo(t, "backtest", filepath.Join(whole, fundName), "--store", store, "--out", c.out)
		c.wantWhole(t)
	}
}

func TestInterrupt(t *testing.T) {
	c := newCrashRig(t, 3000)
	for _, part := range []int64{8, 4} {
		p, said := c.begin(t)
		c.until(t, int64(len(read(t, c.whole, journalName)))/part)
		p.Process.Signal(syscall.SIGINT)
		p.Wait()
		last := said.String()[strings.LastIndex(said.String(), "steelyard: ")+1:]
		if p.ProcessState.ExitCode() != exitError || last != "teelyard: interrupted; the same command goes on with it\n" {
			t.Errorf("%v: %s", p.ProcessState, said)
		}
		wantRefused(t, do("replay", c.out), exitFinding, "the run did not end")
	}
	mustDo(t, c.args...)
	c.wantWhole(t)
}

func TestTwoProcessesInOneFolder(t *testing.T) {
	c := newCrashRig(t, 3000)
	p, said := c.begin(t)
	c.until(t, 1)
	if err := p.Process.Signal(syscall.SIGSTOP); err != nil { // so that it holds the folder as long as we look
		t.Fatal(err)
	}
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(p.Process.Pid, &status, syscall.WUNTRACED, nil); err != nil || !status.Stopped() {
		t.Fatalf("it did not stop: %v, %v", status, err)
	}
	before := tree(t, c.out)
	wantRefused(t, do(c.args...), exitError, "run folder "+c.out, "another process is writing to it")
	if diff := changed(before, tree(t, c.out)); diff != nil {
		t.Error(diff)
	}
	p.Process.Signal(syscall.SIGCONT)
	if err := p.Wait(); err != nil {
		t.Errorf("%v: %s", err, said)
	}
	c.wantWhole(t)
}

// Of many processes that begin in one folder at once, one runs and the others leave it alone.
func TestManyProcessesBeginAtOnce(t *testing.T) {
	c := newCrashRig(t, 1000)
	var all []*exec.Cmd
	for range 6 {
		p, _ := c.begin(t)
		all = append(all, p)
	}
	won := 0
	for _, p := range all {
		if p.Wait() == nil {
			won++
		}
	}
	if won != 1 {
		t.Errorf("%d ran", won)
	}
	c.wantWhole(t)
}

// What run.json says is of the process that began the run.
func TestRunSaysWhereItRan(t *testing.T) {
	out := backtested(t, fourCoins(50).store(t), plainFund)
	var a about
	if err := json.Unmarshal(read(t, out, aboutName), &a); err != nil {
		t.Fatal(err)
	}
	if a.Go == "" || a.Arch == "" || a.Started.IsZero() || a.Folder != out || a.Seed != 1 {
		t.Errorf("%+v", a)
	}
}
