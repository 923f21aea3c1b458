package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/reports/evidence"
)

func auditKeygenCommand() *cli.Command {
	return &cli.Command{
		Name:      "keygen",
		Usage:     "make an Ed25519 key: KEY.pem, which signs and stays secret, and KEY.pub.pem for auditors",
		ArgsUsage: "KEY.pem",
		Action: func(c *cli.Context) error {
			if c.Args().Len() != 1 {
				return usagef("steelyard audit keygen takes the file to write, not %d", c.Args().Len())
			}
			return keygen(c.App.Writer, c.Args().First())
		},
	}
}

func keygen(w io.Writer, path string) error {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	private, public, err := evidence.PEM(key)
	if err != nil {
		return err
	}
	other := strings.TrimSuffix(path, ".pem") + ".pub.pem"
	if err := writeNew(path, string(private), 0o600); err != nil {
		return err
	}
	if err := writeNew(other, string(public), 0o644); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s  signs; keep it secret and away from the runs\n%s  for auditors: %s\n", path, other, evidence.Fingerprint(key.Public().(ed25519.PublicKey)))
	return err
}

func auditHeadCommand() *cli.Command {
	return &cli.Command{
		Name:      "head",
		Usage:     "print the head of a run's journal, RECORD:HEX, to be kept elsewhere",
		ArgsUsage: "RUN|FILE.zip",
		Action: func(c *cli.Context) error {
			if c.Args().Len() != 1 {
				return usagef("steelyard audit head takes one run folder or pack, not %d", c.Args().Len())
			}
			run, err := openFiles(c.Args().First())
			if err == nil {
				err = run.readJournal()
			}
			if err != nil {
				return err
			}
			if len(run.scan.Records) == 0 {
				return fmt.Errorf("%s: the journal has no record yet", run.dir)
			}
			_, err = fmt.Fprintln(c.App.Writer, run.anchor())
			return err
		},
	}
}
