package data

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/steelyard/steelyard/engine/fund"
)

// patterned makes a panel whose every value is another, among them a NaN with a payload, infinities and −0.
func patterned(rows, n int, quotes bool) *fund.Panel {
	p := newPanel(time.Hour, nil, n)
	next := 1.0
	column := func() []float64 {
		values := make([]float64, rows*n)
		for i := range values {
			next *= 1.0000001
			values[i] = next
		}
		values[0], values[1], values[2] = math.Float64frombits(0x7ff8000000001234), math.Inf(-1), math.Copysign(0, -1)
		return values
	}
	for r := range rows {
		p.Times = append(p.Times, start.Add(time.Duration(r*r)*time.Hour))
	}
	for _, out := range []*[]float64{&p.Open, &p.High, &p.Low, &p.Close, &p.Volume} {
		*out = column()
	}
	if quotes {
		p.Bid, p.Ask = column(), column()
	}
	return p
}

var pairNames = []string{"binance:BTC/USDT", "coinbase:BTC/USD, \"odd\""}

var toTheBit = cmp.Comparer(func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) })

func TestRowsComeBackToTheBit(t *testing.T) {
	for _, p := range []*fund.Panel{patterned(1000, 2, false), patterned(3, 2, true), patterned(rowGroup+5, 2, false)} {
		path := filepath.Join(t.TempDir(), "rows.parquet")
		if err := WriteRows(path, p, pairNames); err != nil {
			t.Fatal(err)
		}
		got, names, err := ReadRows(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(p, got, toTheBit) + cmp.Diff(pairNames, names); diff != "" {
			t.Fatal(diff)
		}
	}
}

// What a run was stepped with can be looked at with any tool that reads Parquet.
func TestOtherToolsReadTheRows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rows.parquet")
	p := patterned(100, 2, false)
	if err := WriteRows(path, p, pairNames); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var rows int
	var last time.Time
	var close float64
	err = db.QueryRow(`SELECT count(*), max(open_time), max("binance:BTC/USDT close") FROM read_parquet(?) WHERE open_time > '2024-01-02'`, path).
		Scan(&rows, &last, &close)
	if err != nil || rows != 95 || fund.TimeOf(last) != p.Times[99] || close != p.Close[99*2] {
		t.Error(rows, last, close, err)
	}
}

func TestRowsWithoutRows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rows.parquet")
	if err := WriteRows(path, newPanel(time.Minute, nil, 2), pairNames); err != nil {
		t.Fatal(err)
	}
	p, names, err := ReadRows(path)
	if err != nil || p.Rows() != 0 || p.N != 2 || p.Interval != time.Minute || len(names) != 2 {
		t.Error(p, names, err)
	}
}

func TestEqualRowsAreEqualBytes(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a", "b"} {
		if err := WriteRows(filepath.Join(dir, name), patterned(500, 2, true), pairNames); err != nil {
			t.Fatal(err)
		}
	}
	files := tree(t, dir)
	if len(files) != 2 || files[filepath.Join(dir, "a")] != files[filepath.Join(dir, "b")] {
		t.Error(files)
	}
}

// A damaged file is an error that names it, or tells the same length as before; it is never a panic.
func TestDamagedRows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rows.parquet")
	if err := WriteRows(path, patterned(10, 2, false), pairNames); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at < len(whole); at += 5 {
		os.WriteFile(path, whole[:at], 0o644)
		_, _, err := ReadRows(path)
		wantError(t, err, path, "damaged")
	}
	for at := range whole {
		os.WriteFile(path, flipped(whole, at), 0o644)
		if p, _, err := ReadRows(path); err != nil {
			wantError(t, err, path)
		} else if len(p.Open) != p.N*p.Rows() {
			t.Fatalf("byte %d: %d values in %d rows", at, len(p.Open), p.Rows())
		}
	}
}

// A write that fails leaves the file as it was and nothing beside it.
func TestFailedWriteLeavesTheFile(t *testing.T) {
	path := write(t, "rows.parquet", "as it was")
	before := tree(t, filepath.Dir(path))
	full := errors.New("no space left on device")
	err := writeFile(path, func(w io.Writer) error {
		w.Write(make([]byte, 1<<22))
		return full
	})
	if !errors.Is(err, full) {
		t.Error(err)
	}
	wantError(t, WriteRows(path, patterned(5, 2, false), pairNames[:1]), path, "1 names for 2 instruments")
	if diff := cmp.Diff(before, tree(t, filepath.Dir(path))); diff != "" {
		t.Error(diff)
	}
	wantError(t, WriteRows(filepath.Join(path, "rows.parquet"), patterned(5, 2, false), pairNames), "rows.parquet", "not a directory")
}

// failing takes n bytes and then fails.
type failing struct{ n int }

func (f *failing) Write(p []byte) (int, error) {
	if f.n -= len(p); f.n < 0 {
		return 0, errors.New("no space left on device")
	}
	return len(p), nil
}

// Wherever writing fails, in the footer too, the table says so.
func TestTableTellsEveryFailedWrite(t *testing.T) {
	p := patterned(20, 2, false)
	var whole bytes.Buffer
	if err := writeTable(&whole, nil, p.Times, rowColumns(p, pairNames)); err != nil {
		t.Fatal(err)
	}
	for n := range whole.Len() {
		wantError(t, writeTable(&failing{n}, nil, p.Times, rowColumns(p, pairNames)), "no space left")
	}
}

// The hash is of the bytes that its documentation names.
func TestPanelHashIsAsDocumented(t *testing.T) {
	for _, quotes := range []bool{false, true} {
		p := patterned(3000, 2, quotes)
		h := sha256.New()
		put := func(v any) { binary.Write(h, binary.LittleEndian, v) }
		h.Write([]byte("steelyard panel 1\n"))
		put(int64(p.Interval))
		put([]int64{2, 3000, map[bool]int64{true: 1}[quotes]})
		for _, name := range pairNames {
			put(int64(len(name)))
			h.Write([]byte(name))
		}
		put(p.Times)
		for _, column := range [][]float64{p.Open, p.High, p.Low, p.Close, p.Volume, p.Bid, p.Ask} {
			for _, v := range column {
				if math.IsNaN(v) {
					v = math.Float64frombits(0x7ff8000000000001)
				}
				put(v)
			}
		}
		if got, want := PanelHash(p, pairNames), fmt.Sprintf("%x", h.Sum(nil)); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestPanelHashTellsPanelsApart(t *testing.T) {
	seen := map[string]bool{PanelHash(patterned(9, 2, true), pairNames): true}
	for i, change := range []func(p *fund.Panel){
		func(p *fund.Panel) { p.Times[3]++ },
		func(p *fund.Panel) { p.Interval++ },
		func(p *fund.Panel) { p.Volume[7] = math.Nextafter(p.Volume[7], 2) },
		func(p *fund.Panel) { p.Ask[5] = 0 },
		func(p *fund.Panel) { p.Bid, p.Ask = nil, nil },
	} {
		p := patterned(9, 2, true)
		change(p)
		if h := PanelHash(p, pairNames); seen[h] {
			t.Errorf("change %d is not seen", i)
		} else {
			seen[h] = true
		}
	}
}
