package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/data/projection"
	"github.com/steelyard/steelyard/data/projection/duckdb"
)

// auditExportCommand is `steelyard audit export`: writes a run's tables to files.
func auditExportCommand() *cli.Command {
	return &cli.Command{
		Name:      "export",
		Usage:     "write the tables of a run to files: rebalancings, orders, fills, checks, positions, the journal's head",
		ArgsUsage: "RUN",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "format", Usage: "`FORMAT` of the files: csv, json or parquet", Value: string(duckdb.CSV)},
			&cli.StringFlag{Name: "out", Aliases: []string{"o"}, Usage: "`DIR` to write them into"},
		},
		Action: func(c *cli.Context) error {
			switch format := duckdb.Format(c.String("format")); {
			case c.Args().Len() != 1:
				return usagef("steelyard audit export takes one run folder, not %d", c.Args().Len())
			case c.String("out") == "":
				return usagef("steelyard audit export needs -o DIR, the folder to write into")
			case format != duckdb.CSV && format != duckdb.JSON && format != duckdb.Parquet:
				return usagef("--format is csv, json or parquet, not %q", format)
			}
			return auditExport(c)
		},
	}
}

// auditExport derives the tables in a database that it throws away: the run folder is only read.
func auditExport(c *cli.Context) (err error) {
	source, err := projected(c.Args().First())
	if err != nil {
		return err
	}
	dir := c.String("out")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	making, err := os.MkdirTemp(dir, ".making-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(making)) }()
	store, err := duckdb.Open(c.Context, filepath.Join(making, tablesName))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if _, err := projection.Project(c.Context, source, store, nil); err != nil {
		return err
	}
	paths, err := store.Export(c.Context, duckdb.Format(c.String("format")), dir)
	for _, path := range paths {
		fmt.Fprintln(c.App.Writer, path)
	}
	return err
}
