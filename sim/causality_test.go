package sim_test

import (
	"bytes"
	"context"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/host"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/sim"
	"pgregory.net/rapid"
)

// steps runs the rig and returns what it records of the events by t and their commands, step by step. With openings it
// includes the fills of a row that opens at t; without, it stops behind the row that closed last by t.
func (r *rig) steps(t *rapid.T, until fund.Time, openings bool) []string {
	rec := &stepper{rig: r, until: until, openings: openings}
	if err := host.Run(context.Background(), r.core(), sim.New(r.config), rec); err != nil {
		t.Fatal(err)
	}
	return rec.out[:rec.known]
}

// stepper records every event as a journal of its own, so that ranges of rows do not hide where they end.
type stepper struct {
	rig      *rig
	until    fund.Time
	openings bool
	out      []string
	known    int // steps that t can know
	knows    bool
}

func (s *stepper) Event(ev *engine.Event) error {
	_, row := ev.Body.(*engine.Row)
	s.knows = ev.At <= s.until && (row || s.openings)
	return s.put(func(r *journal.Recorder) error { return r.Event(ev) })
}

func (s *stepper) Commands(cmds []engine.Command) error {
	return s.put(func(r *journal.Recorder) error { return r.Commands(cmds) })
}

func (s *stepper) put(what func(*journal.Recorder) error) error {
	s.out = append(s.out, s.record(what))
	if s.knows {
		s.known = len(s.out)
	}
	return nil
}

func (s *stepper) End() error { return nil }

func (s *stepper) record(put func(*journal.Recorder) error) string {
	var b bytes.Buffer
	rec, err := journal.NewRecorder(s.rig.u, journal.Manifest{}, &b)
	if err == nil {
		err = put(rec)
	}
	if err == nil {
		err = rec.End()
	}
	if err != nil {
		panic(err)
	}
	return b.String()
}

// rewrite changes, inserts and deletes rows of p with open ≥ from. With opened, the first of them has opened: its opens
// stay, and the rest of it changes.
func rewrite(t *rapid.T, p *fund.Panel, from fund.Time, opened bool) *fund.Panel {
	q := &fund.Panel{N: p.N, Interval: p.Interval}
	add := func(at fund.Time, r int, open, rest float64) {
		q.Times = append(q.Times, at)
		for k, column := range [][]float64{p.Open, p.High, p.Low, p.Close, p.Volume} {
			to, scale := []*[]float64{&q.Open, &q.High, &q.Low, &q.Close, &q.Volume}[k], rest
			if k == 0 {
				scale = open
			}
			for _, v := range column[r*p.N : (r+1)*p.N] {
				*to = append(*to, v*scale)
			}
		}
	}
	for r, at := range p.Times {
		what := rapid.IntRange(0, 3).Draw(t, "what")
		switch {
		case at < from:
			add(at, r, 1, 1)
		case opened:
			add(at, r, 1, rapid.SampledFrom([]float64{0.5, 3}).Draw(t, "rest"))
			opened = false
		case what == 0: // delete
		case what == 1:
			x := rapid.SampledFrom([]float64{0.5, 2, math.NaN()}).Draw(t, "scale")
			add(at, r, x, x)
		case what == 2:
			add(at, r, 1.5, 1.5)
			add(at.Add(p.Interval), r, 3, 3)
			return q // what follows would be out of order
		default:
			add(at, r, 1, 1)
		}
	}
	return q
}

// rewriteCaps changes and deletes the market caps that become known after t.
func rewriteCaps(t *rapid.T, caps []sim.Caps, after fund.Time) []sim.Caps {
	var q []sim.Caps
	for _, c := range caps {
		switch what := rapid.IntRange(0, 2).Draw(t, "what of caps"); {
		case c.At <= after || what == 0:
			q = append(q, c)
		case what == 1:
			usd := slices.Clone(c.USD)
			for a := range usd {
				usd[a] *= rapid.SampledFrom([]float64{0, 0.1, 10}).Draw(t, "scale of caps")
			}
			q = append(q, sim.Caps{At: c.At, USD: usd})
		}
	}
	return q
}

// What a fund did by t does not change when the rows that open at t or later do, or market caps that are known later. The open itself is known at t: when it
// stays, what was filled at it stays too, whatever else the row brings.
func TestNoLookAhead(t *testing.T) {
	decided := 0
	rapid.Check(t, func(t *rapid.T) {
		r := draw(t)
		p := r.config.Panel
		at := p.Times[0].Add(time.Duration(rapid.IntRange(1, len(p.Times)).Draw(t, "t")) * p.Interval)
		opened := rapid.Bool().Draw(t, "opened")
		before := r.steps(t, at, opened)
		changed := *r
		changed.config.Panel = rewrite(t, p, at, opened)
		changed.config.Caps = rewriteCaps(t, r.config.Caps, at)
		after := changed.steps(t, at, opened)
		k := 0
		for k < min(len(before), len(after)) && before[k] == after[k] {
			k++
		}
		if k < max(len(before), len(after)) {
			t.Fatalf("step %d of %d and %d differs:\n%s\n%s", k, len(before), len(after), first(before, k), first(after, k))
		}
		decided += k
	})
	if decided == 0 {
		t.Fatal("nothing was decided: the test tests nothing")
	}
}

func first(s []string, k int) string {
	if k < len(s) {
		return s[k]
	}
	return "(nothing)"
}
