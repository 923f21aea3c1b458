// Bench runs the benchmarks of the module and writes their figures as a Markdown table, with the machine that they
// were measured on. With -o it replaces the part of a document between its markers.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// The document keeps everything outside these two lines.
const (
	beginMark = "<!-- figures: make bench -->\n"
	endMark   = "<!-- end of figures -->\n"
)

func main() {
	document := flag.String("o", "", "write the table into this `document`, between its markers")
	flag.Parse()
	if err := run(*document); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(document string) error {
	packages, err := packagesWithBenchmarks(".")
	if err != nil {
		return err
	}
	cmd := exec.Command("go", append([]string{"test", "-run", "^$", "-bench", ".", "-p", "1"}, packages...)...)
	cmd.Stderr = os.Stderr
	output, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("go test -bench: %w\n%s", err, output)
	}
	machine, err := describeMachine(output)
	if err != nil {
		return err
	}
	table := machine + "\n" + markdown(parse(output))
	fmt.Print(table)
	if document == "" {
		return nil
	}
	return replace(document, table)
}

// replace puts text between the markers of a document: into a new file that takes the name once it is complete.
func replace(document, text string) error {
	old, err := os.ReadFile(document)
	if err != nil {
		return err
	}
	before, rest, ok := bytes.Cut(old, []byte(beginMark))
	_, after, ok2 := bytes.Cut(rest, []byte(endMark))
	if !ok || !ok2 {
		return fmt.Errorf("%s has no lines %q and %q to write between: add them", document, beginMark, endMark)
	}
	text = string(before) + beginMark + "\n" + text + "\n" + endMark + string(after)
	temporary, err := os.CreateTemp(filepath.Dir(document), ".figures-*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name()) // fails, as it should, once it is renamed
	_, err = temporary.WriteString(text)
	if err == nil {
		err = temporary.Chmod(0o644)
	}
	if closed := temporary.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return os.Rename(temporary.Name(), document)
}
