// Testnote reads the events of `go test -json` and writes what plain `go test` would, then the suites that were
// skipped and why, so that a green run does not hide what it left out, and at the very end what failed: often only the
// last lines of a log are kept.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
)

// event is one line of `go test -json`.
type event struct {
	Action, Package, Test, Output string
	ImportPath                    string // of what was built
	FailedBuild                   string // the ImportPath of what a package could not be tested without
}

// key names a test; Test is "" for the package itself.
type key struct{ Package, Test string }

// note collects what tests print until they end.
type note struct {
	out     io.Writer
	output  map[key][]string
	skipped []string
	failed  []failure
}

func main() {
	if err := relay(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "testnote: reading the test events:", err)
		os.Exit(1)
	}
}

// relay turns the events of in into the text of out.
func relay(in io.Reader, out io.Writer) error {
	n := note{out: out, output: map[key][]string{}}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Fprintln(out, lines.Text())
			continue
		}
		n.take(e)
	}
	n.close()
	return lines.Err()
}

func (n *note) take(e event) {
	k := key{e.Package, e.Test}
	switch e.Action {
	case "build-output":
		fmt.Fprint(n.out, e.Output)
		built := key{Package: e.ImportPath}
		n.output[built] = append(n.output[built], e.Output)
	case "output":
		n.output[k] = append(n.output[k], e.Output)
	case "pass", "fail", "skip":
		if k.Test == "" && e.Action == "fail" {
			n.failPackage(k, n.output[key{Package: e.FailedBuild}])
		}
		n.end(k, e.Action)
		delete(n.output, k)
	}
}

// end reports a test or package that has ended.
func (n *note) end(k key, action string) {
	switch {
	case k.Test == "":
		n.printUnfinished(k.Package)
		n.print(k)
	case action == "fail":
		n.print(k)
		n.fail(k, n.output[k])
	case action == "skip":
		n.skipped = append(n.skipped, fmt.Sprintf("%s %s: %s", k.Package, k.Test, n.reason(k)))
	}
}

// printUnfinished writes what those tests of a package printed that never ended: a panic or a timeout took them along.
func (n *note) printUnfinished(pkg string) {
	for _, k := range n.unfinished(pkg) {
		n.print(k)
		delete(n.output, k)
	}
}

// unfinished returns the tests of a package that have not ended, by name.
func (n *note) unfinished(pkg string) []key {
	keys := slices.DeleteFunc(slices.Collect(maps.Keys(n.output)), func(k key) bool { return k.Package != pkg || k.Test == "" })
	slices.SortFunc(keys, func(a, b key) int { return strings.Compare(a.Test, b.Test) })
	return keys
}

// print writes what k printed, without the lines that only say that a test runs.
func (n *note) print(k key) {
	for _, line := range n.output[k] {
		if !strings.HasPrefix(line, "=== ") && line != "PASS\n" {
			fmt.Fprint(n.out, line)
		}
	}
}

// reason returns the last thing a skipped test said, without the place where it said it.
func (n *note) reason(k key) string {
	said := "it does not say why"
	for _, line := range n.output[k] {
		text := strings.TrimSpace(line)
		if text == "" || strings.HasPrefix(text, "=== ") || strings.HasPrefix(text, "--- ") {
			continue
		}
		said = text
		if _, after, ok := strings.Cut(text, ": "); ok && strings.Contains(text, "_test.go:") {
			said = after
		}
	}
	return said
}

// close writes what was skipped, and last what failed.
func (n *note) close() {
	if len(n.skipped) == 0 {
		fmt.Fprintln(n.out, "\nNothing was skipped.")
	} else {
		fmt.Fprintln(n.out, "\nSkipped:")
	}
	for _, line := range n.skipped {
		fmt.Fprintln(n.out, "  "+line)
	}
	n.writeFailed()
}
