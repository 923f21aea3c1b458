package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/data"
	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/host"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/reports"
	"github.com/steelyard/steelyard/strategies/fundfile"
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
	panel, dataset, err := run.rows()
	if err != nil {
		return err
	}
	rec, err := run.derive(c.Context, panel, dataset)
	var differs *journal.Difference
	if errors.As(err, &differs) {
		return findingf("%s: %v", run.dir, differs)
	} else if err != nil {
		return fmt.Errorf("%s: %w", run.dir, err)
	}
	fmt.Fprintf(c.App.Writer, "%d records, %d decisions: all derived again, none differs\n", len(run.scan.Records), run.decisions())
	fmt.Fprintf(c.App.Writer, "journal head      %s\n", run.scan.Head)
	if !ended(&run.scan) || run.scan.Torn > 0 {
		return findingf("%s: the run did not end: its journal stops after record %d, with %d torn bytes behind it; the command that began it goes on with it",
			run.dir, len(run.scan.Records), run.scan.Torn)
	}
	fmt.Fprintf(c.App.Writer, "decisions digest  %s\n", rec.DecisionsDigest())
	return run.checkSummary()
}

// checkSummary compares the journal with what the summary beside it says of it. An event that was changed together with
// all checksums makes a journal that agrees with itself; only what was written elsewhere tells it from the true one.
func (r *storedRun) checkSummary() error {
	path := filepath.Join(r.dir, summaryName)
	text, err := os.ReadFile(path)
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
	case says.Head != r.scan.Head:
		return findingf("%s is of another journal, whose head is %s", path, says.Head)
	}
	return nil
}

// storedRun is a run folder read back.
type storedRun struct {
	dir   string
	fund  *fundfile.Fund
	about about
	scan  journal.Scan
}

// openRun reads a run folder. A torn tail of the journal is no error; damage before it is one that names the record.
func openRun(dir string) (*storedRun, error) {
	path := func(name string) string { return filepath.Join(dir, name) }
	lines, err := os.ReadFile(path(journalName))
	if err != nil {
		return nil, fmt.Errorf("%s is no run folder: %w", dir, err)
	}
	r := &storedRun{dir: dir}
	if r.scan, err = journal.ScanBytes(lines); err != nil {
		return nil, findingf("%s: %v", path(journalName), err)
	}
	if r.fund, err = resolved(dir); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(path(aboutName))
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &r.about); err != nil {
		return nil, fmt.Errorf("%s: %w", path(aboutName), err)
	}
	return r, nil
}

// resolved reads the fund as it was run, from fund.json, and sees that fund.yaml beside it says the same.
func resolved(dir string) (*fundfile.Fund, error) {
	_, ran, err := readFund(filepath.Join(dir, resolvedName))
	if err != nil {
		return nil, err
	}
	_, written, err := readFund(filepath.Join(dir, fundName))
	if err != nil {
		return nil, err
	}
	if written.WithRules(ran.Rules).Hash() != ran.Hash() {
		return nil, findingf("%s does not say what %s beside it does, as which the fund was run", filepath.Join(dir, fundName), resolvedName)
	}
	return ran, nil
}

// rows reads the rows that the run was stepped with, and their hash.
func (r *storedRun) rows() (*fund.Panel, string, error) {
	panel, keys, err := data.ReadRows(filepath.Join(r.dir, rowsName))
	if err != nil {
		return nil, "", err
	}
	if want := instrumentKeys(r.fund.Universe()); len(want) != panel.N {
		return nil, "", fmt.Errorf("%s holds %d instruments, the fund file %d", filepath.Join(r.dir, rowsName), panel.N, len(want))
	}
	return panel, data.PanelHash(panel, keys), nil
}

// derive steps a new core through the recorded events and compares every record. Events that no world can send may
// break the core's invariants, which panic; in a journal they are a finding.
func (r *storedRun) derive(ctx context.Context, panel *fund.Panel, dataset string) (rec *journal.Recorder, err error) {
	u := r.fund.Universe()
	manifest := journal.Manifest{Fund: r.fund.Hash(), Dataset: dataset, Seed: r.about.Seed}
	if rec, err = journal.Verify(u, manifest, r.scan.Records); err != nil {
		return nil, err
	}
	defer func() {
		if p := recover(); p != nil {
			err = findingf("%s: record %d or the one after it cannot have happened: %v", journalName, rec.Records(), p)
		}
	}()
	policy, err := r.fund.Policy()
	if err != nil {
		return nil, err
	}
	world := watch(journal.NewReplay(u, r.scan.Records, panel), panel.Rows())
	defer world.clear()
	return rec, host.Run(ctx, engine.New(u, policy), world, rec)
}

func (r *storedRun) decisions() int {
	n := 0
	for _, rec := range r.scan.Records {
		if journal.Kind(rec) == "decide" {
			n++
		}
	}
	return n
}

// analyse computes what came of the run over its rows.
func (r *storedRun) analyse(panel *fund.Panel) (*reports.Analysis, error) {
	u := r.fund.Universe()
	m, err := journal.ReadManifest(r.scan.Records)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.dir, err)
	}
	return reports.Analyse(reports.Run{
		Fund:            r.fund.Name,
		Universe:        u,
		Records:         r.scan.Records,
		Panel:           panel,
		MaxAge:          r.fund.MaxAge,
		AtClose:         r.fund.Backtest.FillClose,
		Live:            r.about.Venues == realVenues,
		FundHash:        m.Fund,
		DatasetHash:     m.Dataset,
		Seed:            m.Seed,
		JournalHead:     r.scan.Head,
		DecisionsDigest: journal.Digest(r.scan.Records),
		Notes:           r.about.Notes,
	})
}
