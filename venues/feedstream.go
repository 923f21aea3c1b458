package venues

import (
	"context"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// connect opens a stream and reads it, aside.
func (s *source) connect() {
	ctx, stop := context.WithCancel(s.feed.ended)
	c := &connection{stop}
	s.open, s.up, s.newest = c, false, time.Now()
	names, interval, d := s.names(), s.feed.cfg.Panel.Interval, s.driver
	s.begin(ctx, func(ctx context.Context) {
		err := s.feed.read(ctx, d, names, interval, s, c)
		s.feed.send(ctx, broken{s, c, err})
	})
}

// read tells what a stream brings until it ends.
func (f *Feed) read(ctx context.Context, d Driver, names []string, interval time.Duration, s *source, c *connection) error {
	stream, err := d.Market(ctx, names, interval)
	if err != nil {
		return err
	}
	defer stream.Close()
	f.send(ctx, opened{s, c})
	for {
		m, err := stream.Next(ctx)
		if err != nil {
			return err
		}
		f.send(ctx, copied(s, c, m))
	}
}

// opened says that a stream is there.
type opened struct {
	s *source
	c *connection
}

func (m opened) tell(*Feed) {
	if s := m.s; s.open == m.c {
		s.up, s.tries, s.newest, s.failed = true, 0, time.Now(), false
		s.tellUp()
		s.answered()
		s.ask()
		s.fetch(s.instruments)
	}
}

// broken says that a stream ended, or was never there.
type broken struct {
	s   *source
	c   *connection
	err error
}

func (m broken) tell(*Feed) { m.s.broke(m.c, m.err) }

func (s *source) broke(c *connection, err error) {
	c.stop()
	if s.open != c {
		return
	}
	if s.up {
		s.down = time.Now()
	}
	if s.up && !s.missing {
		s.missing, s.answers = true, time.Time{}
	}
	s.open, s.up, s.why = nil, false, err
	s.leave(min(firstPause<<min(s.tries, 10), lastPause))
	s.tries++
	s.heed(err)
}

// streamed is a message of a stream, copied: the stream's own is valid until the next only.
type streamed struct {
	s    *source
	c    *connection
	at   fund.Time
	name string
	bar  *Bar
}

func copied(s *source, c *connection, m *MarketMessage) streamed {
	t := streamed{s: s, c: c, at: m.At}
	switch {
	case m.Bar != nil:
		b := *m.Bar
		t.bar, t.name = &b, b.Instrument
	case m.Quote != nil:
		t.name = m.Quote.Instrument
	case m.Trade != nil:
		t.name = m.Trade.Instrument
	}
	return t
}

func (m streamed) tell(f *Feed) {
	s := m.s
	if !s.clock.told(m.at) && !s.clock.astray.IsZero() { // what it says of the time is not to be relied on
		m.at = s.clock.guess()
	}
	s.tellClock()
	if s.open == m.c {
		s.newest = time.Now()
	}
	if i, ok := s.instrument(m.name); ok {
		f.heard[i] = max(f.heard[i], m.at)
	}
	if m.bar != nil {
		f.take(s, m.bar)
	}
}
