package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A report made again from the folder alone, elsewhere, is the one that the backtest wrote.
func TestReportIsMadeAgain(t *testing.T) {
	store := fourCoins(24 * 40).store(t)
	dir := backtested(t, store, plainFund)
	first := read(t, dir, reportName)
	moved := copied(t, dir)
	if err := os.Remove(filepath.Join(moved, reportName)); err != nil {
		t.Fatal(err)
	}
	out := mustDo(t, "report", moved)
	if !strings.HasSuffix(out, "report  "+filepath.Join(moved, reportName)+"\n") {
		t.Errorf("prints %q", out)
	}
	if !bytes.Equal(first, read(t, moved, reportName)) {
		t.Error("another report than the backtest's")
	}
	if !bytes.Contains(first, []byte("2 bp")) || !bytes.Contains(first, []byte("square root: ")) {
		t.Error("the assumptions are not in it")
	}
}

// The terminal says what trades really cost; of real venues, that spread and impact are modelled.
func TestReportSaysWhatTradesCost(t *testing.T) {
	dir := backtested(t, fourCoins(24*40).store(t), plainFund)
	if costs := bytes.Count(read(t, dir, "costs.csv"), []byte("\n")); costs < 5 {
		t.Errorf("costs.csv has %d lines", costs)
	}
	const modelled = "The venues were real ones"
	out := mustDo(t, "report", dir)
	for _, want := range []string{"\nagainst paper ", "\nmarket move ", "\nnaive ", "of what was expected of them"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	if strings.Contains(out, modelled) || bytes.Contains(read(t, dir, reportName), []byte(modelled)) {
		t.Error("a simulated run counts as one of real venues")
	}
	about := read(t, dir, aboutName)
	live := bytes.Replace(about, []byte(`"venues": "simulated"`), []byte(`"venues": "real"`), 1)
	if err := os.WriteFile(filepath.Join(dir, aboutName), live, 0o644); err != nil {
		t.Fatal(err)
	}
	if out = mustDo(t, "report", dir); !strings.Contains(out, modelled) || !bytes.Contains(read(t, dir, reportName), []byte(modelled)) {
		t.Errorf("it does not say what is modelled:\n%s", out)
	}
}

func TestReportOfSeveralRuns(t *testing.T) {
	store := fourCoins(24 * 40).store(t)
	a, b := backtested(t, store, plainFund), backtested(t, store, plainFund, "--seed", "7")
	path := filepath.Join(t.TempDir(), "both.html")
	out := mustDo(t, "report", a, b, "--out", path)
	for _, want := range []string{filepath.Base(a), "annual return", "report  " + path + "\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	if !bytes.Contains(read(t, path), []byte(filepath.ToSlash(b))) {
		t.Error("the second run is not in the report")
	}
}

func TestReportOfARunThatDidNotEnd(t *testing.T) {
	dir := backtested(t, fourCoins(24*40).store(t), plainFund)
	lines := bytes.SplitAfter(read(t, dir, journalName), []byte("\n"))
	if err := os.WriteFile(filepath.Join(dir, journalName), bytes.Join(lines[:len(lines)-2], nil), 0o644); err != nil {
		t.Fatal(err)
	}
	mustDo(t, "report", dir)
	if !bytes.Contains(read(t, dir, reportName), []byte("did not end: its journal stops at")) {
		t.Error("the report does not say so")
	}
}

func TestReportIsRefused(t *testing.T) {
	wantRefused(t, do("report"), exitUsage, "one run folder or more")
	wantRefused(t, do("report", t.TempDir()), exitError, "is no run folder")
}
