package sweep

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/host"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/reports"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// Base is what all points share. It is only read, by all workers at once.
type Base struct {
	Fund    *fundfile.Fund // as the file has it
	Panel   *fund.Panel
	Caps    []sim.Caps
	Dataset string   // hash of all data, for the manifests
	Notes   []string // about the data
	// Hash names data as Dataset does, for parts of the period.
	Hash func(*fund.Panel, []sim.Caps) string
	// Make reads the fund file with some keys set to other values.
	Make func([]fundfile.Setting) (*fundfile.Fund, error)
}

// Row is a point that was run.
type Row struct {
	Point    int
	Settings []fundfile.Setting
	Figures  []reports.Scalar
}

// point makes the fund of a point, which has to need the rows that all share.
func (b *Base) point(settings []fundfile.Setting) (*fundfile.Fund, error) {
	f, err := b.Make(settings)
	if err == nil {
		err = b.fits(f)
	}
	if err != nil {
		return nil, fmt.Errorf("point %s: %w", words(settings), err)
	}
	return f, nil
}

// fits fails for a fund that needs other data than the one that was loaded for.
func (b *Base) fits(f *fundfile.Fund) error {
	of, is := b.Fund, f.Backtest
	same := is.From == of.Backtest.From && is.To == of.Backtest.To && is.Interval == of.Backtest.Interval && f.MaxGap == of.MaxGap && f.WarmUp == of.WarmUp &&
		f.Universe().Names(of.Universe()) && slices.Equal(f.Crosses, of.Crosses) && slices.EqualFunc(f.Caps(), of.Caps(), sameCaps)
	if !same {
		return errors.New("it needs other rows or market caps than the fund file as it stands; all points of a sweep share them, " +
			"so that instruments, period, interval, data.max-gap, data.warm-up and what market caps are asked for stay as they are")
	}
	return nil
}

func sameCaps(a, b fundfile.CapsOf) bool {
	return a.Vendor == b.Vendor && a.MaxAge == b.MaxAge && slices.Equal(a.Assets, b.Assets)
}

// Run runs a fund over the shared rows as a backtest of it does, and says what came of it.
func (b *Base) Run(ctx context.Context, f *fundfile.Fund) (*reports.Analysis, error) {
	return b.run(ctx, f, nil)
}

// run is Run in the memory of an analysis that nobody uses any more; nil: in new memory.
func (b *Base) run(ctx context.Context, f *fundfile.Fund, spare *reports.Analysis) (*reports.Analysis, error) {
	policy, err := f.Policy()
	if err != nil {
		return nil, err
	}
	return b.play(ctx, play{fund: f, core: engine.New(f.Universe(), policy), world: sim.ConfigOf(f, b.Panel, b.Caps, f.Backtest.Seed)}, spare)
}

// play is a run: a core, and the world that it is stepped through.
type play struct {
	fund  *fundfile.Fund // that it begins with
	core  *engine.Core
	world sim.Config
	later []reports.Revised // what the fund goes by later
}

// play does a run and says what came of it.
func (b *Base) play(ctx context.Context, p play, spare *reports.Analysis) (*reports.Analysis, error) {
	f, world := p.fund, p.world
	m := journal.Manifest{Fund: f.Hash(), Dataset: b.Dataset, Seed: f.Backtest.Seed}
	walk, err := reports.Follow(reports.Run{
		Fund:        f.Name,
		Universe:    f.Universe(),
		Panel:       world.Panel.Part(world.First, world.Panel.Rows()),
		MaxAge:      f.MaxAge,
		Later:       p.later,
		Limits:      f.Limits(),
		AtClose:     f.Backtest.FillClose,
		FundHash:    m.Fund,
		DatasetHash: m.Dataset,
		Seed:        m.Seed,
		Notes:       b.Notes,
	}, spare)
	if err != nil {
		return nil, err
	}
	rec, err := journal.Hear(f.Universe(), m, walk.Take)
	if err != nil {
		return nil, err
	}
	if err := host.Run(ctx, p.core, sim.New(world), rec); err != nil {
		return nil, err
	}
	a := walk.Finish()
	a.Run.DecisionsDigest = rec.DecisionsDigest()
	return a, nil
}

// Check makes the funds of the first point and of those that differ from it in one axis, so that a value that cannot be is
// told before anything is run.
func (b *Base) Check(g *Grid) error {
	if err := b.checkNames(g); err != nil {
		return err
	}
	at := make([]int, len(g.Axes))
	for a := range g.Axes {
		for v := range min(len(g.Axes[a].Values), mostChecked) {
			at[a] = v
			if _, err := b.point(g.settings(at)); err != nil {
				return err
			}
		}
		at[a] = 0
	}
	return nil
}

// checkNames refuses an axis whose column would have the name of a figure's.
func (b *Base) checkNames(g *Grid) error {
	figures := columns(b, g)[1+len(g.Axes):]
	for _, a := range g.Axes {
		if slices.ContainsFunc(figures, func(c Column) bool { return c.Name == a.Path }) {
			return fmt.Errorf("--vary %s: the tables have a figure of that name; vary another key, or one that is part of it", a.Path)
		}
	}
	return nil
}

// mostChecked is how many values of an axis Check looks at, so that it takes a moment only.
const mostChecked = 100
