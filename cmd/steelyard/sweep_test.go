package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// sweptFund is richFund with variants.
const sweptFund = richFund + `variants:
  weekly: {trigger: {kind: periodic, every: 7d}}
  banded: {trigger: {kind: hybrid, band: 9%, at-most-every: 1d}}
`

// sweptTable reads sweep.csv: a map a row.
func sweptTable(t *testing.T, dir string) []map[string]string { return tableOf(t, dir, "sweep.csv") }

func tableOf(t *testing.T, dir, name string) []map[string]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(read(t, dir, name))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var list []map[string]string
	for _, row := range rows[1:] {
		cells := map[string]string{}
		for k, cell := range row {
			cells[rows[0][k]] = cell
		}
		list = append(list, cells)
	}
	return list
}

// Every point decides as the backtest of its fund file does, and has the figures of its summary.
func TestSweepIsBacktests(t *testing.T) {
	store, dir := fourCoins(700).store(t), t.TempDir()
	path := write(t, filepath.Join(dir, "fund.yaml"), sweptFund)
	args := []string{"sweep", path, "--vary", "venues.binance.fee.taker=5bp,20bp", "--vary", "backtest.seed=7,8", "--store", store}
	out := filepath.Join(dir, "out")
	printed := mustDo(t, append(args, "--out", out)...)
	rows := sweptTable(t, out)
	if len(rows) != 8 || !strings.Contains(printed, "8 points, by sharpe") {
		t.Fatalf("%d rows; %s", len(rows), printed)
	}
	for k, row := range rows {
		text := mustDo(t, append(args, "--point", strconv.Itoa(k))...)
		s := summary(t, backtested(t, store, text))
		want := singleValues(s)
		delete(want, "journal_head")                                       // a point has no journal
		if yearly := wantYears(t, row); len(row) != 1+3+len(want)+yearly { // its number, what it sets, figures
			t.Fatalf("point %d: %d columns for %d figures, and %d of years", k, len(row), len(want), yearly)
		}
		for key, value := range want {
			if row[key] != value {
				t.Errorf("point %d: %s is %q, the backtest's is %q", k, key, row[key], value)
			}
		}
	}
}

// wantYears demands that the years of a point come to its whole, and returns how many columns they have.
func wantYears(t *testing.T, row map[string]string) int {
	t.Helper()
	growth, cost, days, columns := 1.0, 0.0, 0.0, 0
	for key, text := range row {
		if !regexp.MustCompile(`_20\d\d$`).MatchString(key) {
			continue
		}
		columns++
		x, _ := strconv.ParseFloat(text, 64)
		switch wholeFigure(key) {
		case "total_return":
			growth *= 1 + x
		case "cost_usd":
			cost += x
		case "days":
			days += x
		}
	}
	for key, got := range map[string]float64{"total_return": growth - 1, "cost_usd": cost, "days": days} {
		if want, err := strconv.ParseFloat(row[key], 64); err != nil || math.Abs(got-want) > 1e-9*max(1, math.Abs(want)) {
			t.Errorf("the years' %s come to %v, the run's is %s", key, got, row[key])
		}
	}
	return columns
}

// singleValues returns what summary.json holds that is neither a list nor an object, as a table writes it; of shortfall, what is in it.
func singleValues(s map[string]any) map[string]string {
	list := map[string]string{}
	for key, value := range s {
		switch v := value.(type) {
		case nil:
			list[key] = ""
		case float64:
			list[key] = strconv.FormatFloat(v, 'f', -1, 64)
		case string, bool:
			list[key] = fmt.Sprint(v)
		case map[string]any:
			for inner, text := range singleValues(v) {
				list[key+"_"+inner] = text
			}
		}
	}
	return list
}

// Parts that are run apart, one of them twice, and the whole give the same files.
func TestSweepInParts(t *testing.T) {
	store, dir := fourCoins(300).store(t), t.TempDir()
	path := write(t, filepath.Join(dir, "fund.yaml"), richFund)
	args := func(out string, more ...string) []string {
		return append([]string{path, "--vary", "trigger.band=2%..14%:7", "--store", store, "--out", filepath.Join(dir, out)}, more...)
	}
	mustDo(t, append([]string{"sweep"}, args("whole", "--workers", "1")...)...)
	for _, shard := range []string{"3/3", "1/3", "3/3"} {
		mustDo(t, append([]string{"sweep", "run"}, args("parts", "--shard", shard)...)...)
	}
	if _, err := os.Stat(filepath.Join(dir, "parts", "sweep.csv")); err == nil {
		t.Error("a part wrote the whole sweep's table")
	}
	mustDo(t, append([]string{"sweep"}, args("parts", "--workers", "8")...)...)
	for _, name := range []string{"sweep.csv", "sweep.parquet", "sweep.json", reportName} {
		if !bytes.Equal(read(t, dir, "whole", name), read(t, dir, "parts", name)) {
			t.Errorf("%s differs", name)
		}
	}
	if page := string(read(t, dir, "whole", reportName)); strings.Count(page, "<svg") < 2 || !strings.Contains(page, ">chosen<") {
		t.Error("the page shows no fronts with the chosen point")
	}
}

// Of a short time nothing is told by the year that was not: no growth of 40,000 %. Equal points are counted, the edge of the grid is
// told where a step from it makes a difference.
func TestShortSweep(t *testing.T) {
	store, dir := fourCoins(60).store(t), t.TempDir()
	path := write(t, filepath.Join(dir, "fund.yaml"), richFund)
	run := func(out, vary, choose string) string {
		return mustDo(t, "sweep", path, "--vary", vary, "--choose", choose, "--store", store, "--out", filepath.Join(dir, out))
	}
	printed := run("seeds", "backtest.seed=7,8,9", "days")
	for _, want := range []string{"3 points are equal by days; of them it is the first.", "The period is shorter than 30 days", "total_return"} {
		if !strings.Contains(printed, want) {
			t.Errorf("it does not say %q:\n%s", want, printed)
		}
	}
	if strings.Contains(printed, "annual_return") || strings.Contains(printed, "edge of the grid") {
		t.Errorf("it says more than it knows:\n%s", printed)
	}
	if printed = run("fees", "venues.binance.fee.taker=5bp,10bp,20bp", "least:cost_usd"); !strings.Contains(printed, "venues.binance.fee.taker=5bp is the smallest tried") ||
		!strings.Contains(printed, "within one value of venues.binance.fee.taker.") {
		t.Errorf("the edge of the grid is not told:\n%s", printed)
	}
}

// A walk-forward by one worker at once, and one that is added to a sweep that was done, run in parts, one of its shards lost and
// another damaged, give the same files. Its curve is that of the windows' returns.
func TestWalkForwardInParts(t *testing.T) {
	store, dir := fourCoins(500).store(t), t.TempDir()
	path := write(t, filepath.Join(dir, "fund.yaml"), richFund)
	args := func(out string, more ...string) []string {
		return append([]string{path, "--vary", "trigger.band=1%..7%:4", "--store", store, "--out", filepath.Join(dir, out)}, more...)
	}
	forward := []string{"--walk-forward", "train=6d,test=4d"}
	printed := mustDo(t, append([]string{"sweep"}, args("whole", append(forward, "--workers", "1")...)...)...)
	if !strings.Contains(printed, "Walk-forward train=6d,test=4d: 4 test windows") {
		t.Error(printed)
	}
	mustDo(t, append([]string{"sweep"}, args("parts")...)...)
	mustDo(t, append([]string{"sweep", "run"}, args("parts", append(forward, "--shard", "2/2")...)...)...)
	shards, err := filepath.Glob(filepath.Join(dir, "parts", trainsName, "*", "shards", "rows-*"))
	if err != nil || len(shards) < 4 {
		t.Fatal(shards, err)
	}
	if err := errors.Join(os.Remove(shards[0]), os.WriteFile(shards[1], []byte("half"), 0o644)); err != nil {
		t.Fatal(err)
	}
	mustDo(t, append([]string{"sweep"}, args("parts", append(forward, "--workers", "8")...)...)...)
	for _, name := range []string{"sweep.csv", "sweep.parquet", "sweep.json", "walkforward.csv", "walkforward.parquet", "walkforward_equity.csv", reportName} {
		if !bytes.Equal(read(t, dir, "whole", name), read(t, dir, "parts", name)) {
			t.Errorf("%s differs", name)
		}
	}
	growth := 1.0
	for _, row := range tableOf(t, filepath.Join(dir, "whole"), "walkforward.csv") {
		r, err := strconv.ParseFloat(row["test_total_return"], 64)
		if err != nil {
			t.Fatal(err)
		}
		growth *= 1 + r
	}
	days := tableOf(t, filepath.Join(dir, "whole"), "walkforward_equity.csv")
	if last, err := strconv.ParseFloat(days[len(days)-1]["growth"], 64); err != nil || math.Abs(last-growth) > 1e-9 {
		t.Errorf("the curve ends at %v, the windows' returns come to %v", last, growth)
	}
}

func TestProgressOfPoints(t *testing.T) {
	p := pointsProgress{total: 1500}
	if got := p.line(300, 20*time.Second); got != "300 of 1,500 points, 15.0 a second, 1m20s left" {
		t.Error(got)
	}
}

// A list that somebody edits while a sweep runs is for all its points what it was at first.
func TestFilesOfASweepAreReadOnce(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "classes.yaml"), "before")
	files := remembered(filesBeside(path))
	for range 2 {
		if text, err := files("classes.yaml"); err != nil || strings.TrimSpace(string(text)) != "before" {
			t.Errorf("%q, %v", text, err)
		}
		write(t, path, "after")
	}
	if _, err := files("absent.yaml"); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

func TestWrongSweeps(t *testing.T) {
	store, dir := fourCoins(50).store(t), t.TempDir()
	path := write(t, filepath.Join(dir, "fund.yaml"), richFund)
	out := filepath.Join(dir, "out")
	for _, c := range []struct {
		code int
		says string
		args []string
	}{
		{exitUsage, "--out", []string{"sweep", path, "--vary", "trigger.band=1%,2%"}},
		{exitUsage, "the range is empty", []string{"sweep", path, "--vary", "trigger.band=3%..2%:5", "--out", out}},
		{exitUsage, "--yes", []string{"sweep", path, "--vary", "trigger.band=1%..2%:10001", "--out", out}},
		{exitUsage, "--shard", []string{"sweep", "run", path, "--vary", "trigger.band=1%,2%", "--out", out, "--shard", "4/3"}},
		{exitUsage, "points 0 to 1", []string{"sweep", path, "--vary", "trigger.band=1%,2%", "--point", "2"}},
		{exitError, "nothing varies", []string{"sweep", path, "--out", out}},
		{exitError, "did you mean band?", []string{"sweep", path, "--vary", "trigger.bnd=1%,2%", "--out", out}},
		{exitUsage, "write train=365d,test=90d", []string{"sweep", path, "--vary", "trigger.band=1%,2%", "--out", out, "--walk-forward", "train=1d"}},
		{exitError, "train on less", []string{"sweep", path, "--vary", "trigger.band=1%,2%", "--out", out, "--walk-forward", "train=3d,test=1d"}},
		{exitError, "of whole runs", []string{"sweep", path, "--vary", "trigger.band=5%,6%", "--out", filepath.Join(dir, "third"), "--choose", "orders", "--walk-forward", "train=1d,test=1d"}},
		{exitError, "there is no figure", []string{"sweep", path, "--vary", "trigger.band=5%,6%", "--out", filepath.Join(dir, "other"), "--choose", "luck"}},
		{exitError, "there is no figure", []string{"sweep", path, "--vary", "trigger.band=5%,6%", "--out", filepath.Join(dir, "other"), "--choose", ""}},
		{exitUsage, "write train=365d,test=90d", []string{"sweep", path, "--vary", "trigger.band=5%,6%", "--out", filepath.Join(dir, "other"), "--walk-forward", ""}},
	} {
		wantRefused(t, do(append(c.args, "--store", store)...), c.code, c.says)
	}
	for _, made := range []string{out, filepath.Join(dir, "third"), filepath.Join(dir, "other")} {
		if _, err := os.Stat(made); err == nil {
			t.Errorf("a sweep that was refused made its folder %s", made)
		}
	}
}
