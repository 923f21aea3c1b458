package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// story is what tests print, as `go test -json` tells it.
type story struct{ strings.Builder }

func (s *story) tell(e event) *story {
	text, err := json.Marshal(e)
	if err != nil {
		panic(err)
	}
	s.Write(append(text, '\n'))
	return s
}

// says lets a test of a package print lines; test "" is the package.
func (s *story) says(pkg, test string, lines ...string) *story {
	for _, line := range lines {
		s.tell(event{Action: "output", Package: pkg, Test: test, Output: line + "\n"})
	}
	return s
}

// ends lets a test, or the package, pass, fail or skip.
func (s *story) ends(pkg, test, action string) *story {
	return s.tell(event{Action: action, Package: pkg, Test: test})
}

// told returns what the note makes of a story.
func told(t *testing.T, s *story) string {
	t.Helper()
	var out strings.Builder
	if err := relay(strings.NewReader(s.String()), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func want(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// wantEnd demands what the last lines are.
func wantEnd(t *testing.T, s *story, end string) {
	t.Helper()
	if got := told(t, s); !strings.HasSuffix(got, end) {
		t.Errorf("got\n%s\nwhich should end with\n%s", got, end)
	}
}

func TestRelay(t *testing.T) {
	s := new(story)
	s.says("p", "TestFine", "=== RUN   TestFine", "    p_test.go:1: chatter").ends("p", "TestFine", "pass")
	s.says("p", "TestBad", "=== RUN   TestBad", "    p_test.go:2: wrong", "--- FAIL: TestBad (0.00s)").ends("p", "TestBad", "fail")
	s.says("p", "TestStore", "    p_test.go:3: no PostgreSQL: set PGHOST", "--- SKIP: TestStore (0.00s)").ends("p", "TestStore", "skip")
	s.says("p", "", "FAIL", "FAIL\tp\t0.1s").ends("p", "", "fail")
	s.WriteString("no event\n")
	want(t, told(t, s), `    p_test.go:2: wrong
--- FAIL: TestBad (0.00s)
FAIL
FAIL	p	0.1s
no event

Skipped:
  p TestStore: no PostgreSQL: set PGHOST

Failed:
  p TestBad
    p_test.go:2: wrong
`)
}

func TestRelaySaysThatNothingWasSkipped(t *testing.T) {
	want(t, told(t, new(story)), "\nNothing was skipped.\n")
}

// A test that hangs is named, and where it hangs; not the test that happened to print last.
func TestHung(t *testing.T) {
	s := new(story)
	s.says("p", "TestAlong", "=== RUN   TestAlong", "    p_test.go:9: chatter")
	s.says("p", "TestLast", "=== CONT  TestLast", "panic: test timed out after 6m0s", "\trunning tests:", "\t\tTestHangs/x (5m3s)", "\t\tTestToo (1s)", "",
		"goroutine 2 [running]:", "testing.(*M).startAlarm.func1()", "\t/go/testing.go:1 +0x1", "created by time.goFunc", "\t/go/sleep.go:2 +0x2", "",
		"goroutine 7 [chan receive]:", "testing.(*T).Run(0x1)", "\t/go/testing.go:2109 +0x4e5", "p.TestHangs(0x1)", "\t/p/p_test.go:3 +0x1", "",
		"goroutine 8 [chan receive, 5 minutes]:", "p.stuck(...)", "\t/p/p.go:3", "p.TestHangs.func1(0x1)", "\t/p/p_test.go:6 +0x25", "testing.tRunner(0x1)", "\t/go/testing.go:3 +0xea",
		"created by testing.(*T).Run in goroutine 7", "\t/go/testing.go:4 +0x4c5", "", "goroutine 9 [select]:", "p.other()", "\t/p/p.go:9")
	s.says("p", "", "FAIL\tp\t360s").ends("p", "", "fail")
	wantEnd(t, s, `
Failed:
  p TestHangs/x (5m3s), TestToo (1s)
    panic: test timed out after 6m0s
    	running tests:
    		TestHangs/x (5m3s)
    		TestToo (1s)
    goroutine 8 [chan receive, 5 minutes]:
    p.stuck(...)
    	/p/p.go:3
    p.TestHangs.func1(0x1)
    	/p/p_test.go:6 +0x25
`)
}

// A panic is told with its message and its place, however long the runtime's own frames are.
func TestPanicked(t *testing.T) {
	s := new(story)
	s.says("p", "TestPanics", "=== RUN   TestPanics", "--- FAIL: TestPanics (0.00s)", "panic: no such thing [recovered, repanicked]", "",
		"goroutine 20 [running]:", "testing.tRunner.func1()", "\t/go/testing.go:1 +0x1", "panic({0x1, 0x2})", "\t/go/panic.go:2 +0x1", "p.TestPanics(0x1)", "\t/p/p_test.go:4 +0x15",
		"testing.tRunner(0x1)", "\t/go/testing.go:3 +0xea", "created by testing.(*T).Run in goroutine 1", "\t/go/testing.go:4 +0x4c5").ends("p", "TestPanics", "fail")
	s.says("p", "", "FAIL\tp\t0.01s").ends("p", "", "fail")
	s.says("q", "TestEnds", "=== RUN   TestEnds", "panic: elsewhere", "", "goroutine 8 [running]:", "q.read()", "\t/q/q.go:3 +0x25", "created by q.New in goroutine 7", "\t/q/q.go:1 +0x1a")
	s.says("q", "", "FAIL\tq\t0.01s").ends("q", "", "fail")
	wantEnd(t, s, `
Failed:
  p TestPanics
    panic: no such thing [recovered, repanicked]
    goroutine 20 [running]:
    p.TestPanics(0x1)
    	/p/p_test.go:4 +0x15
  q TestEnds
    panic: elsewhere
    goroutine 8 [running]:
    q.read()
    	/q/q.go:3 +0x25
    created by q.New in goroutine 7
    	/q/q.go:1 +0x1a
`)
}

// What is not built, and what fails outside of its tests, is named too; a test of which a subtest failed does not repeat it.
func TestPackagesFail(t *testing.T) {
	s := new(story)
	s.tell(event{Action: "build-output", ImportPath: "b [b.test]", Output: "b.go:3:2: undefined: x\n"})
	s.says("b", "", "FAIL\tb [build failed]").tell(event{Action: "fail", Package: "b", FailedBuild: "b [b.test]"})
	s.says("m", "TestFine").ends("m", "TestFine", "pass").says("m", "", "PASS", "2 goroutines have not ended", "FAIL\tm\t1s").ends("m", "", "fail")
	s.says("o", "TestOuter/in", "    o_test.go:3: deep").ends("o", "TestOuter/in", "fail").says("o", "TestOuter", "--- FAIL: TestOuter (0.00s)").ends("o", "TestOuter", "fail")
	s.says("o", "", "FAIL\to\t1s").ends("o", "", "fail")
	s.says("x", "", "FAIL\tx\t1s").ends("x", "", "fail")
	wantEnd(t, s, `
Failed:
  b
    b.go:3:2: undefined: x
  m
    2 goroutines have not ended
  o TestOuter/in
    o_test.go:3: deep
  x
    it does not say why
`)
}

// However much fails, and however much it says, it fits into the last lines of a log: the first and the last of each.
func TestFailuresAreShort(t *testing.T) {
	for _, tests := range []int{1, 3, 16, 60} {
		s := new(story)
		for k := range tests {
			name := fmt.Sprintf("Test%d", k)
			for line := range 100 {
				s.says("p", name, fmt.Sprintf("    p_test.go:%d: %s", line, strings.Repeat("x", 5000)))
			}
			s.ends("p", name, "fail")
		}
		_, end, found := strings.Cut(told(t, s.ends("p", "", "fail")), "\nFailed:\n")
		lines := strings.Split(end, "\n")
		if !found || len(lines) > 40 || len(end) > 12000 || !strings.Contains(end, "p Test0\n    p_test.go:0: xxx") {
			t.Errorf("%d tests: %d lines, %d bytes:\n%s", tests, len(lines), len(end), end)
		}
		if tests == 1 && !strings.Contains(end, "p_test.go:99: xxx") {
			t.Errorf("what it said last is not there:\n%s", end)
		}
	}
}
