package main

import (
	"crypto/ed25519"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/reports/evidence"
)

// signing says with which key the heads of a run's journal are signed, and how often.
type signing struct {
	key   ed25519.PrivateKey // nil: they are not
	every uint64             // records
}

func signFlag() cli.Flag {
	return &cli.StringFlag{Name: "sign", EnvVars: []string{"STEELYARD_SIGN"},
		Usage: "`KEY.pem`, an Ed25519 signing key outside the run folder (steelyard audit keygen makes one)"}
}

func signingFlags() []cli.Flag {
	return []cli.Flag{signFlag(),
		&cli.Uint64Flag{Name: "sign-every", Value: evidence.Every, Usage: "`N` records, and at the end, the journal's head is signed"}}
}

// signingOf reads the signing key that a command line asks for. It may not lie in the folder that it is to vouch for.
func signingOf(c *cli.Context, dir string) (signing, error) {
	s := signing{every: c.Uint64("sign-every")}
	path := c.String("sign")
	switch {
	case path == "":
		return s, nil
	case s.every == 0 && c.IsSet("sign-every"):
		return s, usagef("--sign-every takes a number of records from 1 on")
	case liesIn(dir, path):
		return s, fmt.Errorf("signing key %s lies in %s, which it is to vouch for: keep it elsewhere", path, dir)
	}
	var err error
	s.key, err = evidence.ReadSigner(path)
	return s, err
}

// liesIn reports whether a file lies below a folder.
func liesIn(dir, path string) bool {
	dir, err1 := filepath.Abs(dir)
	path, err2 := filepath.Abs(path)
	return err1 == nil && err2 == nil && strings.HasPrefix(path, dir+string(filepath.Separator))
}
