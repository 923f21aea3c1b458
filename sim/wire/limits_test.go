package wire

import (
	"net/http"
	"slices"
	"testing"
	"time"
)

// What is left of a minute is to be waited for, who does not is banned, and afterwards all is as before.
func TestLimits(t *testing.T) {
	now := time.Date(2023, 4, 1, 12, 0, 20, 0, time.UTC)
	l := newLimits(10)
	l.now = func() time.Time { return now }
	ask := func(times int) (statuses []int, last *failure) {
		for range times {
			last = l.charge(2, false)
			status := http.StatusOK
			if last != nil {
				status = last.status
			}
			statuses = append(statuses, status)
		}
		return slices.Compact(statuses), last
	}
	if s, f := ask(6); !slices.Equal(s, []int{200, 429}) || f.wait != 40*time.Second || f.code != -1003 {
		t.Errorf("%v, %+v", s, f)
	}
	if s, f := ask(10); !slices.Equal(s, []int{429, 418}) || f.wait != 2*time.Minute {
		t.Errorf("%v, %+v", s, f)
	}
	now = now.Add(119 * time.Second)
	if s, f := ask(1); !slices.Equal(s, []int{418}) || f.wait != time.Second {
		t.Errorf("%v, %+v", s, f)
	}
	now = now.Add(time.Second)
	if s, _ := ask(5); !slices.Equal(s, []int{200}) {
		t.Errorf("after the ban: %v", s)
	}
	for range 3 { // who is denied now and then is not banned
		if s, _ := ask(4); s[len(s)-1] != 429 {
			t.Errorf("%v", s)
		}
		now = now.Add(time.Minute)
		ask(5)
	}
}

func TestOrderLimit(t *testing.T) {
	now := time.Date(2023, 4, 1, 12, 0, 4, 0, time.UTC)
	l := newLimits(0)
	l.now = func() time.Time { return now }
	for n := range 100 {
		if f := l.charge(1, true); f != nil {
			t.Fatalf("order %d: %+v", n, f)
		}
	}
	if f := l.charge(1, true); f == nil || f.code != -1015 || f.wait != 6*time.Second {
		t.Errorf("%+v", f)
	}
	if f := l.charge(1, false); f != nil {
		t.Errorf("what is no order is limited: %+v", f)
	}
	now = now.Add(6 * time.Second)
	if f := l.charge(1, true); f != nil {
		t.Errorf("ten seconds later: %+v", f)
	}
	h := http.Header{}
	l.tell(h, true)
	if h.Get("X-MBX-ORDER-COUNT-10S") != "1" || h.Get("X-MBX-ORDER-COUNT-1D") != "102" || h.Get("X-MBX-USED-WEIGHT-1M") == "" {
		t.Errorf("the headers say %v", h)
	}
	l.daily.used = mostInADay
	if f := l.charge(1, true); f == nil || f.code != -1015 || f.wait != 11*time.Hour+59*time.Minute+50*time.Second {
		t.Errorf("after a day's orders: %+v", f)
	}
}
