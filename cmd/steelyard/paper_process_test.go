package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/sim/wire"
	"github.com/steelyard/steelyard/venues/paper"
)

// The program itself, on a served venue: killed, it is told not to run; the same command goes on; a second process of the fund is refused; after an
// interrupt it ends well with a report, and the folder verifies.
func TestPaperAsAProcess(t *testing.T) {
	g := newPaperRig(t, minuteFund)
	clock, run := paced(t, g.fund.Backtest.From, 120)
	venue, err := paper.New(paper.Config{Universe: g.fund.Universe(), Venue: sim.VenuesOf(g.fund, 1)[0], Panel: g.tape.Panel, First: g.tape.Panel.Find(g.fund.Backtest.From),
		Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	_, at := wire.Start(t, wire.Config{Venue: venue, Weight: 1e6})
	dir := t.TempDir()
	out := filepath.Join(dir, "run")
	path := write(t, filepath.Join(dir, "fund.yaml"), strings.Replace(g.text, "  - name: binance\n", "  - name: binance\n    driver: {kind: binance, rest: \""+at.REST+"\"}\n", 1))
	args := []string{"paper", path, "--out", out, "--grace", "2h", "--lock", filepath.Join(dir, "locks")}
	rows := func() int {
		var s status
		if json.Unmarshal([]byte(do("status", out, "--json").out), &s) != nil {
			return 0
		}
		return s.Rows
	}
	run()
	first := process(args...)
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "rows of the first process", func() bool { return rows() > 3 })
	wantRefused(t, do("paper", path, "--out", filepath.Join(dir, "other"), "--lock", filepath.Join(dir, "locks")), 1, "is being run by another process")
	first.Process.Kill()
	first.Wait()
	if said := mustDo(t, "status", out); !strings.Contains(said, "not running: the command that began it goes on with it") {
		t.Error(said)
	}
	wantRefused(t, do("audit", "verify", out), exitFinding, "the run did not end")
	had := rows()
	var told bytes.Buffer
	second := process(args...)
	second.Stderr = &told
	if err := second.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "rows of the second process", func() bool { return rows() > had+3 })
	second.Process.Signal(syscall.SIGINT)
	ended := make(chan error, 1)
	go func() { ended <- second.Wait() }()
	select {
	case err := <-ended:
		if err != nil || !strings.Contains(told.String(), "going on with a run that was cut short") {
			t.Errorf("%v: %s", err, told.String())
		}
	case <-time.After(patient):
		second.Process.Kill()
		t.Fatal("it does not end")
	}
	if _, err := os.Stat(filepath.Join(out, reportName)); err != nil {
		t.Error(err)
	}
	wantRefused(t, do("replay", out), exitFinding, "the run did not end")
}
