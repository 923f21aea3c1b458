package data

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// field is something that a column of a file can hold. The first are the columns of a bar.
type field int

const (
	capField    field = numColumns + iota // market capitalisation, USD
	timeField                             // of a bar's open
	assetField                            // ticker
	sourceField                           // who says so
	numFields
)

// fieldNames are the names that --columns knows.
func fieldNames() [numFields]string {
	return [numFields]string{"open", "high", "low", "close", "volume", "cap", "time", "asset", "source"}
}

// names are the names that a format's headers have for each field, as plainName writes them, the preferred first.
type names [numFields][]string

// usualNames are those of files whose columns can be told by their names.
func usualNames() names {
	return names{
		openColumn:   {"open"},
		highColumn:   {"high"},
		lowColumn:    {"low"},
		closeColumn:  {"close"},
		volumeColumn: {"volume"},
		timeField:    {"opentime", "opentimems", "timeopen", "unix", "unixtimestamp", "timestamp", "time", "datetime", "date"},
	}
}

// layout says which column holds each field, -1 for one that is not there.
type layout [numFields]int

func noColumns() layout {
	var l layout
	for f := range l {
		l[f] = -1
	}
	return l
}

func (l *layout) has(f field) bool { return l[f] >= 0 }

// width is how many columns a line must have at least.
func (l *layout) width() int { return slices.Max(l[:]) + 1 }

// closeOnly reports whether there is nothing but closes.
func (l *layout) closeOnly() bool {
	return !l.has(openColumn) && !l.has(highColumn) && !l.has(lowColumn)
}

// check reports what is missing for bars.
func (l *layout) check() error {
	needed := []field{timeField, openColumn, highColumn, lowColumn, closeColumn}
	if l.closeOnly() {
		needed = []field{timeField, closeColumn}
	}
	for _, f := range needed {
		if !l.has(f) {
			return fmt.Errorf("no column is the %s", fieldNames()[f])
		}
	}
	return nil
}

// plainName is a header's name in lower case, letters and digits only: "Market Cap" and market_cap are one.
func plainName(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// find locates the fields in a header.
func (n *names) find(header []string) layout {
	l := noColumns()
	for f := range n {
		for _, name := range n[f] {
			at := slices.IndexFunc(header, func(h string) bool { return plainName(h) == name })
			if at >= 0 && l[f] < 0 {
				l[f] = at
			}
		}
	}
	return l
}

// columnChoice is one part of --columns.
type columnChoice struct {
	field
	column string // a number from 0, or a name
}

// parseColumns reads "time=0,open=1,close=2".
func parseColumns(text string) (all []columnChoice, err error) {
	if text == "" {
		return nil, nil
	}
	known := fieldNames()
	for part := range strings.SplitSeq(text, ",") {
		name, column, ok := strings.Cut(part, "=")
		f := slices.Index(known[:], strings.TrimSpace(name))
		column = strings.TrimSpace(column)
		if !ok || f < 0 || f >= int(assetField) || column == "" {
			return nil, fmt.Errorf("columns %q: write FIELD=COLUMN with FIELD one of %s, such as time=0,open=1,high=3,low=4,close=2,volume=5",
				part, orList(known[:assetField]))
		}
		all = append(all, columnChoice{field(f), column})
	}
	return all, nil
}

// chooseColumns returns the layout that choices ask for. byName is false where all of them are numbers.
func chooseColumns(choices []columnChoice, header []string) (l layout, byName bool, err error) {
	l = noColumns()
	for _, c := range choices {
		at, err := strconv.ParseUint(c.column, 10, 16)
		if err != nil {
			byName = true
			i := slices.IndexFunc(header, func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), c.column) })
			if i < 0 {
				return l, true, fmt.Errorf("no column is called %s: the header is %.200q", c.column, strings.Join(header, ","))
			}
			at = uint64(i)
		}
		l[c.field] = int(at)
	}
	return l, byName, l.check()
}
