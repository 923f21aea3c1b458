package market_test

import (
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// living returns the places of the coins that are like others and live to the end.
func living(p *fund.Panel) []int {
	var places []int
	for i := range p.N {
		if i != pegged && i != doomed {
			places = append(places, i)
		}
	}
	return places
}

func all(p *fund.Panel) []int {
	places := make([]int, p.N)
	for i := range places {
		places[i] = i
	}
	return places
}

// slack is how far a synthetic median may lie beyond the recorded coins: an eighth of the lowest or highest.
const slack = 0.125

// TestFactsAreThoseOfRecordedHours compares the median coin (or pair) of synthetic markets with the range of recorded
// ones, and the table of docs/SYNTHETIC.md with both.
func TestFactsAreThoseOfRecordedHours(t *testing.T) {
	recorded := recordedHours(t)
	real := factsOf(recorded, all(recorded))
	made := make([][][]float64, 5) // of seeds; the demo's first
	for k := range made {
		c := demo()
		c.Seed += uint64(k)
		p := makePanel(t, c)
		made[k] = factsOf(p, living(p))
	}
	table := ""
	for f, name := range factNames() {
		low, high := quantile(real[f], 0), quantile(real[f], 1)
		low, high = low-slack*max(low, -low), high+slack*max(high, -high)
		var pool []float64
		for _, one := range made {
			pool = append(pool, one[f]...)
		}
		for what, values := range map[string][]float64{"seed 7": made[0][f], "five seeds": pool} {
			if median := quantile(values, 0.5); median < low || median > high {
				t.Errorf("%s: the median of %s is %.3g, outside %.3g to %.3g", name, what, median, low, high)
			}
		}
		table += fmt.Sprintf("| %s | %s | %s | %.3g | %.3g to %.3g |\n", name, spread(real[f]), spread(made[0][f]), quantile(pool, 0.5), low, high)
	}
	documented(t, table)
}

// spread writes the lowest, median and highest of values.
func spread(values []float64) string {
	return fmt.Sprintf("%.3g … **%.3g** … %.3g", quantile(values, 0), quantile(values, 0.5), quantile(values, 1))
}

func documented(t *testing.T, table string) {
	t.Helper()
	text, err := os.ReadFile("../../docs/SYNTHETIC.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), table) {
		t.Errorf("docs/SYNTHETIC.md has other figures than these:\n%s", table)
	}
}

// enoughHours is how many bars a recorded coin must have to count as one that lived all the time.
const enoughHours = 23_900

// recordedHours loads the hours of all recorded coins that traded from April 2021 to December 2023, which leaves out
// those that died and the stablecoins. Hours that one of them lacks are left out for all.
func recordedHours(t *testing.T) *fund.Panel {
	t.Helper()
	files, _ := filepath.Glob("../../../shared/data/hourly/*.csv.gz")
	if len(files) == 0 {
		t.Skip("there are no recorded hours at ../shared/data/hourly, beside the clone, to compare with")
	}
	var coins [][][]float64
	seen := map[float64]int{} // coins with a bar, by open time
	for _, f := range files {
		if bars := readHours(t, f); len(bars) >= enoughHours {
			coins = append(coins, bars)
			for _, b := range bars {
				seen[b[0]]++
			}
		}
	}
	for i := range coins {
		coins[i] = slices.DeleteFunc(coins[i], func(b []float64) bool { return seen[b[0]] < len(coins) })
	}
	p := &fund.Panel{N: len(coins), Interval: time.Hour}
	for r := range coins[0] {
		p.Times = append(p.Times, fund.Time(coins[0][r][0])*fund.Time(time.Millisecond))
		for _, bars := range coins {
			b := bars[r]
			p.Open, p.High, p.Low = append(p.Open, b[1]), append(p.High, b[2]), append(p.Low, b[3])
			p.Close, p.Volume = append(p.Close, b[4]), append(p.Volume, b[5])
		}
	}
	return p
}

// readHours returns the rows of a file: open time in milliseconds, open, high, low, close, volume.
func readHours(t *testing.T, path string) [][]float64 {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(text).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var bars [][]float64
	for _, line := range lines[1:] {
		bar := make([]float64, len(line))
		for c, v := range line {
			if bar[c], err = strconv.ParseFloat(v, 64); err != nil {
				t.Fatal(err)
			}
		}
		bars = append(bars, bar)
	}
	return bars
}
