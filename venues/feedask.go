package venues

import (
	"context"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// ask asks the venue what time it is, aside.
func (s *source) ask() {
	if s.asking {
		return
	}
	s.asking, s.asked = true, time.Now()
	d := s.driver
	s.begin(s.feed.ended, func(ctx context.Context) {
		patient, stop := context.WithTimeout(ctx, patience)
		defer stop()
		at, err := d.Now(patient)
		s.feed.send(ctx, answered{s, at, err})
	})
}

// answered is what a venue said of its time.
type answered struct {
	s   *source
	at  fund.Time
	err error
}

func (m answered) tell(*Feed) {
	m.s.asking, m.s.failed = false, m.err != nil
	if m.err != nil {
		m.s.heed(m.err)
		return
	}
	m.s.clock.answered(m.at)
	m.s.tellClock()
}

// fetch asks for closed bars from the row under way on, aside.
func (s *source) fetch(instruments []fund.InstrumentID) {
	p := s.feed.cfg.Panel
	if s.seeking || s.quiet() || s.feed.row >= p.Rows() {
		return
	}
	s.seeking = true
	from, d := p.Times[s.feed.row], s.driver
	names := make([]string, len(instruments))
	for k, i := range instruments {
		names[k] = s.feed.cfg.Universe.Instruments[i].Name
	}
	s.begin(s.feed.ended, func(ctx context.Context) {
		patient, stop := context.WithTimeout(ctx, patience)
		defer stop()
		at, err := d.Now(patient) // what comes now is late for what is over now
		var bars []Bar
		if err == nil {
			bars, err = barsOf(ctx, d, names, p.Interval, from, max(at, from).Add(p.Interval))
		}
		s.feed.send(ctx, found{s, len(names) == len(s.instruments), at, bars, err})
	})
}

// barsOf asks for the bars of instruments. One of which the venue says no, because it lists it no more, keeps none from the others.
func barsOf(ctx context.Context, d Driver, names []string, interval time.Duration, from, to fund.Time) ([]Bar, error) {
	ctx, stop := context.WithTimeout(ctx, time.Duration(1+len(names))*patience)
	defer stop()
	var all []Bar
	for _, name := range names {
		bars, err := d.Bars(ctx, name, interval, from, to)
		if err != nil && d.Classify(err) != Refused {
			return all, err
		}
		all = append(all, bars...)
	}
	return all, nil
}

// found are bars that were asked for.
type found struct {
	s    *source
	all  bool      // of all instruments
	at   fund.Time // when they were asked for
	bars []Bar
	err  error
}

func (m found) tell(f *Feed) {
	m.s.seeking = false
	if m.err != nil {
		m.s.heed(m.err)
	}
	if m.at != 0 {
		m.s.clock.answered(m.at)
		m.s.tellClock()
	}
	for k := range m.bars {
		f.take(m.s, &m.bars[k])
	}
	if m.s.missing && m.s.up {
		m.s.caughtUp(m)
	}
}

// caughtUp ends the wait for what passed while there was no stream, or asks for the rest of it.
func (s *source) caughtUp(m found) {
	if m.all {
		s.missing, s.missed = false, max(s.missed, m.at)
	} else if s.fetch(s.instruments); !s.seeking {
		s.missing = false
	}
}
