package sim_test

import (
	"bytes"
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/host"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/venues"
	"github.com/steelyard/steelyard/venues/venuetest"
	"pgregory.net/rapid"
)

// paced gives the rig a feed of its own panel in running time, from the first row on.
func (r *rig) paced(inbox <-chan engine.Body) *venues.Feed {
	all := r.config.Panel
	var names []string
	for _, in := range r.u.Instruments {
		names = append(names, in.Name)
	}
	tape := &venuetest.Tape{Instruments: names, Panel: all, Start: all.Times[0].Add(-time.Minute)}
	r.config.Panel = &fund.Panel{N: all.N, Interval: all.Interval}
	feed := venues.NewFeed(venues.FeedConfig{Universe: r.u, Drivers: []venues.Driver{tape}, Grace: 5 * time.Second, Inbox: inbox,
		Panel: r.config.Panel, Start: all.Times[0], End: all.CloseTime(all.Rows() - 1)})
	r.config.Pace = feed
	return feed
}

// minutes makes the rows of a walk minutes.
func minutes(p *fund.Panel) *fund.Panel {
	p.Interval = time.Minute
	for r := range p.Times {
		p.Times[r] = day0.Add(time.Duration(r) * time.Minute)
	}
	return p
}

// A world in running time gives the records of one in virtual time.
func TestPacedWorldIsTheWorld(t *testing.T) {
	for seed := range uint64(5) {
		build := func() *rig {
			r := newRig(4, minutes(walk(4, 150, 0.03, seed)))
			r.config.Venues[0].Latency, r.config.Venues[0].Jitter = 20*time.Second, 2*time.Minute
			r.policy.Schedule.Passive, r.policy.Schedule.Offset = seed%2 == 0, 0.001
			return r
		}
		want, _, _ := build().run(t)
		synctest.Test(t, func(t *testing.T) {
			r := build()
			feed := r.paced(nil)
			got, _, _ := r.run(t)
			feed.Stop()
			if !bytes.Equal(got.Bytes(), want.Bytes()) {
				t.Errorf("seed %d: the journals differ: %d and %d bytes", seed, got.Len(), want.Len())
			}
		})
	}
}

// What operators say while a paced world waits is written down at a place where a run that is given their words from the
// start has them too.
func TestPacedWordsAreHeardAgain(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		seed := rapid.Uint64().Draw(rt, "market")
		pauses := rapid.SliceOfN(rapid.IntRange(0, 2*60*1000), 1, 12).Draw(rt, "milliseconds between words")
		synctest.Test(t, func(t *testing.T) {
			build := func() *rig {
				r := newRig(3, minutes(walk(3, 8, 0.03, seed)))
				r.config.Venues[0].Latency = 40 * time.Second
				return r
			}
			r := build()
			inbox := make(chan engine.Body)
			done := make(chan struct{})
			go func() {
				for k, ms := range pauses {
					time.Sleep(time.Duration(ms) * time.Millisecond)
					select {
					case inbox <- &engine.Operator{Who: "Ada", Action: []engine.Action{engine.Pause, engine.Resume, engine.Rebalance}[k%3]}:
					case <-done:
						return
					}
				}
			}()
			feed := r.paced(inbox)
			live, _, _ := r.run(t)
			close(done)
			feed.Stop()
			s, err := journal.ScanBytes(live.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			again := build()
			again.config.Words = wordsOf(t, again.u, s.Records)
			rec, err := journal.Verify(again.u, journal.Manifest{Fund: "f", Dataset: "d", Seed: 1}, s.Records)
			if err != nil {
				t.Fatal(err)
			}
			if err := host.Run(context.Background(), again.core(), sim.New(again.config), rec); err != nil {
				t.Fatal(err)
			}
		})
	})
}

// wordsOf returns what operators said in a journal.
func wordsOf(t *testing.T, u *fund.Universe, records [][]byte) (words []sim.Word) {
	reader := journal.NewReader(u, records)
	for {
		e, ok, err := reader.Next()
		if err != nil {
			t.Fatal(err)
		} else if !ok {
			return words
		}
		if o, ok := e.Event.(*engine.Operator); ok {
			words = append(words, sim.Word{At: e.At, Operator: *o})
		}
	}
}
