package binance

import (
	"sync"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// clock tells the venue's time: what it last told, and since then as much as passed here. Simulated venues run faster
// than ours, which two of their answers tell.
type clock struct {
	mu    sync.Mutex
	ours  time.Time     // of the newest answer, with its monotonic reading; zero: none yet
	their fund.Time     // what the venue's clock showed then
	doubt time.Duration // by how much the newest answer may be wrong: half the time that it took
	speed float64       // of theirs in ours
	wrong bool          // the venue says that it is not what this clock shows
}

// steady is how much the speed of a clock that runs like ours may seem to differ from it, what answers take on their way apart.
const steady = 0.05

// set takes the venue's time from an answer to a question that was asked at one moment and answered at another: it
// was right in the middle, if nothing is known of the way.
func (c *clock) set(their fund.Time, asked, answered time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	doubt := answered.Sub(asked) / 2
	middle := asked.Add(doubt)
	passed, more := middle.Sub(c.ours), their.Sub(c.their)
	switch surely := more - doubt - c.doubt; {
	case c.ours.IsZero() || c.wrong:
		c.speed = 1
	case passed < time.Second/10: // too short to tell
	case float64(surely) < (1+steady)*float64(passed):
		c.speed = 1
	default:
		c.speed = float64(more) / float64(passed)
	}
	c.ours, c.their, c.doubt, c.wrong = middle, their, doubt, false
}

// forget makes the next signed request ask for the time first.
func (c *clock) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wrong = true
}

// least returns a time that it is at the venue at least, if its clock runs no slower than ours; 0 if it never told.
func (c *clock) least() fund.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ours.IsZero() {
		return 0
	}
	return c.their.Add(time.Since(c.ours))
}

// now returns the venue's time as well as it is known, ours if it never told, and whether requests may be signed with it.
func (c *clock) now() (fund.Time, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ours.IsZero() {
		return fund.TimeOf(time.Now()), false
	}
	return c.their.Add(time.Duration(float64(time.Since(c.ours)) * c.speed)), !c.wrong
}
