package venues

import (
	"context"
	"time"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
)

// HubName is who pauses a fund while its rows are old, and lets it go on.
const HubName = "the hub"

// Lag is Rows that say when they are history. Rows of an outage are: what they would have led to must not be done at the prices of
// now. Before anything of a row that is history is told, it says that the fund is paused, and before anything of
// the first that is not, that it goes on, unless a person has paused the fund. Its words have no time: they come after what was told.
type Lag struct {
	Rows
	panel  *fund.Panel
	old    time.Duration
	since  func() fund.Time
	known  fund.Time // rows that closed by then were told before, with all words
	row    int       // that is told next
	behind bool      // it has paused the fund
	held   bool      // a person has, or books that differ
}

// NewLag returns rows that are history if they closed longer than old before since, 0: two rows; first is told first. Those that closed by
// known are told again, and nothing is said of them.
func NewLag(rows Rows, p *fund.Panel, old time.Duration, since func() fund.Time, first int, known fund.Time) *Lag {
	return &Lag{Rows: rows, panel: p, old: old, since: since, row: first, known: known}
}

// Until implements Rows. Up to known everything is told again, and since may not be known yet: nothing is said.
func (l *Lag) Until(ctx context.Context, at fund.Time) (*engine.Event, error) {
	if ev, err := l.hear(l.Rows.Until(ctx, at)); ev != nil || err != nil {
		return ev, err
	}
	if at <= l.known {
		return nil, nil
	}
	if o := l.word(); o != nil {
		l.Spoke(o)
		return &engine.Event{Body: o}, nil
	}
	return nil, nil
}

// Open implements Rows.
func (l *Lag) Open(ctx context.Context, r int) (*engine.Event, error) {
	return l.hear(l.Rows.Open(ctx, r))
}

// Close implements Rows.
func (l *Lag) Close(ctx context.Context, r int) (*engine.Event, error) {
	ev, err := l.hear(l.Rows.Close(ctx, r))
	if ev == nil && err == nil {
		l.row = r + 1
	}
	return ev, err
}

func (l *Lag) hear(ev *engine.Event, err error) (*engine.Event, error) {
	if ev != nil {
		if o, ok := ev.Body.(*engine.Operator); ok {
			l.Spoke(o)
		}
	}
	return ev, err
}

// word returns what has to be said before the next row, or nil.
func (l *Lag) word() *engine.Operator {
	if l.row >= l.panel.Rows() || l.panel.CloseTime(l.row) <= l.known {
		return nil
	}
	behind := l.since().Sub(l.panel.CloseTime(l.row)) > orElse(l.old, 2*l.panel.Interval)
	switch {
	case behind == l.behind || l.held:
		return nil
	case behind:
		return &engine.Operator{Who: HubName, Action: engine.Pause}
	}
	return &engine.Operator{Who: HubName, Action: engine.Resume}
}

// Spoke keeps who has paused the fund.
func (l *Lag) Spoke(o *engine.Operator) {
	own := o.Who == HubName
	switch {
	case o.Action == engine.Pause && own:
		l.behind = true
	case o.Action == engine.Pause:
		l.held = true
	case o.Action == engine.Resume:
		l.behind, l.held = false, l.held && own
	}
}
