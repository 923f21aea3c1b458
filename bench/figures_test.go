package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestTable(t *testing.T) {
	output := "goos: linux\npkg: github.com/steelyard/steelyard/engine/fund\ncpu: Fast One\n" +
		"BenchmarkAmount/Add-16 \t 100\t 5.2 ns/op\t 0 B/op\t 0 allocs/op\nPASS\nok  \tx\t1s\n"
	want := "| package | benchmark | figures |\n|---|---|---|\n| engine/fund | Amount/Add | 5.2 ns/op, 0 B/op, 0 allocs/op |\n"
	if got := markdown(parse([]byte(output))); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestReplaceKeepsTheRest(t *testing.T) {
	document := filepath.Join(t.TempDir(), "doc.md")
	if err := os.WriteFile(document, []byte("before\n"+beginMark+"old\n"+endMark+"after\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := replace(document, "new\n"); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(document)
	if want := "before\n" + beginMark + "\nnew\n\n" + endMark + "after\n"; err != nil || string(got) != want {
		t.Errorf("%q, %v", got, err)
	}
}

func TestReplaceNeedsMarkers(t *testing.T) {
	document := filepath.Join(t.TempDir(), "doc.md")
	if err := os.WriteFile(document, []byte("text\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if replace(document, "new\n") == nil {
		t.Error("a document without markers was rewritten")
	}
}
