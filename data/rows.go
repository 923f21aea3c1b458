package data

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"github.com/apache/arrow-go/v18/parquet"

	"github.com/steelyard/steelyard/engine/fund"
)

// What the footer of a file of rows says about it.
const (
	rowsInstruments = "steelyard.instruments" // JSON: the names, in the order of the columns
	rowsInterval    = "steelyard.interval"    // as time.Duration writes it
	rowsQuotes      = "steelyard.quotes"      // whether there are bid and ask columns
)

// WriteRows writes the rows of a run to one Parquet file: open_time, then for each instrument the columns
// "NAME open", "NAME high", "NAME low", "NAME close", "NAME volume", and "NAME bid", "NAME ask" where p has them. A
// missing bar is NaN. Every float64 is kept to the bit, equal input gives equal bytes, and path appears whole or stays
// as it was. instruments names the columns of p; it is not kept.
func WriteRows(path string, p *fund.Panel, instruments []string) error {
	if len(instruments) != p.N {
		return fmt.Errorf("write %s: %d names for %d instruments", path, len(instruments), p.N)
	}
	about, err := aboutRows(p, instruments)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return writeFile(path, func(w io.Writer) error {
		return writeTable(w, about, p.Times, rowColumns(p, instruments))
	})
}

func aboutRows(p *fund.Panel, instruments []string) ([]fact, error) {
	names, err := json.Marshal(instruments)
	if err != nil {
		return nil, err
	}
	return []fact{
		{rowsInstruments, string(names)},
		{rowsInterval, p.Interval.String()},
		{rowsQuotes, strconv.FormatBool(p.Bid != nil)},
	}, nil
}

// rowColumns lists the columns of the file of p, instrument by instrument.
func rowColumns(p *fund.Panel, instruments []string) []column {
	fields := panelFields(p)
	var columns []column
	for i, name := range instruments {
		for _, f := range fields {
			columns = append(columns, column{name + " " + f.name, func(out []float64, first int) {
				values := (*f.values)[first*p.N+i:]
				for r := range out {
					out[r] = values[r*p.N]
				}
			}})
		}
	}
	return columns
}

// panelField is a column of a panel.
type panelField struct {
	name   string
	values *[]float64
}

// panelFields lists the columns of p, bid and ask only where it has them.
func panelFields(p *fund.Panel) []panelField {
	fields := []panelField{{"open", &p.Open}, {"high", &p.High}, {"low", &p.Low}, {"close", &p.Close}, {"volume", &p.Volume}}
	if p.Bid != nil {
		fields = append(fields, panelField{"bid", &p.Bid}, panelField{"ask", &p.Ask})
	}
	return fields
}

// ReadRows reads a file that WriteRows wrote: the panel and the names of its instruments.
func ReadRows(path string) (p *fund.Panel, instruments []string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	return RowsOf(path, f)
}

// RowsOf is ReadRows of a file that is open, or in memory; name is what errors call it.
func RowsOf(name string, from parquet.ReaderAtSeeker) (p *fund.Panel, instruments []string, err error) {
	defer damaged(name, &err)
	t, err := openTable(from)
	if err != nil {
		return nil, nil, err
	}
	if p, instruments, err = describedPanel(t); err != nil {
		return nil, nil, err
	}
	return p, instruments, readFields(t, p)
}

// describedPanel makes the panel that the footer describes, with its times and without values; Bid and Ask are not nil where there are any.
func describedPanel(t table) (*fund.Panel, []string, error) {
	names, err1 := t.says(rowsInstruments)
	interval, err2 := t.says(rowsInterval)
	quotes, err3 := t.says(rowsQuotes)
	if err := cmp.Or(err1, err2, err3); err != nil {
		return nil, nil, err
	}
	var instruments []string
	if err := json.Unmarshal([]byte(names), &instruments); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", rowsInstruments, err)
	}
	length, err := time.ParseDuration(interval)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", rowsInterval, err)
	}
	p := &fund.Panel{N: len(instruments), Interval: length}
	if quotes == "true" {
		p.Bid, p.Ask = []float64{}, []float64{}
	}
	p.Times, err = t.times()
	return p, instruments, err
}

func readFields(t table, p *fund.Panel) error {
	fields := panelFields(p)
	for _, f := range fields {
		*f.values = make([]float64, len(p.Times)*p.N)
	}
	values := make([]float64, len(p.Times))
	for i := range p.N {
		for c, f := range fields {
			if err := t.floats(1+i*len(fields)+c, values); err != nil {
				return err
			}
			for r, v := range values {
				(*f.values)[r*p.N+i] = v
			}
		}
	}
	return nil
}
