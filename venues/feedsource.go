package venues

import (
	"context"
	"errors"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// How a feed deals with a venue that does not answer, in our time.
const (
	firstPause = time.Second      // before a stream that broke is opened again; it doubles
	lastPause  = 30 * time.Second // up to this
	banned     = 5 * time.Minute  // least, where no call can succeed until a person changes something
	silence    = time.Minute      // of a stream, after which it counts as broken
	patience   = 10 * time.Second // for an answer, and for a broken stream before somebody is told
	catchUp    = time.Minute      // for bars that were missed, from the venue's first answer on
	askPause   = 250 * time.Millisecond
)

// source is one venue of a feed. Its fields belong to the feed's caller; goroutines get copies of what they need.
type source struct {
	feed        *Feed
	account     fund.AccountID
	driver      Driver
	instruments []fund.InstrumentID // with bars of their own
	clock       clock

	open    *connection // nil: none, and none is being opened
	up      bool        // open brings messages
	newest  time.Time   // of its messages, or when it began
	down    time.Time   // since when there is no stream
	why     error       // of the newest that ended, or never was; nil: none did
	tries   int         // to open one, since the last that opened
	quietTo time.Time   // before which the venue is left alone
	asking  bool        // for its time
	asked   time.Time
	failed  bool      // the last question was not answered
	seeking bool      // bars are being asked for
	missing bool      // those that passed while there was no stream are waited for
	answers time.Time // since when the venue does while they are; zero: it has not
	wanted  time.Time // when they were asked for, the last time
	missed  fund.Time // when those had come or were given up, the last time
	begins  bool      // the run does, and has had none yet
	sought  fund.Time
	alarmed bool // an alarm said that it is down
	limited bool // an alarm said that it wants to be left alone
	late    bool // an alarm said that none of its bars come
	wrong   bool // an alarm said that its clock is
}

// connection is a stream with the goroutine that reads it.
type connection struct{ stop context.CancelFunc }

// message is what a goroutine has to tell the feed's caller.
type message interface{ tell(f *Feed) }

func (f *Feed) newSource(account fund.AccountID, d Driver) *source {
	s := &source{feed: f, account: account, driver: d, clock: newClock(f.cfg.Known), down: time.Now(), missing: true, begins: f.cfg.Known < f.cfg.Start}
	for i := range f.cfg.Universe.Instruments {
		if f.own[i] && f.cfg.Universe.Instruments[i].Venue == account {
			s.instruments = append(s.instruments, fund.InstrumentID(i))
		}
	}
	return s
}

// names returns what the driver calls the source's instruments.
func (s *source) names() []string {
	names := make([]string, len(s.instruments))
	for k, i := range s.instruments {
		names[k] = s.feed.cfg.Universe.Instruments[i].Name
	}
	return names
}

// instrument finds an instrument by the driver's name.
func (s *source) instrument(name string) (fund.InstrumentID, bool) {
	for _, i := range s.instruments {
		if s.feed.cfg.Universe.Instruments[i].Name == name {
			return i, true
		}
	}
	return fund.None, false
}

// begin runs what a source does aside, until the feed or the context ends.
func (s *source) begin(ctx context.Context, do func(ctx context.Context)) {
	s.feed.running.Add(1)
	go func() {
		defer s.feed.running.Done()
		do(ctx)
	}()
}

// send tells the feed's caller something, unless the context ends first.
func (f *Feed) send(ctx context.Context, m message) {
	select {
	case f.inbound <- m:
	case <-ctx.Done():
	}
}

// past reports whether it is at: because the venue said so, or, where it does not answer or tells times that cannot be, because our
// clock does. What is long over waits for the bars that were missed, until they have come or are given up.
func (s *source) past(at fund.Time) bool {
	if s.missing && !(s.failed && s.answers.IsZero()) && s.clock.guess().Sub(at) > s.feed.cfg.Panel.Interval {
		return false
	}
	return len(s.instruments) == 0 || s.clock.at >= at || (s.failed && !s.up || !s.clock.astray.IsZero()) && s.clock.least() >= at
}

// quiet reports whether the venue is to be left alone now.
func (s *source) quiet() bool { return time.Now().Before(s.quietTo) }

// tend does what is due: opens a stream, gives up one that is silent, asks for the time.
func (s *source) tend(at fund.Time) {
	if len(s.instruments) == 0 {
		return
	}
	now := time.Now()
	if s.open != nil && now.Sub(s.newest) > silence {
		s.broke(s.open, errors.New("the stream was silent for a minute"))
	}
	if s.open == nil && !s.quiet() {
		s.connect()
	}
	if s.open == nil || !s.up {
		s.tellDown()
	}
	if s.missing {
		s.chase()
	}
	if !s.asking && !s.quiet() && (s.clock.since.IsZero() || s.clock.guess() >= at) && now.Sub(s.asked) >= s.askPause() {
		s.ask()
	}
	if s.quiet() {
		s.failed = true
	}
}

// askPause keeps questions apart, the less the faster the venue's time runs, and the more if it does not answer.
func (s *source) askPause() time.Duration {
	if s.failed || s.clock.behind > 0 || !s.clock.astray.IsZero() {
		return firstPause
	}
	return max(time.Millisecond, time.Duration(float64(askPause)/max(1, s.clock.speed)))
}

// pause returns how long there is nothing to do: half of what is left, so that what is due on the way is not missed.
func (s *source) pause(at fund.Time) time.Duration {
	left := s.clock.until(at)
	wait := max(left/2, min(left, s.askPause()/5))
	if left <= 0 {
		wait = s.askPause() - time.Since(s.asked)
	}
	if s.open == nil {
		wait = min(wait, max(time.Until(s.quietTo), time.Millisecond))
	}
	return wait
}

// leave leaves the venue alone for a time.
func (s *source) leave(pause time.Duration) {
	if to := time.Now().Add(pause); s.quietTo.Before(to) {
		s.quietTo = to
	}
}

// heed leaves a venue alone as long as an error of it asks for.
func (s *source) heed(err error) {
	switch s.driver.Classify(err) {
	case RateLimited:
		s.leave(max(WaitOf(err), firstPause))
		s.tellLimited(err)
	case Fatal:
		s.leave(max(WaitOf(err), banned))
		s.tellLimited(err)
	}
}
