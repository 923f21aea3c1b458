package binance

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// The kinds of limit that Binance counts and this driver keeps.
const (
	Weight = "REQUEST_WEIGHT" // of requests, by address
	Orders = "ORDERS"         // by account
)

// Usage is how much of a limit is used, as far as the venue told.
type Usage struct {
	Kind     string        // Weight or Orders
	Interval time.Duration // limits are counted in intervals that begin at multiples of their length, UTC
	Used     int64         // in the interval in which At lies
	Limit    int64         // 0: the venue has not told yet
	At       fund.Time     // the venue's time when it told Used
}

// left returns how long the interval of At goes on at a later time: 0 if it is over.
func (u *Usage) left(now fund.Time) time.Duration {
	end := u.At.Floor(u.Interval).Add(u.Interval)
	return max(0, end.Sub(now))
}

// limits keeps what the venue says of its limits, and how long it wants to be left alone.
type limits struct {
	mu    sync.Mutex
	usage []Usage
	until time.Time // ours, monotonic
}

// defaultWeight is the weight that an address has in a minute where the venue has not told yet.
const defaultWeight = 6000

// wait returns how long a request of this weight must not be sent: until a ban is over, or the limits have room.
func (l *limits) wait(now fund.Time, weight int64, order bool) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	longest := max(0, time.Until(l.until))
	for i := range l.usage {
		u := &l.usage[i]
		adds := weight
		if u.Kind == Orders {
			adds = 0
			if order {
				adds = 1
			}
		}
		limit := u.Limit
		if limit == 0 && u.Kind == Weight && u.Interval == time.Minute {
			limit = defaultWeight
		}
		if limit > 0 && adds > 0 && u.Used+adds > limit {
			longest = max(longest, u.left(now))
		}
	}
	return longest
}

// pause makes nothing more be sent for a while.
func (l *limits) pause(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if until := time.Now().Add(d); until.After(l.until) {
		l.until = until
	}
}

// told takes the counts in the headers of an answer.
func (l *limits) told(h http.Header, now fund.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for name, values := range h {
		for prefix, kind := range map[string]string{"X-Mbx-Used-Weight-": Weight, "X-Mbx-Order-Count-": Orders} {
			span, ok := strings.CutPrefix(name, prefix)
			interval, known := intervalOf(span)
			used, err := strconv.ParseInt(values[0], 10, 64)
			if ok && known && err == nil && used >= 0 {
				u := l.of(kind, interval)
				u.Used, u.At = used, now
			}
		}
	}
}

// allowed takes the limits that exchangeInfo names.
func (l *limits) allowed(all []Usage) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, a := range all {
		l.of(a.Kind, a.Interval).Limit = a.Limit
	}
}

// of returns the usage of a kind and interval, which is made if it is new. The caller holds mu.
func (l *limits) of(kind string, interval time.Duration) *Usage {
	i := slices.IndexFunc(l.usage, func(u Usage) bool { return u.Kind == kind && u.Interval == interval })
	if i < 0 {
		i = len(l.usage)
		l.usage = append(l.usage, Usage{Kind: kind, Interval: interval})
	}
	return &l.usage[i]
}

// intervalOf reads the length of an interval as headers write it: 10S, 1M, 1D.
func intervalOf(text string) (time.Duration, bool) {
	if len(text) < 2 {
		return 0, false
	}
	n, err := strconv.ParseUint(text[:len(text)-1], 10, 16)
	unit := map[string]time.Duration{"S": time.Second, "M": time.Minute, "H": time.Hour, "D": fund.Day}[strings.ToUpper(text[len(text)-1:])]
	return time.Duration(n) * unit, err == nil && n > 0 && unit > 0
}
