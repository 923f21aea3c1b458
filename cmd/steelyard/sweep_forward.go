package main

import (
	"fmt"
	"path/filepath"

	"github.com/google/renameio/v2"
	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/reports"
	"github.com/steelyard/steelyard/sim/sweep"
)

// trainsName is the folder of a sweep that holds the sweeps of its train windows.
const trainsName = "walk-forward"

// walkForward chooses on every train window and runs what was chosen on the tests; nil where that was not asked for.
func (s *sweeping) walkForward(c *cli.Context, goal sweep.Goal) (*sweep.Trial, error) {
	if s.walk == nil {
		return nil, nil
	}
	trains, err := s.trains(c, 0, int(s.grid.Len()))
	if err != nil {
		return nil, err
	}
	t := &sweep.Trial{Goal: goal}
	if t.Windows, err = s.base.Windows(*s.walk); err != nil {
		return nil, err
	}
	for k, train := range trains {
		best, err := train.table.Best(goal)
		if err != nil {
			return nil, fmt.Errorf("train window %s: %w", t.Windows[k].Name(), err)
		}
		if err := train.write("sweep", train.table); err != nil {
			return nil, err
		}
		figure, _ := train.table.Number(best, train.table.Column(goal.Figure))
		t.Chosen, t.Train = append(t.Chosen, best), append(t.Train, figure)
	}
	if t.Tests, err = s.base.Forward(c.Context, s.grid, t.Windows, t.Chosen); err != nil {
		return nil, err
	}
	t.InSample, err = s.inSample(c, goal, t.Windows)
	return t, err
}

// trains runs the points of [from, to) that were not run in the sweeps of the train windows. Each is a sweep of its own, in a folder of
// its own.
func (s *sweeping) trains(c *cli.Context, from, to int) ([]*sweeping, error) {
	windows, err := s.base.Windows(*s.walk)
	if err != nil {
		return nil, err
	}
	var list []*sweeping
	for k, w := range windows {
		train := &sweeping{grid: s.grid, work: s.work}
		if train.base, err = s.base.Part(w.Train, w.From); err != nil {
			return nil, err
		}
		if err := train.open(c, s.folder.Path(filepath.Join(trainsName, w.Name()))); err != nil {
			return nil, err
		}
		if len(train.table.Missing(from, to)) > 0 {
			fmt.Fprintf(c.App.ErrWriter, "train window %d of %d, %s to %s\n", k+1, len(windows), dayOf(w.Train.UTC()), dayOf(w.From.UTC()))
		}
		if err := train.run(c, from, to); err != nil {
			return nil, err
		}
		list = append(list, train)
	}
	return list, nil
}

// inSample runs the point that is best over the whole period, and returns what came of it in each window.
func (s *sweeping) inSample(c *cli.Context, goal sweep.Goal, windows []sweep.Window) ([]reports.Part, error) {
	best, err := s.table.Best(goal)
	if err != nil {
		return nil, err
	}
	f, err := s.base.Make(s.grid.Settings(best))
	if err != nil {
		return nil, err
	}
	a, err := s.base.Run(c.Context, f)
	if err != nil {
		return nil, err
	}
	var parts []reports.Part
	for _, w := range windows {
		parts = append(parts, a.Between(w.From, w.To))
	}
	return parts, nil
}

// writeTrial writes what a walk-forward came to.
func (s *sweeping) writeTrial(t *sweep.Trial) error {
	if err := s.write("walkforward", t.Table(s.grid)); err != nil {
		return err
	}
	return renameio.WriteFile(s.folder.Path("walkforward_equity.csv"), t.Equity().CSV(), 0o644)
}
