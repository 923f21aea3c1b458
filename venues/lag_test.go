package venues_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

// lagRig is rows that never wait, and somebody who says a word before a row opens.
type lagRig struct {
	panel *fund.Panel
	says  map[int]engine.Operator // by row, once
	asked fund.Time               // of Until, the last time
}

func (g *lagRig) Now() fund.Time { return 0 }

func (g *lagRig) Until(_ context.Context, at fund.Time) (*engine.Event, error) {
	g.asked = at
	return nil, nil
}

func (g *lagRig) Open(_ context.Context, r int) (*engine.Event, error) {
	o, ok := g.says[r]
	if delete(g.says, r); !ok {
		return nil, nil
	}
	return &engine.Event{Body: &o}, nil
}

func (g *lagRig) Close(context.Context, int) (*engine.Event, error) { return nil, nil }

// words plays rows from one on and returns what was said, and in which row.
func (g *lagRig) words(t *testing.T, l *venues.Lag, from int) (said []string) {
	t.Helper()
	ctx := context.Background()
	for r := from; r < g.panel.Rows(); r++ {
		for _, step := range []func() (*engine.Event, error){
			func() (*engine.Event, error) { return l.Until(ctx, g.panel.Times[r]) },
			func() (*engine.Event, error) { return l.Open(ctx, r) },
			func() (*engine.Event, error) { return l.Until(ctx, g.panel.CloseTime(r)) },
			func() (*engine.Event, error) { return l.Close(ctx, r) },
		} {
			for {
				ev, err := step()
				if err != nil {
					t.Fatal(err)
				}
				if ev == nil {
					break
				}
				o := ev.Body.(*engine.Operator)
				said = append(said, fmt.Sprintf("%d %s %s", r, o.Who, o.Action))
			}
		}
	}
	return said
}

// Of ten rows those that closed more than two rows before the seventh opened are history. A pause outlives the process that said it, and
// nothing is said of what is told again. A person's word is the person's.
func TestLag(t *testing.T) {
	pause, resume := engine.Operator{Who: "Ada", Action: engine.Pause}, engine.Operator{Who: "Ada", Action: engine.Resume}
	own := engine.Operator{Who: venues.HubName, Action: engine.Pause}
	minute := func(n float64) fund.Time { return day0.Add(time.Duration(n * float64(time.Minute))) }
	for _, c := range []struct {
		name  string
		first int
		known fund.Time
		since fund.Time // once something was waited for that is not known
		words []engine.Operator
		says  map[int]engine.Operator
		want  []string
	}{
		{name: "nothing was missed"},
		{name: "rows were missed", since: minute(6.5), want: []string{"0 the hub pause", "4 the hub resume"}},
		{name: "some are known", known: minute(2), since: minute(6.5), want: []string{"2 the hub pause", "4 the hub resume"}},
		{name: "killed in a row that is history", known: minute(2.5), since: minute(6.5), words: []engine.Operator{own}, want: []string{"4 the hub resume"}},
		{name: "killed as a row had closed", known: minute(2), since: minute(6.5), words: []engine.Operator{own}, want: []string{"4 the hub resume"}},
		{name: "killed after the pause, and back late", first: 2, known: minute(2.5), since: minute(9.5), words: []engine.Operator{own}, want: []string{"7 the hub resume"}},
		{name: "a person had paused", since: minute(6.5), words: []engine.Operator{pause}},
		{name: "a person had paused and resumed", since: minute(6.5), words: []engine.Operator{pause, resume}, want: []string{"0 the hub pause", "4 the hub resume"}},
		{name: "a person pauses meanwhile", since: minute(6.5), says: map[int]engine.Operator{2: pause}, want: []string{"0 the hub pause", "2 Ada pause"}},
		{name: "a person resumes afterwards", since: minute(6.5), says: map[int]engine.Operator{2: pause, 8: resume},
			want: []string{"0 the hub pause", "2 Ada pause", "8 Ada resume"}},
		{name: "a person resumes too early", since: minute(6.5), says: map[int]engine.Operator{2: resume},
			want: []string{"0 the hub pause", "2 Ada resume", "2 the hub pause", "4 the hub resume"}},
	} {
		g := &lagRig{panel: &fund.Panel{N: 1, Interval: time.Minute}, says: c.says}
		for r := range 10 {
			g.panel.Times = append(g.panel.Times, minute(float64(r)))
		}
		since := func() fund.Time { // as a feed does, which waits for nothing that is known
			if g.asked <= c.known {
				return 0
			}
			return c.since
		}
		l := venues.NewLag(g, g.panel, 0, since, c.first, c.known)
		for k := range c.words {
			l.Spoke(&c.words[k])
		}
		if said := g.words(t, l, c.first); !slices.Equal(said, c.want) {
			t.Errorf("%s: %q, want %q", c.name, said, c.want)
		}
	}
}
