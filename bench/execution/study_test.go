package main

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func recorded(t *testing.T, coin string) *minutes {
	t.Helper()
	folder := filepath.Join("..", "..", "..", "shared", "data", "minute")
	if _, err := os.Stat(folder); err != nil {
		t.Skipf("needs the recorded market data: %v", err)
	}
	m, err := load(context.Background(), folder, coin)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Expected costs fall and risks rise from at once over Almgren–Chriss, TWAP and VWAP to POV, and what is paid in the end is
// what was expected.
func TestCostsOrderAsTheorySays(t *testing.T) {
	all, err := compare(context.Background(), recorded(t, "LINK"), 4)
	if err != nil {
		t.Fatal(err)
	}
	expected := func(x *trial) float64 { return x.expected }
	risk := func(x *trial) float64 { return x.risk }
	for w := 0; w < len(all); w += len(ways()) {
		once, optimal, twap, vwap, pov := &all[w], &all[w+1], &all[w+2], &all[w+3], &all[w+4]
		for _, falls := range [][2]*comparison{{once, optimal}, {optimal, twap}, {twap, pov}} {
			if dear, cheap := falls[0].mean(expected), falls[1].mean(expected); dear <= cheap {
				t.Errorf("%s: %s is expected to cost %.1f bp, %s %.1f", once.world, falls[0].way, dear, falls[1].way, cheap)
			}
		}
		for _, rises := range [][2]*comparison{{once, optimal}, {optimal, twap}, {twap, pov}} {
			if sure, unsure := rises[0].mean(risk), rises[1].mean(risk); sure >= unsure {
				t.Errorf("%s: %s has a risk of %.1f bp, %s of %.1f", once.world, rises[0].way, sure, rises[1].way, unsure)
			}
		}
		if w == 0 && vwap.mean(expected) <= twap.mean(expected) { // a law of the average volume, without memory: nothing beats equal parts
			t.Errorf("%s: VWAP costs %.1f bp, TWAP %.1f", once.world, vwap.mean(expected), twap.mean(expected))
		}
		for _, c := range []*comparison{once, optimal, twap, vwap} {
			if paid := c.mean(func(x *trial) float64 { return x.paid }); math.Abs(paid/c.mean(expected)-1) > 0.02 {
				t.Errorf("%s: %s pays %.1f bp of %.1f expected", c.world, c.way, paid, c.mean(expected))
			}
			if done := c.mean(func(x *trial) float64 { return x.done }); done < 1-1e-9 {
				t.Errorf("%s: %s sells %v", c.world, c.way, done)
			}
		}
	}
	if text := tables(all); strings.Count(text, "| POV, 25 % |") != len(worlds()) || strings.Contains(text, "NaN") {
		t.Error(text)
	}
	for name, p := range pictures(all) {
		if svg, err := p.SVG(); err != nil || strings.Contains(string(svg), "NaN") || !strings.HasPrefix(string(svg), "<svg xmlns=") {
			t.Errorf("%s: %v %.200s", name, err, svg)
		}
	}
}

// In the halt nothing is sold. Afterwards the sale goes on as late as the halt was long, catches up at once, or is over; nothing is
// sold twice.
func TestThroughTheHalt(t *testing.T) {
	all, err := throughHalt(context.Background(), recorded(t, "ETH"))
	if err != nil {
		t.Fatal(err)
	}
	wait, resume, end := all[0], all[1], all[2]
	for _, p := range all {
		if p.sold[1] < 0.3 || p.sold[2]-p.sold[1] > 0.01 || p.outcome.Done[0] > 1+1e-9 {
			t.Errorf("%s: %v, done %v", p.halt, p.sold, p.outcome.Done)
		}
	}
	if wait.sold[3] > 0.45 || wait.outcome.Done[0] < 1-1e-9 || resume.sold[3] < 1-1e-9 || math.Abs(end.outcome.Done[0]-end.sold[2]) > 1e-9 {
		t.Errorf("wait %v, resume %v, end %v", wait.sold, resume.sold, end.sold)
	}
}
