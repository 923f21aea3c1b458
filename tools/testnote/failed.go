package main

import (
	"fmt"
	"slices"
	"strings"
)

// failure is a test that failed, or a package that did without one of its tests, and what it said.
type failure struct {
	name string
	said []string
}

// fail keeps a failure. A test of which only a subtest failed says nothing itself and is left out.
func (n *note) fail(k key, output []string) bool {
	said, test := gist(output), k.Test
	if len(said) == 0 {
		return false
	}
	if hung := running(said); hung != "" {
		test = hung
	}
	n.failed = append(n.failed, failure{strings.TrimSpace(k.Package + " " + test), said})
	return true
}

// failPackage keeps why a package failed that a panic or a timeout ended, that was not built, or that failed outside of its tests.
func (n *note) failPackage(k key, build []string) {
	found := slices.ContainsFunc(n.failed, func(f failure) bool { return strings.HasPrefix(f.name, k.Package+" ") })
	unfinished := n.unfinished(k.Package)
	if at := slices.IndexFunc(unfinished, func(test key) bool { return panicAt(n.output[test]) >= 0 }); at >= 0 {
		unfinished = unfinished[at : at+1] // the others it only took along
	}
	for _, test := range unfinished {
		found = n.fail(test, n.output[test]) || found
	}
	if !found && !n.fail(k, build) && !n.fail(k, n.output[k]) {
		n.failed = append(n.failed, failure{k.Package, []string{"it does not say why"}})
	}
}

// panicAt returns where in an output a panic begins, or −1.
func panicAt(lines []string) int {
	return slices.IndexFunc(lines, func(line string) bool {
		return strings.HasPrefix(line, "panic: ") || strings.HasPrefix(line, "fatal error: ")
	})
}

// gist returns the lines that say why a test failed: of a panic its message and where it was, else all but the frame around them.
func gist(output []string) []string {
	lines := strings.Split(strings.Join(output, ""), "\n")
	if at := panicAt(lines); at >= 0 {
		return stack(lines[at:])
	}
	return slices.DeleteFunc(lines, func(line string) bool {
		line = strings.TrimSpace(line)
		return line == "" || line == "PASS" || strings.HasPrefix(line, "FAIL") || strings.HasPrefix(line, "=== ") || strings.HasPrefix(line, "--- ")
	})
}

const timedOut = "panic: test timed out"

// stack returns the message of a panic and the frames of one goroutine: the one that panicked, or, where the time was over, one
// that is in a test and does not only wait for another test.
func stack(lines []string) []string {
	var blocks [][]string
	for block := range strings.SplitSeq(strings.Join(lines, "\n"), "\n\n") {
		blocks = append(blocks, strings.Split(block, "\n"))
	}
	message, goroutines := blocks[0], blocks[1:]
	if strings.HasPrefix(message[0], timedOut) {
		at := slices.IndexFunc(goroutines, inTest)
		goroutines = goroutines[max(at, 0):]
	}
	if len(goroutines) > 0 {
		message = append(message, frames(goroutines[0])...)
	}
	return message
}

// inTest reports whether a goroutine is in a test's own code.
func inTest(goroutine []string) bool {
	text := strings.Join(goroutine, "\n")
	return strings.Contains(text, "_test.go:") && !strings.Contains(text, "testing.(*T).Run(") && !strings.Contains(text, "testing.(*T).Parallel(")
}

// frames leaves the runtime's own frames out of a goroutine's.
func frames(goroutine []string) (own []string) {
	keep := true
	for _, line := range goroutine {
		if !strings.HasPrefix(line, "\t") {
			line := strings.TrimPrefix(line, "created by ")
			keep = !slices.ContainsFunc([]string{"testing.", "runtime.", "panic("}, func(of string) bool { return strings.HasPrefix(line, of) })
		}
		if keep && line != "" {
			own = append(own, line)
		}
	}
	return own
}

// running returns the tests that ran when the time was over, "" if it was not.
func running(said []string) string {
	if !strings.HasPrefix(said[0], timedOut) {
		return ""
	}
	var tests []string
	for _, line := range said {
		if name, ok := strings.CutPrefix(line, "\t\t"); ok {
			tests = append(tests, name)
		}
	}
	return strings.Join(tests, ", ")
}

// How much is said of failures at the end: what fits into the last lines of a log.
const (
	lastLines = 34
	mostSaid  = 14
	width     = 240
)

// writeFailed says what failed.
func (n *note) writeFailed() {
	if len(n.failed) == 0 {
		return
	}
	fmt.Fprintln(n.out, "\nFailed:")
	listed := n.failed[:min(len(n.failed), lastLines/2)]
	each := min(mostSaid, lastLines/len(listed)-1)
	for _, f := range listed {
		fmt.Fprintf(n.out, "  %s\n", cut(f.name))
		for _, line := range ends(f.said, each) {
			fmt.Fprintf(n.out, "    %s\n", cut(strings.TrimPrefix(line, "    ")))
		}
	}
	if more := len(n.failed) - len(listed); more > 0 {
		fmt.Fprintf(n.out, "  and %d more\n", more)
	}
}

// ends returns the first and the last of lines where they are more than n.
func ends(lines []string, n int) []string {
	if len(lines) <= n {
		return lines
	}
	if n < 3 {
		return lines[:n]
	}
	head := n / 2
	return slices.Concat(lines[:head], []string{"…"}, lines[len(lines)-(n-1-head):])
}

func cut(line string) string {
	if r := []rune(line); len(r) > width {
		return string(r[:width]) + "…"
	}
	return line
}
