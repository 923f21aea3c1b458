package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/google/renameio/v2"
	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/reports/evidence"
)

func auditPackCommand() *cli.Command {
	return &cli.Command{
		Name:      "pack",
		Usage:     "put everything that an auditor needs to derive a run again into one file",
		ArgsUsage: "RUN",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "out", Aliases: []string{"o"}, Usage: "`FILE.zip` to write"},
			signFlag(),
		},
		Action: func(c *cli.Context) error {
			switch {
			case c.Args().Len() != 1:
				return usagef("steelyard audit pack takes one run folder, not %d", c.Args().Len())
			case c.String("out") == "":
				return usagef("audit pack needs -o FILE.zip, the file to write")
			}
			return packRun(c)
		},
	}
}

func packRun(c *cli.Context) error {
	run, err := openRun(c.Args().First())
	if err != nil {
		return err
	}
	key, err := signingOf(c, run.dir)
	if err != nil {
		return err
	}
	members, err := run.members()
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := evidence.WritePack(&file, members, key.key); err != nil {
		return err
	}
	if err := run.checkInputs(); err != nil { // a pack that cannot be replayed is none
		return err
	}
	out := c.String("out")
	if is, err := os.Stat(out); err == nil && is.IsDir() {
		return fmt.Errorf("%s is a folder: -o takes the file to write", out)
	}
	if err := renameio.WriteFile(out, file.Bytes(), 0o644); err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.App.Writer, "%s  %d records through %s\n", out, len(run.scan.Records), run.anchor())
	return err
}

// members lists the files of a run that go into its pack, and the README.
func (r *storedRun) members() ([]evidence.Member, error) {
	names, err := journal.Segments(r.files)
	if err != nil {
		return nil, err
	}
	names = append(names, fundName, resolvedName, r.rowsFile(), aboutName)
	for _, optional := range []string{capsName, evidence.HeadsName} {
		if _, err := fs.Stat(r.files, optional); err == nil {
			names = append(names, optional)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return nil, r.of(err)
		}
	}
	members := []evidence.Member{{Name: readmeName, Data: r.readme()}}
	for _, name := range names {
		text, err := fs.ReadFile(r.files, name)
		if err != nil {
			return nil, r.of(err)
		}
		members = append(members, evidence.Member{Name: name, Data: text})
	}
	return members, nil
}
