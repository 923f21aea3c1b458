package venues

import (
	"fmt"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// AlarmKind is what an alarm is about.
type AlarmKind string

// The kinds of alarm.
const (
	Down    AlarmKind = "down"    // there is no stream from a venue
	Limited AlarmKind = "limited" // a venue wants to be left alone
	Late    AlarmKind = "late"    // an instrument's bars do not come within the grace

	WrongClock AlarmKind = "clock" // a venue's clock jumped

	Unanswered AlarmKind = "unanswered" // a venue does not answer about our orders
	NotOurs    AlarmKind = "not-ours"   // an account holds, or pays with, what is no asset of the fund
)

// Alarm tells a person that something is wrong with what comes from a venue, once, and once that it is right again. No
// decision depends on it: what an alarm is about shows in the rows.
type Alarm struct {
	At         fund.Time `json:"at"` // the venue's time
	Kind       AlarmKind `json:"alarm"`
	Venue      string    `json:"venue"`
	Instrument string    `json:"instrument,omitempty"` // "": the whole venue
	Over       bool      `json:"over,omitempty"`       // it is right again
	Text       string    `json:"text"`
}

// Health is how a feed stands.
type Health struct {
	Now         fund.Time          `json:"now"` // the venues' time
	Venues      []VenueHealth      `json:"venues"`
	Instruments []InstrumentHealth `json:"instruments"` // with bars of their own
}

// VenueHealth is how the stream of a venue stands.
type VenueHealth struct {
	Name    string `json:"name"`
	Up      bool   `json:"up"`      // there is a stream
	Limited bool   `json:"limited"` // the venue wants to be left alone
}

// InstrumentHealth is when an instrument was last heard of, the venue's time; 0: not yet.
type InstrumentHealth struct {
	Instrument string    `json:"instrument"` // by key
	Heard      fund.Time `json:"heard"`
	Late       bool      `json:"late"` // its newest bar did not come within the grace
}

// Health returns how the feed stood when it last waited, nil before that. It may be called by anybody at any time.
func (f *Feed) Health() *Health { return f.health.Load() }

func (f *Feed) standing() *Health {
	h := &Health{Now: f.Now()}
	for _, s := range f.sources {
		h.Venues = append(h.Venues, VenueHealth{s.name(), s.up, s.limited})
	}
	for i, own := range f.own {
		if own {
			key := f.cfg.Universe.InstrumentKey(fund.InstrumentID(i))
			h.Instruments = append(h.Instruments, InstrumentHealth{key, f.heard[i], f.late[i] || f.sources[f.cfg.Universe.Instruments[i].Venue].late})
		}
	}
	return h
}

func (s *source) name() string { return s.feed.cfg.Universe.Accounts[s.account] }

func (f *Feed) alarm(a Alarm) {
	if a.At = f.Now(); f.cfg.Alarm != nil {
		f.cfg.Alarm(a)
	}
}

// tellDown tells once that a venue has been without a stream for a while.
func (s *source) tellDown() {
	if !s.alarmed && time.Since(s.down) >= patience {
		s.alarmed = true
		text := fmt.Sprintf("no stream from %s for %v", s.name(), patience)
		if s.why != nil {
			text += ": " + s.why.Error()
		}
		s.feed.alarm(Alarm{Kind: Down, Venue: s.name(), Text: text})
	}
}

// tellUp takes back what tellDown and tellLimited told.
func (s *source) tellUp() {
	if s.alarmed {
		s.feed.alarm(Alarm{Kind: Down, Venue: s.name(), Over: true,
			Text: fmt.Sprintf("%s streams again, after %v", s.name(), time.Since(s.down).Round(time.Second))})
	}
	if s.limited {
		s.feed.alarm(Alarm{Kind: Limited, Venue: s.name(), Over: true, Text: s.name() + " answers again"})
	}
	s.alarmed, s.limited = false, false
}

// tellClock tells once that a venue's clock is wrong, and once that it is right again or followed.
func (s *source) tellClock() {
	c := &s.clock
	wrong := !c.astray.IsZero() || c.behind > 0
	if wrong == s.wrong {
		return
	}
	s.wrong = wrong
	text := s.name() + "'s clock is right again"
	switch {
	case c.behind > 0:
		text = fmt.Sprintf("%s's clock went back by %v: the next row waits until it has caught up", s.name(), c.behind.Round(time.Second))
	case wrong:
		text = fmt.Sprintf("%s's clock jumped ahead by %v: rows go by this machine's until it is back, or has stayed there for %v", s.name(), c.ahead.Round(time.Second), lasting)
		if c.ahead > farthest {
			text = fmt.Sprintf("%s's clock jumped ahead by %v, which cannot be: rows go by this machine's until it is back", s.name(), c.ahead.Round(time.Second))
		}
	case c.follows:
		text = fmt.Sprintf("%s's clock stays ahead by %v and is followed", s.name(), c.ahead.Round(time.Second))
	}
	s.feed.alarm(Alarm{Kind: WrongClock, Venue: s.name(), Over: !wrong, Text: text})
}

func (s *source) tellLimited(err error) {
	if !s.limited {
		s.limited = true
		s.feed.alarm(Alarm{Kind: Limited, Venue: s.name(),
			Text: fmt.Sprintf("%s is left alone for %v: %v", s.name(), time.Until(s.quietTo).Round(time.Second), err)})
	}
}

// tellLate tells once that bars of the row under way stay away, and once that they are back: of the venue where none came, else of
// each instrument. Where the venue is down, that was told.
func (s *source) tellLate() {
	f, missing := s.feed, 0
	for _, i := range s.instruments {
		if !f.hasClose(i) {
			missing++
		}
	}
	all := missing > 0 && missing == len(s.instruments)
	if all != s.late && !(all && s.alarmed) {
		s.late = all
		f.alarm(s.lateness("", all))
	}
	for _, i := range s.instruments {
		if late := !f.hasClose(i); late != f.late[i] && !all {
			f.late[i] = late
			f.alarm(s.lateness(f.cfg.Universe.Instruments[i].Name, late))
		}
	}
}

// lateness is the alarm that an instrument's bars, or with "" all of a venue's, are late, or not any more.
func (s *source) lateness(instrument string, late bool) Alarm {
	f, whose := s.feed, instrument
	if whose == "" {
		whose = s.name()
	}
	closes := f.cfg.Panel.CloseTime(f.row)
	text := fmt.Sprintf("%s: no bar that closed at %v came within %v; it is not traded until one does", whose, closes, f.cfg.Grace)
	if !late {
		text = fmt.Sprintf("%s: the bar that closed at %v came in time again", whose, closes)
	}
	return Alarm{Kind: Late, Venue: s.name(), Instrument: instrument, Over: !late, Text: text}
}
