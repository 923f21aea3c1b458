package binance

import (
	"sync"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// clock tells the venue's time: ours and what the venue's differed from it when it last told.
type clock struct {
	mu    sync.Mutex
	ours  time.Time // of the newest answer, with its monotonic reading; zero: none yet
	their fund.Time // what the venue's clock showed then
}

// set takes the venue's time from an answer to a question that was asked at one moment and answered at another: it
// was right in the middle, if nothing is known of the way.
func (c *clock) set(their fund.Time, asked, answered time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ours, c.their = asked.Add(answered.Sub(asked)/2), their
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
	return c.their.Add(time.Since(c.ours)), true
}
