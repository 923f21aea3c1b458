package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// figure is the result of one benchmark.
type figure struct {
	pkg, name string
	values    []string // "5.224 ns/op", "0 allocs/op", ...
}

// packagesWithBenchmarks returns the packages under root that define benchmarks, as patterns for go test.
func packagesWithBenchmarks(root string) ([]string, error) {
	var found []string
	tree := os.DirFS(root)
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, "_test.go") || strings.Contains(name, "testdata/") {
			return err
		}
		text, err := fs.ReadFile(tree, name)
		if pkg := "./" + path.Dir(name); err == nil && bytes.Contains(text, []byte("\nfunc Benchmark")) {
			found = append(found, pkg)
		}
		return err
	})
	slices.Sort(found)
	return slices.Compact(found), err
}

// parse reads the output of go test -bench.
func parse(output []byte) []figure {
	var figures []figure
	pkg := ""
	processors := regexp.MustCompile(`-\d+$`) // of GOMAXPROCS
	for line := range strings.Lines(string(output)) {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 2 && fields[0] == "pkg:":
			pkg = strings.TrimPrefix(fields[1], "github.com/steelyard/steelyard/")
		case len(fields) >= 4 && strings.HasPrefix(fields[0], "Benchmark"):
			f := figure{pkg: pkg, name: processors.ReplaceAllString(strings.TrimPrefix(fields[0], "Benchmark"), "")}
			for pair := range slices.Chunk(fields[2:], 2) {
				f.values = append(f.values, strings.Join(pair, " "))
			}
			figures = append(figures, f)
		}
	}
	return figures
}

// markdown returns figures as a table.
func markdown(figures []figure) string {
	var b strings.Builder
	b.WriteString("| package | benchmark | figures |\n|---|---|---|\n")
	for _, f := range figures {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", f.pkg, f.name, strings.Join(f.values, ", "))
	}
	return b.String()
}

// describeMachine returns what the figures depend on: the processor as go test names it, Go, and the build level.
func describeMachine(output []byte) (string, error) {
	processor := "unknown processor"
	lines := bufio.NewScanner(bytes.NewReader(output))
	for lines.Scan() {
		if name, ok := strings.CutPrefix(lines.Text(), "cpu: "); ok {
			processor = name
		}
	}
	env, err := exec.Command("go", "env", "GOVERSION", "GOOS", "GOARCH", "GOAMD64").Output()
	if err != nil {
		return "", fmt.Errorf("go env: %w", err)
	}
	build := strings.Join(strings.Fields(string(env)), " ")
	return fmt.Sprintf("Machine: %s, %d cores, %s.\n", processor, runtime.NumCPU(), build), nil
}
