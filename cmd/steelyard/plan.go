package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/data"
	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/sim/pretrade"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// planCommand is `steelyard plan`: says what would be traded now, and why.
func planCommand() *cli.Command {
	return &cli.Command{
		Name:      "plan",
		Usage:     "say what brings holdings to the fund's target at the least cost, and trade nothing",
		ArgsUsage: "FUND.yaml",
		Flags:     planFlags(),
		Action:    plan,
	}
}

// planFlags are the flags of commands that ask what would be traded now.
func planFlags() []cli.Flag {
	return []cli.Flag{
		storeFlag(),
		&cli.StringFlag{Name: "holdings", Usage: "`FILE|RUN`: a YAML file shaped as the fund file's start, or a run folder"},
		&cli.StringFlag{Name: "at", Usage: "`TIME`, as 2023-06-01 or 2023-06-01T12:00:00Z (default: after the newest bar)"},
		&cli.BoolFlag{Name: "json", Usage: "as one JSON object"},
	}
}

// planned returns the fund that a command names and what it would decide now on the holdings that it is given.
func planned(c *cli.Context, command string) (*fundfile.Fund, *engine.Decide, error) {
	switch {
	case c.Args().Len() != 1:
		return nil, nil, usagef("steelyard %s takes one fund file, not %d", command, c.Args().Len())
	case c.String("holdings") == "":
		return nil, nil, usagef("%s needs --holdings, a file shaped as the fund file's start or a run folder", command)
	}
	_, f, err := readFund(c.Args().First())
	if err != nil {
		return nil, nil, err
	}
	holdings, err := readHoldings(c.String("holdings"), f)
	if err != nil {
		return nil, nil, err
	}
	panel, caps, err := newest(c, f)
	if err != nil {
		return nil, nil, err
	}
	d, omitted, err := decideNow(f, holdings, panel, caps)
	if err == nil && omitted != "" {
		fmt.Fprintln(c.App.ErrWriter, omitted)
	}
	return f, d, err
}

func plan(c *cli.Context) error {
	f, d, err := planned(c, "plan")
	if err != nil {
		return err
	}
	show := planTable
	if c.Bool("json") {
		show = planJSON
	}
	if err := show(c.App.Writer, f, d); err != nil {
		return err
	}
	if n := len(d.Plan.Trades); n > 0 {
		return findingf("a plan: %s to do", plural(n, "trade", "trades"))
	}
	return nil
}

// readHoldings reads a holdings file, or what a run ended with.
func readHoldings(path string, f *fundfile.Fund) ([]fundfile.Holding, error) {
	about, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("holdings: %w", err)
	}
	if about.IsDir() {
		return holdingsOfRun(path, f)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("holdings: %w", err)
	}
	return f.Holdings(path, text)
}

// holdingsOfRun adds up the flows and fills that a run recorded. Its assets and venues must be known to the fund.
func holdingsOfRun(dir string, f *fundfile.Fund) ([]fundfile.Holding, error) {
	run, err := openRun(dir)
	if err != nil {
		return nil, err
	}
	held, err := heldAtEnd(run)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	from, to := run.fund.Universe(), f.Universe()
	var list []fundfile.Holding
	for acc, units := range held {
		for a, amount := range units {
			if amount.IsZero() {
				continue
			}
			account, ok1 := to.Account(from.Accounts[acc])
			asset, ok2 := to.Asset(from.Assets[a].Name)
			if !ok1 || !ok2 {
				return nil, fmt.Errorf("%s holds %s %s at %s, which the fund file does not know", dir, amount, from.Assets[a].Name, from.Accounts[acc])
			}
			list = append(list, fundfile.Holding{Account: account, Asset: asset, Amount: amount})
		}
	}
	return list, nil
}

// heldAtEnd returns what a run's journal leaves in every account, [account][asset].
func heldAtEnd(run *storedRun) ([][]fund.Amount, error) {
	u := run.fund.Universe()
	held := make([][]fund.Amount, len(u.Accounts))
	for acc := range held {
		held[acc] = make([]fund.Amount, len(u.Assets))
	}
	add := func(acc fund.AccountID, a fund.AssetID, amount fund.Amount) { held[acc][a] = held[acc][a].Add(amount) }
	for entries := journal.NewReader(u, run.scan.Records); ; {
		e, more, err := entries.Next()
		if err != nil || !more {
			return held, err
		}
		switch b := e.Event.(type) {
		case *engine.Flow:
			add(b.Account, b.Asset, b.Amount)
		case *engine.Filled:
			in := &u.Instruments[b.Fill.Instrument]
			base, quote := b.Fill.Quantity, b.Fill.Cash().Neg()
			if b.Fill.Side == fund.Sell {
				base, quote = base.Neg(), quote.Neg()
			}
			add(in.Venue, in.Base, base)
			add(in.Venue, in.Quote, quote)
			add(in.Venue, b.Fill.FeeAsset, b.Fill.Fee.Neg())
		}
	}
}

// newest loads the rows that had closed by --at and the market caps that were known, as far back as the fund looks.
func newest(c *cli.Context, f *fundfile.Fund) (panel *fund.Panel, caps []sim.Caps, err error) {
	store, err := openStore(c, data.Read)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	return newestIn(c, store, f)
}

// newestIn does it with a store that is open.
func newestIn(c *cli.Context, store *data.Store, f *fundfile.Fund) (panel *fund.Panel, caps []sim.Caps, err error) {
	at, err := planTime(c, store, f)
	if err != nil {
		return nil, nil, err
	}
	interval := f.Backtest.Interval
	from := at.Add(-looksBack(f))
	if panel, _, err = rowsOf(c, store, f, from, at.Add(-interval+1)); err != nil {
		return nil, nil, err
	}
	caps, err = capsOf(c.Context, store, f, panel.Times[0], at)
	return panel, caps, err
}

// looksBack returns how long before a decision the oldest row opens that the fund looks at for it, and a day more.
func looksBack(f *fundfile.Fund) time.Duration {
	return max(f.Window, f.MaxAge, f.Target.Window+f.Target.Every) + fund.Day + f.Backtest.Interval
}

// planTime returns --at, or when the newest bar of the fund's instruments closed.
func planTime(c *cli.Context, store *data.Store, f *fundfile.Fund) (fund.Time, error) {
	if text := c.String("at"); text != "" {
		at, err := fund.ParseTime(text)
		if err != nil {
			return 0, usagef("--at %s is no time; write 2023-06-01 or 2023-06-01T12:00:00Z", text)
		}
		return at, nil
	}
	all, err := store.Series(c.Context, data.Filter{})
	newest := fund.Time(0)
	for _, s := range all {
		for _, key := range seriesOf(f) {
			if s.Key == key && s.Interval == f.Backtest.Interval {
				newest = max(newest, s.Last.Add(s.Interval))
			}
		}
	}
	if newest == 0 { // the load that follows says which series is missing
		newest = fund.TimeOf(time.Now())
	}
	return newest, err
}

// decideNow returns what a fund that holds this would do at the close of the newest row, and which assets of the target it
// left out and why.
func decideNow(f *fundfile.Fund, holdings []fundfile.Holding, panel *fund.Panel, caps []sim.Caps) (*engine.Decide, string, error) {
	policy, err := f.Policy()
	if err != nil {
		return nil, "", err
	}
	return pretrade.Decide(f.Universe(), policy, sim.OpeningOf(holdings, panel.Times[0]), panel, caps)
}
