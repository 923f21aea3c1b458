package fundfile_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/steelyard/steelyard/strategies/fundfile"
)

var rewrite = flag.Bool("rewrite", false, "write what the scenarios give into their files")

// minimal is a whole fund file. A scenario's lines take the place of its lines with the same key.
const minimal = `version: 1
fund: F
base: USDT
start: {v: {USDT: 1000}}
target: {kind: equal, assets: [BTC, ETH]}
trigger: {kind: hold}
venues: [{name: v, instruments: [BTC/USDT, ETH/USDT]}]
`

// TestScenarios runs testdata/*.txt. A scenario is a title (## ...), lines of a fund file (| ...; on a title that ends
// in "whole file" all of them), and what reading it says.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no scenarios", err)
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got := play(string(text))
			if *rewrite {
				if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != string(text) {
				t.Errorf("differs (run with -rewrite and look at the change):\n%s", got)
			}
		})
	}
}

// play returns the scenarios with their outcomes.
func play(text string) string {
	parts := strings.Split(text, "## ")
	for i, part := range parts[1:] {
		title, input := linesOf(part)
		parts[i+1] = title + "\n" + prefixed(input) + outcome(whole(title, input)) + "\n\n"
	}
	return strings.TrimRight(strings.Join(parts, "## "), "\n") + "\n"
}

func prefixed(input string) string {
	var b strings.Builder
	for line := range strings.Lines(input) {
		b.WriteString(strings.TrimRight("| "+strings.TrimSuffix(line, "\n"), " ") + "\n")
	}
	return b.String()
}

// linesOf returns a scenario's title and its lines of a fund file.
func linesOf(part string) (title, input string) {
	title, body, _ := strings.Cut(part, "\n")
	for line := range strings.Lines(body) {
		if in, ok := strings.CutPrefix(line, "|"); ok {
			input += strings.TrimPrefix(in, " ")
		}
	}
	return title, input
}

// whole returns the fund file that a scenario is about.
func whole(title, input string) string {
	if !strings.HasSuffix(title, "whole file") {
		input = merged(input)
	}
	return unescaped(input)
}

func outcome(text string) string {
	f, err := fundfile.Parse("fund.yaml", []byte(text))
	if err != nil {
		return err.Error()
	}
	return string(f.Canonical())
}

// unescaped lets scenarios name characters that a text file should not hold.
func unescaped(s string) string {
	return strings.NewReplacer("<TAB>", "\t", "<BOM>", "\ufeff", "<CR>", "\r", "<NUL>", "\x00").Replace(s)
}

// merged returns the minimal file with its lines replaced by those of the same key.
func merged(input string) string {
	var b strings.Builder
	for line := range strings.Lines(minimal) {
		key, _, _ := strings.Cut(line, ":")
		if !strings.HasPrefix(input, key+":") && !strings.Contains(input, "\n"+key+":") {
			b.WriteString(line)
		}
	}
	return b.String() + input
}
