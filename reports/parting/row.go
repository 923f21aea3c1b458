package parting

import (
	"fmt"
	"math"
	"strconv"

	"github.com/steelyard/steelyard/engine/fund"
)

// Row is the first row that two runs have differently.
type Row struct {
	Number  int       `json:"number"` // from 1
	Open    fund.Time `json:"open"`   // when it opened, in the first run that has it
	Changes []Change  `json:"changes"`
}

// firstRow compares the rows of the instruments that both runs have: to the bit, and no bar is as good as no bar. It returns nil
// if none differs.
func firstRow(first, second Run) *Row {
	a, b := first.Panel, second.Panel
	columns := columnsOf(first, second)
	for r := range min(a.Rows(), b.Rows()) {
		found := &Row{Number: r + 1, Open: a.Times[r]}
		if x, y := a.Times[r], b.Times[r]; x != y {
			found.Changes = append(found.Changes, Change{"open time", fmt.Sprint(x), fmt.Sprint(y)})
		}
		if a.Interval != b.Interval {
			found.Changes = append(found.Changes, Change{"interval", a.Interval.String(), b.Interval.String()})
		}
		for i := range columns {
			found.Changes = columns[i].changes(found.Changes, r)
		}
		if len(found.Changes) > 0 {
			return found
		}
	}
	return oneMore(a, b)
}

// oneMore returns the first row that only one of the panels has.
func oneMore(a, b *fund.Panel) *Row {
	longer := a
	if b.Rows() > a.Rows() {
		longer = b
	}
	shorter := min(a.Rows(), b.Rows())
	if longer.Rows() == shorter {
		return nil
	}
	return &Row{shorter + 1, longer.Times[shorter], []Change{{"rows", strconv.Itoa(a.Rows()), strconv.Itoa(b.Rows())}}}
}

// column is what both runs know of an instrument, field by field.
type column struct {
	name          string
	first, second []float64 // from the instrument on
	m, n          int       // instruments of a row
}

// columnsOf lists the fields of the instruments that both runs have. A field that one has not stands against nothing.
func columnsOf(first, second Run) (list []column) {
	place := map[string]int{}
	for j := range second.Universe.Instruments {
		place[second.Universe.InstrumentKey(fund.InstrumentID(j))] = j
	}
	a, b := fieldsOf(first.Panel), fieldsOf(second.Panel)
	for i := range first.Universe.Instruments {
		key := first.Universe.InstrumentKey(fund.InstrumentID(i))
		j, both := place[key]
		for f, name := range []string{"open", "high", "low", "close", "volume", "bid", "ask"} {
			if both {
				list = append(list, column{key + " " + name, from(a[f], i), from(b[f], j), first.Panel.N, second.Panel.N})
			}
		}
	}
	return list
}

func fieldsOf(p *fund.Panel) [][]float64 {
	return [][]float64{p.Open, p.High, p.Low, p.Close, p.Volume, p.Bid, p.Ask}
}

func from(values []float64, i int) []float64 {
	if values == nil {
		return nil
	}
	return values[i:]
}

// changes adds to list what the column has differently in row r.
func (c *column) changes(list []Change, r int) []Change {
	x, y := at(c.first, r*c.m), at(c.second, r*c.n)
	if math.Float64bits(x) == math.Float64bits(y) || x != x && y != y {
		return list
	}
	return append(list, Change{c.name, number(x), number(y)})
}

func at(values []float64, i int) float64 {
	if values == nil {
		return math.NaN()
	}
	return values[i]
}

// number writes a value of a row; "" where there is none.
func number(x float64) string {
	if x != x {
		return ""
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}
