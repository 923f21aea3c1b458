package venues

import (
	"context"
	"slices"
	"time"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
)

// listen keeps an account stream open. Each that opens makes the hub ask for what it may have missed.
func (l *line) listen(ctx context.Context) {
	for tries := 0; ctx.Err() == nil; {
		sleep(ctx, l.quiet())
		err := l.read(ctx, &tries)
		if ctx.Err() == nil {
			pause := l.heed(err, &tries)
			sleep(ctx, l.orPause(pause))
		}
	}
}

// read reads one stream to its end.
func (l *line) read(ctx context.Context, tries *int) error {
	s, err := l.driver.Account(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	l.hub.post(listening{l})
	for opened := time.Now(); ; {
		m, err := s.Next(ctx)
		if time.Since(opened) > lastPause { // one that breaks again and again is opened ever more slowly
			*tries = 0
		}
		if err != nil {
			return err
		}
		own := *m // the stream's is valid until the next
		if m.Status != nil {
			st := *m.Status
			st.Fills = slices.Clone(st.Fills)
			own.Status = &st
		}
		l.hub.post(heard{l, own})
	}
}

func sleep(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// listening says that a stream is open.
type listening struct{ *line }

func (m listening) tell(*Hub) { m.reconcile(0) }

// heard is a message of an account stream.
type heard struct {
	*line
	AccountMessage
}

func (m heard) tell(h *Hub) {
	if m.Moved != nil {
		h.move(m.account, m.Moved)
	}
	st := m.Status
	if st == nil {
		return
	}
	o := h.byClient[st.ClientID]
	if o == nil { // a person's, or another program's
		m.reconcile(0)
		return
	}
	h.know(o, st)
	for _, f := range st.Fills {
		h.fill(m.account, f)
	}
	h.revive(o, st)
	if st.State.Final() || o.booked.Less(o.done) { // the rest of its fills is to be asked for
		m.nudge(o)
	}
}

// move tells a deposit or a withdrawal, once. One from before the books were made equal to the venue's is in them.
func (h *Hub) move(account fund.AccountID, m *Moved) {
	id := moveID{account, m.Asset, m.Amount.String(), m.At}
	asset, known := h.cfg.Universe.Asset(m.Asset)
	if !known || h.moved[id] || m.At <= h.lines[account].followed {
		return
	}
	h.moved[id] = true
	h.emit(&engine.Flow{Account: account, Asset: asset, Amount: m.Amount})
}
