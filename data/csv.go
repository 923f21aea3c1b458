package data

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/steelyard/steelyard/engine/fund"
)

// csvLayout is a kind of CSV whose first six columns are time, open, high, low, close and volume.
type csvLayout struct {
	name     string
	columns  []int    // how many a line may have
	header   []string // what the first six are called
	headless bool     // files without a header exist
	micros   bool     // times may be in microseconds as well as in milliseconds
}

// binanceKlines are the archives of data.binance.vision. Spot files have no header and are in microseconds from
// 2025-01-01 on, futures files have one and are in milliseconds; the last column is sometimes left off.
var binanceKlines = csvLayout{
	name:     "binance-klines",
	columns:  []int{12, 11},
	header:   []string{"open_time", "open", "high", "low", "close", "volume"},
	headless: true,
	micros:   true,
}

// ohlcvCSV is the plain normal form.
var ohlcvCSV = csvLayout{
	name:    "ohlcv-csv",
	columns: []int{6},
	header:  []string{"open_time_ms", "open", "high", "low", "close", "volume"},
}

func (l csvLayout) read(in *input) ([]source, error) {
	f := newTextFile(l.name, in)
	f.rows.ascending = true
	f.begin = func(fields []string) (layout, bool, bool, error) {
		columns := noColumns()
		columns[timeField] = 0
		for c := range numColumns {
			columns[c] = 1 + c
		}
		isHeader, err := l.checkHeader(fields)
		return columns, isHeader, err == nil, err
	}
	f.row = func(fields []string, columns *layout) (r row, instrument string, err error) {
		if err = l.checkColumns(fields); err == nil {
			if r.at, err = l.parseTime(fields[0]); err == nil {
				r.values, err = barValues(fields, columns)
			}
		}
		return r, in.spec.Instrument, err
	}
	return f.read()
}

// checkHeader reports whether a file's first line is a header, and refuses one that names other columns.
func (l csvLayout) checkHeader(fields []string) (bool, error) {
	if l.headless && strings.IndexAny(fields[0], "0123456789-+.") == 0 {
		return false, nil
	}
	if len(fields) < len(l.header) || !slices.EqualFunc(fields[:len(l.header)], l.header, strings.EqualFold) {
		return false, fmt.Errorf("the header is %.100q, but that of %s begins with %s: is the format right?",
			strings.Join(fields, ","), l.name, strings.Join(l.header, ","))
	}
	return true, l.checkColumns(fields)
}

func (l csvLayout) checkColumns(fields []string) error {
	if !slices.Contains(l.columns, len(fields)) {
		want := strings.Trim(strings.ReplaceAll(fmt.Sprint(l.columns), " ", " or "), "[]")
		return fmt.Errorf("%d columns, but %s has %s: the line is cut off, or the format is another", len(fields), l.name, want)
	}
	return nil
}

// The times that are believed, 1973 to 2286: in that span no number of milliseconds is one of microseconds.
const (
	earliestMilli = 1e11
	latestMilli   = 1e13
)

func (l csvLayout) parseTime(text string) (fund.Time, error) {
	if rounded.MatchString(text) {
		return 0, roundedTime(text)
	}
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case err != nil:
	case n >= earliestMilli && n < latestMilli:
		return fund.Time(n) * 1e6, nil
	case l.micros && n >= earliestMilli*1000 && n < latestMilli*1000:
		return fund.Time(n) * 1e3, nil
	}
	unit := "milliseconds"
	if l.micros {
		unit += " or microseconds"
	}
	return 0, fmt.Errorf("time %q is not in %s since 1970: is the format right?", text, unit)
}
