package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/steelyard/steelyard/reports/shelf"
	"github.com/steelyard/steelyard/sim/stream"
)

// sweepRig is a sweep that takes long enough to be killed at many places.
type sweepRig struct {
	args  []string // of the command, but for the folder
	whole string   // the folder of the sweep that nobody disturbed
}

func newSweepRig(t *testing.T) *sweepRig {
	t.Helper()
	dir := t.TempDir()
	path := write(t, filepath.Join(dir, "fund.yaml"), sweptFund)
	s := &sweepRig{args: []string{"sweep", path, "--vary", "venues.binance.fee.taker=0bp..40bp:4", "--vary", "backtest.seed=7,8,9",
		"--store", fourCoins(250).store(t), "--workers", "2", "--out"}, whole: filepath.Join(dir, "whole")}
	if err := process(s.in(s.whole)...).Run(); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *sweepRig) in(dir string) []string { return append(slices.Clone(s.args), dir) }

// wantWhole demands that a sweep came to its end as if nobody had disturbed it.
func (s *sweepRig) wantWhole(t *testing.T, dir string) {
	t.Helper()
	for _, name := range []string{"sweep.csv", "sweep.json", summaryName, reportName} {
		if !bytes.Equal(read(t, dir, name), read(t, s.whole, name)) {
			t.Errorf("%s differs from that of the sweep that nobody disturbed", name)
		}
	}
}

// shards lists the shards that a sweep wrote.
func shards(t *testing.T, dir string) []string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(dir, "shards", "rows-*"))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// killed kills a process of the sweep a while after there are so many shards, and reports whether it ended before.
func (s *sweepRig) killed(t *testing.T, dir string, shardsThere int, after time.Duration) bool {
	t.Helper()
	p := process(s.in(dir)...)
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- p.Wait() }()
	for len(shards(t, dir)) < shardsThere {
		select {
		case err := <-ended:
			if err != nil {
				t.Fatal(err)
			}
			return true
		case <-time.After(time.Millisecond):
		}
	}
	time.Sleep(after)
	p.Process.Kill()
	return <-ended == nil
}

// A process that is killed at any time loses none of the shards that it wrote; gone on with, and killed again, the sweep comes
// to the same files.
func TestKilledSweepsResume(t *testing.T) {
	s := newSweepRig(t)
	random := stream.New(20, "kills")
	halfway := 0
	for range 4 {
		dir := filepath.Join(t.TempDir(), "sweep")
		var before []string
		for range 3 {
			ended := s.killed(t, dir, len(before)+int(random.Uint64()%3), time.Duration(random.Float64()*float64(20*time.Millisecond)))
			after := shards(t, dir)
			for _, shard := range before {
				if !slices.Contains(after, shard) {
					t.Errorf("%s is gone", shard)
				}
			}
			if before = after; ended {
				break
			}
			if len(after) > 0 {
				halfway++
			}
		}
		mustDo(t, s.in(dir)...)
		s.wantWhole(t, dir)
	}
	if halfway == 0 {
		t.Error("no process was killed between two shards: the test tests little")
	}
}

// Two processes that run the same sweep in one folder at once come to the same files.
func TestTwoProcessesSweepOneFolder(t *testing.T) {
	s := newSweepRig(t)
	dir := filepath.Join(t.TempDir(), "sweep")
	a, b := process(s.in(dir)...), process(s.in(dir)...)
	var said [2]bytes.Buffer
	a.Stderr, b.Stderr = &said[0], &said[1]
	if err := errors.Join(a.Start(), b.Start(), a.Wait(), b.Wait()); err != nil {
		t.Errorf("%v: one says %s, the other %s", err, &said[0], &said[1])
	}
	s.wantWhole(t, dir)
}

// A sweep is found again with the figures of the point that it chose.
func TestSweepsAreFoundAgain(t *testing.T) {
	s := newSweepRig(t)
	var found []shelf.Run
	if err := json.Unmarshal([]byte(mustDo(t, "runs", "--json", s.whole)), &found); err != nil {
		t.Fatal(err)
	}
	out := mustDo(t, append(s.in(s.whole), "--choose", "least:cost_bp_per_year")...)
	var again []shelf.Run
	if err := json.Unmarshal([]byte(mustDo(t, "runs", "--json", s.whole)), &again); err != nil {
		t.Fatal(err)
	}
	if len(found) != 1 || found[0].Choose != "sharpe" || len(found[0].Chosen) != 3 || found[0].Sharpe == nil || *found[0].Sharpe < *again[0].Sharpe ||
		again[0].Choose != "least:cost_bp_per_year" || *again[0].CostBPPerYear > *found[0].CostBPPerYear || !found[0].Finished {
		t.Errorf("%+v\n%+v\n%s", found, again, out)
	}
	if list := mustDo(t, "runs", s.whole); !strings.Contains(list, "sweep of 24 points over variant, venues.binance.fee.taker, backtest.seed; chosen by least:cost_bp_per_year: ") {
		t.Error(list)
	}
	if err := os.Remove(filepath.Join(s.whole, summaryName)); err != nil {
		t.Fatal(err)
	}
	if list := mustDo(t, "runs", s.whole); !strings.Contains(list, "not finished") || strings.Contains(list, "chosen") {
		t.Error(list)
	}
}
