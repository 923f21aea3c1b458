package data

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// walk returns n bars of a price that wanders, the same for the same seed.
func walk(n int, seed uint64) []bar {
	bars := make([]bar, n)
	price := 100.0
	for r := range bars {
		seed = seed*6364136223846793005 + 1442695040888963407
		next := math.Round(price*(1+(float64(seed>>40)/(1<<24)-0.5)/100)*1e4) / 1e4
		bars[r] = bar{start.Add(time.Duration(r) * time.Minute),
			[numColumns]float64{price, max(price, next), min(price, next), next, float64(seed >> 50)}}
		price = next
	}
	return bars
}

// start is the open of the first bar of most tests: 2024-01-01.
const start = fund.Time(1704067200e9)

// synthetic fills a new store with n instruments of minute bars and returns it with a query for all of them.
func synthetic(b *testing.B, n, rows int) (*Store, Query) {
	store, err := Open(b.TempDir(), Write)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { store.Close() })
	if err := store.create(); err != nil {
		b.Fatal(err)
	}
	q := Query{Interval: time.Minute, From: start, To: start.Add(time.Duration(rows) * time.Minute), MaxGap: fund.Day}
	for i := range n {
		bars := walk(rows, uint64(i))
		key := Key{"binance", fmt.Sprintf("A%02d/USDT", i)}
		if err := keep(store, key, bars); err != nil {
			b.Fatal(err)
		}
		q.Instruments = append(q.Instruments, key)
	}
	return store, q
}

func BenchmarkLoad(b *testing.B) {
	store, q := synthetic(b, 10, 500_000)
	for b.Loop() {
		if _, _, err := store.Load(context.Background(), q); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*10*500_000*numColumns/b.Elapsed().Seconds(), "values/s")
}

// panelFor loads a panel to write and to hash, and the names of its instruments.
func panelFor(b *testing.B) (*fund.Panel, []string) {
	store, q := synthetic(b, 10, 250_000)
	p, _, err := store.Load(context.Background(), q)
	if err != nil {
		b.Fatal(err)
	}
	var names []string
	for _, k := range q.Instruments {
		names = append(names, k.String())
	}
	return p, names
}

func BenchmarkWriteRows(b *testing.B) {
	p, names := panelFor(b)
	path := filepath.Join(b.TempDir(), "rows.parquet")
	for b.Loop() {
		if err := WriteRows(path, p, names); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*float64(len(p.Open)*numColumns)/b.Elapsed().Seconds(), "values/s")
}

func BenchmarkReadRows(b *testing.B) {
	p, names := panelFor(b)
	path := filepath.Join(b.TempDir(), "rows.parquet")
	if err := WriteRows(path, p, names); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, _, err := ReadRows(path); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*float64(len(p.Open)*numColumns)/b.Elapsed().Seconds(), "values/s")
}

func BenchmarkPanelHash(b *testing.B) {
	p, names := panelFor(b)
	for b.Loop() {
		PanelHash(p, names)
	}
	b.ReportMetric(float64(b.N)*float64(len(p.Open)*numColumns*8)/b.Elapsed().Seconds()/1e9, "GB/s")
}
