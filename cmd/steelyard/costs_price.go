package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/execute"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/sim/pretrade"
)

// priced is a rebalance and what it will cost.
type priced struct {
	moment
	rebalance *pretrade.Rebalance
	summary   pretrade.Summary
	chosen    pretrade.Expectation // as the fund works it
	frontier  []pretrade.Point
	sizes     []pretrade.Size
}

// errNothing says why a rebalance would trade nothing.
type errNothing struct{ verdict, why string }

func (e *errNothing) Error() string {
	return fmt.Sprintf("nothing would be traded: the plan is %s: %s", e.verdict, e.why)
}

// price works a rebalance in every way that is asked about.
func (q *question) price(ctx context.Context, m moment) (*priced, error) {
	f := pretrade.Fund{Universe: q.fund.Universe(), Venues: sim.VenuesOf(q.fund, 0), Policy: q.fund.Policy}
	b, err := f.At(m.Moment, 1)
	if err != nil {
		return nil, err
	}
	if v := b.Decision.Verdict; v != engine.Go {
		return nil, &errNothing{string(v), b.Decision.Why}
	}
	if err := b.Check(); err != nil {
		return nil, err
	}
	p := &priced{moment: m, rebalance: b}
	if p.summary, err = q.draw(ctx, b); err != nil {
		return nil, err
	}
	if p.frontier, err = b.Frontier(ctx); err != nil {
		return nil, err
	}
	if p.chosen, err = b.Expect(ctx, b.Policy); err != nil {
		return nil, err
	}
	p.sizes, err = f.Capacity(ctx, m.Moment, q.sizes)
	return p, err
}

// draw draws markets, and shows how far it has come where somebody sits at a terminal.
func (q *question) draw(ctx context.Context, b *pretrade.Rebalance) (pretrade.Summary, error) {
	draws := q.draws
	if term.IsTerminal(int(os.Stderr.Fd())) {
		bar := progressbar.NewOptions(draws.Number, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionSetDescription("draws"),
			progressbar.OptionSetPredictTime(true), progressbar.OptionShowCount(), progressbar.OptionThrottle(100*time.Millisecond))
		defer bar.Clear()
		draws.Progress = func(done int) { bar.Set(done) } // what a terminal does not show is no error of the forecast
	}
	outcomes, err := b.Draw(ctx, draws)
	if err != nil {
		return pretrade.Summary{}, err
	}
	return b.Summarize(outcomes), nil
}

// scheduleName names a schedule in a table.
func scheduleName(s execute.Schedule) string {
	switch s.Kind {
	case execute.TWAP:
		return "twap " + lasting(s.Over)
	case execute.VWAP:
		return "vwap " + lasting(s.Over)
	case execute.POV:
		return fmt.Sprintf("pov %.3g %%", 100*s.Rate)
	case execute.AlmgrenChriss:
		words := "optimal"
		if s.Lambda > 0 {
			words += fmt.Sprintf(", λ %.2g", s.Lambda)
		}
		if s.Over > 0 {
			words += ", " + lasting(s.Over)
		}
		return words
	}
	return "at once"
}

// lasting writes how long something takes, to two or three digits.
func lasting(d time.Duration) string {
	switch {
	case d == 0:
		return "at once"
	case d < 2*time.Hour:
		return fmt.Sprintf("%.0f min", d.Minutes())
	case d < 2*fund.Day:
		return fmt.Sprintf("%.3g h", d.Hours())
	}
	return fmt.Sprintf("%.3g d", d.Hours()/24)
}
