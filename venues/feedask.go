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
	m.s.answered()
	m.s.clock.answered(m.at)
	m.s.tellClock()
}

// fetch asks for closed bars from the row under way on, aside.
func (s *source) fetch(instruments []fund.InstrumentID) {
	p := s.feed.cfg.Panel
	if s.seeking || s.quiet() || s.feed.row >= p.Rows() {
		return
	}
	s.seeking, s.wanted = true, time.Now()
	from, d, c := p.Times[s.feed.row], s.driver, s.open
	names := make([]string, len(instruments))
	for k, i := range instruments {
		names[k] = s.feed.cfg.Universe.Instruments[i].Name
	}
	s.begin(s.feed.ended, func(ctx context.Context) {
		patient, stop := context.WithTimeout(ctx, patience)
		defer stop()
		at, err := d.Now(patient)
		var bars []Bar
		if err == nil {
			bars, err = barsOf(ctx, d, names, p.Interval, from, max(at, from).Add(p.Interval))
		}
		s.feed.send(ctx, found{s, c, len(names) == len(s.instruments), at, bars, err})
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
	c    *connection // that was open then
	all  bool        // of all instruments
	at   fund.Time   // when they were asked for
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
	if m.s.missing && m.s.up && m.c == m.s.open && m.all && m.err == nil {
		m.s.caughtUp(m.at)
	}
}

// answered notes that the venue answers while bars that passed without a stream are waited for.
func (s *source) answered() {
	if s.missing && s.answers.IsZero() {
		s.answers = time.Now()
	}
}

// chase asks again for what passed while there was no stream, and gives it up where the venue has answered long enough without it.
func (s *source) chase() {
	switch {
	case s.seeking:
	case !s.answers.IsZero() && time.Since(s.answers) >= catchUp:
		s.caughtUp(s.clock.guess())
	case s.up && time.Since(s.wanted) >= firstPause:
		s.fetch(s.instruments)
	}
}

// caughtUp ends the wait for what passed while there was no stream. A run that begins has missed nothing.
func (s *source) caughtUp(at fund.Time) {
	if s.missing = false; !s.begins {
		s.missed = max(s.missed, at)
	}
	s.begins = false
}
