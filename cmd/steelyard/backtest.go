package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/host"
	"github.com/steelyard/steelyard/reports"
	"github.com/steelyard/steelyard/sim"
)

// backtestCommand is `steelyard backtest`: runs a fund file against history.
func backtestCommand() *cli.Command {
	return &cli.Command{
		Name:      "backtest",
		Usage:     "run a fund file against history",
		ArgsUsage: "FUND.yaml",
		Flags: append([]cli.Flag{
			storeFlag(),
			&cli.StringFlag{Name: "out", Usage: "`RUN`, the folder to write; one that was cut short is gone on with"},
			&cli.Uint64Flag{Name: "seed", Usage: "`N`, instead of the fund file's"},
			&cli.StringFlag{Name: "lock", EnvVars: []string{"STEELYARD_LOCK"}, Usage: "`DIR` of locks: refuse to run while another process that names it runs a fund of this name"},
		}, signingFlags()...),
		Action: backtest,
	}
}

func backtest(c *cli.Context) error {
	switch {
	case c.Args().Len() != 1:
		return usagef("steelyard backtest takes one fund file, not %d", c.Args().Len())
	case c.String("out") == "":
		return usagef("backtest needs --out RUN, the folder to write")
	}
	in, err := gather(c)
	if err != nil {
		return err
	}
	if in.signing, err = signingOf(c, c.String("out")); err != nil {
		return err
	}
	if dir := c.String("lock"); dir != "" {
		l, err := holdFund(dir, in.fund.Name)
		if err != nil {
			return err
		}
		defer l.letGo() // what cannot be removed is free once the process has ended
	}
	folder, err := takeRunFolder(c.String("out"), in)
	if err != nil {
		return err
	}
	folder.tellOfRestart(c.App.ErrWriter)
	analysis, err := folder.run(c.Context, in)
	if err != nil {
		return err
	}
	if err := analysis.Table(c.App.Writer); err != nil {
		return err
	}
	return tellOfReport(c.App.Writer, filepath.Join(folder.dir, reportName))
}

func (r *runFolder) tellOfRestart(w io.Writer) {
	if len(r.resumed.Records) > 0 || r.resumed.Torn > 0 {
		fmt.Fprintf(w, "going on with a run that was cut short: %d whole records; %d torn bytes behind them were cut off\n",
			len(r.resumed.Records), r.resumed.Torn)
	}
}

// run runs the backtest, writes what came of it, and lets go of the folder. A run that was interrupted can be gone on
// with; of one that failed nothing is left that this process made.
func (r *runFolder) run(ctx context.Context, in *inputs) (*reports.Analysis, error) {
	err := r.step(ctx, in)
	if errors.Is(err, context.Canceled) {
		return nil, errors.Join(errors.New("interrupted; the same command goes on with it"), r.sign(), r.journal.Close(), r.release())
	}
	if err == nil {
		err = errors.Join(r.sign(), r.journal.Close())
	}
	var analysis *reports.Analysis
	if err == nil {
		analysis, err = r.analyse(in)
	}
	if err != nil {
		r.abandon()
		return nil, err
	}
	return analysis, r.release()
}

func (r *runFolder) step(ctx context.Context, in *inputs) error {
	rec, err := r.recorder(in)
	if err != nil {
		return err
	}
	if err := r.journal.Sync(); err != nil { // from here on the journal says whose it is
		return err
	}
	policy, err := in.fund.Policy()
	if err != nil {
		return err
	}
	world := watch(sim.Of(in.fund, in.panel, in.caps, in.manifest.Seed), in.panel.Rows())
	defer world.clear()
	return host.Run(ctx, engine.New(in.fund.Universe(), policy), world, rec)
}

// analyse reads the journal back and writes report, figures and tables beside it. The summary is the last of them: where it
// is, the run is complete.
func (r *runFolder) analyse(in *inputs) (*reports.Analysis, error) {
	run, err := openRun(r.dir)
	if err != nil {
		return nil, err
	}
	analysis, err := run.analyse(in.panel)
	if err != nil {
		return nil, err
	}
	if err := saveReport(filepath.Join(r.dir, reportName), in.fund, analysis); err != nil {
		return nil, err
	}
	return analysis, analysis.Save(r.dir)
}
