package shelf

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// put writes files, given as path and text in turn, and returns the folder that they are in.
func put(t testing.TB, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		path := filepath.Join(dir, files[i])
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(files[i+1]), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const (
	aFund    = `{"version":1,"fund":"A","base":"USDT","backtest":{"from":"2022-01-01T00:00:00Z","to":"2022-02-01T00:00:00Z"}}`
	aSummary = `{"fund":"A","base":"USDT","start":"2022-01-01T00:00:00Z","end":"2022-01-31T00:00:00Z","days":30,"final_nav":1.5,"sharpe":null,"rebalances":3,"seed":7,"dataset_hash":"dd","notes":["x"]}`
	about    = `{"started":"2026-01-02T03:04:05Z","seed":7}`
	grid     = `{"name":"A","base":"USDT","from":"2022-01-01T00:00:00Z","to":"2022-02-01T00:00:00Z","fund":"ff","dataset":"dd","points":4,"axes":[{"Path":"trigger.band","Values":["0.1"]}]}`
)

func find(t testing.TB, dirs ...string) []Run {
	t.Helper()
	runs, err := Find(dirs...)
	if err != nil {
		t.Fatal(err)
	}
	return runs
}

// line writes what matters of a run.
func line(root string, r *Run) string {
	folder, _ := filepath.Rel(root, r.Folder)
	return fmt.Sprintf("%s %s %s %v %v %t %d", folder, r.Kind, r.Fund, r.Start, r.End, r.Finished, len(r.Noted))
}

func TestFind(t *testing.T) {
	dir := put(t, "z/run/journal.jsonl", "", "z/run/fund.json", aFund, "z/run/summary.json", aSummary, "z/run/run.json", about,
		"z/run/below/journal.jsonl", "", // what a run folder holds is the run's
		"cut/journal.jsonl", "", "cut/fund.json", aFund, "cut/run.json", about, "cut/notes.jsonl", `{"at":"2026-01-02T03:04:05Z","text":"cut"}`+"\n",
		"swept/sweep.json", grid, "swept/summary.json", `{"choose":"sharpe","chosen":["trigger.band=2%"],"point":1,"sharpe":0.75,"calmar":null}`,
		"half/sweep.json", grid,
		".hidden/journal.jsonl", "", "other/journal.txt", "")
	var got []string
	for _, r := range find(t, dir, filepath.Join(dir, "z"), dir+"/z/run/") {
		got = append(got, line(dir, &r))
		if r.Wrong != "" {
			t.Error(r.Wrong)
		}
	}
	want := []string{
		"cut run A 2022-01-01T00:00:00Z 2022-02-01T00:00:00Z false 1",
		"half sweep A 2022-01-01T00:00:00Z 2022-02-01T00:00:00Z false 0",
		"swept sweep A 2022-01-01T00:00:00Z 2022-02-01T00:00:00Z true 0",
		"z/run run A 2022-01-01T00:00:00Z 2022-01-31T00:00:00Z true 0",
	}
	if !slices.Equal(got, want) {
		t.Errorf("finds\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if err := os.Symlink(filepath.Join(dir, "z"), filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	if linked := find(t, filepath.Join(dir, "link")); len(linked) != 1 || len(find(t, dir)) != len(want) {
		t.Errorf("by a link: %v", linked)
	}
	r := find(t, filepath.Join(dir, "z"))[0]
	if r.FinalNAV == nil || *r.FinalNAV != 1.5 || r.Sharpe != nil || r.Rebalances == nil || *r.Rebalances != 3 || r.Seed != 7 || r.DatasetHash != "dd" ||
		!r.Started.Equal(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)) {
		t.Errorf("%+v", r)
	}
	if s := find(t, filepath.Join(dir, "swept"))[0]; s.Points != 4 || !slices.Equal(s.Varied, []string{"trigger.band"}) || s.DatasetHash != "dd" ||
		s.Choose != "sharpe" || !slices.Equal(s.Chosen, []string{"trigger.band=2%"}) || s.Sharpe == nil || *s.Sharpe != 0.75 || s.FinalNAV != nil {
		t.Errorf("%+v", s)
	}
}

// What does not read is said of its run, and hides no other.
func TestWhatIsDamagedIsTold(t *testing.T) {
	dir := put(t, "a/journal.jsonl", "", "b/journal.jsonl", "", "b/fund.json", aFund, "b/summary.json", `{"fund":`,
		"c/journal.jsonl", "", "c/fund.json", aFund, "c/notes.jsonl", "{}\nno\n",
		"d/sweep.json", "no", "e/sweep.json", grid, "e/summary.json", "{", "f/journal.jsonl", "", "f/fund.json", aFund)
	for i, want := range []string{"a/fund.json", "b/summary.json", "c/notes.jsonl: line 2", "d/sweep.json", "e/summary.json", ""} {
		if r := find(t, dir)[i]; !strings.Contains(r.Wrong, want) || (want == "") != (r.Wrong == "") || r.Finished {
			t.Errorf("run %d says %q, want %q", i, r.Wrong, want)
		}
	}
	if runs, err := Find(filepath.Join(dir, "absent"), filepath.Join(dir, "f")); err == nil || len(runs) != 1 {
		t.Errorf("a folder that is not there, and one that is: %v, %v", runs, err)
	}
}

func TestNotes(t *testing.T) {
	dir := filepath.Join(put(t, "run/journal.jsonl", ""), "run")
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for i, text := range []string{"the <first>\nof two lines", "the second"} {
		if err := Add(dir, Note{at.Add(time.Duration(i) * time.Hour), text}); err != nil {
			t.Fatal(err)
		}
	}
	list, err := Notes(dir)
	if err != nil || len(list) != 2 || list[0].Text != "the <first>\nof two lines" || !list[1].At.Equal(at.Add(time.Hour)) {
		t.Errorf("%v, %v", list, err)
	}
	before, _ := os.ReadFile(filepath.Join(dir, NotesName))
	for _, err := range []error{Add(dir, Note{at, " "}), Add(filepath.Dir(dir), Note{at, "x"})} {
		if err == nil {
			t.Error("it is noted")
		}
	}
	if err := os.WriteFile(filepath.Join(dir, NotesName), []byte("damaged"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Add(dir, Note{at, "x"}); err == nil || len(before) == 0 {
		t.Error("damaged notes are written over")
	}
}

// BenchmarkFind looks through a thousand runs.
func BenchmarkFind(b *testing.B) {
	var files []string
	for i := range 1000 {
		run := fmt.Sprintf("%d/%d/", i/100, i)
		files = append(files, run+"journal.jsonl", "", run+"fund.json", aFund, run+"summary.json", aSummary, run+"run.json", about)
	}
	dir := put(b, files...)
	for b.Loop() {
		if n := len(find(b, dir)); n != 1000 {
			b.Fatal(n)
		}
	}
}
