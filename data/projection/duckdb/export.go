package duckdb

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/steelyard/steelyard/data/projection"
)

// Format is a format of files.
type Format string

// The formats.
const (
	CSV     Format = "csv"     // with a header; times in RFC 3339, UTC
	JSON    Format = "json"    // an array of objects, times likewise
	Parquet Format = "parquet" // times as timestamps of microseconds
)

// Export writes every table to a file of its own in dir, sorted by its key, and returns their paths. Equal tables make equal
// files. A file is there whole or not at all.
func (s *Store) Export(ctx context.Context, format Format, dir string) ([]string, error) {
	var paths []string
	for _, t := range projection.Tables() {
		path := filepath.Join(dir, t.Name+"."+string(format))
		if err := s.export(ctx, &t, format, path); err != nil {
			return paths, s.wrap(fmt.Errorf("%s: %w", t.Name, err))
		}
		paths = append(paths, path)
	}
	return paths, nil
}

func (s *Store) export(ctx context.Context, t *projection.Table, format Format, path string) error {
	temporary := filepath.Join(filepath.Dir(path), ".writing-"+filepath.Base(path))
	defer os.Remove(temporary) // there only after an error
	columns := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		columns[i] = c.Name
		if c.Type == projection.Instant && format != Parquet {
			columns[i] = fmt.Sprintf(`strftime(%s AT TIME ZONE 'UTC', '%%Y-%%m-%%dT%%H:%%M:%%S.%%fZ') AS %[1]s`, c.Name)
		}
	}
	_, err := s.conn.ExecContext(ctx, fmt.Sprintf(`COPY (SELECT %s FROM %s t ORDER BY %s) TO '%s' (%s)`,
		strings.Join(columns, ", "), t.Name, "t."+strings.Join(t.Key, ", t."), strings.ReplaceAll(temporary, "'", "''"), options(format)))
	if err != nil {
		return err
	}
	return os.Rename(temporary, path)
}

func options(f Format) string {
	switch f {
	case CSV:
		return "FORMAT csv, HEADER true"
	case JSON:
		return "FORMAT json, ARRAY true"
	}
	return "FORMAT parquet"
}
