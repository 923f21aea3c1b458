package venuetest

import (
	"context"
	"slices"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

var _ venues.Driver = (*Memory)(nil)

// Name implements venues.Driver.
func (m *Memory) Name() string { return "memory" }

// Now implements venues.Driver.
func (m *Memory) Now(ctx context.Context) (t fund.Time, err error) {
	err = m.do(ctx, "Now", func() error {
		t = m.now
		return nil
	})
	return t, err
}

// do does a call's work under the lock, and lets its trouble happen before or after.
func (m *Memory) do(ctx context.Context, call string, work func() error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	after, err := m.begin(ctx, call)
	if err != nil {
		return err
	}
	if err := work(); err != nil {
		return err
	}
	return after
}

// Listings implements venues.Driver.
func (m *Memory) Listings(ctx context.Context) (list []venues.Listing, err error) {
	err = m.do(ctx, "Listings", func() error {
		list = slices.Clone(m.scene.Listings)
		return nil
	})
	return list, err
}

// Balances implements venues.Driver.
func (m *Memory) Balances(ctx context.Context) (list []venues.Balance, err error) {
	err = m.do(ctx, "Balances", func() error {
		for _, b := range m.balance {
			if !b.Free.IsZero() || !b.Locked.IsZero() {
				list = append(list, *b)
			}
		}
		slices.SortFunc(list, func(a, b venues.Balance) int {
			if a.Asset < b.Asset {
				return -1
			}
			return 1
		})
		return nil
	})
	return list, err
}

// Bars implements venues.Driver.
func (m *Memory) Bars(ctx context.Context, instrument string, interval time.Duration, from, to fund.Time) (list []venues.Bar, err error) {
	err = m.do(ctx, "Bars", func() error {
		k := m.listing(instrument)
		if k < 0 || interval != m.scene.Interval {
			return failure(venues.Refused, "no bars of %s every %v", instrument, interval)
		}
		for r := range m.row {
			if b := m.scene.Rows[r][k]; b.Open >= from && b.Open < to {
				list = append(list, b)
			}
		}
		return nil
	})
	return list, err
}

// Place implements venues.Driver.
func (m *Memory) Place(ctx context.Context, o venues.Order) (st venues.Status, err error) {
	err = m.do(ctx, "Place", func() error {
		if m.take(SlowRequest) {
			m.slow = append(m.slow, slow{o, time.Now().Add(m.OnItsWay)})
			return failure(venues.Ambiguous, "no answer to Place")
		}
		st, err = m.put(o)
		return err
	})
	return st, err
}

// put takes an order, or refuses it. The answer has the fills that it had at once.
func (m *Memory) put(o venues.Order) (venues.Status, error) {
	m.placed[o.ClientID]++
	k := m.listing(o.Instrument)
	if why := m.refusal(&o, k); why != "" {
		return venues.Status{}, failure(venues.Refused, "%s", why)
	}
	before := len(m.fills)
	st := m.accept(o, k).Status
	st.Fills = slices.Clone(m.fills[before:])
	return st, nil
}

// Cancel implements venues.Driver.
func (m *Memory) Cancel(ctx context.Context, _, clientID string) error {
	return m.do(ctx, "Cancel", func() error {
		w := m.find(clientID)
		if w == nil || w.State.Final() {
			return failure(venues.Refused, "no open order %s", clientID)
		}
		m.end(w, venues.Cancelled, "cancelled")
		if m.take(LateFill) {
			m.lateFill(w)
		}
		return nil
	})
}

// Order implements venues.Driver.
func (m *Memory) Order(ctx context.Context, _, clientID string) (st venues.Status, err error) {
	err = m.do(ctx, "Order", func() error {
		w := m.find(clientID)
		if w == nil {
			return venues.ErrUnknown
		}
		st = w.Status
		return nil
	})
	return st, err
}

// OpenOrders implements venues.Driver.
func (m *Memory) OpenOrders(ctx context.Context) (list []venues.Status, err error) {
	err = m.do(ctx, "OpenOrders", func() error {
		for _, w := range m.orders {
			if !w.State.Final() {
				list = append(list, w.Status)
			}
		}
		return nil
	})
	return list, err
}

// Fills implements venues.Driver. Like some venues it names an order by the venue's ID only.
func (m *Memory) Fills(ctx context.Context, instrument string, since fund.Time) (list []venues.Execution, err error) {
	err = m.do(ctx, "Fills", func() error {
		for _, f := range m.fills {
			if f.Instrument == instrument && f.At >= since {
				f.ClientID = ""
				list = append(list, f)
			}
		}
		if len(list) > 0 && m.take(Behind) {
			list = list[:len(list)-1]
		}
		return nil
	})
	return list, err
}

// Classify implements venues.Driver.
func (m *Memory) Classify(err error) venues.Class { return venues.ClassOf(err) }

// Market implements venues.Driver.
func (m *Memory) Market(ctx context.Context, instruments []string, _ time.Duration) (venues.MarketStream, error) {
	s := newStream[venues.MarketMessage]()
	return s, m.do(ctx, "Market", func() error {
		if !slices.ContainsFunc(instruments, func(name string) bool { return m.listing(name) >= 0 }) {
			return failure(venues.Refused, "none of these instruments is listed")
		}
		s.wants = func(x *venues.MarketMessage) bool {
			return x.Bar == nil && x.Quote == nil || x.Bar != nil && slices.Contains(instruments, x.Bar.Instrument) ||
				x.Quote != nil && slices.Contains(instruments, x.Quote.Instrument)
		}
		m.markets = append(m.markets, s)
		return nil
	})
}

// Account implements venues.Driver.
func (m *Memory) Account(ctx context.Context) (venues.AccountStream, error) {
	s := newStream[venues.AccountMessage]()
	return s, m.do(ctx, "Account", func() error {
		m.accounts = append(m.accounts, s)
		return nil
	})
}

func (m *Memory) tell(message func() *venues.MarketMessage) {
	for _, s := range m.markets {
		if x := message(); s.wants(x) {
			s.put(x, m.take(Twice), m.take(Shuffled))
		}
	}
}

func (m *Memory) say(x *venues.AccountMessage) {
	for _, s := range m.accounts {
		s.put(x, m.take(Twice), m.take(Shuffled))
	}
}
