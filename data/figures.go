package data

import (
	"fmt"
	"io"
	"strconv"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/schema"
)

// FigureColumn is a column of a table of figures, its cells as text.
type FigureColumn struct {
	Name   string
	Number bool     // the cells are decimals, "" where there is none: a DOUBLE that may be null; otherwise a STRING
	Cells  []string // as many as the other columns have
}

// WriteFigures writes a table of figures as one Parquet file, whole or not at all. Equal input gives equal bytes.
func WriteFigures(path string, columns []FigureColumn) error {
	var fields schema.FieldList
	for _, c := range columns {
		if c.Number {
			fields = append(fields, schema.NewFloat64Node(c.Name, parquet.Repetitions.Optional, -1))
			continue
		}
		text, err := schema.NewPrimitiveNodeLogical(c.Name, parquet.Repetitions.Required, schema.StringLogicalType{}, parquet.Types.ByteArray, -1, -1)
		if err != nil {
			return fmt.Errorf("write %s: %w", path, err)
		}
		fields = append(fields, text)
	}
	root, err := schema.NewGroupNode("schema", parquet.Repetitions.Required, fields, -1)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return writeFile(path, func(w io.Writer) error {
		to := &sink{to: w}
		properties := parquet.NewWriterProperties(parquet.WithVersion(parquet.V2_LATEST), parquet.WithCompression(compress.Codecs.Snappy))
		out := file.NewParquetWriter(to, root, file.WithWriterProps(properties))
		group := out.AppendRowGroup()
		for _, c := range columns {
			if err := c.write(group); err != nil {
				return fmt.Errorf("column %s: %w", c.Name, err)
			}
		}
		if err := group.Close(); err != nil {
			return err
		}
		if err := out.Close(); err != nil {
			return err
		}
		return to.err
	})
}

func (c *FigureColumn) write(group file.SerialRowGroupWriter) error {
	w, err := group.NextColumn()
	if err != nil {
		return err
	}
	if !c.Number {
		texts := make([]parquet.ByteArray, len(c.Cells))
		for k, cell := range c.Cells {
			texts[k] = parquet.ByteArray(cell)
		}
		_, err := w.(*file.ByteArrayColumnChunkWriter).WriteBatch(texts, nil, nil)
		return err
	}
	var values []float64
	there := make([]int16, len(c.Cells))
	for k, cell := range c.Cells {
		if cell == "" {
			continue
		}
		x, err := strconv.ParseFloat(cell, 64)
		if err != nil {
			return fmt.Errorf("row %d: %q is no number", k+1, cell)
		}
		there[k] = 1
		values = append(values, x)
	}
	_, err = w.(*file.Float64ColumnChunkWriter).WriteBatch(values, there, nil)
	return err
}
