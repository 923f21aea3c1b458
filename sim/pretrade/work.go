package pretrade

import (
	"context"
	"io"
	"slices"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/host"
	"github.com/steelyard/steelyard/engine/shortfall"
	"github.com/steelyard/steelyard/sim"
)

// longest is how long a rebalance is followed at most.
const longest = 100 * fund.Day

// work is a rebalance being worked on one path: the world of a core, which goes on row by row until the core has settled, and
// the recorder of what becomes of it.
type work struct {
	*sim.World
	of      *Rebalance
	core    *engine.Core
	rows    rows
	parents []shortfall.Parent // by trade of the plan
	sent    []bool             // by trade: its first order has left
	fills   []Fill
	last    fund.Time // of the newest fill; when it was decided, while there is none
	settled bool
}

// rows are how a market goes on.
type rows interface {
	// panel returns the rows so far. It is the same one always, and grows.
	panel() *fund.Panel
	// next adds a row, and reports whether there was one.
	next() bool
}

// Fill is an execution.
type Fill struct {
	At    fund.Time
	Trade int     // of the plan
	Units float64 // base units
}

// do works the rebalance on a market as a policy says. The seed is of what venues do at random.
func (b *Rebalance) do(ctx context.Context, r rows, policy engine.Policy, seed uint64) (*work, error) {
	w := &work{of: b, rows: r, core: engine.New(b.Universe, b.working(policy)), last: b.decided()}
	for i := range b.Decision.Plan.Trades {
		t := &b.Decision.Plan.Trades[i]
		in := &b.Universe.Instruments[t.Instrument]
		mid := b.Decision.Prices[in.Base] / b.Decision.Prices[in.Quote]
		w.parents = append(w.parents, shortfall.Parent{Instrument: in, Side: t.Side, Wanted: t.Quantity, Decided: mid, Arrival: mid})
	}
	w.sent = make([]bool, len(w.parents))
	w.World = sim.New(b.world(r.panel(), seed))
	return w, host.Run(ctx, w.core, w, w)
}

// world is the world in which the rebalance is worked: it begins as long before the newest row as a price is worth something.
func (b *Rebalance) world(p *fund.Panel, seed uint64) sim.Config {
	cfg := sim.Config{Universe: b.Universe, Panel: p, First: first(p, b.Policy.MaxAge), Opening: slices.Clone(b.Opening)}
	for i := range cfg.Opening {
		cfg.Opening[i].At = p.Times[cfg.First]
	}
	for _, v := range b.Venues {
		v.Seed = seed
		cfg.Venues = append(cfg.Venues, v)
	}
	return cfg
}

// Next implements the host's World. It makes the row after the one that it tells of.
func (w *work) Next(ctx context.Context) (engine.Event, error) {
	p := w.rows.panel()
	if w.settled || p.CloseTime(p.Rows()-1).Sub(w.of.decided()) > longest {
		return engine.Event{}, io.EOF
	}
	ev, err := w.World.Next(ctx)
	if r, ok := ev.Body.(*engine.Row); ok && r.Index == p.Rows()-1 {
		w.rows.next() // where there is none the world ends
	}
	return ev, err
}

// Event implements the host's Recorder.
func (w *work) Event(ev *engine.Event) error {
	f, ok := ev.Body.(*engine.Filled)
	if !ok {
		return nil
	}
	k := w.tradeOf(f.Fill.Instrument)
	w.parents[k].Fill(&f.Fill, w.core.View().Price)
	w.fills, w.last = append(w.fills, Fill{ev.At, k, f.Fill.Quantity.Float64()}), ev.At
	return nil
}

// Commands implements the host's Recorder.
func (w *work) Commands(cmds []engine.Command) error {
	for _, c := range cmds {
		switch c := c.(type) {
		case *engine.Place:
			w.place(c.Order.Order().Instrument)
		case *engine.Decide:
			w.settled = c.Verdict != engine.Go
		case *engine.Settle:
			w.settled = true
		}
	}
	return nil
}

// place notes the price at which a trade's first order left.
func (w *work) place(i fund.InstrumentID) {
	k := w.tradeOf(i)
	if w.sent[k] {
		return
	}
	h := w.core.View().History
	if mid := h.Close(h.Rows() - 1)[i]; mid == mid {
		w.parents[k].Arrival = mid
	}
	w.sent[k] = true
}

// End implements the host's Recorder.
func (w *work) End() error { return nil }

// tradeOf returns which trade of the plan is of an instrument; a plan trades each at most once.
func (w *work) tradeOf(i fund.InstrumentID) int {
	for k := range w.of.Decision.Plan.Trades {
		if w.of.Decision.Plan.Trades[k].Instrument == i {
			return k
		}
	}
	panic("pretrade: an order outside its plan")
}
