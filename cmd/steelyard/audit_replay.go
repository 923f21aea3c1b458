package main

import (
	"fmt"

	"github.com/urfave/cli/v2"
)

func auditReplayCommand() *cli.Command {
	return &cli.Command{
		Name:      "replay",
		Usage:     "verify a run and derive every decision of it again, from its pack or folder alone",
		ArgsUsage: "FILE.zip|RUN",
		Flags:     trustFlags(),
		Action: func(c *cli.Context) error {
			if c.Args().Len() != 1 {
				return usagef("steelyard audit replay takes one pack or run folder, not %d", c.Args().Len())
			}
			return auditReplay(c)
		},
	}
}

func auditReplay(c *cli.Context) error {
	run, err := verify(c)
	if err != nil {
		return err
	}
	rec, err := run.derived(c.Context)
	if err != nil {
		return err
	}
	w := c.App.Writer
	fmt.Fprintf(w, "replay      %d events, %d decisions: all equal\n", rec.Events(), run.count("decide"))
	fmt.Fprintf(w, "digest      %s\n", rec.DecisionsDigest())
	_, err = fmt.Fprintln(w, "taken as recorded, not derived: what came from outside (fills, deposits, market caps, operators' words). "+
		"That nobody changed it since is what a signature that you trust says, and nothing else does.")
	return err
}
