package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/steelyard/steelyard/engine/execute"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
	"github.com/steelyard/steelyard/sim/pretrade"
)

// passage is a sale through the halt of 2023-03-24: nothing traded from 11:28 on, and from 12:40 to 14:00 there are no bars.
type passage struct {
	halt    string
	outcome pretrade.Outcome
	sold    []float64 // by clock: part of the order
}

// clocks are the times of the day at which the sale is looked at.
func clocks() []time.Duration {
	return []time.Duration{10*time.Hour + 30*time.Minute, 11*time.Hour + 27*time.Minute, 12*time.Hour + 30*time.Minute,
		14*time.Hour + 5*time.Minute, 15 * time.Hour, 16 * time.Hour, 17 * time.Hour}
}

// throughHalt sells in equal parts a minute from 10:00 to 14:00, and does in the halt what a fund file may say.
func throughHalt(ctx context.Context, m *minutes) ([]passage, error) {
	day := fund.TimeOf(time.Date(2023, 3, 24, 0, 0, 0, 0, time.UTC))
	from, found := slices.BinarySearch(m.panel.Times, day.Add(10*time.Hour))
	if !found {
		return nil, fmt.Errorf("the minutes of %s do not reach to 2023-03-24", m.coin)
	}
	var all []passage
	for _, h := range []struct {
		name string
		halt execute.Halt
	}{{"wait", execute.Wait}, {"resume", execute.Resume}, {"end", execute.End}} {
		s := execute.Schedule{Kind: execute.TWAP, Over: 4 * time.Hour, Slices: 240, Halt: h.halt}
		b, err := m.sale(from, s, impact.SquareRoot{Y: 1, HalfLife: time.Hour})
		if err != nil {
			return nil, err
		}
		o, fills, err := b.Replay(ctx, m.between(from, m.panel.Rows()))
		if err != nil {
			return nil, err
		}
		p := passage{halt: h.name, outcome: o}
		for _, c := range clocks() {
			p.sold = append(p.sold, soldBy(day.Add(c), fills)/b.Decision.Plan.Trades[0].Quantity.Float64())
		}
		all = append(all, p)
	}
	return all, nil
}

func soldBy(at fund.Time, fills []pretrade.Fill) float64 {
	sum := 0.0
	for _, f := range fills {
		if f.At <= at {
			sum += f.Units
		}
	}
	return sum
}

func haltTable(all []passage) string {
	var b strings.Builder
	b.WriteString("Through the halt of 2023-03-24: 5 million USD of ETH, equal parts a minute from 10:00 to 14:00 UTC. No bar from 11:28 to 12:39 has volume, from 12:40 to " +
		"13:59 there are none. Part of the order that is sold, by time:\n\n| `halt` |")
	for _, c := range clocks() {
		fmt.Fprintf(&b, " by %02d:%02d |", int(c.Hours()), int(c.Minutes())%60)
	}
	b.WriteString(" done | in | cost: impact and spread | market | what was not sold |\n|---|")
	b.WriteString(strings.Repeat("--:|", len(clocks())+5) + "\n")
	for _, p := range all {
		fmt.Fprintf(&b, "| %s |", p.halt)
		for _, x := range p.sold {
			fmt.Fprintf(&b, " %.0f %% |", 100*x)
		}
		x := p.outcome.Parts[0]
		bp := func(usd float64) string { return strings.ReplaceAll(fmt.Sprintf("%.1f bp", usd/size*1e4), "-", "−") }
		fmt.Fprintf(&b, " %.1f %% | %s | %s | %s | %s |\n", 100*p.outcome.Done[0], strings.TrimSuffix(p.outcome.Took.String(), "0s"),
			bp(x.Paid().Total()), bp(x.Market+x.Delay), bp(x.Opportunity))
	}
	return b.String()
}
