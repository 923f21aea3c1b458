package main

import (
	"fmt"
	"io/fs"

	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/reports"
	"github.com/steelyard/steelyard/reports/parting"
)

// compareCommand is `steelyard compare`: sets runs side by side and says where they first part.
func compareCommand() *cli.Command {
	return &cli.Command{
		Name:      "compare",
		Usage:     "set runs side by side, say where they first part, and what they would be worth free of cost",
		ArgsUsage: "RUN [RUN...]",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "shadow", Usage: "beside every run the same decisions free of cost"},
			&cli.StringFlag{Name: "html", Usage: "`FILE` to write as a page"},
			&cli.BoolFlag{Name: "json", Usage: "as one JSON object"},
		},
		Action: compare,
	}
}

func compare(c *cli.Context) error {
	switch n := c.Args().Len(); {
	case n == 0, n == 1 && !c.Bool("shadow"):
		return usagef("steelyard compare takes two run folders or more, or one with --shadow")
	}
	comparison, err := comparisonOf(c.Args().Slice())
	if err != nil {
		return err
	}
	comparison.Shadow = c.Bool("shadow")
	if path := c.String("html"); path != "" {
		if err := comparison.Sheet().Save(path); err != nil {
			return fmt.Errorf("page: %w", err)
		}
	}
	if err := showComparison(c, comparison); err != nil {
		return err
	}
	if !comparison.Equal() {
		return findingf("the runs differ")
	}
	return nil
}

func showComparison(c *cli.Context, comparison *reports.Comparison) error {
	if !c.Bool("json") {
		return comparison.Sheet().WriteText(c.App.Writer)
	}
	text, err := comparison.JSON()
	if err == nil {
		_, err = c.App.Writer.Write(text)
	}
	return err
}

// comparisonOf reads run folders and finds where each parts from the first.
func comparisonOf(dirs []string) (*reports.Comparison, error) {
	c := &reports.Comparison{}
	var first parting.Run
	for i, dir := range dirs {
		run, analysis, err := analysed(dir)
		if err != nil {
			return nil, err
		}
		c.Runs = append(c.Runs, analysis)
		text, err := fs.ReadFile(run.files, resolvedName)
		if err != nil {
			return nil, run.of(err)
		}
		own := parting.Run{Fund: text, Universe: run.fund.Universe(), Records: run.scan.Records, Panel: analysis.Run.Panel}
		if i == 0 {
			first = own
			continue
		}
		p, err := parting.Find(first, own)
		if err != nil {
			return nil, fmt.Errorf("%s beside %s: %w", dir, dirs[0], err)
		}
		c.Partings = append(c.Partings, p)
	}
	return c, nil
}
