package venues

import (
	"context"
	"io"
	"slices"
	"time"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
)

type timer struct {
	at fund.Time
	id fund.TimerID
}

// await waits for what is next by the clock: a timer, an opening, a row. It returns nil when that was an opening, or
// something came meanwhile.
func (h *Hub) await(ctx context.Context) (*engine.Event, error) {
	ctx, done := h.waiting(ctx)
	defer done()
	if h.ending {
		return h.end(ctx)
	}
	if !h.ready() {
		return h.lag.Until(ctx, h.cfg.Rows.Now().Add(time.Hour))
	}
	r := h.row.Index + 1
	if r >= h.cfg.Panel.Rows() {
		return h.end(ctx)
	}
	at := h.cfg.Panel.CloseTime(r)
	if !h.opened {
		at = h.cfg.Panel.Times[r]
	}
	if len(h.timers) > 0 && h.timers[0].at <= at {
		return h.fire(ctx)
	}
	ev, err := h.lag.Until(ctx, at)
	if ev != nil || err != nil {
		return ev, err
	}
	if !h.opened {
		ev, err = h.lag.Open(ctx, r)
		h.opened = ev == nil && err == nil
		return ev, err
	}
	if ev, err = h.lag.Close(ctx, r); ev != nil || err != nil {
		return ev, err
	}
	h.row.Index, h.opened = r, false
	return &engine.Event{At: h.cfg.Panel.CloseTime(r), Body: &h.row}, nil
}

// end cancels what works and waits until it has ended, so that a run leaves nothing behind.
func (h *Hub) end(ctx context.Context) (*engine.Event, error) {
	h.ending = true
	if !h.working() {
		return nil, io.EOF
	}
	for _, o := range h.orders {
		if !o.closed {
			h.cancel(o)
		}
	}
	<-ctx.Done()
	return nil, ctx.Err()
}

// working reports whether an order of the run may still fill.
func (h *Hub) working() bool {
	return slices.ContainsFunc(h.orders, func(o *placed) bool { return !o.closed })
}

// fire waits for the first timer.
func (h *Hub) fire(ctx context.Context) (*engine.Event, error) {
	t := h.timers[0]
	ev, err := h.lag.Until(ctx, t.at)
	if ev != nil || err != nil {
		return ev, err
	}
	h.timers = slices.Delete(h.timers, 0, 1)
	return &engine.Event{At: t.at, Body: &engine.TimerFired{Timer: t.id}}, nil
}

// follows compares once more for who adjusts, and follows the venues then.
func (h *Hub) follows(o *engine.Operator) {
	if o.Action != engine.Adjust {
		return
	}
	for _, l := range h.lines {
		l.adjust = true
		l.reconcile(0)
	}
}

// said stamps an event that comes from the clock or an operator.
func (h *Hub) said(ev *engine.Event) engine.Event {
	if ev == nil {
		return engine.Event{}
	}
	if o, ok := ev.Body.(*engine.Operator); ok {
		h.follows(o)
	}
	if _, row := ev.Body.(*engine.Row); !row {
		ev.At = h.stamp(ev.At)
	}
	h.last = ev.At
	return *ev
}

// stamp returns the time of an event of at: not before the newest, not after the close of the row that is told next.
func (h *Hub) stamp(at fund.Time) fund.Time {
	if r := h.row.Index + 1; r < h.cfg.Panel.Rows() {
		at = min(at, h.cfg.Panel.CloseTime(r))
	}
	h.last = max(h.last, at)
	return h.last
}

// emit queues an event that happened now.
func (h *Hub) emit(b engine.Body) {
	at := h.cfg.Rows.Now()
	if r := h.row.Index + 1; at == 0 && r < h.cfg.Panel.Rows() { // the rows have heard nothing yet
		at = h.cfg.Panel.Times[r]
	}
	at = h.stamp(at)
	if h.start == 0 {
		h.start = at
	}
	h.queue = append(h.queue, engine.Event{At: at, Body: b})
}
