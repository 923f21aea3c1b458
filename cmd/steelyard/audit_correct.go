package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/reports/evidence"
)

func auditCorrectCommand() *cli.Command {
	return &cli.Command{
		Name:      "correct",
		Usage:     "append a correction to a run's journal: a record that says what is wrong with an earlier one, which stands as it is",
		ArgsUsage: "RUN",
		Flags: []cli.Flag{
			&cli.Uint64Flag{Name: "record", Usage: "`N`, the record that is corrected"},
			&cli.StringFlag{Name: "who", Usage: "`NAME` of who corrects it"},
			&cli.StringFlag{Name: "text", Usage: "`TEXT`: what is wrong, and what is right"},
			signFlag(),
		},
		Action: func(c *cli.Context) error {
			switch {
			case c.Args().Len() != 1:
				return usagef("steelyard audit correct takes one run folder, not %d", c.Args().Len())
			case c.Uint64("record") == 0 || c.String("who") == "" || c.String("text") == "":
				return usagef("audit correct needs --record N, --who NAME and --text TEXT")
			}
			return correct(c)
		},
	}
}

func correct(c *cli.Context) error {
	dir := c.Args().First()
	s, err := signingOf(c, dir)
	if err != nil {
		return err
	}
	l, err := hold(filepath.Join(dir, lockName))
	if errors.Is(err, errHeld) {
		return fmt.Errorf("%s: another process is writing to it", dir)
	} else if err != nil {
		return fmt.Errorf("%s is no run folder: %w", dir, err)
	}
	defer l.letGo() // what cannot be removed is free once the process has ended
	word := journal.Correction{At: fund.TimeOf(time.Now().Truncate(time.Second)), Record: c.Uint64("record"), Who: c.String("who"), Text: c.String("text")}
	n, err := appendCorrection(journal.Dir(dir), word, s)
	if err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	_, err = fmt.Fprintf(c.App.Writer, "record %d is corrected by record %d\n", word.Record, n)
	return err
}

// appendCorrection writes a correction behind a journal, signs it, and returns its record's number.
func appendCorrection(dir journal.Dir, word journal.Correction, by signing) (uint64, error) {
	stored, err := journal.Read(dir)
	if err != nil {
		return 0, err
	}
	heads, _, err := evidence.ReadHeads(dir)
	if err == nil {
		_, err = evidence.Check(&stored.Scan, heads, nil)
	}
	switch {
	case err != nil:
		return 0, err
	case len(heads) > 0 && by.key == nil:
		return 0, errors.New("its journal is signed; give the key with --sign to add to it")
	case stored.Torn > 0:
		return 0, errors.New("its journal is torn: the command that began the run goes on with it, and then it can be corrected")
	}
	f, err := journal.Reopen(dir, stored)
	if err != nil {
		return 0, err
	}
	if err := errors.Join(journal.Correct(f, &stored.Scan, word), f.Close()); err != nil {
		return 0, err
	}
	n := uint64(len(stored.Records))
	if by.key == nil {
		return n, nil
	}
	return n, evidence.AppendHead(dir, evidence.Sign(by.key, n, stored.Head))
}
