package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/sim/pretrade"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// priced is a rebalance and what it will cost.
type priced struct {
	moment
	rebalance *pretrade.Rebalance
	summary   pretrade.Summary
	chosen    pretrade.Point   // the fund's own way of working it
	others    []pretrade.Point // other ways, the quickest first
	sizes     []pretrade.Size
}

// errNothing says why a rebalance would trade nothing.
type errNothing struct{ verdict, why string }

func (e *errNothing) Error() string {
	return fmt.Sprintf("nothing would be traded: the plan is %s: %s", e.verdict, e.why)
}

// price works a rebalance in every way that is asked about.
func (q *question) price(ctx context.Context, m moment) (*priced, error) {
	f := pretrade.Fund{Universe: q.fund.Universe(), Venues: venuesOf(q.fund, 0), Policy: q.fund.Policy}
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
	own, others, err := waysOf(q.fund)
	if err != nil {
		return nil, err
	}
	points, err := b.Compare(ctx, append(others, own))
	if err != nil {
		return nil, err
	}
	p.others, p.chosen = points[:len(others)], points[len(others)]
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

// waysOf returns the fund's own way of working a rebalance, and others to compare it with: at once, and in equal parts, one a
// row, over horizons that double up to two days or twice the fund's own.
func waysOf(f *fundfile.Fund) (own pretrade.Way, others []pretrade.Way, err error) {
	if own, err = wayOf(f, executionName(f.Execution), f.Execution); err != nil {
		return own, nil, err
	}
	e := fundfile.Execution{Kind: "immediate", Deadline: f.Execution.Deadline}
	for rows := 1; err == nil && time.Duration(rows/2)*f.Backtest.Interval < max(2*fund.Day, 2*f.Execution.Over) && rows <= 1000; rows *= 2 {
		if rows > 1 {
			e.Kind, e.Slices, e.Over = "twap", rows, time.Duration(rows)*f.Backtest.Interval
		}
		var w pretrade.Way
		w, err = wayOf(f, executionName(e), e)
		others = append(others, w)
	}
	return own, others, err
}

func wayOf(f *fundfile.Fund, name string, e fundfile.Execution) (pretrade.Way, error) {
	g := *f
	g.Execution = e
	p, err := g.Policy()
	return pretrade.Way{Name: name, Policy: p}, err
}

func executionName(e fundfile.Execution) string {
	if e.Kind == "immediate" {
		return "at once"
	}
	if e.Over == 0 {
		return e.Kind
	}
	return e.Kind + " " + lasting(e.Over)
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
