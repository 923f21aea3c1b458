package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/data/projection"
	"github.com/steelyard/steelyard/data/projection/duckdb"
	"github.com/steelyard/steelyard/data/projection/postgres"
	"github.com/steelyard/steelyard/engine/fund"
)

// tablesName is the file of a run folder that holds its tables.
const tablesName = "audit.duckdb"

// auditProjectCommand is `steelyard audit project`: derives tables from a run's journal.
func auditProjectCommand() *cli.Command {
	return &cli.Command{
		Name:      "project",
		Usage:     "derive tables from a run's journal, or bring them up to it: into RUN/" + tablesName + ", or a shared PostgreSQL database",
		ArgsUsage: "RUN",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "to", Usage: "`ADDRESS` of a PostgreSQL database, postgres://user@host:5432/database; the password best in PGPASSWORD or ~/.pgpass"},
			&cli.IntFlag{Name: "keep-days", Usage: "where positions are a hypertable, drop what is older than `N` days, of all funds in the database"},
			&cli.BoolFlag{Name: "anew", Usage: "take the run's rows out first, and derive all of them again"},
		},
		Action: func(c *cli.Context) error {
			switch {
			case c.Args().Len() != 1:
				return usagef("steelyard audit project takes one run folder, not %d", c.Args().Len())
			case c.Int("keep-days") < 0 || c.IsSet("keep-days") && c.String("to") == "":
				return usagef("--keep-days takes days above 0, and needs --to")
			}
			return auditProject(c)
		},
	}
}

func auditProject(c *cli.Context) error {
	path := c.Args().First()
	source, err := projected(path)
	if err != nil {
		return err
	}
	if is, err := os.Stat(path); err == nil && !is.IsDir() && c.String("to") == "" {
		return fmt.Errorf("%s is a pack, which nothing is written into: unpack it, or give --to", path)
	}
	store, err := openTables(c, filepath.Join(path, tablesName))
	if err != nil {
		return err
	}
	result, err := bringUp(c, source, store)
	if err = errors.Join(err, store.Close()); err != nil {
		return err
	}
	added := result.To.Records - result.From.Records
	fmt.Fprintf(c.App.Writer, "run   %s of %s\nhead  %.16s… after record %d; %d of its records are new\n",
		result.Run, source.Fund, result.To.Chain, result.To.Records, added)
	return nil
}

// projected reads a run folder as a source of tables.
func projected(dir string) (projection.Source, error) {
	run, err := openRun(dir)
	if err != nil {
		return projection.Source{}, err
	}
	panel, _, err := run.rows()
	return projection.Source{Fund: run.fund.Name, Trigger: run.fund.Trigger.Kind, Universe: run.fund.Universe(),
		Records: run.scan.Records, Panel: panel.Part(run.first(panel), panel.Rows()), MaxAge: run.fund.MaxAge}, err
}

// tables is a store of tables that is open.
type tables interface {
	projection.Store
	Close() error
}

// openTables opens the database that --to names, or the file at path, and says what there is to know of it.
func openTables(c *cli.Context, path string) (tables, error) {
	to := c.String("to")
	if to == "" {
		fmt.Fprintf(c.App.Writer, "to    %s\n", path)
		return duckdb.Open(c.Context, path)
	}
	store, err := postgres.Open(c.Context, to, time.Duration(c.Int("keep-days"))*fund.Day)
	if err != nil {
		return nil, fmt.Errorf("--to: %w", err)
	}
	for _, note := range store.Notes() {
		fmt.Fprintln(c.App.Writer, note)
	}
	return store, nil
}

// bringUp projects a run, anew where that was asked for.
func bringUp(c *cli.Context, s projection.Source, to tables) (projection.Result, error) {
	if c.Bool("anew") {
		run, err := projection.RunOf(s.Records)
		if err == nil {
			err = to.Forget(c.Context, run)
		}
		if err != nil {
			return projection.Result{}, err
		}
	}
	bar := readProgress{what: "records"}
	defer bar.clear()
	result, err := projection.Project(c.Context, s, to, func(done, total int) { bar.set(int64(done), int64(total)) })
	var other *projection.OtherJournal
	if errors.As(err, &other) {
		err = findingf("%v; --anew replaces it", other)
	}
	return result, err
}
