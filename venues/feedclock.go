package venues

import (
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// clock is what is known of a venue's time. Simulated venues run at any speed, which only their clock tells.
type clock struct {
	at    fund.Time // the latest that the venue told
	local time.Time // when it told
	base  fund.Time // an earlier one, and when: the two tell the speed
	since time.Time
	speed float64 // venue time in our time
}

// The speed is measured over this much of our time, once that much of it is known.
const measured = 2 * time.Second

func newClock(at fund.Time) clock {
	now := time.Now()
	return clock{at: at, local: now, base: at, speed: 0}
}

// told takes a time that the venue told. What comes late tells nothing new.
func (c *clock) told(at fund.Time) {
	now := time.Now()
	if at <= c.at && !c.since.IsZero() {
		return
	}
	if c.since.IsZero() { // the first: before it nothing was known
		c.base, c.since, c.speed = at, now, 1
	}
	c.at, c.local = max(c.at, at), now
	if passed := now.Sub(c.since); passed >= measured/20 {
		c.speed = max(1, float64(at-c.base)/float64(passed))
		if passed > measured {
			c.base, c.since = at, now
		}
	}
}

// guess returns what time it is there by its speed so far.
func (c *clock) guess() fund.Time {
	return c.at.Add(time.Duration(float64(time.Since(c.local)) * c.speed))
}

// least returns a time that it is there at least, if it runs no slower than ours: what is left to go by while a venue is silent.
func (c *clock) least() fund.Time {
	if c.since.IsZero() {
		return c.at
	}
	return c.at.Add(time.Since(c.local))
}

// until returns how long, by our time, it probably takes until it is at there.
func (c *clock) until(at fund.Time) time.Duration {
	if c.speed == 0 {
		return time.Second
	}
	return time.Duration(float64(at-c.guess()) / c.speed)
}
