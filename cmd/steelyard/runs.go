package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/reports/shelf"
)

// runsCommand is `steelyard runs`: finds runs and sweeps again.
func runsCommand() *cli.Command {
	return &cli.Command{
		Name:      "runs",
		Usage:     "list the runs and sweeps in and below folders, with what came of them and what was noted",
		ArgsUsage: "[DIR...]",
		Flags:     []cli.Flag{&cli.BoolFlag{Name: "json", Usage: "as one JSON list"}},
		Subcommands: []*cli.Command{{
			Name:      "note",
			Usage:     "note something about a run or a sweep, in its folder",
			ArgsUsage: "RUN TEXT",
			Action:    noteRun,
		}},
		Action: listRuns,
	}
}

func listRuns(c *cli.Context) error {
	dirs := c.Args().Slice()
	if len(dirs) == 0 {
		dirs = []string{"."}
	}
	runs, err := shelf.Find(dirs...)
	return errors.Join(showRuns(c, dirs, runs), err)
}

func showRuns(c *cli.Context, dirs []string, runs []shelf.Run) error {
	if c.Bool("json") {
		return writeJSON(c.App.Writer, runs)
	}
	if len(runs) == 0 {
		_, err := fmt.Fprintf(c.App.Writer, "no run in or below %s\n", strings.Join(dirs, ", "))
		return err
	}
	return runsTable(c.App.Writer, runs)
}

// runsTable prints runs as a person reads them: a line each, and below it what was noted.
func runsTable(w io.Writer, runs []shelf.Run) error {
	var rows strings.Builder
	t := tabwriter.NewWriter(&rows, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "folder\tfund\tfrom\tto\tdata\tfinal NAV\ta year\tSharpe\tdrawdown\tcost a year\t")
	for i := range runs {
		r := &runs[i]
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%.8s\t%s\t%s\t%s\t%s\t%s\t%s\n", onOneLine(r.Folder), onOneLine(r.Fund), dayOf(r.Start.UTC()), dayOf(r.End.UTC()), r.DatasetHash,
			figureOf(r.FinalNAV, 1, ""), figureOf(byYear(r, r.AnnualReturn), 100, " %"), figureOf(r.Sharpe, 1, ""), figureOf(r.MaxDrawdown, 100, " %"),
			figureOf(byYear(r, r.CostBPPerYear), 1, " bp"), remarkOn(r))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	lines := strings.SplitAfter(rows.String(), "\n")
	fmt.Fprint(w, strings.TrimRight(lines[0], " \n")+"\n")
	for i := range runs {
		fmt.Fprint(w, strings.TrimRight(lines[i+1], " \n")+"\n")
		for _, n := range runs[i].Noted {
			fmt.Fprintf(w, "    %s  %s\n", dayOf(n.At), onOneLine(n.Text))
		}
	}
	return nil
}

// byYear returns a figure by the year, nil of a run that is too short for one.
func byYear(r *shelf.Run, x *float64) *float64 {
	if r.Days < fewDays {
		return nil
	}
	return x
}

// remarkOn says what a line of figures does not.
func remarkOn(r *shelf.Run) string {
	var list []string
	if r.Kind == shelf.IsSweep {
		list = append(list, fmt.Sprintf("sweep of %s over %s", plural(r.Points, "point", "points"), onOneLine(strings.Join(r.Varied, ", "))))
	}
	if len(r.Chosen) > 0 {
		list = append(list, fmt.Sprintf("chosen by %s: %s", onOneLine(r.Choose), onOneLine(strings.Join(r.Chosen, " "))))
	}
	if !r.Finished {
		list = append(list, "not finished")
	}
	if r.Wrong != "" {
		list = append(list, onOneLine(r.Wrong))
	}
	return strings.Join(list, "; ")
}

// onOneLine replaces what would break a line or a terminal: texts come from outside.
func onOneLine(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return utf8.RuneError
		}
		return r
	}, text)
}

func dayOf(t time.Time) string {
	if t.Unix() == 0 || t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// figureOf writes a figure with two places, "" where there is none.
func figureOf(x *float64, scale float64, unit string) string {
	if x == nil || math.IsInf(*x*scale, 0) {
		return ""
	}
	return fmt.Sprintf("%.2f%s", *x*scale+0, unit)
}

func noteRun(c *cli.Context) error {
	if c.Args().Len() != 2 {
		return usagef("steelyard runs note takes a run folder and a text, not %s: put the text in quotes", plural(c.Args().Len(), "argument", "arguments"))
	}
	dir, text := c.Args().Get(0), withoutSecrets(c.Args().Get(1))
	l, err := hold(filepath.Join(dir, lockName))
	switch {
	case errors.Is(err, errHeld):
		return fmt.Errorf("%s: another process is writing to it; note it when that has ended", dir)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s is no folder of a run or a sweep: it is not there", dir)
	case err != nil:
		return fmt.Errorf("%s: %w", dir, err)
	}
	return errors.Join(shelf.Add(dir, shelf.Note{At: time.Now().UTC().Truncate(time.Second), Text: text}), l.letGo())
}
