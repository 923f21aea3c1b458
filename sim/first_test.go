package sim_test

import (
	"context"
	"testing"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/sim"
)

// A world may begin in the middle of its panel. What closed before is history, for the core and for its venues.
func TestRowsBeforeTheFirstAreHistory(t *testing.T) {
	r := newRig(2, walk(2, 60, 0.01, 1))
	r.config.First = 40
	r.config.Opening[0].At = r.config.Panel.Times[40]
	world, core := sim.New(r.config), r.core()
	var rows []int
	for seq := uint64(1); ; seq++ {
		ev, err := world.Next(context.Background())
		if err != nil {
			break
		}
		ev.Seq = seq
		for _, c := range core.Step(ev, nil) {
			if err := world.Do(context.Background(), c); err != nil {
				t.Fatal(err)
			}
		}
		switch b := ev.Body.(type) {
		case *engine.Row:
			rows = append(rows, b.Index)
		case *engine.Filled:
			if b.Fill.Impact == 0 {
				t.Fatal("the venue knows no volatility")
			}
		}
	}
	if len(rows) != 20 || rows[0] != 40 || core.View().Decisions == 0 {
		t.Errorf("rows %v, %d decisions", rows, core.View().Decisions)
	}
}
