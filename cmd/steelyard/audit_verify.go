package main

import (
	"crypto/ed25519"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/reports/evidence"
)

func auditVerifyCommand() *cli.Command {
	return &cli.Command{
		Name:      "verify",
		Usage:     "check that a run is as it was written: chain, signed heads, and what lies beside the journal",
		ArgsUsage: "RUN|FILE.zip",
		Flags:     trustFlags(),
		Action: func(c *cli.Context) error {
			if c.Args().Len() != 1 {
				return usagef("steelyard audit verify takes one run folder or pack, not %d", c.Args().Len())
			}
			_, err := verify(c)
			return err
		},
	}
}

func trustFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "trust", Usage: "`KEY.pem`, the public key whose signatures you believe, given to you by somebody other than who gave you the run; again for more"},
		&cli.StringFlag{Name: "head", Usage: "`RECORD:HEX`, a head that was kept elsewhere (steelyard audit head prints it)"},
	}
}

// trust reads the keys that the auditor gives.
func trust(c *cli.Context) (keys []ed25519.PublicKey, err error) {
	for _, path := range c.StringSlice("trust") {
		key, err := evidence.ReadTrusted(path)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// verify checks a run, tells what holds, and fails at the first thing that does not.
func verify(c *cli.Context) (*storedRun, error) {
	keys, err := trust(c)
	if err != nil {
		return nil, err
	}
	run, err := openRun(c.Args().First())
	if err != nil {
		return nil, err
	}
	w := c.App.Writer
	fmt.Fprintf(w, "chain       %d records, whole\n", len(run.scan.Records))
	fmt.Fprintf(w, "head        %s\n", run.anchor())
	for _, check := range []func() error{
		func() error { return run.checkAnchor(c.String("head")) },
		func() error { return run.checkHeads(w, keys) },
		func() error { return run.checkPack(w, keys) },
		func() error { return run.tellOfInputs(w) },
		run.checkSummary,
		run.checkEnd,
	} {
		if err := check(); err != nil {
			return nil, err
		}
	}
	return run, nil
}

// anchor is the journal's head as it is kept elsewhere: the number of the newest record and the chain's value after it.
func (r *storedRun) anchor() string { return fmt.Sprintf("%d:%s", len(r.scan.Records), r.scan.Head) }

// checkAnchor compares the journal with a head that was kept elsewhere, "" for none.
func (r *storedRun) checkAnchor(kept string) error {
	if kept == "" {
		return nil
	}
	record, chain, ok := strings.Cut(kept, ":")
	n, err := strconv.ParseUint(record, 10, 64)
	switch {
	case !ok || err != nil || n == 0:
		return usagef("--head takes RECORD:HEX, as steelyard audit head prints it")
	case n > uint64(len(r.scan.Records)):
		return findingf("%s: the journal ends with record %d; the head that you kept is of record %d: what came after is gone", r.dir, len(r.scan.Records), n)
	case r.scan.HeadAt(n) != strings.ToLower(chain):
		return findingf("%s: after record %d the chain stands at %s, not where the head that you kept says: one of records 1 to %d is another",
			r.dir, n, r.scan.HeadAt(n), n)
	}
	return nil
}

// checkHeads compares the journal with its signed heads and says how much they are worth.
func (r *storedRun) checkHeads(w io.Writer, keys []ed25519.PublicKey) error {
	heads, err := r.heads()
	if err != nil {
		return err
	}
	signed, err := evidence.Check(&r.scan, heads, keys)
	if err != nil {
		return findingf("%s: %v", r.dir, err)
	}
	if signed.Heads == 0 && len(keys) > 0 {
		return findingf("%s: no head of the journal is signed by a key that you trust", r.dir)
	}
	r.tellOfHeads(w, &signed, len(keys) > 0)
	if n := uint64(len(r.scan.Records)); signed.Heads > 0 && signed.Through < n && r.scan.Ended() {
		return findingf("%s: records %d to %d were written behind the newest signed head", r.dir, signed.Through+1, n)
	}
	return nil
}

// heads reads the signed heads beside the journal, none if there are none.
func (r *storedRun) heads() ([]evidence.Head, error) {
	heads, torn, err := evidence.ReadHeads(r.files)
	if err == nil && torn > 0 && r.scan.Ended() {
		err = fmt.Errorf("%s: line %d is cut short", evidence.HeadsName, len(heads)+1)
	}
	if err != nil {
		return nil, findingf("%s: %v", r.dir, err)
	}
	return heads, nil
}

func (r *storedRun) tellOfHeads(w io.Writer, s *evidence.Signed, trusted bool) {
	const line = "signatures  %s\n"
	if s.Heads == 0 {
		fmt.Fprintf(w, line, "none: whoever can write these files can make another run of them that agrees with itself")
		return
	}
	var names []string
	for _, k := range s.Keys {
		names = append(names, evidence.Fingerprint(k))
	}
	by := fmt.Sprintf("heads of the journal, %d of them, signed by %s, through record %d", s.Heads, strings.Join(names, ", "), s.Through)
	if s.Others > 0 {
		by += fmt.Sprintf("; %d by keys that you did not name", s.Others)
	}
	fmt.Fprintf(w, line, by)
	if !trusted {
		fmt.Fprintf(w, line, "nobody you trust: the run vouches only for itself; give --trust KEY.pem, the public key, from elsewhere than the run")
	}
}

// checkPack sees that a pack is the bytes that were packed. Of a folder there is nothing to see.
func (r *storedRun) checkPack(w io.Writer, keys []ed25519.PublicKey) error {
	switch {
	case r.pack == nil:
		return nil
	case r.pack.Signed() && len(keys) > 0 && !r.pack.SignedBy(keys):
		return findingf("%s: %s is not signed by a key that you trust", r.dir, evidence.SumsName)
	}
	signed := "not signed as a whole: run.json and the README are not vouched for"
	if r.pack.SignedBy(keys) {
		signed = "signed as a whole by a key that you trust"
	} else if r.pack.Signed() {
		signed = "signed as a whole, by nobody you trust"
	}
	_, err := fmt.Fprintf(w, "pack        %d files, every byte as it was packed; %s\n", len(r.pack.Members), signed)
	return err
}

func (r *storedRun) tellOfInputs(w io.Writer) error {
	if err := r.checkInputs(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w, "beside it   fund file, data and seed are those of record 1")
	return err
}

// checkInputs compares fund file, rows, market caps and seed with what the manifest says the run was given.
func (r *storedRun) checkInputs() error {
	m, err := journal.ReadManifest(r.scan.Records)
	if err != nil {
		return findingf("%s: %v", r.path(journalName), err)
	}
	panel, dataset, err := r.rows()
	switch {
	case err != nil:
		return err
	case m.Fund != r.ran:
		return findingf("%s is another fund than record 1 names", r.path(resolvedName))
	case m.Dataset != dataset:
		return findingf("%s holds other data than record 1 names", r.path(r.rowsFile()))
	case m.Seed != r.about.Seed:
		return findingf("%s has seed %d, record 1 has %d", r.path(aboutName), r.about.Seed, m.Seed)
	}
	if err := journal.CheckRows(r.scan.Records, panel, r.first(panel)); err != nil {
		return findingf("%s: %v", r.path(r.rowsFile()), err)
	}
	return nil
}

// checkEnd sees that the run came to its end and nothing is torn.
func (r *storedRun) checkEnd() error {
	switch n := len(r.scan.Records); {
	case r.scan.Torn > 0:
		return findingf("%s: record %d is damaged or was cut short: %d bytes behind record %d are no whole record", r.dir, n+1, r.scan.Torn, n)
	case !r.scan.Ended():
		return findingf("%s: the run did not end: its journal stops after record %d; the command that began it goes on with it", r.dir, n)
	}
	return nil
}
