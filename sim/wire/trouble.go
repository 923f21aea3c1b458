package wire

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// begin sets the time that durations of the file count from, and checks its instruments.
func (f *Faults) begin(start fund.Time, traded []*listing) error {
	if f == nil {
		return nil
	}
	f.start = start
	for _, line := range f.list {
		if line.instrument != "" && !slices.ContainsFunc(traded, func(l *listing) bool { return l.Name == line.instrument }) {
			return fmt.Errorf("a fault halts %s, which does not trade here", line.instrument)
		}
	}
	return nil
}

// during reports whether a time lies in the fault's span.
func (f *fault) during(now, start fund.Time) bool {
	return (!f.from.said || now >= f.from.time(start)) && (!f.to.said || now < f.to.time(start))
}

// hits reports whether the fault happens to the next request or message in its span, and counts it.
func (f *fault) hits() bool {
	f.met++
	if f.met <= f.after || f.times > 0 && f.happened == f.times {
		return false
	}
	if f.every > 0 && (f.met-f.after)%f.every != 0 || f.chance > 0 && f.draws.Float64() >= f.chance {
		return false
	}
	f.happened++
	return true
}

// matches reports whether a target, such as "POST /api/v3/order" or "market", is the fault's.
func (f *fault) matches(target string) bool {
	if begin, all := strings.CutSuffix(f.target, "*"); all {
		return strings.HasPrefix(target, begin) && strings.Contains(target, " ")
	}
	return f.target == target
}

// trouble is what happens to one request or message.
type trouble struct {
	delay     time.Duration
	drop      bool // requests: the connection is closed, and nothing was done; messages: never sent
	lost      bool // it was done, and the connection is closed
	status    int  // the answer, 0: the right one
	done      bool // of status: it was done
	limited   *failure
	ban       time.Duration
	close     bool // the stream's connection
	duplicate bool
	reorder   bool
}

// meet returns what happens to a request or message now.
func (f *Faults) meet(now fund.Time, target string) *trouble {
	t := &trouble{}
	if f == nil {
		return t
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, line := range f.list {
		switch {
		case !line.during(now, f.start):
		case line.action == "down":
			t.drop, t.close = true, true
		case line.target != "" && line.matches(target) && line.hits():
			t.suffer(line)
		}
	}
	return t
}

func (t *trouble) suffer(f *fault) {
	switch f.action {
	case "delay":
		t.delay += f.least + time.Duration(f.draws.Float64()*float64(f.most-f.least))
	case "drop":
		t.drop = true
	case "lost-ack":
		t.lost = true
	case "status":
		t.status, t.done = f.status, f.done
	case "limit":
		t.limited = &failure{http.StatusTooManyRequests, -1003, "Too much request weight used; please slow down.", f.least}
	case "ban":
		t.ban = f.least
	case "disconnect":
		t.close = true
	case "duplicate":
		t.duplicate = true
	case "reorder":
		t.reorder = true
	}
}

// before does what happens before a request is looked at, and reports whether it is answered.
func (t *trouble) before(ctx context.Context, w http.ResponseWriter) bool {
	if !wait(ctx, t.delay) {
		return false
	}
	switch {
	case t.drop:
		hangUp(w)
	case t.status != 0 && !t.done:
		write(w, t.status, nil, refusal{-1000, "An unknown error occurred while processing the request."})
	default:
		return true
	}
	return false
}

// after does what happens when a request was done, and reports whether its answer is lost.
func (t *trouble) after(w http.ResponseWriter) bool {
	switch {
	case t.lost:
		hangUp(w)
	case t.status != 0:
		write(w, t.status, nil, refusal{-1007, "Timeout waiting for response from backend server. Send status unknown; execution status unknown."})
	default:
		return false
	}
	return true
}

// wait waits in real time, and reports whether it could.
func wait(ctx context.Context, d time.Duration) bool {
	if d == 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// hangUp closes a request's connection without an answer.
func hangUp(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // the server closes it then
	}
	conn.Close()
}

// skew returns how far the server's clock is off.
func (f *Faults) skew(now fund.Time) (off time.Duration) {
	if f == nil {
		return 0
	}
	for _, line := range f.list {
		if line.action == "clock" && line.during(now, f.start) {
			off += line.least
		}
	}
	return off
}

// halts calls set for every instrument that a fault halts, or does not any more. Who comes with a time of the past, because a
// request or a message took its while, changes nothing.
func (f *Faults) halts(now fund.Time, set func(instrument string, halted bool) error) {
	if f == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if now < f.halted {
		return
	}
	f.halted = now
	for _, line := range f.list {
		if on := line.during(now, f.start); line.action == "halt" && on != (line.happened > 0) {
			line.happened = 1 - line.happened
			set(line.instrument, on) // an instrument that is not there was refused when the server was made
		}
	}
}
