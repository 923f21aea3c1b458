package sweep

import (
	"context"
	"fmt"
	"slices"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/ledger"
	"github.com/steelyard/steelyard/reports"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// Forward runs the points that were chosen for the test windows, and returns what came of each window.
//
// It is one fund that lives through them. The first window begins with the fund file's start; every other with what the one
// before held at its end, to the last unit, and worth the same. Where a window's choice is the one before's, the run simply goes
// on. Where it is another, the new policy takes over: it knows all rows up to then, but none of the old one's decisions; what the
// old one's orders had not done is not done; the new one decides for the first time at the close of its window's first row, and
// what it trades, to get from the old holdings to its own, costs what it costs. Words of operators stand, flows come when they come,
// those from before the first window at its beginning.
func (b *Base) Forward(ctx context.Context, g *Grid, windows []Window, chosen []int) ([]reports.Part, error) {
	var parts []reports.Part
	var h heir
	for k := 0; k < len(windows); {
		next := k + 1
		for next < len(windows) && chosen[next] == chosen[k] {
			next++
		}
		settings := g.Settings(chosen[k])
		a, err := b.span(ctx, settings, windows[k].From, windows[next-1].To, &h)
		if err != nil {
			return nil, fmt.Errorf("test from %v on, point %s: %w", windows[k].From, words(settings), err)
		}
		for _, w := range windows[k:next] {
			parts = append(parts, a.Between(w.From, w.To))
		}
		k = next
	}
	return parts, nil
}

// heir is what a run leaves to the next.
type heir struct {
	began bool // there was a run
	held  []fundfile.Holding
	until fund.Time // when its newest row closed: what flowed by then, flowed in it
}

// span runs a point from one time to another, and leaves what it holds then. The rows before are its past: the fund holds nothing
// in them, and decides nothing.
func (b *Base) span(ctx context.Context, settings []fundfile.Setting, from, to fund.Time, h *heir) (*reports.Analysis, error) {
	f, err := b.point(settings)
	if err != nil {
		return nil, err
	}
	policy, err := f.Policy()
	if err != nil {
		return nil, err
	}
	policy.Trigger = after{policy.Trigger, from}
	world := sim.ConfigOf(f, b.Panel.Between(b.Fund.HistoryFrom(), to), b.capsBetween(b.Fund.Backtest.From, to), f.Backtest.Seed)
	begin := from + 1 // after the row that closes then, which values the holdings
	world.Opening, world.Flows = nil, h.flows(f, world.Flows, begin)
	world.Words = slices.DeleteFunc(world.Words, func(w sim.Word) bool { return w.At < begin && w.Action == engine.Rebalance })
	core := engine.New(f.Universe(), policy)
	a, err := b.play(ctx, f, core, world, nil)
	if err == nil {
		*h = heir{true, holdings(f.Universe(), core.Book()), world.Panel.CloseTime(world.Panel.Rows() - 1)}
	}
	return a, err
}

// flows lists what comes into a run: what was left to it, and then the fund's flows that did not come yet.
func (h *heir) flows(f *fundfile.Fund, flows []sim.Flow, begin fund.Time) []sim.Flow {
	held := h.held
	if !h.began {
		held = f.Start
	}
	list := sim.OpeningOf(held, begin)
	for _, fl := range flows {
		if !h.began || fl.At > h.until {
			fl.At = max(fl.At, begin)
			list = append(list, fl)
		}
	}
	return list
}

// holdings lists what a book holds.
func holdings(u *fund.Universe, book *ledger.Book) []fundfile.Holding {
	var list []fundfile.Holding
	for acc := range u.Accounts {
		for a := range u.Assets {
			h := fundfile.Holding{Account: fund.AccountID(acc), Asset: fund.AssetID(a)}
			if h.Amount = book.Balance(h.Account, h.Asset); h.Amount.Sign() > 0 {
				list = append(list, h)
			}
		}
	}
	return list
}

// after is a trigger that is asked only after a time.
type after struct {
	engine.Trigger
	at fund.Time
}

// Due implements engine.Trigger.
func (t after) Due(v *fund.View, target []float64) string {
	if v.At <= t.at {
		return ""
	}
	return t.Trigger.Due(v, target)
}

// Worth implements engine.Worth for a trigger that does, and finds every plan worth its cost for another.
func (t after) Worth(v *fund.View, p *fund.Plan) (bool, string) {
	if w, ok := t.Trigger.(engine.Worth); ok {
		return w.Worth(v, p)
	}
	return true, ""
}
