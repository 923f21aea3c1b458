// Bench runs the benchmarks of the module and writes their figures as a Markdown table, with the machine that they
// were measured on. With -o it replaces the part of a document between its markers.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"

	"github.com/steelyard/steelyard/bench/document"
)

// The document keeps everything outside these two lines.
const (
	beginMark = "<!-- figures: make bench -->\n"
	endMark   = "<!-- end of figures -->\n"
)

func main() {
	path := flag.String("o", "", "write the table into this `document`, between its markers")
	flag.Parse()
	if err := run(*path); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(path string) error {
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
	if path == "" {
		return nil
	}
	return document.Replace(path, beginMark, endMark, table)
}
