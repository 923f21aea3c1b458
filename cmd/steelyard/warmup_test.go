package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/steelyard/steelyard/data"
)

// Rows from before the start are in the run folder and change what is known, and not what happens when: nothing is decided in them. Replay,
// report and audit work on them, and a sweep's single point has the run's figures.
func TestWarmUp(t *testing.T) {
	store := fourCoins(24 * 40).store(t)
	late := strings.Replace(plainFund, "from: 2022-01-01, to: 2023-01-01", "from: 2022-01-21, to: 2022-02-05", 1)
	warm := late + "data: {warm-up: 15d}\n"
	cold, run := backtested(t, store, late), backtested(t, store, warm)
	rows, _, err := data.ReadRows(filepath.Join(run, rowsName))
	if err != nil {
		t.Fatal(err)
	}
	without, _, err := data.ReadRows(filepath.Join(cold, rowsName))
	if err != nil {
		t.Fatal(err)
	}
	if rows.Rows() != without.Rows()+15*24 || rows.Times[15*24] != without.Times[0] {
		t.Errorf("%d rows, and %d without the warm-up", rows.Rows(), without.Rows())
	}
	a, b := summary(t, cold), summary(t, run)
	if a["start"] != b["start"] || a["end"] != b["end"] || a["decisions_digest"] == b["decisions_digest"] {
		t.Errorf("with the warm-up %v to %v, without %v to %v, digest %v", b["start"], b["end"], a["start"], a["end"], b["decisions_digest"])
	}
	if said := mustDo(t, "replay", run); !strings.Contains(said, "none differs") {
		t.Error(said)
	}
	mustDo(t, "audit", "verify", run)
	before := read(t, run, reportName)
	if mustDo(t, "report", run); !bytes.Equal(before, read(t, run, reportName)) {
		t.Error("the report differs when it is made again")
	}
	wantRefused(t, do("backtest", write(t, filepath.Join(t.TempDir(), "f.yaml"), strings.Replace(warm, "from: 2022-01-21, to: 2022-02-05", "from: 2022-02-15, to: 2022-02-20", 1)),
		"--store", store, "--out", filepath.Join(t.TempDir(), "x")), 1, "only earlier ones")
}
