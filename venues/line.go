package venues

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// line is the way to one venue: a goroutine that makes all calls about orders, one at a time, and one that reads the
// account stream. Both leave the venue alone while it wants that.
type line struct {
	hub     *Hub
	account fund.AccountID
	driver  Driver

	mu      sync.Mutex
	tasks   []*entry
	news    chan struct{} // holds one when there may be something to do
	quietTo time.Time     // before which the venue is left alone
	failing time.Time     // since when no call got through; zero: the newest did
	alarmed bool          // a person was told

	// What follows is the hub's, not the goroutines'.
	asking   bool      // for its standing
	again    bool      // for another, when that has come
	sure     fund.Time // all fills before it are known
	standing *standing // that is to be compared; nil: none
	compared bool      // since the hub began
	followed fund.Time // the books are what the venue held then: what moved by then is in them
	adjust   bool      // an operator said that the books follow the venue
	differs  string    // what the newest comparison found
	times    int       // how often in a row it was the same
	declared string    // what was told of it
}

// task is work for a line. One step is one or a few calls; it returns after what time it is to be done again, or finished.
type task interface {
	step(ctx context.Context, l *line) time.Duration
}

// finished says that a task is done.
const finished = time.Duration(-1)

// entry is a task that waits for its turn.
type entry struct {
	task
	due    time.Time
	nudged bool // it is due whatever it says itself
}

func newLine(h *Hub, account fund.AccountID, d Driver) *line {
	return &line{hub: h, account: account, driver: d, news: make(chan struct{}, 1)}
}

// begin starts the line's goroutines.
func (l *line) begin() {
	l.sure = l.hub.last
	l.hub.running.Add(2)
	go func() {
		defer l.hub.running.Done()
		l.work(l.hub.ended)
	}()
	go func() {
		defer l.hub.running.Done()
		l.listen(l.hub.ended)
	}()
}

func (l *line) add(t task) { l.put(&entry{task: t, due: time.Now()}) }

func (l *line) put(e *entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tasks = append(l.tasks, e)
	l.wake()
}

func (l *line) wake() {
	select {
	case l.news <- struct{}{}:
	default:
	}
}

// work does what is due, the longest due first, until the context ends.
func (l *line) work(ctx context.Context) {
	for ctx.Err() == nil {
		e, wait := l.next()
		if wait > 0 {
			select {
			case <-ctx.Done():
			case <-l.news:
			case <-time.After(wait):
			}
			continue
		}
		again := e.step(ctx, l)
		l.done(e, again)
	}
}

// next returns the entry that is due, or how long none is.
func (l *line) next() (*entry, time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if wait := time.Until(l.quietTo); wait > 0 {
		return nil, wait
	}
	var first *entry
	for _, e := range l.tasks {
		if first == nil || e.due.Before(first.due) {
			first = e
		}
	}
	if first == nil {
		return nil, time.Hour
	}
	first.nudged = false
	return first, time.Until(first.due)
}

// done puts an entry back in its place, or takes it out.
func (l *line) done(e *entry, again time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if again != finished {
		if e.due = time.Now().Add(again); e.nudged {
			e.due = time.Now()
		}
		return
	}
	for k, other := range l.tasks {
		if other == e {
			l.tasks = append(l.tasks[:k:k], l.tasks[k+1:]...)
			return
		}
	}
}

// nudge makes the task due that minds an order.
func (l *line) nudge(o *placed) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.tasks {
		if m, ok := e.task.(*minding); ok && m.order == o {
			e.due, e.nudged = time.Now(), true
			l.wake()
		}
	}
}

// call makes one call, which is given up after a while. What fails is told apart from what is slow by nobody: both are errors
// with a class.
func (l *line) call(ctx context.Context, do func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, l.hub.cfg.Answer)
	defer cancel()
	return do(ctx)
}

// heed takes an error of a call, or nil, and returns how long the call is to wait before it is tried again.
func (l *line) heed(err error, tries *int) time.Duration {
	if err == nil || errors.Is(err, ErrUnknown) || l.driver.Classify(err) == Refused {
		*tries = 0
		l.through()
		return 0
	}
	pause := min(l.hub.cfg.Pause<<min(*tries, 10), lastPause)
	*tries++
	switch l.driver.Classify(err) {
	case RateLimited:
		if pause = max(WaitOf(err), pause); !OrdersOnly(err) {
			l.leave(pause)
		}
	case Fatal:
		pause = max(WaitOf(err), banned)
		l.leave(pause)
	}
	l.failed(err)
	return pause
}

// leave leaves the venue alone for a time.
func (l *line) leave(pause time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if to := time.Now().Add(pause); l.quietTo.Before(to) {
		l.quietTo = to
	}
}

// quiet returns how long the venue is to be left alone.
func (l *line) quiet() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Until(l.quietTo)
}

// failed tells a person, once, when no call has got through for a while, and at once when none can.
func (l *line) failed(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.failing.IsZero() {
		l.failing = time.Now()
	}
	fatal := l.driver.Classify(err) == Fatal
	if !l.alarmed && (fatal || time.Since(l.failing) >= l.hub.cfg.Patience) {
		l.alarmed = true
		l.tellAlarm(false, fmt.Sprintf("%s does not answer about our orders: %v", l.name(), err))
	}
}

func (l *line) through() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.alarmed {
		l.tellAlarm(true, fmt.Sprintf("%s answers about our orders again, after %v", l.name(), time.Since(l.failing).Round(time.Second)))
	}
	l.failing, l.alarmed = time.Time{}, false
}

func (l *line) tellAlarm(over bool, text string) {
	l.hub.post(lineAlarm{Alarm{Kind: Unanswered, Venue: l.name(), Over: over, Text: text}})
}

func (l *line) name() string { return l.hub.cfg.Universe.Accounts[l.account] }

// lineAlarm is an alarm of a line.
type lineAlarm struct{ Alarm }

func (a lineAlarm) tell(h *Hub) { h.alarm(a.Alarm) }
