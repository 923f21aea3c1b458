package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/steelyard/steelyard/reports/shelf"
)

// Runs are found again, with the figures of their summaries and what was noted; a note changes nothing that a replay, an audit or
// a report reads.
func TestRunsAreFoundAgain(t *testing.T) {
	store := fourCoins(24 * 20).store(t)
	root := t.TempDir()
	for name, text := range map[string]string{"b/rich": richFund, "a/plain": plainFund} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(backtested(t, store, text), filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	plain := filepath.Join(root, "a/plain")
	page := string(read(t, plain, reportName))
	mustDo(t, "runs", "note", plain, "too\nnarrow <bands>")
	mustDo(t, "runs", "note", plain, "again")
	out := mustDo(t, "runs", root)
	lines := strings.Split(out, "\n")
	if len(lines) != 6 || !strings.Contains(lines[1], "a/plain  Plain  2022-01-01  2022-01-21  ") || !strings.HasSuffix(lines[2], "  too narrow <bands>") ||
		!strings.HasSuffix(lines[3], "  again") || !strings.Contains(lines[4], "b/rich   Rich   2022-01-01") {
		t.Errorf("prints\n%s", out)
	}
	var runs []shelf.Run
	if err := json.Unmarshal([]byte(mustDo(t, "runs", "--json", root, root)), &runs); err != nil {
		t.Fatal(err)
	}
	s := summary(t, plain)
	if len(runs) != 2 || *runs[0].FinalNAV != s["final_nav"] || *runs[0].CostBPPerYear != s["cost_bp_per_year"] || runs[0].DatasetHash != s["dataset_hash"] || !runs[0].Finished ||
		len(runs[0].Noted) != 2 || runs[0].Noted[0].Text != "too\nnarrow <bands>" || len(runs[1].Noted) != 0 {
		t.Errorf("%+v", runs)
	}
	mustDo(t, "replay", plain)
	mustDo(t, "report", plain)
	if page != string(read(t, plain, reportName)) {
		t.Error("the note is in the report")
	}
	if has := strings.Join(names(t, plain), " "); strings.Contains(has, lockName) || !strings.Contains(has, shelf.NotesName) {
		t.Errorf("the folder has %s", has)
	}
}

// An unfinished run is there, and can be gone on with whatever was noted.
func TestRunsThatDidNotEnd(t *testing.T) {
	dir := t.TempDir()
	store, fund, out := fourCoins(24*20).store(t), write(t, filepath.Join(dir, "fund.yaml"), plainFund), filepath.Join(dir, "run")
	mustDo(t, "backtest", fund, "--store", store, "--out", out)
	if err := os.Remove(filepath.Join(out, summaryName)); err != nil {
		t.Fatal(err)
	}
	mustDo(t, "runs", "note", out, "cut short")
	if list := mustDo(t, "runs", dir); !strings.Contains(list, "Plain  2022-01-01  2023-01-01") || !strings.Contains(list, "not finished\n") {
		t.Error(list)
	}
	mustDo(t, "backtest", fund, "--store", store, "--out", out)
	if list := mustDo(t, "runs", dir); strings.Contains(list, "not finished") || !strings.Contains(list, "cut short") {
		t.Error(list)
	}
}

func TestRunsIsRefused(t *testing.T) {
	empty := t.TempDir()
	if out := mustDo(t, "runs", empty); out != "no run in or below "+empty+"\n" {
		t.Error(out)
	}
	if out := mustDo(t, "runs", "--json", empty); out != "[]\n" {
		t.Error(out)
	}
	wantRefused(t, do("runs", filepath.Join(empty, "absent")), exitError, "absent")
	wantRefused(t, do("runs", "note", empty), exitUsage, "in quotes")
	wantRefused(t, do("runs", "note", empty, "text"), exitError, "is no folder of a run or a sweep")
	wantRefused(t, do("runs", "note", filepath.Join(empty, "absent"), "text"), exitError, "absent is no folder of a run or a sweep")
	if has := names(t, empty); has != nil {
		t.Errorf("the folder has %v", has)
	}
}
