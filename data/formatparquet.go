package data

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/schema"

	"github.com/steelyard/steelyard/engine/fund"
)

// readParquet reads any flat Parquet file with a column of times and columns of numbers.
func readParquet(in *input) (sources []source, err error) {
	defer recovered(&err)
	text, err := io.ReadAll(in.Reader)
	if err != nil {
		return nil, err
	}
	properties := parquet.NewReaderProperties(newBoundedMemory(len(text)))
	f, err := file.NewParquetReader(bytes.NewReader(text), file.WithReadProps(properties))
	if err != nil {
		return nil, fmt.Errorf("it cannot be read as Parquet (%w): is the format right?", err)
	}
	return readColumns(in, foreignTable{f})
}

// foreignTable is a Parquet file that somebody else wrote.
type foreignTable struct{ in *file.Reader }

func (t foreignTable) names() (all []string) {
	s := t.in.MetaData().Schema
	for i := range s.NumColumns() {
		all = append(all, s.Column(i).Path())
	}
	return all
}

func (t foreignTable) times(i int, c clock) ([]fund.Time, error) {
	column := t.in.MetaData().Schema.Column(i)
	switch logical := column.LogicalType().(type) {
	case schema.DateLogicalType:
		days, err := leaf[int32](t, i)
		return countAll(days, clock{unit: "s"}, 86400, err)
	case schema.TimestampLogicalType:
		unit, ok := map[schema.TimeUnitType]string{schema.TimeUnitMillis: "ms", schema.TimeUnitMicros: "us", schema.TimeUnitNanos: "ns"}[logical.TimeUnit()]
		if !ok {
			return nil, errors.New("its unit is unknown")
		}
		c = clock{unit: unit}
	}
	if column.PhysicalType() != parquet.Types.Int64 {
		return nil, fmt.Errorf("it is stored as %v: store it as a timestamp, a date or a whole number", column.PhysicalType())
	}
	counts, err := leaf[int64](t, i)
	return countAll(counts, c, 1, err)
}

// countAll reads counts of a number of the clock's units.
func countAll[T int32 | int64](counts []T, c clock, units int64, err error) ([]fund.Time, error) {
	times := make([]fund.Time, len(counts))
	for r, n := range counts {
		if err == nil {
			times[r], err = c.count(int64(n) * units)
		}
	}
	return times, err
}

func (t foreignTable) floats(i int) ([]float64, error) {
	switch physical := t.in.MetaData().Schema.Column(i).PhysicalType(); physical {
	case parquet.Types.Double:
		return leaf[float64](t, i)
	case parquet.Types.Float:
		values, err := leaf[float32](t, i)
		return widen(values), err
	case parquet.Types.Int64:
		values, err := leaf[int64](t, i)
		return widen(values), err
	case parquet.Types.Int32:
		values, err := leaf[int32](t, i)
		return widen(values), err
	default:
		return nil, fmt.Errorf("it is stored as %v: store it as a number", physical)
	}
}

func widen[T int32 | int64 | float32](values []T) []float64 {
	wide := make([]float64, len(values))
	for r, v := range values {
		wide[r] = float64(v)
	}
	return wide
}

// batches is what all readers of flat columns have.
type batches[T any] interface {
	ReadBatchInPage(n int64, values []T, defined, repeated []int16) (int64, int, error)
}

// batchRows is how many rows of a foreign file are read together.
const batchRows = 1 << 13

// leaf returns all values of a column, none of which may be missing.
func leaf[T any](t foreignTable, i int) (all []T, err error) {
	column := t.in.MetaData().Schema.Column(i)
	logical := column.LogicalType()
	if _, ok := logical.(schema.DecimalLogicalType); ok || column.MaxRepetitionLevel() > 0 {
		return nil, errors.New("it is no plain number: store it as a double")
	}
	values, defined := make([]T, batchRows), make([]int16, batchRows)
	if column.MaxDefinitionLevel() == 0 {
		defined = nil
	}
	for g := range t.in.NumRowGroups() {
		group := t.in.RowGroup(g)
		c, err := group.Column(i)
		if err != nil {
			return nil, err
		}
		r, ok := c.(batches[T])
		if !ok {
			return nil, errors.New("its type is not what the file says")
		}
		for left := group.NumRows(); left > 0; {
			rows, n, err := r.ReadBatchInPage(min(left, batchRows), values, defined, nil)
			if err = cmp.Or(err, c.Err()); err != nil {
				return nil, err
			}
			if rows == 0 {
				return nil, fmt.Errorf("row %d: the file ends: get it again", len(all)+1)
			}
			if int64(n) < rows {
				return nil, fmt.Errorf("one of the rows %d to %d has no value: fill it in or remove the row", len(all)+1, len(all)+int(rows))
			}
			all, left = append(all, values[:n]...), left-rows
		}
	}
	return all, nil
}
