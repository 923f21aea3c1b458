package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/google/renameio/v2"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/host"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/sim/stream"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// The Busy job of the simulator's benchmark: ten assets in equal parts, hours of a year that move by 2 %, a band of 10 % of the target.
const (
	assets, rows = 10, 8760
	move         = 0.02
	cash         = 10_000_000
)

// text is the job's fund file; what trades do to prices stands for %s.
const text = `version: 1
fund: Busy
base: USDT
start: {venue: {USDT: 10000000}}
target: {kind: equal, assets: [%s]}
trigger: {kind: threshold, band: 10%%}
venues:
  - name: venue
    fee: {taker: 10bp, maker: 10bp}
    spread: 2bp
    impact: %s
    instruments: [%s]
backtest: {from: 2022-01-01, to: 2023-01-01, interval: 1h}
`

// busy reads the job's fund with an impact model.
func busy(impact string) (*fundfile.Fund, error) {
	var names, pairs []string
	for i := range assets {
		names, pairs = append(names, fmt.Sprintf("A%02d", i)), append(pairs, fmt.Sprintf("A%02d/USDT", i))
	}
	return fundfile.Parse("busy.yaml", fmt.Appendf(nil, text, strings.Join(names, ", "), impact, strings.Join(pairs, ", ")))
}

// walk is the panel: random walks that open where they closed.
func walk() *fund.Panel {
	p := &fund.Panel{N: assets, Interval: time.Hour}
	start := fund.TimeOf(time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC))
	random := stream.New(1, "walk")
	last := make([]float64, assets)
	for i := range last {
		last[i] = math.Floor(100*math.Pow(10, 3*random.Float64())) / 10
	}
	for r := range rows {
		p.Times = append(p.Times, start.Add(time.Duration(r)*time.Hour))
		for i := range last {
			open := last[i]
			last[i] *= 1 + move*2*math.Sqrt(3)*(random.Float64()-0.5)
			p.Open, p.Close = append(p.Open, open), append(p.Close, last[i])
			p.High, p.Low = append(p.High, max(open, last[i])*1.001), append(p.Low, min(open, last[i])*0.999)
			p.Volume = append(p.Volume, 1e7*(0.5+random.Float64())/open)
		}
	}
	return p
}

// result is what a system makes of the job.
type result struct {
	System     string  `json:"system"`
	Seconds    float64 `json:"seconds"`    // the least of some runs
	CPU        float64 `json:"cpu"`        // of that run, seconds on all cores
	NAV        float64 `json:"nav"`        // at the last close
	Rebalances int     `json:"rebalances"` // 0: it was told when to trade
	Runs       int     `json:"runs"`
}

// ours runs the job as a point of a sweep is run: exact ledger, digest of every decision, no files. It returns the rows at whose closes
// it decided. The least time of so many rounds counts.
func ours(system, impact string, panel *fund.Panel, rounds int) (result, []float64, error) {
	f, err := busy(impact)
	if err != nil {
		return result{}, nil, err
	}
	best := result{System: system, Seconds: math.Inf(1), Runs: rounds}
	var decided []float64
	for range rounds {
		policy, err := f.Policy()
		if err != nil {
			return result{}, nil, err
		}
		rec, err := journal.NewRecorder(f.Universe(), journal.Manifest{Fund: f.Hash()}, nil)
		if err != nil {
			return result{}, nil, err
		}
		core := engine.New(f.Universe(), policy)
		seen := &decisions{Recorder: rec, start: panel.Times[0]}
		began, used := time.Now(), processor()
		if err := host.Run(context.Background(), core, sim.Of(f, panel, nil, 1), seen); err != nil {
			return result{}, nil, err
		}
		if s := time.Since(began).Seconds(); s < best.Seconds {
			best.Seconds, best.CPU = s, processor()-used
		}
		best.NAV, best.Rebalances, decided = core.View().NAV, len(seen.rows), seen.rows
	}
	return best, decided, nil
}

// decisions records a run and remembers the rows at whose closes something was decided.
type decisions struct {
	host.Recorder
	start, now fund.Time
	rows       []float64
}

// Event implements host.Recorder.
func (d *decisions) Event(ev *engine.Event) error {
	d.now = ev.At
	return d.Recorder.Event(ev)
}

// Commands implements host.Recorder.
func (d *decisions) Commands(cmds []engine.Command) error {
	for _, c := range cmds {
		if _, ok := c.(*engine.Decide); ok {
			d.rows = append(d.rows, float64(d.now.Sub(d.start)/time.Hour-1))
		}
	}
	return d.Recorder.Commands(cmds)
}

// processor returns the time that this process has used of all cores, seconds.
func processor() float64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return math.NaN()
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

// write writes the panel and the rows of our decisions, for all to read: files of little-endian doubles, row by row.
func write(dir string, panel *fund.Panel, decided []float64) error {
	for name, column := range map[string][]float64{"open": panel.Open, "high": panel.High, "low": panel.Low, "close": panel.Close,
		"volume": panel.Volume, "decided": decided} {
		bytes, err := binary.Append(nil, binary.LittleEndian, column)
		if err != nil {
			return err
		}
		if err := renameio.WriteFile(filepath.Join(dir, name+".f64"), bytes, os.FileMode(0o644)); err != nil {
			return err
		}
	}
	return nil
}
