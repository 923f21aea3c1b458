package sim_test

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/strategies"
)

// Market caps come when they were known: before the opening holdings, and at one instant after flows and before the row.
func TestWhenCapsAreKnown(t *testing.T) {
	r := newRig(1, walk(1, 4, 0.01, 1))
	at := func(hours int) fund.Time { return day0.Add(time.Duration(hours) * time.Hour) }
	r.config.Flows = []sim.Flow{{At: at(2), Asset: r.u.Base, Amount: fund.MustAmount("1")}}
	for _, h := range []int{-48, -24, 0, 2, 9} {
		r.config.Caps = append(r.config.Caps, sim.Caps{At: at(h), USD: []float64{float64(100 + h), 0}})
	}
	world := sim.New(r.config)
	var got []string
	for {
		ev, err := world.Next(context.Background())
		if err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		got = append(got, ev.At.UTC().Format("02 15 ")+kindOf(ev.Body))
	}
	want := []string{"30 00 caps", "31 00 caps", "01 00 flow", "01 00 caps", "01 01 row", "01 02 flow", "01 02 caps", "01 02 row", "01 03 row", "01 04 row"}
	for k := range max(len(got), len(want)) {
		if len(got) != len(want) || got[k] != want[k] {
			t.Fatalf("%q\nwant %q", got, want)
		}
	}
}

func kindOf(b engine.Body) string {
	switch b.(type) {
	case *engine.Caps:
		return "caps"
	case *engine.Flow:
		return "flow"
	case *engine.Row:
		return "row"
	}
	return "?"
}

// A fund by market cap buys what is known, tells what is not, and keeps what it has when all caps are too old.
func TestMarketCapTellsWhatItLeavesOut(t *testing.T) {
	r := newRig(3, walk(3, 24*6, 0.001, 2))
	r.target = func() engine.Target {
		return &strategies.MarketCap{Assets: r.listed, MinCap: 5e8, MaxAge: 3 * fund.Day, Bounds: strategies.Bounds{Cap: 1}}
	}
	r.config.Caps = []sim.Caps{
		{At: day0.Add(-time.Hour), USD: []float64{3e9, 1e9, 0, 0}},
		{At: day0.Add(fund.Day), USD: []float64{3e9, 4e8, 0, 0}},
	}
	file, _, core := r.run(t)
	for k, said := range []string{
		`"text":"no weight: no market cap of A02 is known"`,
		`"target":{"A00":0.75,"A01":0.25}`,
		`"text":"no weight: the market cap of A01 is below 500000000 USD; no market cap of A02 is known"`,
		`"target":{"A00":1}`,
		`"text":"no weight: the market cap of A00, of 2022-01-02T00:00:00Z, is older than 3d; the market cap of A01, of 2022-01-02T00:00:00Z, is older than 3d; no market cap of A02 is known"`,
	} {
		at := strings.Index(file.String(), said)
		if at < 0 {
			t.Fatalf("%d: not in this order: %s\n%s", k, said, file)
		}
		file.Next(at)
	}
	if core.View().Holding[0] == 0 || core.View().Decisions != 2 {
		t.Errorf("%d decisions, %v held", core.View().Decisions, core.View().Holding)
	}
}
