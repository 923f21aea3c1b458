package data

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/steelyard/steelyard/engine/fund"
)

// textFile is a CSV that is being read, its columns told by a header or known beforehand.
type textFile struct {
	format string
	in     *input
	rows   *collector
	clock  clock
	// begin looks at the first line, finds the columns and reports whether it was a header. It may return ok false to be
	// shown the next line instead.
	begin func(fields []string) (l layout, header, ok bool, err error)
	// row reads a line, and the instrument that it is of: "" for one to skip. nil: the bar of the only instrument.
	row func(fields []string, l *layout) (row, string, error)

	layout layout
}

func newTextFile(format string, in *input) *textFile {
	f := &textFile{format: format, in: in, rows: newCollector(in, "line"), clock: newClock(in.spec.Reading)}
	f.row = f.bar
	return f
}

// read reads the file.
func (f *textFile) read() ([]source, error) {
	lines, err := openText(f.in)
	if err != nil {
		return nil, err
	}
	begun, read := false, 0
	for ; ; read++ {
		fields, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return f.rows.finish()
		}
		if err != nil {
			return nil, explainCSV(f.format, err, read)
		}
		line, _ := lines.FieldPos(0)
		header := false
		if !begun {
			f.layout, header, begun, err = f.begin(fields)
			f.rows.closeOnly = f.layout.closeOnly()
		}
		if err == nil && begun && !header {
			err = f.take(fields, line)
			if err != nil {
				return nil, err
			}
		}
		if err != nil {
			return nil, f.rows.explain(line, err)
		}
	}
}

// take reads a line of data.
func (f *textFile) take(fields []string, line int) error {
	if len(fields) < f.layout.width() {
		return f.rows.explain(line, fmt.Errorf("%d columns, but %s needs %d: the line is cut off, or the format is another", len(fields), f.format, f.layout.width()))
	}
	r, instrument, err := f.row(fields, &f.layout)
	if err != nil {
		return f.rows.explain(line, err)
	}
	if instrument == "" {
		return nil
	}
	return f.rows.add(line, instrument, r, f.layout.has(capField))
}

// bar reads the bar of the instrument that is imported.
func (f *textFile) bar(fields []string, l *layout) (r row, instrument string, err error) {
	if r.at, err = f.clock.parse(fields[l[timeField]]); err != nil {
		return r, "", err
	}
	r.values, err = barValues(fields, l)
	if err == nil {
		r.cap, err = capValue(fields, l)
	}
	return r, f.in.spec.Instrument, err
}

// openText skips a byte order mark and finds out what separates the columns.
func openText(r io.Reader) (*csv.Reader, error) {
	buffered := bufio.NewReader(r)
	start, err := buffered.Peek(2048)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if bytes.HasPrefix(start, []byte("\ufeff")) {
		buffered.Discard(len("\ufeff"))
	}
	lines := csv.NewReader(buffered)
	lines.FieldsPerRecord, lines.ReuseRecord = -1, true
	first, _, _ := bytes.Cut(start, []byte("\n"))
	for _, separator := range []rune{';', '\t'} {
		if strings.Count(string(first), string(separator)) > strings.Count(string(first), string(lines.Comma)) {
			lines.Comma = separator
		}
	}
	return lines, nil
}

// barValues reads the prices and the volume of a line, 0 for one that there is no column of.
func barValues(fields []string, l *layout) (v [numColumns]float64, err error) {
	for c := range numColumns {
		if !l.has(field(c)) {
			continue
		}
		text := strings.TrimSpace(fields[l[c]])
		if v[c], err = strconv.ParseFloat(text, 64); err != nil {
			return v, fmt.Errorf("%s %q is not a number: repair or remove the line", columnName(c), text)
		}
	}
	if l.closeOnly() {
		v = onlyClose(v[closeColumn], v[volumeColumn])
	}
	return v, nil
}

// capValue reads the market cap of a line: NaN where it is empty or has no column.
func capValue(fields []string, l *layout) (float64, error) {
	if !l.has(capField) || strings.TrimSpace(fields[l[capField]]) == "" {
		return math.NaN(), nil
	}
	text := strings.TrimSpace(fields[l[capField]])
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, fmt.Errorf("market cap %q is not a number: repair or remove the line", text)
	}
	return v, nil
}

// byHeader finds the columns by a header's names, all of which a file of the format must have.
func (f *textFile) byHeader(n names) func([]string) (layout, bool, bool, error) {
	return func(fields []string) (layout, bool, bool, error) {
		l := n.find(fields)
		if err := l.check(); err != nil {
			return l, false, false, fmt.Errorf("%w in the header %.200q: is the format %s right?", err, strings.Join(fields, ","), f.format)
		}
		return l, true, true, nil
	}
}

// inBase turns a volume in quote units into base units at the bar's close.
func (r *row) inBase() {
	if close := r.values[closeColumn]; close > 0 {
		r.values[volumeColumn] /= close
	}
}

// wholeDay refuses a date with a time of day and moves it to the open of its bar.
func (r *row) wholeDay(of Reading) error {
	if r.at%fund.Time(fund.Day) != 0 {
		return fmt.Errorf("date %v is within a day: remove the line, or import the original file", r.at)
	}
	r.at = of.barOpen(r.at)
	return nil
}

var errNoRows = errors.New("there are no rows in it: leave it out, or get it again")

// explainCSV says where reading broke off.
func explainCSV(format string, err error, rows int) error {
	if parse := new(csv.ParseError); errors.As(err, &parse) {
		return fmt.Errorf("line %d: %w: it is not a line of %s", parse.Line, parse.Err, format)
	}
	return fmt.Errorf("after %d rows: %w", rows, err)
}
