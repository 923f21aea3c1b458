// Execution works one large sale under every schedule, from many times of recorded minutes, and compares what it was expected to
// cost with what it cost. It also works one through a halt of the venue. With -o it writes tables into the part of a document
// between its markers, and pictures beside it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"

	"github.com/steelyard/steelyard/bench/document"
	"github.com/steelyard/steelyard/reports"
)

// The document keeps everything outside these two lines.
const (
	beginMark = "<!-- study: go run ./bench/execution -o docs/EXECUTION.md -->\n"
	endMark   = "<!-- end of study -->\n"
)

func main() {
	path := flag.String("o", "", "write tables into this `document`, between its markers, and pictures beside it")
	folder := flag.String("data", filepath.Join("..", "shared", "data", "minute"), "`folder` of the recorded minutes")
	flag.Parse()
	if err := run(context.Background(), *folder, *path); err != nil {
		fmt.Fprintln(os.Stderr, "execution:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, folder, path string) error {
	link, err := load(ctx, folder, "LINK")
	if err != nil {
		return err
	}
	ether, err := load(ctx, folder, "ETH")
	if err != nil {
		return err
	}
	compared, err := compare(ctx, link, 200)
	if err != nil {
		return err
	}
	halts, err := throughHalt(ctx, ether)
	if err != nil {
		return err
	}
	text := tables(compared) + haltTable(halts)
	fmt.Print(text)
	if path == "" {
		return nil
	}
	for name, picture := range pictures(compared) {
		if err := draw(filepath.Join(filepath.Dir(path), name), picture); err != nil {
			return err
		}
	}
	return document.Replace(path, beginMark, endMark, text)
}

func draw(path string, picture reports.Curves) error {
	svg, err := picture.SVG()
	if err != nil {
		return err
	}
	return renameio.WriteFile(path, svg, 0o644)
}
