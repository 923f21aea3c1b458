package venues_test

import (
	"context"
	"flag"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/sim/stream"
	"github.com/steelyard/steelyard/venues/venuetest"
)

var (
	seeds = flag.Int("seeds", 40, "how many seeds TestNothingLostNothingTwice runs")
	seed  = flag.Int("seed", -1, "the one seed that it runs; -1: all")
)

// killer kills a run at one of the places where it waits for anything: a call to the venue, before or after the venue did it,
// or a sync of the journal; and lets calls go wrong.
type killer struct {
	mu     sync.Mutex
	random *stream.Stream
	at     int     // places until it dies; below 0: it does not
	rate   float64 // of calls that go wrong
	die    func()
	died   string // where
}

// place is asked at each place.
func (k *killer) place(what string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.at--; k.at != 0 {
		return false
	}
	k.died = what
	k.die()
	return true
}

func (k *killer) trouble(call string) venuetest.Fault {
	if k.place(call) {
		return []venuetest.Fault{venuetest.LostRequest, venuetest.LostAnswer}[k.draw(2)]
	}
	if k.chance(k.rate) {
		return []venuetest.Fault{venuetest.LostRequest, venuetest.LostAnswer, venuetest.Busy, venuetest.Disconnect}[k.draw(4)]
	}
	return ""
}

func (k *killer) draw(n int) int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return int(k.random.Uint64() % uint64(n))
}

func (k *killer) chance(rate float64) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.random.Float64() < rate
}

// Whatever goes wrong on the way, and wherever the process dies: what the venue holds is what the ledger says, no order goes
// out twice, every fill is booked once.
func TestNothingLostNothingTwice(t *testing.T) {
	for s := range *seeds {
		if *seed < 0 || *seed == s {
			t.Run(fmt.Sprint(s), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { killed(t, uint64(s)) })
				if t.Failed() {
					t.Logf("again: go test -race -run TestNothingLostNothingTwice ./venues -seeds %d -seed %d", s+1, s)
				}
			})
		}
	}
}

// killed runs a fund under faults and kills it some times.
func killed(t *testing.T, seed uint64) {
	r := newRig(t, seed, 25)
	if seed%2 == 1 {
		r.cross()
	}
	r.config.Old = time.Hour // all rows are traded on
	k := &killer{random: stream.New(seed, "kill"), rate: 0.15 * float64(seed%4) / 3}
	r.memory = venuetest.NewMemory(r.scene)
	r.driver, r.memory.Trouble, r.disk.before = r.memory, k.trouble, func() { k.place("sync") }
	for _, f := range []venuetest.Fault{venuetest.Twice, venuetest.Shuffled} {
		if k.draw(2) == 0 {
			r.memory.Arm(f)
		}
	}
	r.step = func(fund.Time) {
		switch k.draw(15) {
		case 0:
			r.memory.Arm(venuetest.Disconnect)
		case 1:
			r.memory.Arm(venuetest.LateFill)
		case 2, 3:
			r.memory.Arm(venuetest.SlowRequest)
		case 4, 5:
			r.memory.Arm(venuetest.Behind)
		}
	}
	ended := false
	for life := range 2 + k.draw(5) {
		ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
		k.mu.Lock()
		k.at, k.died = 1+int(k.random.Uint64()%120), ""
		k.die = func() {
			r.disk.kill()
			cancel()
			r.hub.Kill()
		}
		k.mu.Unlock()
		err := r.live(ctx)
		cancel()
		if k.died == "" {
			if err != nil {
				t.Fatalf("life %d: %v", life, err)
			}
			ended = true
			break
		}
		t.Logf("life %d died in %s at %v: %v", life, k.died, r.rows.now, err)
		r.disk.revive(k.draw(2) == 0)
	}
	k.mu.Lock()
	k.at = -1
	k.mu.Unlock()
	if !ended {
		r.run()
	}
	r.wantTrue()
	t.Logf("%d orders, %d fills, %d closed", len(r.records("place")), len(r.records("fill")), len(r.records("closed")))
}

func (d *disk) kill() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dead = true
}

// revive leaves what was written, or only what was synced.
func (d *disk) revive(all bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead = false; !all {
		d.bytes = d.bytes[:d.synced:d.synced]
	}
	d.synced = len(d.bytes)
}
