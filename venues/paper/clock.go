package paper

import (
	"math"
	"sync"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// Clock tells a venue's time.
type Clock interface {
	// Now returns the venue's time. It never goes back.
	Now() fund.Time
	// After returns a channel that is closed when the clock shows at or later. stop frees what waits for it.
	After(at fund.Time) (due <-chan struct{}, stop func())
}

// Running returns a clock that shows start now, and from then on goes speed times as fast as a real one.
func Running(start fund.Time, speed float64) Clock {
	return &running{start: start, speed: speed, began: time.Now()}
}

type running struct {
	start fund.Time
	speed float64
	began time.Time
}

func (c *running) Now() fund.Time {
	return c.start.Add(time.Duration(float64(time.Since(c.began)) * c.speed))
}

func (c *running) After(at fund.Time) (<-chan struct{}, func()) {
	wait := time.Duration(math.Ceil(float64(at.Sub(c.Now()))/c.speed)) + time.Microsecond
	due := make(chan struct{})
	timer := time.AfterFunc(max(wait, 0), func() { close(due) })
	return due, func() { timer.Stop() }
}

// Hand is a clock that goes on by hand, for tests. It is safe for concurrent use.
type Hand struct {
	mu      sync.Mutex
	now     fund.Time
	waiting map[chan struct{}]fund.Time
}

// NewHand returns a clock that shows a time.
func NewHand(now fund.Time) *Hand { return &Hand{now: now, waiting: map[chan struct{}]fund.Time{}} }

// Now implements Clock.
func (h *Hand) Now() fund.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

// Advance moves the clock on.
func (h *Hand) Advance(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(max(d, 0))
	for due, at := range h.waiting {
		if at <= h.now {
			close(due)
			delete(h.waiting, due)
		}
	}
}

// After implements Clock.
func (h *Hand) After(at fund.Time) (<-chan struct{}, func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	due := make(chan struct{})
	if at <= h.now {
		close(due)
		return due, func() {}
	}
	h.waiting[due] = at
	return due, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.waiting, due)
	}
}
