package data

import (
	"bytes"
	"fmt"
	"io"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"

	"github.com/steelyard/steelyard/engine/fund"
)

// featherMagic begins the files that pandas calls feather: Arrow's file format.
const featherMagic = "ARROW1"

// readFeather reads a feather file of date, open, high, low, close and volume.
func readFeather(in *input) (sources []source, err error) {
	defer recovered(&err)
	text, err := io.ReadAll(in.Reader)
	if err != nil {
		return nil, err
	}
	r, err := ipc.NewFileReader(bytes.NewReader(text), ipc.WithAllocator(newBoundedMemory(len(text))))
	if err != nil {
		return nil, fmt.Errorf("the file is cut off or damaged (%w): get it again", err)
	}
	defer r.Close()
	f := &featherFile{schema: r.Schema()}
	for i := range r.NumRecords() {
		batch, err := r.RecordBatchAt(i)
		if err != nil {
			return nil, fmt.Errorf("the file is cut off or damaged (%w): get it again", err)
		}
		defer batch.Release()
		f.batches = append(f.batches, batch)
	}
	return readColumns(in, f)
}

// featherFile is an Arrow file in memory.
type featherFile struct {
	schema  *arrow.Schema
	batches []arrow.RecordBatch
}

func (f *featherFile) names() (all []string) {
	for _, field := range f.schema.Fields() {
		all = append(all, field.Name)
	}
	return all
}

func (f *featherFile) times(i int, c clock) (all []fund.Time, err error) {
	if t, ok := f.schema.Field(i).Type.(*arrow.TimestampType); ok {
		c = clock{unit: t.Unit.String()}
	}
	for _, b := range f.batches {
		var counts []int64
		switch column := b.Column(i).(type) {
		case *array.Timestamp:
			for r := range column.Len() {
				counts = append(counts, int64(column.Value(r)))
			}
		case *array.Int64:
			counts = column.Int64Values()
		default:
			return nil, fmt.Errorf("it is stored as %v: store it as a timestamp or a whole number", column.DataType())
		}
		if err := noNulls(b.Column(i), len(all)); err != nil {
			return nil, err
		}
		times, err := countAll(counts, c, 1, nil)
		if err != nil {
			return nil, err
		}
		all = append(all, times...)
	}
	return all, nil
}

func (f *featherFile) floats(i int) (all []float64, err error) {
	for _, b := range f.batches {
		if err := noNulls(b.Column(i), len(all)); err != nil {
			return nil, err
		}
		switch column := b.Column(i).(type) {
		case *array.Float64:
			all = append(all, column.Float64Values()...)
		case *array.Float32:
			all = append(all, widen(column.Float32Values())...)
		case *array.Int64:
			all = append(all, widen(column.Int64Values())...)
		default:
			return nil, fmt.Errorf("it is stored as %v: store it as a number", column.DataType())
		}
	}
	return all, nil
}

// noNulls refuses a column with missing values, of which before rows came before.
func noNulls(column arrow.Array, before int) error {
	for r := range column.Len() {
		if column.IsNull(r) {
			return fmt.Errorf("row %d has no value: fill it in or remove the row", before+r+1)
		}
	}
	return nil
}
