package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"github.com/urfave/cli/v2"
)

// replayCommand is `steelyard replay`: derives every decision of a run again and compares.
func replayCommand() *cli.Command {
	return &cli.Command{
		Name:      "replay",
		Usage:     "derive every decision of a run again, from its folder alone, and compare",
		ArgsUsage: "RUN",
		Action: func(c *cli.Context) error {
			if c.Args().Len() != 1 {
				return usagef("steelyard replay takes one run folder, not %d", c.Args().Len())
			}
			return replay(c)
		},
	}
}

func replay(c *cli.Context) error {
	run, err := openRun(c.Args().First())
	if err != nil {
		return err
	}
	rec, err := run.derived(c.Context)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.App.Writer, "%d records, %d decisions: all derived again, none differs\n", len(run.scan.Records), run.count("decide"))
	fmt.Fprintf(c.App.Writer, "journal head      %s\n", run.scan.Head)
	if !run.scan.Ended() || run.scan.Torn > 0 {
		return findingf("%s: the run did not end: its journal stops after record %d, with %d torn bytes behind it; the command that began it goes on with it",
			run.dir, len(run.scan.Records), run.scan.Torn)
	}
	fmt.Fprintf(c.App.Writer, "decisions digest  %s\n", rec.DecisionsDigest())
	return run.checkSummary()
}

// checkSummary compares the journal with what the summary beside it says of it. An event that was changed together with
// all checksums makes a journal that agrees with itself; only what was written elsewhere tells it from the true one.
func (r *storedRun) checkSummary() error {
	path := r.path(summaryName)
	text, err := fs.ReadFile(r.files, summaryName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var says struct {
		Head string `json:"journal_head"`
	}
	if err == nil {
		err = json.Unmarshal(text, &says)
	}
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", path, err)
	case says.Head != r.headAtEnd():
		return findingf("%s is of another journal, whose head is %s", path, says.Head)
	}
	return nil
}
