package main

import (
	"strings"
	"testing"
)

func TestRelay(t *testing.T) {
	in := strings.Join([]string{
		`{"Action":"output","Package":"p","Test":"TestFine","Output":"=== RUN   TestFine\n"}`,
		`{"Action":"output","Package":"p","Test":"TestFine","Output":"    p_test.go:1: chatter\n"}`,
		`{"Action":"pass","Package":"p","Test":"TestFine"}`,
		`{"Action":"output","Package":"p","Test":"TestBad","Output":"=== RUN   TestBad\n"}`,
		`{"Action":"output","Package":"p","Test":"TestBad","Output":"    p_test.go:2: wrong\n"}`,
		`{"Action":"fail","Package":"p","Test":"TestBad"}`,
		`{"Action":"output","Package":"p","Test":"TestStore","Output":"    p_test.go:3: no PostgreSQL: set PGHOST\n"}`,
		`{"Action":"output","Package":"p","Test":"TestStore","Output":"--- SKIP: TestStore (0.00s)\n"}`,
		`{"Action":"skip","Package":"p","Test":"TestStore"}`,
		`{"Action":"output","Package":"p","Test":"TestHangs","Output":"panic: test timed out\n"}`,
		`{"Action":"output","Package":"p","Output":"FAIL\tp\t0.1s\n"}`,
		`{"Action":"fail","Package":"p"}`,
		`no event`,
	}, "\n")
	want := "    p_test.go:2: wrong\npanic: test timed out\nFAIL\tp\t0.1s\nno event\n\nSkipped:\n  p TestStore: no PostgreSQL: set PGHOST\n"
	var out strings.Builder
	if err := relay(strings.NewReader(in), &out); err != nil || out.String() != want {
		t.Errorf("%v, got\n%s\nwant\n%s", err, out.String(), want)
	}
}

func TestRelaySaysThatNothingWasSkipped(t *testing.T) {
	var out strings.Builder
	if err := relay(strings.NewReader(""), &out); err != nil || out.String() != "\nNothing was skipped.\n" {
		t.Errorf("%v, %q", err, out.String())
	}
}
