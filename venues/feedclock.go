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

	steady  time.Time     // from when on the speed is known well enough to say that a time does not fit
	astray  time.Time     // since when the venue tells times that are too far ahead; zero: it does not
	ahead   time.Duration // by how much, at first
	behind  time.Duration // how far back its clock was when it last told; 0: not back
	follows bool          // the newest leap lasted, and was followed
}

// The speed is measured over this much of our time, once that much of it is known.
const measured = 2 * time.Second

// A clock that is further ahead than leap, in our time, of where its speed brought it has jumped. One that comes back within lasting has done no
// harm: rows went by our clock. One that stays is followed, but not beyond farthest, where nothing but a fault can have brought it.
const (
	leap     = time.Minute
	lasting  = 10 * time.Second
	farthest = fund.Day
)

func newClock(at fund.Time) clock {
	now := time.Now()
	return clock{at: at, local: now, base: at, speed: 0}
}

// told takes a time that the venue told, and reports whether it fits. What comes late tells nothing new.
func (c *clock) told(at fund.Time) bool {
	now := time.Now()
	if at <= c.at && !c.since.IsZero() {
		return true
	}
	if c.since.IsZero() { // the first: before it nothing was known
		c.base, c.since, c.speed, c.steady = at, now, 1, now.Add(measured)
	}
	fits := !c.leaps(at, now)
	if !fits && !c.stays(now) {
		return false
	}
	if c.follows = !fits; c.follows {
		c.base, c.since = at, now
	}
	c.astray, c.behind = time.Time{}, 0
	c.at, c.local = max(c.at, at), now
	if passed := now.Sub(c.since); passed >= measured/20 {
		c.speed = max(1, float64(at-c.base)/float64(passed))
		if passed > measured {
			c.base, c.since = at, now
		}
	}
	return fits
}

// leaps reports whether a time is too far ahead.
func (c *clock) leaps(at fund.Time, now time.Time) bool {
	by := at.Sub(c.guess())
	if now.Before(c.steady) || by <= c.tolerance() {
		return false
	}
	if slept := now.Round(0).Sub(c.local.Round(0)) - now.Sub(c.local); by <= slept+c.tolerance() { // this machine did
		return false
	}
	if c.astray.IsZero() {
		c.astray, c.ahead = now, by
	}
	return true
}

// stays reports whether a leap has lasted long enough to be followed.
func (c *clock) stays(now time.Time) bool { return now.Sub(c.astray) >= lasting && c.ahead <= farthest }

// tolerance returns how far ahead a time may be that fits.
func (c *clock) tolerance() time.Duration { return time.Duration(float64(leap) * max(1, c.speed)) }

// answered takes the time that the venue told when it was asked: unlike what a stream tells it is of now, so that it also tells of a
// clock that went back.
func (c *clock) answered(at fund.Time) {
	if c.behind = c.at.Sub(at); c.behind <= c.tolerance() {
		c.behind = 0
	}
	c.told(at)
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
