package data

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

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

func (l csvLayout) read(r io.Reader, interval time.Duration) (bars []bar, lines []int, err error) {
	in := csv.NewReader(r)
	in.FieldsPerRecord = -1
	in.ReuseRecord = true
	for first := true; ; first = false {
		fields, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, l.explain(err, len(bars))
		}
		line, _ := in.FieldPos(0)
		if first {
			isHeader, err := l.checkHeader(fields)
			if err != nil {
				return nil, nil, fmt.Errorf("line %d: %w", line, err)
			}
			if isHeader {
				continue
			}
		}
		b, err := l.parse(fields, fund.Time(interval))
		if err != nil {
			return nil, nil, fmt.Errorf("line %d: %w", line, err)
		}
		isNew, err := follows(bars, lines, b)
		if err != nil {
			return nil, nil, fmt.Errorf("line %d: %w", line, err)
		}
		if isNew {
			bars, lines = append(bars, b), append(lines, line)
		}
	}
	if len(bars) == 0 {
		return nil, nil, errors.New("there are no rows in it: leave it out, or get it again")
	}
	return bars, lines, nil
}

// explain says where reading broke off.
func (l csvLayout) explain(err error, rows int) error {
	if parse := new(csv.ParseError); errors.As(err, &parse) {
		return fmt.Errorf("line %d: %w: it is not a line of %s", parse.Line, parse.Err, l.name)
	}
	return fmt.Errorf("after %d rows: %w", rows, err)
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

// parse reads a line and checks its bar by itself.
func (l csvLayout) parse(fields []string, interval fund.Time) (b bar, err error) {
	if err := l.checkColumns(fields); err != nil {
		return b, err
	}
	if b.at, err = l.parseTime(fields[0]); err != nil {
		return b, err
	}
	for c := range numColumns {
		if b.values[c], err = strconv.ParseFloat(fields[1+c], 64); err != nil {
			return b, fmt.Errorf("%s %q is not a number: repair or remove the line", columnName(c), fields[1+c])
		}
	}
	if err := b.check(); err != nil {
		return b, fmt.Errorf("%w: repair or remove the line", err)
	}
	if b.at%interval != 0 {
		return b, fmt.Errorf("time %v is not a multiple of the interval: is the interval right?", b.at)
	}
	return b, nil
}

var rounded = regexp.MustCompile(`^[0-9]+([.,][0-9]+)?[eE]\+?[0-9]+$`)

// The times that are believed, 1973 to 2286: in that span no number of milliseconds is one of microseconds.
const (
	earliestMilli = 1e11
	latestMilli   = 1e13
)

func (l csvLayout) parseTime(text string) (fund.Time, error) {
	if rounded.MatchString(text) {
		return 0, fmt.Errorf("time %s was rounded by a spreadsheet, and what it was is lost: import the original file", text)
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

// follows reports whether b is a new bar after those of the same file, of which it may repeat the last.
func follows(bars []bar, lines []int, b bar) (bool, error) {
	if len(bars) == 0 {
		return true, nil
	}
	last, line := &bars[len(bars)-1], lines[len(lines)-1]
	if b.at < last.at {
		return false, fmt.Errorf("%v comes after %v of line %d: sort the file by time", b.at, last.at, line)
	}
	if b.at > last.at {
		return true, nil
	}
	if c := last.differs(&b); c >= 0 {
		return false, fmt.Errorf("%v again, with %s %v where line %d has %v: remove the wrong one",
			b.at, columnName(c), b.values[c], line, last.values[c])
	}
	return false, nil
}
