package sweep_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/host"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/reports"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/sim/sweep"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// single runs the fund of a point as a backtest does, from a fund file of its own and with a journal on the disk, and returns
// the figures that the journal gives when it is read back.
func single(t *testing.T, b *sweep.Base, settings []fundfile.Setting) []reports.Scalar {
	t.Helper()
	made, err := b.Make(settings)
	if err != nil {
		t.Fatal(err)
	}
	f, err := fundfile.Parse("single.yaml", made.Canonical())
	if err != nil {
		t.Fatal(err)
	}
	dir := journal.Dir(t.TempDir())
	to, err := journal.Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	m := journal.Manifest{Fund: f.Hash(), Dataset: b.Dataset, Seed: f.Backtest.Seed}
	rec, err := journal.NewRecorder(f.Universe(), m, to)
	if err != nil {
		t.Fatal(err)
	}
	policy, err := f.Policy()
	if err != nil {
		t.Fatal(err)
	}
	if err := host.Run(context.Background(), engine.New(f.Universe(), policy), sim.Of(f, b.Panel, nil, f.Backtest.Seed), rec); err != nil {
		t.Fatal(err)
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	stored, err := journal.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	a, err := reports.Analyse(reports.Run{Fund: f.Name, Universe: f.Universe(), Records: stored.Records, Panel: b.Panel, MaxAge: f.MaxAge, Limits: f.Limits(),
		FundHash: m.Fund, DatasetHash: m.Dataset, Seed: m.Seed, DecisionsDigest: journal.Digest(stored.Records)})
	if err != nil {
		t.Fatal(err)
	}
	return a.Scalars()
}

// Fifty random points of a large grid decide as the single runs of their funds do, and have the figures that these leave on the
// disk: all of them, to the last digit.
func TestPointsAreSingleRuns(t *testing.T) {
	b := base(t, swept)
	g, err := sweep.NewGrid(b.Fund, axes(t, "trigger.band=1%..30%:15", "trigger.at-most-every=1h,1d,7d", "venues.v.fee.taker=0bp..50bp:6", "backtest.seed=1,2"), 50, 11)
	if err != nil {
		t.Fatal(err)
	}
	table := whole(t, b, g, 2)
	digest, seen := table.Column("decisions_digest"), map[string]bool{}
	for k, row := range table.Rows {
		wantFigures(t, table, row, single(t, b, g.Settings(k)))
		seen[row[digest]] = true
	}
	if len(table.Rows) != 50 || len(seen) < 40 {
		t.Errorf("%d points, %d of them different: the grid varies nothing", len(table.Rows), len(seen))
	}
}

// Under rules that cut plans, a schedule, flows and an operator's words, too.
func TestPointsUnderRulesAreSingleRuns(t *testing.T) {
	b := base(t, ruled)
	g := grid(t, b, "trigger.band=2%,5%,9%", "execution={kind: immediate},{kind: twap, over: 6h, slices: 3}")
	table := whole(t, b, g, 2)
	clipped := 0.0
	for k, row := range table.Rows {
		wantFigures(t, table, row, single(t, b, g.Settings(k)))
		x, _ := table.Number(k, table.Column("decisions_clipped"))
		clipped += x
	}
	if clipped == 0 {
		t.Error("no rule cut a plan: the fund shows nothing")
	}
}

// wantFigures demands the figures of a run that lies within one year, 2022: the year's are the run's.
func wantFigures(t *testing.T, table *sweep.Table, row []string, want []reports.Scalar) {
	t.Helper()
	figures := table.Columns[1+table.Axes:]
	of := map[string]string{}
	for k, s := range want {
		if of[s.Key] = s.Text; figures[k].Name != s.Key {
			t.Errorf("column %d is %s, not %s", k, figures[k].Name, s.Key)
		}
	}
	years := 0
	for k, column := range figures {
		name, yearly := strings.CutSuffix(column.Name, "_2022")
		if yearly {
			years++
		}
		if got := row[1+table.Axes+k]; got != of[name] {
			t.Errorf("point %v: %s is %q, the single run's is %q", row[:1+table.Axes], column.Name, got, of[name])
		}
	}
	if len(figures) != len(want)+years || years < 15 {
		t.Errorf("%d figures, %d of the year; the single run has %d", len(figures), years, len(want))
	}
}

// However many work, the table is the same, byte by byte.
func TestWorkersChangeNothing(t *testing.T) {
	b := base(t, swept)
	g := grid(t, b, "trigger.band=1%..30%:12", "venues.v.fee.taker=0bp,10bp")
	one := whole(t, b, g, 1).CSV()
	for _, workers := range []int{2, 8} {
		if more := whole(t, b, g, workers).CSV(); !bytes.Equal(one, more) {
			t.Errorf("%d workers:\n%s\none:\n%s", workers, more, one)
		}
	}
}

// Stopped after any number of points, with a shard that was damaged, one that was lost and one half-written, and gone on with,
// a sweep comes to the same table.
func TestStoppedAndResumed(t *testing.T) {
	b := base(t, swept)
	g := grid(t, b, "trigger.band=1%..30%:12", "venues.v.fee.taker=0bp,10bp")
	want := whole(t, b, g, 2).CSV()
	dir := filepath.Join(t.TempDir(), "sweep")
	for stop := 1; stop <= 9; stop += 4 {
		ctx, cancel := context.WithCancel(context.Background())
		table, _, err := run(t, ctx, dir, b, g, sweep.Work{Workers: 2, Progress: func(done int) {
			if done == stop {
				cancel()
			}
		}})
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("stopped after %d points: %v", stop, err)
		}
		if left := len(table.Missing(0, 24)); left == 0 || left == 24 {
			t.Fatalf("stopped after %d points, %d of 24 are left", stop, left)
		}
	}
	shards, err := filepath.Glob(filepath.Join(dir, "shards", "rows-*"))
	if err != nil || len(shards) < 3 {
		t.Fatal(shards, err)
	}
	text, err := os.ReadFile(shards[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.WriteFile(shards[0], text[:len(text)/2], 0o644), os.Remove(shards[1]),
		os.WriteFile(filepath.Join(dir, "shards", ".rows-half123"), text[:9], 0o644)); err != nil {
		t.Fatal(err)
	}
	table, damaged, err := run(t, context.Background(), dir, b, g, sweep.Work{Workers: 2})
	if err != nil || len(damaged) != 1 || damaged[0] != filepath.Base(shards[0]) {
		t.Errorf("%v %v", damaged, err)
	}
	if got := table.CSV(); !bytes.Equal(got, want) {
		t.Errorf("resumed:\n%s\nat once:\n%s", got, want)
	}
}

// The parts of a sweep, run apart and in any order, are the sweep; running one again changes nothing.
func TestPartsAreTheWhole(t *testing.T) {
	b := base(t, swept)
	g := grid(t, b, "trigger.band=1%..30%:7")
	want := whole(t, b, g, 2).CSV()
	dir := filepath.Join(t.TempDir(), "sweep")
	for _, k := range []int{2, 0, 1, 2} {
		folder, err := sweep.Open(dir, b, g, "this program")
		if err != nil {
			t.Fatal(err)
		}
		table, _, err := folder.Read(b, g)
		if err != nil {
			t.Fatal(err)
		}
		from, to := sweep.Part(k, 3, int(g.Len()))
		if err := (sweep.Work{Workers: 1}).Run(context.Background(), b, g, folder, table, table.Missing(from, to)); err != nil {
			t.Fatal(err)
		}
	}
	table, _, err := run(t, context.Background(), dir, b, g, sweep.Work{Workers: 1, Progress: func(int) { t.Error("a point was left") }})
	if got := table.CSV(); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%v: parts:\n%s\nwhole:\n%s", err, got, want)
	}
}

// A point that fails ends the sweep with an error that names it; the others' rows stay.
func TestWorkersThatFail(t *testing.T) {
	for _, c := range []struct {
		name string
		fail func() (*fundfile.Fund, error)
		says string
	}{
		{"an error", func() (*fundfile.Fund, error) { return nil, errors.New("no such luck") }, "no such luck"},
		{"a panic", func() (*fundfile.Fund, error) { panic("nil map") }, "a bug of the program: nil map"},
	} {
		b := base(t, swept)
		g := grid(t, b, "trigger.band=1%..30%:30")
		of := b.Make
		b.Make = func(s []fundfile.Setting) (*fundfile.Fund, error) {
			if s[0].Value == "20%" {
				return c.fail()
			}
			return of(s)
		}
		table, _, err := run(t, context.Background(), filepath.Join(t.TempDir(), "sweep"), b, g, sweep.Work{Workers: 2})
		if err == nil || !strings.Contains(err.Error(), "point trigger.band=20%: ") || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
		if left := len(table.Missing(0, 30)); left == 30 || left == 0 {
			t.Errorf("%s: %d of 30 points are left", c.name, left)
		}
	}
}

// Rows that cannot be written are an error, and no row is lost that was.
func TestFolderThatCannotBeWritten(t *testing.T) {
	b := base(t, swept)
	g := grid(t, b, "trigger.band=1%..30%:4")
	dir := filepath.Join(t.TempDir(), "sweep")
	folder, err := sweep.Open(dir, b, g, "this program")
	if err != nil {
		t.Fatal(err)
	}
	table, _, err := folder.Read(b, g)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "shards")); err != nil {
		t.Fatal(err)
	}
	if err := (sweep.Work{Workers: 2}).Run(context.Background(), b, g, folder, table, table.Missing(0, 4)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

// A folder goes on with its own sweep only, and files of others are left alone.
func TestFoldersOfOthers(t *testing.T) {
	b := base(t, swept)
	g := grid(t, b, "trigger.band=1%..30%:4")
	dir := filepath.Join(t.TempDir(), "sweep")
	if _, err := sweep.Open(dir, b, g, "this program"); err != nil {
		t.Fatal(err)
	}
	other, moved := base(t, strings.Replace(swept, "spread: 2bp", "spread: 3bp", 1)), base(t, swept)
	moved.Dataset = "other rows"
	for what, try := range map[string]func() (*sweep.Folder, error){
		"fund": func() (*sweep.Folder, error) { return sweep.Open(dir, other, g, "this program") },
		"data": func() (*sweep.Folder, error) { return sweep.Open(dir, moved, g, "this program") },
		"points": func() (*sweep.Folder, error) {
			return sweep.Open(dir, b, grid(t, b, "trigger.band=1%..30%:5"), "this program")
		},
		"program": func() (*sweep.Folder, error) { return sweep.Open(dir, b, g, "that program") },
	} {
		if _, err := try(); err == nil || !strings.Contains(err.Error(), "another") {
			t.Errorf("another %s: %v", what, err)
		}
	}
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "thesis.doc"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := sweep.Open(full, b, g, "this program"); err == nil || !strings.Contains(err.Error(), "thesis.doc") {
		t.Error(err)
	}
	if entries, err := os.ReadDir(full); err != nil || len(entries) != 1 {
		t.Error(entries, err)
	}
}

// What no point can be is told before anything runs, with the key and the point.
func TestCheckBeforeRunning(t *testing.T) {
	b := base(t, swept)
	for vary, says := range map[string]string{
		"trigger.bnd=1%,2%":               "did you mean band?",
		"trigger.band=0%..30%:4":          "trigger.band=0%: swept.yaml",
		"backtest.to=2022-02-01":          "needs other rows",
		"backtest.interval=1h,4h":         "interval=4h: it needs other rows",
		"venues.v.instruments=[A/USD]":    "C",
		"target.assets=[A, B, C],[A, B],": "empty value",
		"start={v: {USD: 1000}}":          "a figure of that name",
	} {
		axis, err := sweep.ParseAxis(vary)
		if err == nil {
			var g *sweep.Grid
			if g, err = sweep.NewGrid(b.Fund, []sweep.Axis{axis}, 0, 0); err == nil {
				err = b.Check(g)
			}
		}
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v; it should say %q", vary, err, says)
		}
	}
	if err := b.Check(grid(t, b, "trigger.band=1%..30%:4", "target.assets=[A, B, C],[A, B]")); err != nil {
		t.Error(err)
	}
}

// The variants of the file are an axis of their own.
func TestVariantsAreAnAxis(t *testing.T) {
	b := base(t, swept+"variants:\n  never: {trigger: {kind: hold}}\n  weekly: {trigger: {kind: periodic, every: 7d}}\n")
	table := whole(t, b, grid(t, b, "venues.v.spread=2bp,4bp"), 2)
	rebalances := table.Column("rebalances")
	var got []string
	for _, row := range table.Rows {
		got = append(got, fmt.Sprint(row[1], " ", row[2], " ", row[rebalances]))
	}
	if want := "never 2bp 1, never 4bp 1, weekly 2bp 9, weekly 4bp 9"; strings.Join(got, ", ") != want {
		t.Errorf("%s; want %s", strings.Join(got, ", "), want)
	}
}
