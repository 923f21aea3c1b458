//go:build ignore

// This program runs the fund file that it is given over made-up rows and prints the head of the journal. A test builds it,
// without the store, for several levels of the processor.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/host"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/sim/stream"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	f, err := fundfile.Parse(os.Args[1], text)
	if err != nil {
		log.Fatal(err)
	}
	head, err := journalHead(f, walk(f))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(head)
}

// walk makes a random walk of 2 % a row.
func walk(f *fundfile.Fund) *fund.Panel {
	b := f.Backtest
	p := &fund.Panel{N: len(f.Universe().Instruments), Interval: b.Interval}
	random := stream.New(1, "walk")
	last := make([]float64, p.N)
	for i := range last {
		last[i] = 10 + 1000*random.Float64()
	}
	for at := b.From; at < b.To; at = at.Add(time.Duration(b.Interval)) {
		p.Times = append(p.Times, at)
		for i, open := range last {
			last[i] *= 1 + float64(0.07*(random.Float64()-0.5))
			p.Open, p.Close = append(p.Open, open), append(p.Close, last[i])
			p.High, p.Low = append(p.High, max(open, last[i])), append(p.Low, min(open, last[i]))
			p.Volume = append(p.Volume, float64(5e6*(0.5+random.Float64()))/open)
		}
	}
	return p
}

func journalHead(f *fundfile.Fund, panel *fund.Panel) (string, error) {
	rec, err := journal.NewRecorder(f.Universe(), journal.Manifest{Fund: f.Hash(), Seed: f.Backtest.Seed}, io.Discard)
	if err != nil {
		return "", err
	}
	policy, err := f.Policy()
	if err != nil {
		return "", err
	}
	err = host.Run(context.Background(), engine.New(f.Universe(), policy), sim.Of(f, panel, nil, f.Backtest.Seed), rec)
	return fmt.Sprintf("%s after %d records", rec.Head(), rec.Records()), err
}
