package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/host"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/strategies/fundfile"
	"github.com/steelyard/steelyard/venues"
)

// paperCommand is `steelyard paper`: runs a fund file on what its venues stream, filled by the simulated exchange.
func paperCommand() *cli.Command {
	return &cli.Command{
		Name:      "paper",
		Usage:     "run a fund file on its venues' live prices, filled by the simulated exchange; no key is needed",
		ArgsUsage: "FUND.yaml",
		Flags:     runningFlags(),
		Action:    paperOf,
	}
}

// runningFlags are those of runs in running time.
func runningFlags() []cli.Flag {
	return append([]cli.Flag{
		&cli.StringFlag{Name: "out", Usage: "`RUN`, the folder to write; one that is there is gone on with"},
		&cli.Uint64Flag{Name: "seed", Usage: "`N`, instead of the fund file's"},
		&cli.DurationFlag{Name: "grace", Value: 10 * time.Second, Usage: "`TIME` after which a row does without what has not come"},
		&cli.StringFlag{Name: "until", Usage: "`TIME` at which the run ends; rows that open before it are run"},
		lockFlag(),
	}, signingFlags()...)
}

// lockFlag is where processes that run a fund in running time see each other.
func lockFlag() cli.Flag {
	return &cli.StringFlag{Name: "lock", EnvVars: []string{"STEELYARD_LOCK"},
		Usage: "`DIR` of locks, instead of the user's own: one process runs a fund of this name"}
}

func paperOf(c *cli.Context) error {
	p, release, err := runningOf(c, marketDrivers)
	if err != nil {
		return err
	}
	defer release()
	return p.run(c.Context)
}

// runningOf reads a command that runs a fund in running time, and takes the fund's lock, which release lets go.
func runningOf(c *cli.Context, driversOf func(f *fundfile.Fund, path string, waits *venues.Waits) ([]venues.Driver, error)) (p *paperRun, release func(), err error) {
	verb, path := c.Command.Name, c.Args().First()
	switch {
	case c.Args().Len() != 1:
		return nil, nil, usagef("steelyard %s takes one fund file, not %d", verb, c.Args().Len())
	case c.String("out") == "":
		return nil, nil, usagef("%s needs --out RUN, the folder to write", verb)
	case c.Duration("grace") <= 0:
		return nil, nil, usagef("--grace takes a time such as 10s, and not %s", c.Duration("grace"))
	}
	text, f, err := readFund(path)
	if err != nil {
		return nil, nil, err
	}
	waits, err := venues.ReadWaits(filepath.Join(c.String("out"), waitsName))
	if err != nil {
		return nil, nil, err
	}
	drivers, err := driversOf(f, path, waits)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	p = &paperRun{text: text, fund: f, drivers: drivers, out: c.String("out"), grace: c.Duration("grace"), seed: f.Backtest.Seed, stdout: c.App.Writer, stderr: c.App.ErrWriter}
	if c.IsSet("seed") {
		p.seed = c.Uint64("seed")
	}
	if p.until, err = untilOf(c); err != nil {
		return nil, nil, err
	}
	if p.signing, err = signingOf(c, p.out); err != nil {
		return nil, nil, err
	}
	l, err := holdRunning(c.String("lock"), f.Name)
	if err != nil {
		return nil, nil, err
	}
	return p, func() { l.letGo() }, nil // what cannot be removed is free once the process has ended
}

// untilOf returns --until, 0 where it is not given.
func untilOf(c *cli.Context) (fund.Time, error) {
	text := c.String("until")
	if text == "" {
		return 0, nil
	}
	at, err := fund.ParseTime(text)
	if err != nil {
		return 0, usagef("--until %s is no time; write 2023-06-01 or 2023-06-01T12:00:00Z", text)
	}
	return at, nil
}

// holdRunning takes the lock of a fund in a folder of locks, the user's own if none is named.
func holdRunning(dir, name string) (lock, error) {
	if dir == "" {
		own, err := os.UserCacheDir()
		if err != nil {
			return lock{}, fmt.Errorf("folder of locks: %w; name one with --lock DIR", err)
		}
		dir = filepath.Join(own, "steelyard", "locks")
	}
	return holdFund(dir, name)
}

// run begins the run, or goes on with it, until it ends, an operator stops it, or the context ends: then the same command goes on with it.
func (p *paperRun) run(ctx context.Context) error {
	in, err := p.gather(ctx)
	if err != nil {
		return err
	}
	folder, err := takeRunFolder(p.out, in)
	if err != nil {
		return err
	}
	if folder.resumed.Ended() {
		return errors.Join(folder.finish(p.stdout), folder.journal.Close(), folder.release())
	}
	folder.tellOfRestart(p.stderr)
	control := newControl()
	control.live = p.live
	if err = control.listen(folder.dir); err == nil {
		err = p.step(ctx, in, folder, control)
	}
	control.close(err)
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(p.stderr, "interrupted; the same command goes on with it")
		err = nil
	}
	return errors.Join(err, folder.release())
}

// step runs the world to its end, and writes what came of it.
func (p *paperRun) step(ctx context.Context, in *inputs, folder *runFolder, control *control) error {
	writer, err := folder.openRunning(in.known)
	if err != nil {
		return errors.Join(err, folder.journal.Close())
	}
	err = p.host(ctx, in, writer, control)
	if err == nil || errors.Is(err, context.Canceled) {
		err = errors.Join(err, writer.durable.Sync(), folder.sign())
	}
	err = errors.Join(err, writer.close(), folder.journal.Close())
	if err == nil || errors.Is(err, context.Canceled) {
		err = errors.Join(err, folder.finish(p.stdout))
	}
	return err
}

func (p *paperRun) host(ctx context.Context, in *inputs, w *runningWriter, control *control) error {
	policy, err := in.fund.Policy()
	if err != nil {
		return err
	}
	feed := venues.NewFeed(venues.FeedConfig{
		Universe: in.fund.Universe(), Crosses: in.fund.Crosses, Drivers: p.drivers, Grace: p.grace,
		Panel: in.panel, Opened: in.opened, Start: in.manifest.Start, End: p.until, Known: in.known,
		Rows: w.rows, Inbox: control.inbox, Alarm: w.alarm, Idle: w.idle,
	})
	defer feed.Stop()
	control.health.Store(feed)
	rec, err := w.recorder(in, control, p.stderr)
	if err != nil {
		return err
	}
	core := engine.New(in.fund.Universe(), policy)
	if p.live {
		return p.trade(ctx, in, w, feed, core, rec)
	}
	return host.Run(ctx, core, sim.New(p.world(in, pace(in, feed))), rec)
}

// pace is a feed whose rows are history where they came to be known after an outage or a restart.
func pace(in *inputs, feed *venues.Feed) sim.Pace {
	l := venues.NewLag(feed, in.panel, 0, feed.Missed, in.panel.Find(in.manifest.Start), in.known)
	for k := range in.words {
		l.Spoke(&in.words[k].Operator)
	}
	return l
}

// world is the backtest's, in running time: from the start of the run on, with what operators said in it so far.
func (p *paperRun) world(in *inputs, pace sim.Pace) sim.Config {
	start := in.manifest.Start
	cfg := sim.ConfigOf(in.fund, in.panel, nil, in.manifest.Seed)
	cfg.First, cfg.Opening, cfg.Words, cfg.Pace = in.panel.Find(start), sim.OpeningOf(in.fund.Start, start), in.words, pace
	for len(cfg.Flows) > 0 && cfg.Flows[0].At < start {
		cfg.Flows = cfg.Flows[1:]
	}
	return cfg
}
