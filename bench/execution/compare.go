package main

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"gonum.org/v1/gonum/stat"

	"github.com/steelyard/steelyard/engine/execute"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
	"github.com/steelyard/steelyard/engine/shortfall"
)

// way is a schedule by the name that the tables give it.
type way struct {
	name     string
	schedule execute.Schedule
}

func ways() []way {
	const over, slices = 4 * time.Hour, 240
	return []way{
		{"at once", execute.Schedule{}},
		{"Almgren–Chriss, 4 h", execute.Schedule{Kind: execute.AlmgrenChriss, Over: over, Slices: slices, Lambda: 3e-5}},
		{"TWAP, 4 h", execute.Schedule{Kind: execute.TWAP, Over: over, Slices: slices}},
		{"VWAP, 4 h", execute.Schedule{Kind: execute.VWAP, Over: over, Slices: slices}},
		{"POV, 25 %", execute.Schedule{Kind: execute.POV, Rate: 0.25}},
	}
}

// world is an impact model by the name that the tables give it.
type world struct {
	name  string
	model impact.Model
}

func worlds() []world {
	return []world{
		// The figures of the paper; a thousand million LINK were made.
		{"power law (Almgren et al., 2005)", impact.PowerLaw{Gamma: 0.314, Eta: 0.142, Beta: 0.6, Delta: 0.25, Supply: 1e9}},
		{"square root, forgetting half in an hour", impact.SquareRoot{Y: 1, HalfLife: time.Hour}},
	}
}

// trial is one sale: what was expected of it and what came of it, in basis points.
type trial struct {
	expected, risk, paid, cost float64
	took                       time.Duration
	participation, done        float64
	inside                     bool // the cost was within the planner's interval of 95 %
}

// comparison is what came of a schedule in a world.
type comparison struct {
	world, way string
	trials     []trial
}

// compare sells from so many times, evenly apart, under every schedule in every world.
func compare(ctx context.Context, m *minutes, starts int) ([]comparison, error) {
	first, last := int((window+fund.Day)/time.Minute), m.panel.Rows()-int(2*fund.Day/time.Minute)
	var all []comparison
	for _, w := range worlds() {
		for _, s := range ways() {
			c := comparison{w.name, s.name, make([]trial, starts)}
			err := spread(starts, func(k int) (err error) {
				from := first + k*(last-first)/starts
				c.trials[k], err = m.try(ctx, from, s.schedule, w.model)
				return err
			})
			if err != nil {
				return nil, fmt.Errorf("%s, %s: %w", w.name, s.name, err)
			}
			all = append(all, c)
		}
	}
	return all, nil
}

// spread does something n times, on all processors, and returns the first of the errors.
func spread(n int, do func(k int) error) error {
	errs := make([]error, n)
	var workers sync.WaitGroup
	step := runtime.GOMAXPROCS(0)
	for from := range step {
		workers.Go(func() {
			for k := from; k < n; k += step {
				errs[k] = do(k)
			}
		})
	}
	workers.Wait()
	k := slices.IndexFunc(errs, func(err error) bool { return err != nil })
	if k < 0 {
		return nil
	}
	return errs[k]
}

// try sells from one time on.
func (m *minutes) try(ctx context.Context, from int, s execute.Schedule, model impact.Model) (trial, error) {
	b, err := m.sale(from, s, model)
	if err != nil {
		return trial{}, err
	}
	e, err := b.Expect(ctx, b.Policy)
	if err != nil {
		return trial{}, err
	}
	o, _, err := b.Replay(ctx, m.between(from, m.panel.Rows()))
	if err != nil {
		return trial{}, err
	}
	f := shortfall.ForecastOf(&b.Decision.Plan.Trades[0])
	low, high := f.Interval(shortfall.NinetyFive)
	bp := 1e4 / b.Decision.Plan.Turnover()
	return trial{
		expected: e.Cost * bp, risk: e.Risk * bp, paid: o.Parts[0].Paid().Total() * bp, cost: o.Cost() * bp,
		took: o.Took, participation: o.Participation[0], done: o.Done[0], inside: low <= o.Cost() && o.Cost() <= high,
	}, nil
}

// mean returns the average of a figure over the trials.
func (c *comparison) mean(of func(*trial) float64) float64 { return stat.Mean(c.all(of), nil) }

func (c *comparison) all(of func(*trial) float64) []float64 {
	list := make([]float64, len(c.trials))
	for k := range c.trials {
		list[k] = of(&c.trials[k])
	}
	return list
}

// costs returns what the sales cost, ascending.
func (c *comparison) costs() []float64 {
	list := c.all(func(t *trial) float64 { return t.cost })
	slices.Sort(list)
	return list
}
