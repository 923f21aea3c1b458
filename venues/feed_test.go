package venues_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
	"github.com/steelyard/steelyard/venues/venuetest"
)

var day0 = fund.TimeOf(time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC))

// feedRig is a tape of minutes of two instruments and a feed of it. What it says it learns from then on.
type feedRig struct {
	tape   *venuetest.Tape
	cfg    venues.FeedConfig
	alarms []venues.Alarm
	feed   *venues.Feed
}

func newFeedRig(rows int) *feedRig {
	u := &fund.Universe{Accounts: []string{"x"}, Assets: []fund.Asset{{Name: "A"}, {Name: "B"}, {Name: "U"}}, Base: 2,
		Instruments: []fund.Instrument{{Name: "A/U", Quote: 2}, {Name: "B/U", Base: 1, Quote: 2}}}
	p := &fund.Panel{N: 2, Interval: time.Minute}
	for r := range rows {
		p.Times = append(p.Times, day0.Add(time.Duration(r)*time.Minute))
		for i := range 2 {
			x := float64(100*(i+1) + r)
			p.Open, p.High, p.Low, p.Close, p.Volume = append(p.Open, x), append(p.High, x+2), append(p.Low, x-2), append(p.Close, x+1), append(p.Volume, 10*x)
		}
	}
	g := &feedRig{tape: &venuetest.Tape{Instruments: []string{"A/U", "B/U"}, Panel: p, Start: day0.Add(-10 * time.Second)}}
	g.cfg = venues.FeedConfig{Universe: u, Drivers: []venues.Driver{g.tape}, Grace: 5 * time.Second,
		Panel: &fund.Panel{N: 2, Interval: time.Minute}, Start: day0, End: day0.Add(time.Duration(rows) * time.Minute),
		Alarm: func(a venues.Alarm) { g.alarms = append(g.alarms, a) }}
	return g
}

// play reads all rows, as a world does, and returns them.
func (g *feedRig) play(t *testing.T) *fund.Panel {
	t.Helper()
	g.feed = venues.NewFeed(g.cfg)
	defer g.feed.Stop()
	ctx, p := context.Background(), g.cfg.Panel
	for r := 0; r < p.Rows(); r++ {
		for _, step := range []func() (*engine.Event, error){
			func() (*engine.Event, error) { return g.feed.Until(ctx, p.Times[r]) },
			func() (*engine.Event, error) { return g.feed.Open(ctx, r) },
			func() (*engine.Event, error) { return g.feed.Until(ctx, p.CloseTime(r)) },
			func() (*engine.Event, error) { return g.feed.Close(ctx, r) },
		} {
			if heard, err := step(); err != nil || heard != nil {
				t.Fatalf("row %d: %v, %v", r, heard, err)
			}
		}
	}
	return p
}

// same compares a column with what it should be, NaN being equal to itself.
func same(t *testing.T, name string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values, want %d", name, len(got), len(want))
	}
	for k := range got {
		if math.Float64bits(got[k]) != math.Float64bits(want[k]) && (got[k] == got[k] || want[k] == want[k]) {
			t.Fatalf("%s: value %d is %v, want %v", name, k, got[k], want[k])
		}
	}
}

func samePanel(t *testing.T, got, want *fund.Panel) {
	t.Helper()
	same(t, "open", got.Open, want.Open)
	same(t, "high", got.High, want.High)
	same(t, "low", got.Low, want.Low)
	same(t, "close", got.Close, want.Close)
	same(t, "volume", got.Volume, want.Volume)
}

// What is told in time stands in the rows, at any speed of the venue's clock, and a row is over as soon as all of it is known.
func TestFeedMakesRows(t *testing.T) {
	for _, speed := range []float64{1, 60, 1000} {
		synctest.Test(t, func(t *testing.T) {
			g := newFeedRig(20)
			g.tape.Speed = speed
			g.tape.Delay = func(string, fund.Time, bool) time.Duration { return time.Second }
			samePanel(t, g.play(t), g.tape.Panel)
			if late := g.tape.At().Sub(g.cfg.End); late > 2*time.Second+time.Duration(speed*float64(50*time.Millisecond)) || len(g.alarms) > 0 || g.feed.Missed() != 0 {
				t.Errorf("speed %v: over %v after the end, missed until %v, %v", speed, late, g.feed.Missed(), g.alarms)
			}
		})
	}
}

// A bar that comes after the grace is not in the rows, whatever comes later; an open that came late stays away though the bar
// closed in time. One alarm tells of it, and one of its end.
func TestFeedLateBars(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newFeedRig(10)
		g.tape.Delay = func(name string, open fund.Time, closed bool) time.Duration {
			switch r := int(open.Sub(day0) / time.Minute); {
			case name == "A/U" && r == 3 && !closed:
				return 20 * time.Second
			case name == "B/U" && r >= 5 && r < 8 && closed:
				return 20 * time.Second
			}
			return 0
		}
		g.tape.Fault = func(call string, _ fund.Time) error {
			if call == "bars" {
				return &venues.Failure{Class: venues.Retry, Err: errors.New("no bars today")}
			}
			return nil
		}
		got, want := g.play(t), g.tape.Panel
		want.Open[3*2] = math.NaN()
		for r := 5; r < 8; r++ {
			want.High[r*2+1], want.Low[r*2+1], want.Close[r*2+1], want.Volume[r*2+1] = math.NaN(), math.NaN(), math.NaN(), math.NaN()
		}
		samePanel(t, got, want)
		if len(g.alarms) != 2 || g.alarms[0].Kind != venues.Late || g.alarms[0].Instrument != "B/U" || g.alarms[0].Over || !g.alarms[1].Over {
			t.Errorf("alarms %v", g.alarms)
		}
	})
}

// A closed bar that the stream loses is asked for within the grace, and so is what a broken stream missed.
func TestFeedFillsGaps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newFeedRig(12)
		g.tape.Delay = func(name string, open fund.Time, closed bool) time.Duration {
			if closed && open.Sub(day0)%(3*time.Minute) == 0 {
				return -1
			}
			return 0
		}
		g.tape.Fault = func(call string, at fund.Time) error {
			if in := at.Sub(day0) % (4 * time.Minute); call == "next" && in > 58*time.Second && in < 61*time.Second {
				return &venues.Failure{Class: venues.Retry, Err: io.ErrUnexpectedEOF}
			}
			return nil
		}
		samePanel(t, g.play(t), g.tape.Panel)
		if len(g.alarms) > 0 {
			t.Errorf("alarms %v", g.alarms)
		}
	})
}

// A venue that is down for an hour, and says how long it wants to be left alone, is left alone; one alarm tells that it is down
// and one that it is back. Its rows go on, empty, and are whole again when it is back.
func TestFeedVenueDownForAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newFeedRig(90)
		calls, limited := 0, 0
		g.tape.Fault = func(call string, at fund.Time) error {
			from := day0.Add(10*time.Minute + 30*time.Second)
			switch {
			case at < from || at >= from.Add(time.Hour):
				return nil
			case at < from.Add(20*time.Minute): // then it is banned
				calls++
				return &venues.Failure{Class: venues.Retry, Err: errors.New("connection refused")}
			}
			limited++
			return &venues.Failure{Class: venues.RateLimited, Wait: 10 * time.Minute, Err: errors.New("418: too many requests")}
		}
		got, want := g.play(t), g.tape.Panel
		for r := 11; r < 70; r++ {
			for k := r * 2; k < r*2+2; k++ {
				want.Open[k], want.High[k], want.Low[k], want.Close[k], want.Volume[k] = math.NaN(), math.NaN(), math.NaN(), math.NaN(), math.NaN()
			}
		}
		missed := 0
		for r := range 90 {
			if got.Has(r, 0) != want.Has(r, 0) {
				missed++
			}
		}
		if missed > 11 { // the last wait that the venue asked for ends up to ten minutes after it is back; row 10 was under way
			t.Errorf("%d rows are not what they should be", missed)
		}
		var kinds []string
		for _, a := range g.alarms {
			kinds = append(kinds, fmt.Sprintf("%s %v", a.Kind, a.Over))
		}
		if s := strings.Join(kinds, ", "); s != "down false, limited false, down true, limited true" {
			t.Errorf("alarms: %s", s)
		}
		if calls > 150 || limited > 6 {
			t.Errorf("%d calls while it was down, %d while it wanted to be left alone", calls, limited)
		}
	})
}

// What comes to the inbox cuts a wait short and has the venue's time; when the inbox is closed the feed ends.
func TestFeedInbox(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newFeedRig(3)
		inbox := make(chan engine.Body)
		g.cfg.Inbox = inbox
		f := venues.NewFeed(g.cfg)
		defer f.Stop()
		go func() {
			time.Sleep(15 * time.Second)
			inbox <- &engine.Operator{Who: "Ada", Action: engine.Pause}
			close(inbox)
		}()
		ctx := context.Background()
		if heard, err := f.Until(ctx, day0); heard != nil || err != nil {
			t.Fatal(heard, err)
		}
		heard, err := f.Until(ctx, day0.Add(time.Minute))
		if err != nil || heard == nil || heard.Body.(*engine.Operator).Who != "Ada" {
			t.Fatal(heard, err)
		}
		if off := heard.At.Sub(day0.Add(5 * time.Second)); off < -time.Second || off > time.Second {
			t.Errorf("the word is of %v", heard.At)
		}
		if _, err := f.Until(ctx, day0.Add(time.Minute)); err != io.EOF {
			t.Errorf("%v, want EOF", err)
		}
	})
}

// Rows that were known are not waited for, and a row that had opened goes on with the opens that it had.
func TestFeedGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newFeedRig(6)
		want, p := g.tape.Panel, g.cfg.Panel
		p.Times = append(p.Times, want.Times[:3]...)
		p.Open = append(p.Open, want.Open[:6]...)
		p.Open[4] = math.NaN()
		for _, c := range []struct{ to, from *[]float64 }{{&p.High, &want.High}, {&p.Low, &want.Low}, {&p.Close, &want.Close}, {&p.Volume, &want.Volume}} {
			*c.to = append(append(*c.to, (*c.from)[:4]...), math.NaN(), math.NaN())
		}
		g.cfg.Opened, g.cfg.Known = true, want.Times[2]
		g.tape.Start = want.Times[2].Add(30 * time.Second)
		got := g.play(t)
		want.Open[4] = math.NaN()
		samePanel(t, got, want)
	})
}

// Bars that passed while nobody listened, because the venue was away or the process was, stand in the rows that were not written
// meanwhile. One alarm tells of all instruments of the venue.
func TestFeedWhatWasMissedComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newFeedRig(90)
		g.tape.Speed = 60
		down, back := day0.Add(10*time.Minute+30*time.Second), day0.Add(50*time.Minute+30*time.Second)
		g.tape.Fault = func(_ string, at fund.Time) error {
			if at >= down && at < back {
				return &venues.Failure{Class: venues.Retry, Err: errors.New("connection refused")}
			}
			return nil
		}
		if n := holes(g.play(t)); n > 2 { // while it is away a minute is one of ours
			t.Errorf("%d rows have holes", n)
		}
		if len(g.alarms) > 4 {
			t.Errorf("alarms %v", g.alarms)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		g := awayRig()
		samePanel(t, g.play(t), g.tape.Panel)
		if at := g.feed.Missed(); at < g.tape.Start {
			t.Errorf("rows were missed until %v", at)
		}
	})
}

// awayRig is a feed that knows five of sixty rows and goes on when thirty have closed.
func awayRig() *feedRig {
	g := newFeedRig(60)
	known := g.tape.Panel.Part(0, 5)
	g.cfg.Panel = &fund.Panel{N: 2, Interval: time.Minute, Times: slices.Clone(known.Times), Open: slices.Clone(known.Open), High: slices.Clone(known.High),
		Low: slices.Clone(known.Low), Close: slices.Clone(known.Close), Volume: slices.Clone(known.Volume)}
	g.cfg.Known = known.CloseTime(4)
	g.tape.Start = day0.Add(30*time.Minute + 3*time.Second)
	return g
}

// holes counts the rows in which a bar is missing.
func holes(p *fund.Panel) (n int) {
	for r := range p.Times {
		if !p.Has(r, 0) || !p.Has(r, 1) {
			n++
		}
	}
	return n
}

// What was missed is waited for while the venue does not give it, and not for ever: then rows go on without it.
func TestFeedWaitsForWhatWasMissed(t *testing.T) {
	for _, c := range []struct {
		name, call string
		lasts      time.Duration
		wait       time.Duration // on a venue that wants to be left alone
		want       int           // rows with holes, at most
	}{
		{"no bars at first", "bars", 20 * time.Second, 0, 0},
		{"no stream at first", "market", 20 * time.Second, 0, 0},
		{"left alone at first", "bars", 10 * time.Second, 15 * time.Second, 0},
		{"no bars", "bars", time.Hour, 0, 26},
		{"no stream", "market", time.Hour, 0, 55},
		{"no stream for minutes", "market", 5 * time.Minute, 0, 32},
		{"banned", "bars", time.Second, 20 * time.Minute, 27},
	} {
		synctest.Test(t, func(t *testing.T) {
			g := awayRig()
			g.tape.Fault = func(call string, at fund.Time) error {
				switch {
				case call != c.call || at.Sub(g.tape.Start) >= c.lasts:
					return nil
				case c.wait > 0:
					return &venues.Failure{Class: venues.RateLimited, Wait: c.wait, Err: errors.New("too many requests")}
				}
				return &venues.Failure{Class: venues.Retry, Err: errors.New("not now")}
			}
			g.cfg.Idle = func() error {
				if row := len(g.cfg.Panel.Times) - 1; row < 30 && g.tape.At().Sub(g.tape.Start) > 90*time.Second {
					return fmt.Errorf("%s: row %d is still waited for", c.name, row)
				}
				return nil
			}
			if n := holes(g.play(t)); n > c.want {
				t.Errorf("%s: %d rows have holes, want %d", c.name, n, c.want)
			}
			if missed := g.feed.Missed(); missed < g.tape.Start {
				t.Errorf("%s: missed until %v", c.name, missed)
			}
		})
	}
}
