package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var rewriteReadme = flag.Bool("rewrite-readme", false, "write what the commands print into README.md")

// What README.md shows is what the commands print.
func TestReadme(t *testing.T) {
	t.Run("demo", func(t *testing.T) { wantShown(t, "demo", demo(t)) })
	t.Run("backtest", func(t *testing.T) {
		store := recordedHours(t, "BTC", "ETH", "SOL")
		run, table := example(t, "three-coins.yaml", store)
		table, _, whole := strings.Cut(table, "\n\ndecisions ") // a README is short
		if !whole {
			t.Error("the table of a backtest says nothing of decisions")
		}
		wantShown(t, "backtest", "$ steelyard backtest examples/three-coins.yaml --out RUN\n"+table+"\n…")
		wantShown(t, "replay", "$ steelyard replay RUN\n"+mustDo(t, "replay", run))
	})
}

// demo does what `make demo` does and returns the comparison.
func demo(t *testing.T) string {
	dir := t.TempDir()
	mustDo(t, "data", "synth", "--store", filepath.Join(dir, "store"), "--assets", "12", "--days", "1095", "--interval", "1h", "--seed", "7")
	args := []string{"report"}
	for _, policy := range []string{"hold", "periodic", "threshold", "hybrid"} {
		run := filepath.Join(dir, policy)
		mustDo(t, "backtest", filepath.Join("..", "..", "examples", "demo", policy+".yaml"), "--store", filepath.Join(dir, "store"), "--out", run)
		args = append(args, run)
	}
	table, _, _ := strings.Cut(mustDo(t, args...), "\nreport ")
	return table
}

// wantShown compares the block of README.md between the markers of this name, or writes it.
func wantShown(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join("..", "..", "README.md")
	readme, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(readme), "<!-- "+name+" -->\n")
	shown, after, closed := strings.Cut(rest, "<!-- /"+name+" -->")
	if !ok || !closed {
		t.Fatalf("README.md has no block %s", name)
	}
	want := "\n    " + strings.ReplaceAll(strings.Trim(text, "\n"), "\n", "\n    ") + "\n\n"
	want = strings.ReplaceAll(want, "    \n", "\n")
	if *rewriteReadme {
		if err := os.WriteFile(path, []byte(before+"<!-- "+name+" -->\n"+want+"<!-- /"+name+" -->"+after), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if shown != want {
		t.Errorf("README.md shows otherwise (go test ./cmd/steelyard -run Readme -rewrite-readme shows how in its diff):\n%s", want)
	}
}
