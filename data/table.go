package data

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/metadata"
	"github.com/apache/arrow-go/v18/parquet/schema"

	"github.com/steelyard/steelyard/engine/fund"
)

// rowGroup is how many rows are written together: enough for any reader to work in bulk, few enough that gathering a
// column of a panel stays in the cache.
const rowGroup = 1 << 17

// timeColumn is the name of the first column of every table: nanoseconds since 1970-01-01 UTC.
const timeColumn = "open_time"

// fact is something that the footer of a table says about it.
type fact struct{ key, value string }

// column is a DOUBLE column of a table that is to be written.
type column struct {
	name string
	fill func(out []float64, first int) // sets out to the rows from first on
}

// writeTable writes times and columns as one Parquet file. Equal input gives equal bytes.
func writeTable(w io.Writer, about []fact, times []fund.Time, columns []column) error {
	root, err := tableSchema(columns)
	if err != nil {
		return err
	}
	footer := metadata.NewKeyValueMetadata()
	for _, f := range about {
		if err := footer.Append(f.key, f.value); err != nil {
			return err
		}
	}
	to := &sink{to: w}
	out := file.NewParquetWriter(to, root, file.WithWriterProps(tableProperties()), file.WithWriteMetadata(footer))
	for first := 0; first < len(times) && to.err == nil; first += rowGroup {
		last := min(first+rowGroup, len(times))
		if err := writeGroup(out.AppendRowGroup(), times[first:last], columns, first); err != nil {
			return err
		}
	}
	if err := out.Close(); err != nil {
		return err
	}
	return to.err
}

func tableSchema(columns []column) (*schema.GroupNode, error) {
	utc := schema.NewTimestampLogicalType(true, schema.TimeUnitNanos)
	time, err := schema.NewPrimitiveNodeLogical(timeColumn, parquet.Repetitions.Required, utc, parquet.Types.Int64, -1, -1)
	if err != nil {
		return nil, err
	}
	fields := schema.FieldList{time}
	for _, c := range columns {
		fields = append(fields, schema.NewFloat64Node(c.name, parquet.Repetitions.Required, -1))
	}
	return schema.NewGroupNode("schema", parquet.Repetitions.Required, fields, -1)
}

// tableProperties are measured: Snappy writes four times and reads a third faster than Zstandard for files half as
// large again, and dictionaries of prices cost more than they save.
func tableProperties() *parquet.WriterProperties {
	return parquet.NewWriterProperties(
		parquet.WithVersion(parquet.V2_LATEST),
		parquet.WithCompression(compress.Codecs.Snappy),
		parquet.WithDictionaryDefault(false),
		parquet.WithStats(false),
		parquet.WithEncodingFor(timeColumn, parquet.Encodings.DeltaBinaryPacked),
	)
}

// writeGroup writes the rows of times, the first of which is row first of the columns.
func writeGroup(group file.SerialRowGroupWriter, times []fund.Time, columns []column, first int) error {
	w, err := group.NextColumn()
	if err != nil {
		return err
	}
	ns := make([]int64, len(times))
	for r, t := range times {
		ns[r] = int64(t)
	}
	if _, err := w.(*file.Int64ColumnChunkWriter).WriteBatch(ns, nil, nil); err != nil {
		return err
	}
	values := make([]float64, len(times))
	for _, c := range columns {
		if w, err = group.NextColumn(); err != nil {
			return err
		}
		c.fill(values, first)
		if _, err := w.(*file.Float64ColumnChunkWriter).WriteBatch(values, nil, nil); err != nil {
			return err
		}
	}
	return group.Close()
}

// table is an open Parquet file that writeTable wrote.
type table struct{ in *file.Reader }

// openTable opens a table. Defer damaged where it is used.
func openTable(r parquet.ReaderAtSeeker) (table, error) {
	in, err := file.NewParquetReader(r)
	return table{in}, err
}

// says returns what the footer has under a key.
func (t table) says(key string) (string, error) {
	value := t.in.MetaData().KeyValueMetadata().FindValue(key)
	if value == nil {
		return "", fmt.Errorf("its footer does not have %s", key)
	}
	return *value, nil
}

// chunks calls read for the part of column i that each row group holds, and with its number of rows.
func (t table) chunks(i int, read func(file.ColumnChunkReader, int) error) error {
	if i >= t.in.MetaData().Schema.NumColumns() {
		return fmt.Errorf("column %d is missing", i)
	}
	for g := range t.in.NumRowGroups() {
		group := t.in.RowGroup(g)
		rows := group.NumRows()
		if rows < 0 || rows > rowGroup {
			return fmt.Errorf("row group %d has %d rows", g, rows)
		}
		c, err := group.Column(i)
		if err != nil {
			return err
		}
		if err := read(c, int(rows)); err != nil {
			return fmt.Errorf("column %d: %w", i, err)
		}
	}
	return nil
}

// times returns the open times of all rows.
func (t table) times() (times []fund.Time, err error) {
	var ns []int64
	err = t.chunks(0, func(c file.ColumnChunkReader, rows int) error {
		r, ok := c.(*file.Int64ColumnChunkReader)
		if !ok {
			return errors.New("does not hold times")
		}
		ns = slices.Grow(ns[:0], rows)[:rows]
		err := pages(c, rows, func(from int) (int, error) {
			_, n, err := r.ReadBatchInPage(int64(rows-from), ns[from:], nil, nil)
			return n, err
		})
		for _, v := range ns {
			times = append(times, fund.Time(v))
		}
		return err
	})
	return times, err
}

// floats reads column i, counted from 1 after the times, into out, which must be as long as the times.
func (t table) floats(i int, out []float64) error {
	return t.chunks(i, func(c file.ColumnChunkReader, rows int) error {
		r, ok := c.(*file.Float64ColumnChunkReader)
		if !ok {
			return errors.New("does not hold numbers")
		}
		err := pages(c, rows, func(from int) (int, error) {
			_, n, err := r.ReadBatchInPage(int64(rows-from), out[from:], nil, nil)
			return n, err
		})
		out = out[rows:]
		return err
	})
}

// pages calls read until it has read all rows of a chunk. The reader's own ReadBatch does not come back from a page
// that is damaged so that nothing can be read of it.
func pages(c file.ColumnChunkReader, rows int, read func(from int) (int, error)) error {
	for from := 0; from < rows; {
		n, err := read(from)
		if err = cmp.Or(err, c.Err()); err != nil {
			return err
		}
		if n == 0 {
			return fmt.Errorf("%d of %d rows", from, rows)
		}
		from += n
	}
	return nil
}

// damaged turns what went wrong while a file was read into an error that names it, a panic of the Parquet reader,
// which broken files provoke, included. Defer it.
func damaged(path string, err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%v", p)
	}
	if *err != nil {
		*err = fmt.Errorf("%s is damaged or was not written by steelyard: %w", path, *err)
	}
}
