// Testnote reads the events of `go test -json` and writes what plain `go test` would, then the suites that were
// skipped and why, so that a green run does not hide what it left out.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// event is one line of `go test -json`.
type event struct {
	Action, Package, Test, Output string
}

// key names a test; Test is "" for the package itself.
type key struct{ Package, Test string }

// note collects what tests print until they end.
type note struct {
	output  map[key][]string
	skipped []string
}

func main() {
	n := note{output: map[key][]string{}}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Println(lines.Text())
			continue
		}
		n.take(e)
	}
	if err := lines.Err(); err != nil {
		fmt.Fprintln(os.Stderr, "testnote: reading the test events:", err)
		os.Exit(1)
	}
	n.close()
}

func (n *note) take(e event) {
	k := key{e.Package, e.Test}
	switch e.Action {
	case "build-output":
		fmt.Print(e.Output)
	case "output":
		n.output[k] = append(n.output[k], e.Output)
	case "pass", "fail", "skip":
		n.end(k, e.Action)
		delete(n.output, k)
	}
}

// end reports a test or package that has ended.
func (n *note) end(k key, action string) {
	switch {
	case k.Test == "" || action == "fail":
		n.print(k)
	case action == "skip":
		n.skipped = append(n.skipped, fmt.Sprintf("%s %s: %s", k.Package, k.Test, n.reason(k)))
	}
}

// print writes what k printed, without the lines that only say that a test runs.
func (n *note) print(k key) {
	for _, line := range n.output[k] {
		if !strings.HasPrefix(line, "=== ") && line != "PASS\n" {
			fmt.Print(line)
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

func (n *note) close() {
	for k := range n.output { // a run that was cut short
		n.print(k)
	}
	if len(n.skipped) == 0 {
		fmt.Println("\nNothing was skipped.")
		return
	}
	fmt.Println("\nSkipped:")
	for _, line := range n.skipped {
		fmt.Println("  " + line)
	}
}
