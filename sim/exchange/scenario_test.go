package exchange_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var rewrite = flag.Bool("rewrite", false, "write what the scenarios answer into their files")

// TestScenarios plays the scenarios of testdata. A file is blocks with an empty line between them; a block is a whole
// scenario on a venue of its own: comments, commands, a line ----, and what the venue answers. Run with -rewrite,
// then check every changed number by hand.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no scenarios", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) { playFile(t, file) })
	}
}

func playFile(t *testing.T, file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var played []string
	for block := range strings.SplitSeq(strings.Trim(string(text), "\n"), "\n\n") {
		commands, _, _ := strings.Cut(block+"\n", "----\n")
		played = append(played, commands+"----\n"+play(t, commands))
	}
	got := strings.Join(played, "\n")
	if *rewrite {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(strings.Split(string(text), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("want - and got +:\n%s", diff)
	}
}

// play runs one scenario and returns what the venue answered.
func play(t *testing.T, commands string) string {
	s := newStage()
	for line := range strings.SplitSeq(strings.TrimSpace(commands), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		if err := s.do(strings.Fields(line)); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	}
	return s.out.String()
}
