package pretrade

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/steelyard/steelyard/sim/stream"
)

// Draws is how many paths are drawn, in pairs that go opposite ways, and from what.
type Draws struct {
	Number   int // even
	Seed     uint64
	Workers  int            // how many work at once; it changes nothing but the time
	Progress func(done int) // told of the draws done, one call at a time; nil: nobody wants to know
}

// Draw works the rebalance on random paths as its policy says, and returns the outcomes in the order of the draws.
func (b *Rebalance) Draw(ctx context.Context, d Draws) ([]Outcome, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	outcomes := make([]Outcome, d.Number)
	var next atomic.Int64
	done := make(chan error)
	var workers sync.WaitGroup
	for range max(1, d.Workers) {
		workers.Go(func() {
			path := b.Market.newPath()
			for k := int(next.Add(1)) - 1; k < d.Number; k = int(next.Add(1)) - 1 {
				err := b.draw(ctx, path, d.Seed, k, &outcomes[k])
				done <- err
				if err != nil {
					return
				}
			}
		})
	}
	go func() { workers.Wait(); close(done) }()
	var failed error
	finished := 0
	for err := range done {
		if err != nil && failed == nil {
			failed = err
			cancel()
		}
		if finished++; d.Progress != nil {
			d.Progress(finished)
		}
	}
	return outcomes, failed
}

// draw works the rebalance on the path of one draw.
func (b *Rebalance) draw(ctx context.Context, p *path, seed uint64, k int, o *Outcome) error {
	pair := stream.New(seed, "pretrade/"+strconv.Itoa(k/2))
	p.begin(&chance{stream: pair, sign: float64(1 - 2*(k%2)), factor: b.Market.factor, own: make([]float64, p.made.N)})
	venues := stream.New(seed, "venues/"+strconv.Itoa(k)).Uint64()
	w, err := b.do(ctx, p, b.Policy, venues)
	if err == nil {
		*o = w.outcome()
	}
	return err
}
