package data

import (
	"context"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/steelyard/steelyard/engine/fund"
)

// made is a panel of two columns, the second of which ends a row early, and the keys of its series.
func made(rows int) (*fund.Panel, []Key) {
	p := patterned(rows, 2, false)
	p.Interval = time.Hour
	for r := range p.Times {
		p.Times[r] = fund.Time(r) * fund.Time(time.Hour)
		for i := range p.N {
			k := r*p.N + i
			price := 10 + float64(k)
			p.Open[k], p.High[k], p.Low[k], p.Close[k], p.Volume[k] = price, price+1, price-1, price+0.5, float64(k)
		}
	}
	for _, c := range [][]float64{p.Open, p.High, p.Low, p.Close, p.Volume} {
		c[len(c)-1] = math.NaN()
	}
	return p, []Key{{"synthetic", "A/USDT"}, {"synthetic", "B/USDT"}}
}

func addPanel(t *testing.T, dir string, p *fund.Panel, keys []Key) ([]Result, error) {
	t.Helper()
	store, err := Open(dir, Write)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	return store.AddPanel(context.Background(), p, keys, func(done, total int64) {
		if done > total {
			t.Errorf("%d of %d bytes", done, total)
		}
	})
}

func TestAddPanel(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "store")
	p, keys := made(20)
	for _, added := range []int{20, 0} {
		results, err := addPanel(t, dir, p, keys)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := results[0], results[1]; a.Added != added || a.Rows != 20 || a.Same != 20-added || b.Rows != 19 {
			t.Errorf("%+v", results)
		}
	}
	store, err := Open(dir, Read)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	got, _ := mustLoad(t, store, Query{Interval: time.Hour, Instruments: keys, To: fund.Time(fund.Day)})
	if diff := cmp.Diff(p, got, cmpopts.EquateNaNs()); diff != "" {
		t.Error(diff)
	}
}

func TestAddPanelRefusesAnotherHistory(t *testing.T) {
	dir := t.TempDir()
	p, keys := made(20)
	if _, err := addPanel(t, dir, p, keys[:1]); err != nil {
		t.Fatal(err)
	}
	before := barFiles(t, dir)
	for says, change := range map[string]func(p *fund.Panel, keys []Key){
		"B/USDT: there are no bars": func(p *fund.Panel, _ []Key) {
			for k := 1; k < len(p.Close); k += 2 {
				p.Close[k] = math.NaN()
			}
		},
		"high 1 is below low":             func(p *fund.Panel, _ []Key) { p.High[5] = 1 },
		`instrument "b"`:                  func(_ *fund.Panel, keys []Key) { keys[1].Instrument = "b" },
		"A/USDT: the bars begin at 1969-": func(p *fund.Panel, keys []Key) { p.Times[0]--; keys[0], keys[1] = keys[1], keys[0] },
		"volume is 2.5, but the store has 2: what is in the store stays; take another store or another venue": func(p *fund.Panel, _ []Key) {
			p.Volume[2] = 2.5
		},
	} {
		p, keys := made(20)
		change(p, keys)
		if _, err := addPanel(t, dir, p, keys); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("want %q, got %v", says, err)
		}
	}
	if diff := cmp.Diff(before, barFiles(t, dir)); diff != "" {
		t.Errorf("a refused panel changed the store: %s", diff)
	}
}

// barFiles returns the files of bars, which are named after what they hold.
func barFiles(t *testing.T, dir string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "bars", "*", "*", "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, f := range files {
		found[f] = true
	}
	return found
}
