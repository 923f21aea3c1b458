package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/urfave/cli/v2"
	"golang.org/x/term"

	"github.com/steelyard/steelyard/data"
	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/host"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/reports"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// backtestCommand is `steelyard backtest`: runs a fund file against history.
func backtestCommand() *cli.Command {
	return &cli.Command{
		Name:      "backtest",
		Usage:     "run a fund file against history",
		ArgsUsage: "FUND.yaml",
		Flags: []cli.Flag{
			storeFlag(),
			&cli.StringFlag{Name: "out", Usage: "`RUN`, the folder to write; one that was cut short is gone on with"},
			&cli.Uint64Flag{Name: "seed", Usage: "`N`, instead of the fund file's"},
		},
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
	folder, err := takeRunFolder(c.String("out"), in)
	if err != nil {
		return err
	}
	analysis, err := folder.run(c.Context, in)
	if err != nil {
		return err
	}
	return analysis.Table(c.App.Writer)
}

// gather reads everything that a run is given before anything is written.
func gather(c *cli.Context) (*inputs, error) {
	path := c.Args().First()
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("fund file: %w", err)
	}
	f, err := fundfile.Parse(path, text)
	if err != nil {
		return nil, err
	}
	if !f.Backtest.Present() {
		return nil, fmt.Errorf("%s: no backtest section; add one such as\n  backtest: {from: 2021-04-05, to: 2023-12-30, interval: 1h}", path)
	}
	in := &inputs{text: text, fund: f, about: aboutThisBuild()}
	in.about.Arguments, in.about.Folder = os.Args[1:], c.String("out")
	if in.about.Seed = f.Backtest.Seed; c.IsSet("seed") {
		in.about.Seed = c.Uint64("seed")
	}
	if err := in.load(c); err != nil {
		return nil, err
	}
	dataset := data.PanelHash(in.panel, in.instruments())
	in.manifest = journal.Manifest{Fund: f.Hash(), Dataset: dataset, Seed: in.about.Seed}
	return in, nil
}

// load reads the fund's rows from the store.
func (in *inputs) load(c *cli.Context) error {
	store, err := openStore(c, data.Read)
	if err != nil {
		return err
	}
	b := in.fund.Backtest
	q := data.Query{Interval: b.Interval, From: b.From, To: b.To, MaxGap: in.fund.MaxGap}
	u := in.fund.Universe()
	for i := range u.Instruments {
		q.Instruments = append(q.Instruments, data.Key{Venue: u.Accounts[u.Instruments[i].Venue], Instrument: u.Instruments[i].Name})
	}
	panel, notes, err := store.Load(c.Context, q)
	if err = errors.Join(err, store.Close()); err != nil {
		return err
	}
	in.panel = panel
	for _, n := range notes {
		in.about.Notes = append(in.about.Notes, n.String())
	}
	return nil
}

// run runs the backtest, writes what came of it, and lets go of the folder. A run that was interrupted can be gone on
// with; one that failed leaves no folder behind that it made.
func (r *runFolder) run(ctx context.Context, in *inputs) (*reports.Analysis, error) {
	if n := len(r.resumed.Records); n > 0 || r.resumed.Torn > 0 {
		fmt.Fprintf(os.Stderr, "going on with a run that was cut short: %d whole records; a torn tail of %d bytes was cut\n", n, r.resumed.Torn)
	}
	err := r.step(ctx, in)
	switch {
	case errors.Is(err, context.Canceled):
		return nil, errors.Join(fmt.Errorf("interrupted; the same command goes on with it"), r.release())
	case err != nil:
		return nil, errors.Join(err, r.release(), r.abandon())
	}
	var analysis *reports.Analysis
	if err = r.release(); err == nil {
		analysis, err = r.analyse(in)
	}
	if err != nil {
		return nil, errors.Join(err, r.abandon())
	}
	return analysis, nil
}

func (r *runFolder) step(ctx context.Context, in *inputs) error {
	rec, err := r.recorder(in)
	if err != nil {
		return err
	}
	policy, err := in.fund.Policy()
	if err != nil {
		return err
	}
	world := watch(simulated(in.fund, in.panel, in.manifest.Seed), in.panel.Rows())
	defer world.clear()
	if err := host.Run(ctx, engine.New(in.fund.Universe(), policy), world, rec); err != nil {
		return err
	}
	return r.journal.Sync()
}

// analyse reads the journal back and writes the figures and tables beside it.
func (r *runFolder) analyse(in *inputs) (*reports.Analysis, error) {
	run, err := openRun(r.dir)
	if err != nil {
		return nil, err
	}
	analysis, err := run.analyse(in.panel)
	if err != nil {
		return nil, err
	}
	return analysis, analysis.Save(r.dir)
}

// watched is a world that shows how far it has come, where somebody sits at a terminal.
type watched struct {
	host.World
	rows int
	bar  *progressbar.ProgressBar // nil: nobody watches
}

// everyRows is how many rows pass between two looks at the progress.
const everyRows = 2048

func watch(w host.World, rows int) *watched {
	x := &watched{World: w}
	if term.IsTerminal(int(os.Stderr.Fd())) {
		x.bar = progressbar.NewOptions(rows, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionSetDescription("rows"),
			progressbar.OptionSetPredictTime(true), progressbar.OptionShowCount(), progressbar.OptionThrottle(100*time.Millisecond))
	}
	return x
}

// Next implements the host's World.
func (w *watched) Next(ctx context.Context) (engine.Event, error) {
	ev, err := w.World.Next(ctx)
	if w.bar != nil {
		w.count(ev.Body)
	}
	return ev, err
}

func (w *watched) count(b engine.Body) {
	if _, ok := b.(*engine.Row); !ok {
		return
	}
	if w.rows++; w.rows%everyRows == 0 {
		w.bar.Set(w.rows) // what a terminal does not show is no error of the run
	}
}

func (w *watched) clear() {
	if w.bar != nil {
		w.bar.Clear()
	}
}
