// Sweep runs a grid of 1,000 points over recorded hours with one worker and with two, as a person would, and measures the processes:
// time, processor time and memory. With -o it writes what it found into the part of a document between its markers.
package main

import (
	"context"
	_ "embed"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/steelyard/steelyard/bench/document"
)

// The document keeps everything outside these two lines.
const (
	beginMark = "<!-- sweeps: go run ./bench/sweep -o docs/PERFORMANCE.md -->\n"
	endMark   = "<!-- end of sweeps -->\n"
)

//go:embed thirty.yaml
var thirty string

func main() {
	path := flag.String("o", "", "write the figures into this `document`, between its markers")
	folder := flag.String("data", filepath.Join("..", "shared", "data", "hourly"), "`folder` of the recorded hours")
	points := flag.Int("points", 0, "`N` points drawn of the grid instead of all")
	flag.Parse()
	if err := run(context.Background(), *folder, *points, *path); err != nil {
		fmt.Fprintln(os.Stderr, "sweep:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, folder string, points int, path string) error {
	dir, err := os.MkdirTemp("", "bench-sweep-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	j := job{dir: dir, program: filepath.Join(dir, "steelyard"), store: filepath.Join(dir, "store"), points: points}
	if err := j.prepare(ctx, folder); err != nil {
		return err
	}
	list, err := j.runs(ctx)
	if err != nil {
		return err
	}
	text := table(list)
	fmt.Print(text)
	if path == "" {
		return nil
	}
	return document.Replace(path, beginMark, endMark, text)
}

// job is what is measured.
type job struct {
	dir, program, store string
	points              int // drawn of the grid; 0: all
}

// prepare builds the program and imports the recorded hours.
func (j *job) prepare(ctx context.Context, folder string) error {
	if err := command(ctx, "go", "build", "-trimpath", "-o", j.program, "./cmd/steelyard"); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(folder, "*USDT-1h.csv.gz"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("%s holds no recorded hours (COINUSDT-1h.csv.gz): give the folder with -data", folder)
	}
	for _, file := range files {
		coin := strings.TrimSuffix(filepath.Base(file), "USDT-1h.csv.gz")
		if err := command(ctx, j.program, "data", "import", "--store", j.store, "--format", "ohlcv-csv", "--venue", "binance",
			"--instrument", coin+"/USDT", "--interval", "1h", file); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(j.dir, "thirty.yaml"), []byte(thirty), 0o644)
}

// command runs a command that has to succeed.
func command(ctx context.Context, name string, args ...string) error {
	if said, err := exec.CommandContext(ctx, name, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, said)
	}
	return nil
}
