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
	ours  time.Time // of the newest answer, with its monotonic reading; zero: none yet
	their fund.Time // what the venue's clock showed then
	speed float64   // of theirs in ours
}

// steady is how much the speed of a clock that runs like ours may seem to differ from it: answers take their time.
const steady = 0.05

// set takes the venue's time from an answer to a question that was asked at one moment and answered at another: it
// was right in the middle, if nothing is known of the way.
func (c *clock) set(their fund.Time, asked, answered time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	middle := asked.Add(answered.Sub(asked) / 2)
	passed := middle.Sub(c.ours)
	switch speed := float64(their.Sub(c.their)) / float64(passed); {
	case c.ours.IsZero():
		c.speed = 1
	case passed < time.Second/10: // too short to tell
	case speed < 1+steady:
		c.speed = 1
	default:
		c.speed = speed
	}
	c.ours, c.their = middle, their
}

// forget makes the next signed request ask for the time first.
func (c *clock) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ours = time.Time{}
}

// now returns the venue's time and whether the venue ever told it; otherwise it is ours.
func (c *clock) now() (fund.Time, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ours.IsZero() {
		return fund.TimeOf(time.Now()), false
	}
	return c.their.Add(time.Duration(float64(time.Since(c.ours)) * c.speed)), true
}
