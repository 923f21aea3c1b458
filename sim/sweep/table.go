package sweep

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"

	"github.com/steelyard/steelyard/reports"
)

// Column is a column of a sweep's table.
type Column struct {
	Name   string
	Number bool
}

// Table is the rows of a sweep as text, by point: the point's number, what it sets, every figure of its summary, and figures of
// each calendar year. The cells of a number that is not defined are empty.
type Table struct {
	Columns []Column
	Axes    int        // columns 1 to Axes are the grid's axes
	Rows    [][]string // nil where the point was not run
}

// Blank returns the table of a sweep of which no point was run.
func Blank(b *Base, g *Grid) *Table {
	return &Table{Columns: columns(b, g), Axes: len(g.Axes), Rows: make([][]string, g.Len())}
}

// columns lists the columns of a sweep.
func columns(b *Base, g *Grid) []Column {
	list := []Column{{"point", true}}
	for _, a := range g.Axes {
		list = append(list, Column{a.Path, false})
	}
	none := reports.Analysis{Run: reports.Run{Universe: b.Fund.Universe()}}
	for _, s := range append(none.Scalars(), yearly(&none, b.Years())...) {
		list = append(list, Column{s.Key, s.Number})
	}
	return list
}

func (r *Row) cells() []string {
	list := []string{strconv.Itoa(r.Point)}
	for _, s := range r.Settings {
		list = append(list, s.Value)
	}
	for _, f := range r.Figures {
		list = append(list, f.Text)
	}
	return list
}

// Column returns the index of a column by its name, -1 where there is none.
func (t *Table) Column(name string) int {
	for k, c := range t.Columns {
		if c.Name == name {
			return k
		}
	}
	return -1
}

// Number returns the number in a cell, and whether there is one.
func (t *Table) Number(row, column int) (float64, bool) {
	if t.Rows[row] == nil {
		return 0, false
	}
	x, err := strconv.ParseFloat(t.Rows[row][column], 64)
	return x, err == nil
}

// Missing lists the points of [from, to) that were not run.
func (t *Table) Missing(from, to int) []int {
	var list []int
	for k := from; k < to; k++ {
		if t.Rows[k] == nil {
			list = append(list, k)
		}
	}
	return list
}

// CSV returns the rows that there are as text, beneath their heads.
func (t *Table) CSV() []byte {
	head := make([]string, len(t.Columns))
	for k, c := range t.Columns {
		head[k] = c.Name
	}
	return table(head, t.Rows)
}

func table(head []string, rows [][]string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write(head) // a buffer does not fail
	for _, row := range rows {
		if row != nil {
			w.Write(row)
		}
	}
	w.Flush()
	return b.Bytes()
}

// take takes the rows of a part of the sweep, as CSV wrote them.
func (t *Table) take(text []byte) error {
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		return err
	}
	for k, row := range rows {
		if len(row) != len(t.Columns) {
			return fmt.Errorf("row %d has %d columns, the sweep %d", k+1, len(row), len(t.Columns))
		}
		if k == 0 {
			continue
		}
		point, err := strconv.Atoi(row[0])
		if err != nil || point < 0 || point >= len(t.Rows) {
			return fmt.Errorf("row %d: %q is no point of the sweep", k+1, row[0])
		}
		t.Rows[point] = row
	}
	return nil
}
