package sweep

import (
	"context"
	"fmt"
	"slices"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/reports"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// Forward runs the points that were chosen for the test windows, and returns what came of each window.
//
// It is one run of one fund that lives through them. It begins the first window with the fund file's start; rows before are its history. Where
// a window's choice is not the one before's, the fund goes by the chosen point's fund file from there on (engine.Revision): the new policy
// decides for the first time at the close of its window's first row, and all else goes on. Flows and words of operators come when they
// come, those from before the first window at its beginning.
func (b *Base) Forward(ctx context.Context, g *Grid, windows []Window, chosen []int) ([]reports.Part, error) {
	a, err := b.chain(ctx, g, windows, chosen)
	if err != nil {
		return nil, fmt.Errorf("tests from %v on: %w", windows[0].From, err)
	}
	parts := make([]reports.Part, len(windows))
	for k, w := range windows {
		parts[k] = a.Between(max(w.From, a.Points[0].At+1), w.To) // the start is no return
	}
	return parts, nil
}

// chain runs the fund that lives through the windows.
func (b *Base) chain(ctx context.Context, g *Grid, windows []Window, chosen []int) (*reports.Analysis, error) {
	from, to := windows[0].From, windows[len(windows)-1].To
	first, err := b.point(g.Settings(chosen[0]))
	if err != nil {
		return nil, err
	}
	policy, err := first.Policy()
	if err != nil {
		return nil, err
	}
	run := play{fund: first, core: engine.New(first.Universe(), policy), world: b.worldOf(first, from, to)}
	for k := 1; k < len(windows); k++ {
		if chosen[k] == chosen[k-1] {
			continue
		}
		if err := b.revise(&run, g.Settings(chosen[k]), windows[k].From); err != nil {
			return nil, err
		}
	}
	return b.play(ctx, run, nil)
}

// worldOf returns the world of a fund from one time to another. Rows before are history.
func (b *Base) worldOf(f *fundfile.Fund, from, to fund.Time) sim.Config {
	panel := b.Panel.Between(b.Fund.HistoryFrom(), to)
	world := sim.ConfigOf(f, panel, b.capsBetween(from, to), f.Backtest.Seed)
	world.First, world.Opening = panel.Find(from), sim.OpeningOf(f.Start, from)
	for k := range world.Flows {
		world.Flows[k].At = max(world.Flows[k].At, from)
	}
	world.Words = slices.DeleteFunc(world.Words, func(w sim.Word) bool { return w.At < from && w.Action == engine.Rebalance })
	return world
}

// revise has a run go by a point's fund file from a time on.
func (b *Base) revise(run *play, settings []fundfile.Setting, at fund.Time) error {
	f, err := b.point(settings)
	if err != nil {
		return err
	}
	policy, err := f.Policy()
	if err != nil {
		return err
	}
	run.core.Expect(f.Hash(), f.Universe(), policy)
	run.later = append(run.later, reports.Revised{Hash: f.Hash(), Limits: f.Limits(), MaxAge: f.MaxAge})
	world := sim.ConfigOf(f, b.Panel, nil, f.Backtest.Seed)
	run.world.Revisions = append(run.world.Revisions, sim.Revision{At: at, Fund: engine.Revision{Fund: f.Hash()},
		Universe: f.Universe(), Venues: world.Venues, Flows: world.Flows, Words: world.Words})
	return nil
}
