package data

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"os"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// bar is what traded in one interval.
type bar struct {
	at     fund.Time           // open time
	values [numColumns]float64 // by column: open, high, low, close in quote units, volume in base units
}

// The columns of a bar.
const (
	openColumn = iota
	highColumn
	lowColumn
	closeColumn
	volumeColumn
	numColumns
)

// columnName returns what files call a column of a bar.
func columnName(c int) string {
	return [numColumns]string{"open", "high", "low", "close", "volume"}[c]
}

// check reports the first way in which b cannot be what traded.
func (b *bar) check() error {
	for c, v := range b.values {
		switch {
		case math.IsNaN(v) || math.IsInf(v, 0):
			return fmt.Errorf("%s is %v, not a number", columnName(c), v)
		case c == volumeColumn && math.Signbit(v):
			return fmt.Errorf("volume %v is negative", v)
		case c != volumeColumn && v <= 0:
			return fmt.Errorf("%s %v is not a positive price", columnName(c), v)
		}
	}
	low, high := b.values[lowColumn], b.values[highColumn]
	if high < low {
		return fmt.Errorf("high %v is below low %v", high, low)
	}
	for _, c := range []int{openColumn, closeColumn} {
		if v := b.values[c]; v < low || v > high {
			return fmt.Errorf("%s %v is outside low %v to high %v", columnName(c), v, low, high)
		}
	}
	return nil
}

// checkIn reports the first way in which b cannot be a bar of this length that a file tells of.
func (b *bar) checkIn(interval time.Duration) error {
	if err := b.check(); err != nil {
		return fmt.Errorf("%w: repair or remove the line", err)
	}
	if b.at%fund.Time(interval) != 0 {
		return fmt.Errorf("time %v is not a multiple of the interval: is the interval right?", b.at)
	}
	return nil
}

// differs returns the first column in which b and o disagree, or -1.
func (b *bar) differs(o *bar) int {
	for c := range numColumns {
		if b.values[c] != o.values[c] {
			return c
		}
	}
	return -1
}

// encodeBars returns the Parquet file of a series and the name that its content gives it.
func encodeBars(s Series, bars []bar) (file []byte, name string, err error) {
	var b bytes.Buffer
	// Whoever finds the file alone reads there what it holds.
	about := []fact{{"steelyard.series", fmt.Sprintf("%v %s", s.Key, FormatInterval(s.Interval))}}
	if err := writeTable(&b, about, barTimes(bars), barColumns(bars)); err != nil {
		return nil, "", err
	}
	sum := sha256.Sum256(b.Bytes())
	return b.Bytes(), hex.EncodeToString(sum[:]) + ".parquet", nil
}

func barTimes(bars []bar) []fund.Time {
	times := make([]fund.Time, len(bars))
	for r := range bars {
		times[r] = bars[r].at
	}
	return times
}

func barColumns(bars []bar) []column {
	columns := make([]column, numColumns)
	for c := range columns {
		columns[c] = column{columnName(c), func(out []float64, first int) {
			for r := range out {
				out[r] = bars[first+r].values[c]
			}
		}}
	}
	return columns
}

// openBars opens a file of bars after comparing its content with its name.
func openBars(path, name string) (table, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return table{}, err
	}
	if sum := sha256.Sum256(b); hex.EncodeToString(sum[:])+".parquet" != name {
		return table{}, fmt.Errorf("the content is not what was written: restore it from a copy, or import into a new store")
	}
	return openTable(bytes.NewReader(b))
}

// readBars returns all bars of a file.
func readBars(path, name string) (bars []bar, err error) {
	defer damaged(path, &err)
	t, err := openBars(path, name)
	if err != nil {
		return nil, err
	}
	times, err := t.times()
	if err != nil {
		return nil, err
	}
	bars = make([]bar, len(times))
	for r, at := range times {
		bars[r].at = at
	}
	values := make([]float64, len(bars))
	for c := range numColumns {
		if err := t.floats(1+c, values); err != nil {
			return nil, err
		}
		for r, v := range values {
			bars[r].values[c] = v
		}
	}
	return bars, nil
}
