package data

import (
	"fmt"
	"math"
	"strings"

	"github.com/steelyard/steelyard/engine/fund"
)

// columnarFile is a file that is stored by column.
type columnarFile interface {
	names() []string
	// times returns column i; numbers are read by the clock.
	times(i int, c clock) ([]fund.Time, error)
	floats(i int) ([]float64, error)
}

// readColumns makes bars of a columnar file.
func readColumns(in *input, f columnarFile) ([]source, error) {
	l, err := columnarLayout(in.spec.Reading, f.names())
	if err != nil {
		return nil, err
	}
	times, err := f.times(l[timeField], newClock(in.spec.Reading))
	if err != nil {
		return nil, fmt.Errorf("time: %w", err)
	}
	var values [timeField][]float64
	for c := range values {
		if !l.has(field(c)) {
			continue
		}
		if values[c], err = f.floats(l[c]); err == nil && len(values[c]) != len(times) {
			err = fmt.Errorf("%d rows, but there are %d times", len(values[c]), len(times))
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", fieldNames()[c], err)
		}
	}
	return collectColumns(in, &l, times, &values)
}

func columnarLayout(r Reading, header []string) (l layout, err error) {
	if r.Columns == "" {
		n := usualNames()
		l = n.find(header)
		err = l.check()
	} else {
		choices, err1 := parseColumns(r.Columns)
		if err1 != nil {
			return l, err1
		}
		l, _, err = chooseColumns(choices, header)
	}
	if err != nil {
		return l, fmt.Errorf("%w: the columns are %.200s; say which is which with --columns", err, strings.Join(header, ", "))
	}
	if l.width() > len(header) {
		return l, fmt.Errorf("column %d is asked for and there are %d, counted from 0", l.width()-1, len(header))
	}
	return l, nil
}

func collectColumns(in *input, l *layout, times []fund.Time, values *[timeField][]float64) ([]source, error) {
	rows := newCollector(in, "row")
	rows.closeOnly = l.closeOnly()
	for i, at := range times {
		r := row{at: at, cap: math.NaN()}
		for c := range numColumns {
			if values[c] != nil {
				r.values[c] = values[c][i]
			}
		}
		if l.closeOnly() {
			r.values = onlyClose(r.values[closeColumn], r.values[volumeColumn])
		}
		if l.has(capField) {
			r.cap = values[capField][i]
		}
		if err := rows.add(i+1, in.spec.Instrument, r, l.has(capField)); err != nil {
			return nil, err
		}
	}
	return rows.finish()
}

// recovered turns a panic of a library on a broken file into an error. Defer it.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("the file is cut off or damaged (%.200s): get it again", fmt.Sprint(p))
	}
}
