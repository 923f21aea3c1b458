package wire

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// The limits, as exchangeInfo tells them.
const (
	usualWeight   = 6000 // request weight a minute
	mostIn10s     = 100  // orders
	mostInADay    = 200_000
	patience      = 10 // requests that are answered with 429 before the ban
	banned        = 2 * time.Minute
	tooMuchWeight = "Too much request weight used; current limit is %d request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API."
	tooManyOrders = "Too many new orders; current limit is %d orders per %s."
	youAreBanned  = "Way too much request weight used; IP banned until %d. Please use WebSocket Streams for live updates to avoid bans."
)

// limits counts what everybody together asks, in real time: loopback is one address.
type limits struct {
	mu     sync.Mutex
	now    func() time.Time
	weight window
	fast   window // orders in ten seconds
	daily  window // orders in a day
	denied int    // since the weight's window began
	ban    time.Time
}

// window counts up to a limit in spans of a length, as the venue's clock divides time.
type window struct {
	span        time.Duration
	limit, used int
	began       time.Time
}

func newLimits(weight int) *limits {
	if weight == 0 {
		weight = usualWeight
	}
	return &limits{now: time.Now, weight: window{span: time.Minute, limit: weight}, fast: window{span: 10 * time.Second, limit: mostIn10s},
		daily: window{span: 24 * time.Hour, limit: mostInADay}}
}

// turn begins a new span where the old one is over, and reports whether it did.
func (w *window) turn(now time.Time) bool {
	if now.Sub(w.began) < w.span {
		return false
	}
	w.began, w.used = now.Truncate(w.span), 0
	return true
}

func (w *window) left(now time.Time) time.Duration { return w.began.Add(w.span).Sub(now) }

// charge counts a request of a weight, and returns why it is not answered, or nil.
func (l *limits) charge(weight int, order bool) *failure {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if l.weight.turn(now) {
		l.denied = 0
	}
	l.fast.turn(now)
	l.daily.turn(now)
	if now.Before(l.ban) {
		return l.banned(now)
	}
	l.weight.used += weight
	if l.weight.used > l.weight.limit {
		if l.denied++; l.denied > patience {
			l.ban = now.Add(banned)
			return l.banned(now)
		}
		return &failure{http.StatusTooManyRequests, -1003, fmt.Sprintf(tooMuchWeight, l.weight.limit), l.weight.left(now)}
	}
	if !order {
		return nil
	}
	l.fast.used, l.daily.used = l.fast.used+1, l.daily.used+1
	switch {
	case l.fast.used > l.fast.limit:
		return &failure{http.StatusTooManyRequests, -1015, fmt.Sprintf(tooManyOrders, l.fast.limit, "10 SECOND"), l.fast.left(now)}
	case l.daily.used > l.daily.limit:
		return &failure{http.StatusTooManyRequests, -1015, fmt.Sprintf(tooManyOrders, l.daily.limit, "1 DAY"), l.daily.left(now)}
	}
	return nil
}

func (l *limits) banned(now time.Time) *failure {
	return &failure{http.StatusTeapot, -1003, fmt.Sprintf(youAreBanned, l.ban.UnixMilli()), l.ban.Sub(now)}
}

// banFor bans everybody.
func (l *limits) banFor(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ban = l.now().Add(d)
}

// tell writes what was used into the headers of an answer.
func (l *limits) tell(h http.Header, order bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	used := strconv.Itoa(l.weight.used)
	h.Set("X-Mbx-Used-Weight", used)
	h.Set("X-Mbx-Used-Weight-1m", used)
	if order {
		h.Set("X-Mbx-Order-Count-10s", strconv.Itoa(l.fast.used))
		h.Set("X-Mbx-Order-Count-1d", strconv.Itoa(l.daily.used))
	}
}

// rateLimit is a limit as the venue tells it.
type rateLimit struct {
	Type        string `json:"rateLimitType"`
	Interval    string `json:"interval"`
	IntervalNum int    `json:"intervalNum"`
	Limit       int    `json:"limit"`
	Count       *int   `json:"count,omitempty"`
}

// list returns the limits, with what was used of them if counts.
func (l *limits) list(counts bool) []rateLimit {
	l.mu.Lock()
	defer l.mu.Unlock()
	count := func(w *window) *int {
		if !counts {
			return nil
		}
		w.turn(l.now())
		used := w.used
		return &used
	}
	return []rateLimit{
		{"REQUEST_WEIGHT", "MINUTE", 1, l.weight.limit, count(&l.weight)},
		{"ORDERS", "SECOND", 10, l.fast.limit, count(&l.fast)},
		{"ORDERS", "DAY", 1, l.daily.limit, count(&l.daily)},
	}
}
