package parting

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/journal"
)

// Row is the first row that two runs have differently.
type Row struct {
	Number  int       `json:"number"` // from 1
	Open    fund.Time `json:"open"`   // when it opened, in the first run that has it
	Changes []Change  `json:"changes"`
	Late    []Late    `json:"late,omitempty"`
}

// Late is what did not reach a run in running time before it had to go on, and the other run has.
type Late struct {
	Second bool   `json:"second"` // it was late for the second run, else for the first
	What   string `json:"what"`   // instrument and "close", or "open" where that alone was late
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
			found.late(first, second)
			return found
		}
	}
	return oneMore(a, b)
}

// late names the values that a run in running time does not have and the other has. With a close the rest of the bar is late, and is
// not named.
func (r *Row) late(first, second Run) {
	for k, run := range []Run{first, second} {
		if m, err := journal.ReadManifest(run.Records); err != nil || m.Run == "" {
			continue
		}
		for _, c := range r.Changes {
			mine, other := c.First, c.Second
			if k == 1 {
				mine, other = other, mine
			}
			if mine == "" && other != "" && (strings.HasSuffix(c.Key, " close") || strings.HasSuffix(c.Key, " open")) {
				r.Late = append(r.Late, Late{k == 1, c.Key})
			}
		}
	}
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
	return &Row{Number: shorter + 1, Open: longer.Times[shorter], Changes: []Change{{"rows", strconv.Itoa(a.Rows()), strconv.Itoa(b.Rows())}}}
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
