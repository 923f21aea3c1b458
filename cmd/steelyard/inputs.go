package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/google/renameio/v2"
	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/data"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// inputs is what a run is given and its folder keeps.
type inputs struct {
	text     []byte // of the fund file
	fund     *fundfile.Fund
	rules    func(key string) (fundfile.Rules, bool) // that the store knows
	panel    *fund.Panel
	caps     []sim.Caps // that the fund looks at
	manifest journal.Manifest
	about    about
	signing  signing

	// Of a run in running time that an earlier process began.
	opened bool       // the newest row has opened and not closed
	known  fund.Time  // when its newest event happened
	words  []sim.Word // what operators said
}

func (in *inputs) instruments() []string { return instrumentKeys(in.fund.Universe()) }

// gather reads everything that a run is given before anything is written.
func gather(c *cli.Context) (*inputs, error) {
	path := c.Args().First()
	text, f, err := readFund(path)
	if err != nil {
		return nil, err
	}
	if !f.Backtest.Present() {
		return nil, fmt.Errorf("%s: no backtest section; add one such as\n  backtest: {from: 2021-04-05, to: 2023-12-30, interval: 1h}", path)
	}
	in := &inputs{text: text, fund: f, about: aboutThisRun()}
	in.about.Folder, in.about.Venues = c.String("out"), simulatedVenues
	if in.about.Seed = f.Backtest.Seed; c.IsSet("seed") {
		in.about.Seed = c.Uint64("seed")
	}
	if err := in.load(c); err != nil {
		return nil, err
	}
	dataset := in.hash(in.panel, in.caps)
	in.manifest = journal.Manifest{Fund: in.fund.Hash(), Dataset: dataset, Seed: in.about.Seed}
	return in, nil
}

// hash names data of the fund's instruments and assets.
func (in *inputs) hash(panel *fund.Panel, caps []sim.Caps) string {
	return datasetHash(data.PanelHash(panel, in.instruments()), capsText(in.fund.Universe(), caps))
}

// load reads the fund's rows from the store.
func (in *inputs) load(c *cli.Context) error {
	store, err := openStore(c, data.Read)
	if err != nil {
		return err
	}
	defer store.Close() // it was only read
	if in.rules, err = rulesOf(c, store, in.fund); err != nil {
		return err
	}
	in.fund = in.fund.WithRules(in.rules)
	b := in.fund.Backtest
	panel, notes, err := rowsOf(c, store, in.fund, in.fund.HistoryFrom(), b.To)
	if err != nil {
		return err
	}
	if in.panel = panel; panel.Find(b.From) == panel.Rows() {
		return fmt.Errorf("no bars from %v to %v: the store has only earlier ones", b.From, b.To)
	}
	if in.caps, err = capsOf(c.Context, store, in.fund, b.From, b.To); err != nil {
		return err
	}
	for _, n := range notes {
		in.about.Notes = append(in.about.Notes, n.String())
	}
	return nil
}

// withRules fills in the lots, ticks and minimums that the store knows of the fund's venues and the fund file does not say.
func withRules(c *cli.Context, store *data.Store, f *fundfile.Fund) (*fundfile.Fund, error) {
	known, err := rulesOf(c, store, f)
	if err != nil {
		return nil, err
	}
	return f.WithRules(known), nil
}

// rulesOf returns what the store knows of the rules of the fund's venues, as fundfile's WithRules asks for it.
func rulesOf(c *cli.Context, store *data.Store, f *fundfile.Fund) (func(key string) (fundfile.Rules, bool), error) {
	known := map[string]fundfile.Rules{}
	for _, v := range f.Venues {
		list, err := store.Rules(c.Context, v.Name)
		if err != nil {
			return nil, err
		}
		for _, r := range list {
			known[r.Key.String()] = fundfile.Rules{Lot: r.Lot, Tick: r.Tick, MinQuantity: r.MinQuantity, MaxQuantity: r.MaxQuantity,
				MinNotional: r.MinNotional, MaxNotional: r.MaxNotional}
		}
	}
	return func(key string) (fundfile.Rules, bool) {
		r, ok := known[key]
		return r, ok
	}, nil
}

// rowsOf loads the rows of a fund's instruments. Those of crosses, of which the store has none, are derived.
func rowsOf(c *cli.Context, store *data.Store, f *fundfile.Fund, from, to fund.Time) (*fund.Panel, []data.Note, error) {
	q := data.Query{Interval: f.Backtest.Interval, From: from, To: to, MaxGap: f.MaxGap, Instruments: seriesOf(f)}
	panel, notes, err := store.Load(c.Context, q)
	if err != nil {
		return nil, nil, err
	}
	return panel.WithCrosses(len(f.Universe().Instruments), f.Crosses), notes, nil
}

// seriesOf lists the instruments that have prices of their own.
func seriesOf(f *fundfile.Fund) []data.Key {
	u := f.Universe()
	var keys []data.Key
	for i := range u.Instruments {
		if !slices.ContainsFunc(f.Crosses, func(c fund.Cross) bool { return int(c.Of) == i }) {
			keys = append(keys, data.Key{Venue: u.Accounts[u.Instruments[i].Venue], Instrument: u.Instruments[i].Name})
		}
	}
	return keys
}

// firstLine returns the line that a journal of a run with these inputs begins with.
func (in *inputs) firstLine() ([]byte, error) {
	var line bytes.Buffer
	_, err := journal.NewRecorder(in.fund.Universe(), in.manifest, &line)
	return line.Bytes(), err
}

// write writes the inputs into a run folder, each file whole or not at all.
func (in *inputs) write(dir string) error {
	if err := renameio.WriteFile(filepath.Join(dir, fundName), in.text, 0o644); err != nil {
		return err
	}
	if err := renameio.WriteFile(filepath.Join(dir, resolvedName), in.fund.Canonical(), 0o644); err != nil {
		return err
	}
	if err := in.writeRows(dir); err != nil {
		return err
	}
	if caps := capsText(in.fund.Universe(), in.caps); caps != nil {
		if err := renameio.WriteFile(filepath.Join(dir, capsName), caps, 0o644); err != nil {
			return err
		}
	}
	return in.about.write(dir)
}

// writeRows writes the rows that are known. Those of a run in running time grow from then on; what a process that was killed
// left of them before the run began counts for nothing.
func (in *inputs) writeRows(dir string) error {
	if !in.inRunningTime() {
		return data.WriteRows(filepath.Join(dir, rowsName), in.panel, in.instruments())
	}
	if err := os.Remove(filepath.Join(dir, journal.RowsName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	rows, err := journal.CreateRows(journal.Dir(dir), journal.RowsHead{Instruments: in.instruments(), Interval: in.panel.Interval}, in.panel)
	if err != nil {
		return err
	}
	return rows.Close()
}

// inRunningTime reports whether the run cannot be run again: paper, live.
func (in *inputs) inRunningTime() bool { return in.manifest.Run != "" }

// instrumentKeys returns the columns of a run's rows: the universe's instruments by key.
func instrumentKeys(u *fund.Universe) []string {
	keys := make([]string, len(u.Instruments))
	for i := range keys {
		keys[i] = u.InstrumentKey(fund.InstrumentID(i))
	}
	return keys
}
