package venues

import (
	"context"
	"errors"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// placing sends an order. Only what is sure not to have reached the venue is sent again, with the same ID, and not for long: an
// order belongs to the moment in which it was wanted.
type placing struct {
	order *placed
	began time.Time
	tries int
}

func (p *placing) step(ctx context.Context, l *line) time.Duration {
	if p.order.withdrawn.Load() {
		return p.giveUp(l, "cancelled: it was not sent yet")
	}
	var st Status
	err := l.call(ctx, func(ctx context.Context) (err error) {
		st, err = l.driver.Place(ctx, p.order.wish)
		return err
	})
	pause := l.heed(err, &p.tries)
	if err == nil {
		l.hub.post(report{order: p.order, status: st})
		l.add(&minding{order: p.order, known: true})
		return finished
	}
	switch l.driver.Classify(err) {
	case Retry, RateLimited:
		if time.Since(p.began)+pause < l.hub.cfg.Patience {
			return pause
		}
		return p.giveUp(l, "not sent: "+err.Error())
	case Fatal:
		return p.giveUp(l, "not sent: "+err.Error())
	case Refused:
		l.add(&minding{order: p.order, refusal: err.Error()})
	default:
		l.add(&minding{order: p.order, since: time.Now()})
	}
	return finished
}

// giveUp ends an order that the venue never had.
func (p *placing) giveUp(l *line, why string) time.Duration {
	p.order.over.Store(true)
	l.hub.post(never{p.order, why})
	return finished
}

// minding asks for an order until nothing more of it will fill and every fill of it is known. The account stream, which tells
// the same sooner, makes it due; it asks now and then without that.
type minding struct {
	order   *placed
	known   bool      // the venue has it
	since   time.Time // when it may have been sent last
	refusal string    // what the venue said when it was sent
	short   int       // how often in a row an order that had ended had filled more than the fills that were listed
	tries   int
}

// askOrder is how often an open order is asked for that the account stream says nothing of.
const askOrder = 20 * time.Second

func (m *minding) step(ctx context.Context, l *line) time.Duration {
	o := m.order
	var st Status
	err := l.call(ctx, func(ctx context.Context) (err error) {
		st, err = l.driver.Order(ctx, o.name, o.client)
		return err
	})
	if errors.Is(err, ErrUnknown) && !m.known {
		return m.unknown(l)
	}
	switch pause := l.heed(err, &m.tries); {
	case errors.Is(err, ErrUnknown): // it has it, but not everywhere yet
		return 4 * l.hub.cfg.Pause
	case err != nil && pause == 0: // refused, and would be again
		return askOrder
	case err != nil:
		return l.orPause(pause)
	}
	m.known = true
	var fills []Execution
	if st.Done.Sign() > 0 {
		err = l.call(ctx, func(ctx context.Context) (err error) {
			fills, err = l.driver.Fills(ctx, o.name, o.at.Add(-slack<<min(m.short, 12)))
			return err
		})
		if err != nil {
			return l.orPause(l.heed(err, &m.tries))
		}
	}
	l.heed(nil, &m.tries)
	ended := st.State.Final() && sum(fills, st.VenueID).Equal(st.Done)
	l.hub.post(report{o, st, fills, ended})
	switch {
	case ended:
		o.over.Store(true)
		return finished
	case st.State.Final():
		m.short++
		return min(l.hub.cfg.Pause<<min(m.short, 10), lastPause)
	}
	return askOrder
}

// slack is how much earlier than our time a venue may have stamped what came after it. Where fills are missing it is more.
const slack = time.Minute

// unknown decides on an order that the venue does not know: it was refused, or was never taken, once that is sure.
func (m *minding) unknown(l *line) time.Duration {
	l.heed(nil, &m.tries)
	left := l.hub.cfg.Settled - time.Since(m.since)
	switch {
	case m.refusal != "":
		l.hub.post(never{m.order, "rejected: " + m.refusal})
	case left <= 0:
		l.hub.post(never{m.order, "not taken: the venue does not know it"})
	default:
		return min(left, max(l.hub.cfg.Pause, left/4))
	}
	m.order.over.Store(true)
	return finished
}

// sum returns what executions of an order come to.
func sum(list []Execution, venueID string) fund.Amount {
	var total fund.Amount
	for _, f := range list {
		if f.VenueID == venueID {
			total = total.Add(f.Quantity)
		}
	}
	return total
}

// orPause is a pause, or the first one where there is none.
func (l *line) orPause(pause time.Duration) time.Duration { return max(pause, l.hub.cfg.Pause) }

// cancelling cancels an order until it has ended: a cancel that is done twice does nothing, one that overtakes its order too.
type cancelling struct {
	order *placed
	tries int
}

func (c *cancelling) step(ctx context.Context, l *line) time.Duration {
	if c.order.over.Load() {
		return finished
	}
	err := l.call(ctx, func(ctx context.Context) error { return l.driver.Cancel(ctx, c.order.name, c.order.client) })
	pause := l.heed(err, &c.tries)
	l.nudge(c.order)
	if err == nil {
		return finished
	}
	return max(pause, 4*l.hub.cfg.Pause)
}
