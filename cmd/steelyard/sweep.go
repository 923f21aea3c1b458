package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"strings"
	"sync"

	"github.com/google/renameio/v2"
	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/data"
	"github.com/steelyard/steelyard/sim/sweep"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// sweepCommand is `steelyard sweep`: runs a fund file in many variations against history.
func sweepCommand() *cli.Command {
	return &cli.Command{
		Name:      "sweep",
		Usage:     "run a fund file in many variations and show which is best",
		ArgsUsage: "FUND.yaml",
		Flags: append(sweepFlags(),
			&cli.StringFlag{Name: "choose", Value: "sharpe", Usage: "`FIGURE` of summary.json by which the best point is chosen; least:FIGURE for the smallest"},
			&cli.IntFlag{Name: "point", Value: -1, Usage: "`N`: print the fund file of that point, and run nothing"},
		),
		Subcommands: []*cli.Command{{
			Name:      "run",
			Usage:     "run one part of a sweep, which may be on another machine, and write no tables",
			ArgsUsage: "FUND.yaml",
			Flags:     append(sweepFlags(), &cli.StringFlag{Name: "shard", Usage: "`K/N`: the K-th of N parts, from 1"}),
			Action:    sweepPart,
		}},
		Action: sweepAll,
	}
}

func sweepFlags() []cli.Flag {
	return []cli.Flag{
		storeFlag(),
		&cli.GenericFlag{Name: "vary", Value: &varied{}, Usage: "`KEY=VALUES`, as trigger.band=2%..30%:15 or trigger.at-most-every=1d,3d,7d; again for more"},
		&cli.StringFlag{Name: "out", Usage: "`DIR` to write; a sweep that was cut short is gone on with"},
		&cli.IntFlag{Name: "workers", Value: runtime.GOMAXPROCS(0), Usage: "`N` points at once"},
		&cli.IntFlag{Name: "random", Usage: "`N` points drawn of the grid instead of all"},
		&cli.Uint64Flag{Name: "random-seed", Value: 1, Usage: "`N`, from which they are drawn"},
		&cli.StringFlag{Name: "walk-forward", Usage: "`train=365d,test=90d[,anchored]`: choose on a time, test on the next, and so forth"},
		&cli.BoolFlag{Name: "yes", Usage: fmt.Sprintf("run more than %s points", grouped(mostUnasked))},
	}
}

// mostUnasked is how many points are run without --yes.
const mostUnasked = 10_000

// varied is the axes that --vary names.
type varied struct{ axes []sweep.Axis }

// Set implements cli.Generic.
func (v *varied) Set(text string) error {
	a, err := sweep.ParseAxis(text)
	v.axes = append(v.axes, a)
	return err
}

// String implements cli.Generic.
func (v *varied) String() string {
	var list []string
	for _, a := range v.axes {
		list = append(list, a.String())
	}
	return strings.Join(list, " ")
}

// sweeping is a sweep that is asked for.
type sweeping struct {
	base   *sweep.Base
	grid   *sweep.Grid
	folder *sweep.Folder
	table  *sweep.Table // what was run
	work   sweep.Work
	walk   *sweep.Walk // nil: it is not walked forward
}

func sweepAll(c *cli.Context) error {
	s, err := prepareSweep(c)
	if err != nil {
		return err
	}
	if c.IsSet("point") {
		return s.printFund(c)
	}
	goal, err := s.goal(c.String("choose"))
	if err != nil {
		return err
	}
	if err := s.begin(c); err != nil {
		return err
	}
	if err := s.run(c, 0, int(s.grid.Len())); err != nil {
		return err
	}
	trial, err := s.walkForward(c, goal)
	if err != nil {
		return err
	}
	return s.finish(c, newSweepPage(s, goal, trial))
}

func sweepPart(c *cli.Context) error {
	k, n, err := parseShard(c.String("shard"))
	if err != nil {
		return err
	}
	s, err := prepareSweep(c)
	if err != nil {
		return err
	}
	if err := s.begin(c); err != nil {
		return err
	}
	from, to := sweep.Part(k-1, n, int(s.grid.Len()))
	if err := s.run(c, from, to); err != nil || s.walk == nil {
		return err
	}
	_, err = s.trains(c, from, to)
	return err
}

// parseShard reads K/N.
func parseShard(text string) (k, n int, err error) {
	_, err = fmt.Sscanf(text, "%d/%d", &k, &n)
	if err != nil || text != fmt.Sprintf("%d/%d", k, n) || k < 1 || k > n {
		return 0, 0, usagef("--shard %q: write K/N, as 3/16: the third of 16 parts", text)
	}
	return k, n, nil
}

// prepareSweep reads everything that a sweep is given, but for the rows that an earlier process made.
func prepareSweep(c *cli.Context) (*sweeping, error) {
	switch {
	case c.Args().Len() != 1:
		return nil, usagef("steelyard sweep takes one fund file, not %d", c.Args().Len())
	case c.String("out") == "" && !c.IsSet("point"):
		return nil, usagef("sweep needs --out DIR, the folder to write")
	case c.Int("workers") < 1 || c.Int("random") < 0:
		return nil, usagef("--workers and --random are numbers above 0")
	}
	path := c.Args().First()
	_, f, err := readFund(path)
	if err != nil {
		return nil, err
	}
	s := &sweeping{work: sweep.Work{Workers: c.Int("workers")}}
	if s.grid, err = sweep.NewGrid(f, c.Generic("vary").(*varied).axes, c.Int("random"), c.Uint64("random-seed")); err != nil {
		return nil, err
	}
	if err := checkSize(s.grid.Len(), c.Bool("yes")); err != nil {
		return nil, err
	}
	in, err := gather(c)
	if err != nil {
		return nil, err
	}
	s.base = &sweep.Base{Fund: in.fund, Panel: in.panel, Caps: in.caps, Dataset: in.manifest.Dataset, Notes: in.about.Notes}
	s.base.Make, s.base.Hash = makerOf(path, in), in.hash
	if c.IsSet("walk-forward") {
		walk, err := sweep.ParseWalk(c.String("walk-forward"))
		if err != nil {
			return nil, usagef("--walk-forward: %v", err)
		}
		s.walk = &walk
		if _, err := s.base.Windows(walk); err != nil {
			return nil, err
		}
	}
	return s, s.base.Check(s.grid)
}

// checkSize refuses a grid that is larger than was likely meant.
func checkSize(points uint64, yes bool) error {
	switch {
	case points > math.MaxInt32:
		return fmt.Errorf("the grid has %d points; take fewer values, or draw some with --random N", points)
	case points > mostUnasked && !yes:
		return usagef("the grid has %s points; run them with --yes, take fewer values, or draw some with --random N", grouped(int(points)))
	}
	return nil
}

// makerOf reads the fund file once more, with other values for some keys and the venues' rules that the store knows. Files that it
// names are read from the disk once, so that all points see the same.
func makerOf(path string, in *inputs) func([]fundfile.Setting) (*fundfile.Fund, error) {
	files := remembered(filesBeside(path))
	return func(settings []fundfile.Setting) (*fundfile.Fund, error) {
		f, err := fundfile.ParseWith(path, in.text, files, settings)
		if err != nil {
			return nil, err
		}
		return f.WithRules(in.rules), nil
	}
}

// remembered reads each file once, whoever asks for it.
func remembered(files fundfile.Files) fundfile.Files {
	var known sync.Map
	return func(name string) ([]byte, error) {
		read, _ := known.LoadOrStore(name, sync.OnceValues(func() ([]byte, error) { return files(name) }))
		return read.(func() ([]byte, error))()
	}
}

// begin takes the sweep's own folder.
func (s *sweeping) begin(c *cli.Context) error {
	spareMemory(s.base.Panel, s.work.Workers)
	return s.open(c, c.String("out"))
}

// goal reads what points are chosen by.
func (s *sweeping) goal(text string) (sweep.Goal, error) {
	goal, err := sweep.ParseGoal(text, sweep.Blank(s.base, s.grid))
	if err == nil && s.walk != nil && !sweep.CanTrial(goal) {
		err = fmt.Errorf("%s is a figure of whole runs; with --walk-forward choose by one that a part of a run has, as sharpe, total_return, least:cost_bp_per_year", goal.Figure)
	}
	return goal, err
}

// open takes a folder and what an earlier process finished in it.
func (s *sweeping) open(c *cli.Context, dir string) (err error) {
	about := thisInvocation()
	if s.folder, err = sweep.Open(dir, s.base, s.grid, about.Version+" "+about.Build); err != nil {
		return err
	}
	var damaged []string
	if s.table, damaged, err = s.folder.Read(s.base, s.grid); err != nil {
		return err
	}
	if len(damaged) > 0 {
		fmt.Fprintf(c.App.ErrWriter, "damaged, and run again: %s\n", strings.Join(damaged, ", "))
	}
	if left, all := len(s.table.Missing(0, len(s.table.Rows))), len(s.table.Rows); 0 < left && left < all {
		fmt.Fprintf(c.App.ErrWriter, "going on with a sweep: %s of %s points are done\n", grouped(all-left), grouped(all))
	}
	return nil
}

// run runs the points of [from, to) that were not run.
func (s *sweeping) run(c *cli.Context, from, to int) error {
	missing := s.table.Missing(from, to)
	if len(missing) == 0 {
		return nil
	}
	show := newPointsProgress(c.App.ErrWriter, len(missing))
	s.work.Progress = show.set
	err := s.work.Run(c.Context, s.base, s.grid, s.folder, s.table, missing)
	switch {
	case errors.Is(err, context.Canceled):
		return errors.New("interrupted; the same command goes on with it")
	case err != nil:
		return fmt.Errorf("%w\nwhat was finished is kept; the same command goes on with it", err)
	}
	show.end(s.work.Workers)
	s.table, _, err = s.folder.Read(s.base, s.grid)
	return err
}

// finish writes the tables, the page and, when all else is there, the summary, and tells what is best.
func (s *sweeping) finish(c *cli.Context, page *sweepPage) error {
	if err := s.write("sweep", s.table); err != nil {
		return err
	}
	if page.trial != nil {
		if err := s.writeTrial(page.trial); err != nil {
			return err
		}
	}
	if err := page.sheet().Save(s.folder.Path(reportName)); err != nil {
		return err
	}
	if err := page.writeSummary(); err != nil {
		return err
	}
	if err := page.tell(c.App.Writer); err != nil {
		return err
	}
	return tellOfReport(c.App.Writer, s.folder.Path(reportName))
}

// write writes a table as CSV and as Parquet.
func (s *sweeping) write(name string, t *sweep.Table) error {
	if err := renameio.WriteFile(s.folder.Path(name+".csv"), t.CSV(), 0o644); err != nil {
		return err
	}
	return data.WriteFigures(s.folder.Path(name+".parquet"), figureColumns(t))
}

// printFund prints the fund file of a point, with every default filled in.
func (s *sweeping) printFund(c *cli.Context) error {
	k := c.Int("point")
	if k < 0 || k >= int(s.grid.Len()) {
		return usagef("--point %d: the sweep has points 0 to %d", k, s.grid.Len()-1)
	}
	f, err := s.base.Make(s.grid.Settings(k))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.App.Writer, "%s\n", f.Canonical())
	return err
}

// figureColumns returns a table by columns.
func figureColumns(t *sweep.Table) []data.FigureColumn {
	list := make([]data.FigureColumn, len(t.Columns))
	for k, column := range t.Columns {
		list[k] = data.FigureColumn{Name: column.Name, Number: column.Number}
		for _, row := range t.Rows {
			list[k].Cells = append(list[k].Cells, row[k])
		}
	}
	return list
}
