// Package duckdb keeps projections in one DuckDB file, beside the run that they are of.
package duckdb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"

	engine "github.com/duckdb/duckdb-go/v2"
	"github.com/google/uuid"

	"github.com/steelyard/steelyard/data/projection"
	"github.com/steelyard/steelyard/engine/fund"
)

// version numbers the layout of the tables. A file of another version is emptied and made again.
const version = 2

// Store is a projection.Store in a DuckDB file. One process at a time has it open.
type Store struct {
	path string
	db   *sql.DB
	conn *sql.Conn
}

// Open opens the file at path for writing and makes it, with empty tables, where there is none.
func Open(ctx context.Context, path string) (*Store, error) {
	db, err := sql.Open("duckdb", path+"?autoinstall_known_extensions=false&autoload_known_extensions=false")
	if err != nil {
		return nil, explain(path, err)
	}
	s := &Store{path: path, db: db}
	if s.conn, err = db.Conn(ctx); err == nil {
		_, err = s.conn.ExecContext(ctx, `SET TimeZone = 'UTC'; SET wal_autocheckpoint = '256MB'`) // what is written is moved into place once, at the end
	}
	if err == nil {
		err = s.prepare(ctx)
	}
	if err != nil {
		return nil, errors.Join(explain(path, err), s.Close())
	}
	return s, nil
}

// Close lets go of the file.
func (s *Store) Close() error {
	if s.conn != nil {
		s.conn.Close() // the database says whether something is wrong
	}
	return s.db.Close()
}

func explain(path string, err error) error {
	text, _, _ := strings.Cut(err.Error(), "\n") // what follows are DuckDB's hints
	if strings.Contains(text, "Could not set lock") {
		return fmt.Errorf("%s is in use: wait until the other process has closed it (%s)", path, text)
	}
	return fmt.Errorf("%s: %s", path, text)
}

// prepare makes the tables, anew where they are of another version.
func (s *Store) prepare(ctx context.Context) error {
	found := 0
	err := s.conn.QueryRowContext(ctx, `SELECT version FROM format`).Scan(&found)
	if err == nil && found == version {
		return nil
	}
	return s.atOnce(ctx, func() error {
		_, err := s.conn.ExecContext(ctx, layout())
		return err
	})
}

// layout returns the statements that make empty tables.
func layout() string {
	var b strings.Builder
	for _, t := range projection.Tables() {
		var columns []string
		for _, c := range t.Columns {
			columns = append(columns, c.Name+" "+typeName(c.Type))
		}
		fmt.Fprintf(&b, "CREATE OR REPLACE TABLE %s (%s);\n", t.Name, strings.Join(columns, ", "))
	}
	fmt.Fprintf(&b, "CREATE OR REPLACE TABLE format AS SELECT %d AS version", version)
	return b.String()
}

// typeName returns the column type. Amounts are text: the exact cash of a fill may have more decimals than DECIMAL has room for.
func typeName(t projection.Type) string {
	switch t {
	case projection.ID:
		return "UUID"
	case projection.Whole:
		return "BIGINT"
	case projection.Float:
		return "DOUBLE"
	case projection.Instant:
		return "TIMESTAMPTZ"
	case projection.Truth:
		return "BOOLEAN"
	case projection.JSON:
		return "JSON"
	}
	return "VARCHAR"
}

// Head implements projection.Store.
func (s *Store) Head(ctx context.Context, run uuid.UUID) (h projection.Head, err error) {
	err = s.conn.QueryRowContext(ctx, `SELECT records, chain FROM journal_heads WHERE run = ?`, run.String()).Scan(&h.Records, &h.Chain)
	if errors.Is(err, sql.ErrNoRows) {
		return projection.Head{}, nil
	}
	return h, s.wrap(err)
}

// Write implements projection.Store. The file's lock keeps other processes out.
func (s *Store) Write(ctx context.Context, b *projection.Batch) error {
	return s.wrap(s.atOnce(ctx, func() error {
		if _, err := s.conn.ExecContext(ctx, `DELETE FROM journal_heads WHERE run = ?`, b.Run.String()); err != nil {
			return err
		}
		for i, t := range projection.Tables() {
			if err := s.remove(ctx, &t, b.Run, b.Replaced[i]); err != nil {
				return err
			}
			if err := s.append(&t, b.Rows[i]); err != nil {
				return fmt.Errorf("%s: %w", t.Name, err)
			}
		}
		return nil
	}))
}

// Forget implements projection.Store.
func (s *Store) Forget(ctx context.Context, run uuid.UUID) error {
	return s.wrap(s.atOnce(ctx, func() error {
		for _, t := range projection.Tables() {
			if _, err := s.conn.ExecContext(ctx, `DELETE FROM `+t.Name+` WHERE run = ?`, run.String()); err != nil {
				return err
			}
		}
		return nil
	}))
}

func (s *Store) remove(ctx context.Context, t *projection.Table, run uuid.UUID, keys []int64) error {
	if len(keys) == 0 {
		return nil
	}
	_, err := s.conn.ExecContext(ctx, fmt.Sprintf(`DELETE FROM %s WHERE run = ? AND %s IN (SELECT unnest(CAST(? AS BIGINT[])))`, t.Name, t.Key[len(t.Key)-1]), run.String(), keys)
	return err
}

func (s *Store) append(t *projection.Table, rows []projection.Row) error {
	if len(rows) == 0 {
		return nil
	}
	return s.conn.Raw(func(raw any) error {
		a, err := engine.NewAppenderFromConn(raw.(driver.Conn), "", t.Name)
		if err != nil {
			return err
		}
		values := make([]driver.Value, len(t.Columns))
		for _, row := range rows {
			convert(values, row)
			if err = a.AppendRow(values...); err != nil {
				break
			}
		}
		return errors.Join(err, a.Close())
	})
}

// atOnce runs a transaction.
func (s *Store) atOnce(ctx context.Context, change func() error) error {
	_, err := s.conn.ExecContext(ctx, `BEGIN TRANSACTION`)
	if err != nil {
		return err
	}
	if err = change(); err == nil {
		_, err = s.conn.ExecContext(ctx, `COMMIT`)
	}
	if err != nil {
		s.conn.ExecContext(context.WithoutCancel(ctx), `ROLLBACK`) // the error that led here says more
	}
	return err
}

func (s *Store) wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", s.path, err)
}

// convert turns a row into what the appender takes.
func convert(to []driver.Value, row projection.Row) {
	for i, v := range row {
		switch v := v.(type) {
		case uuid.UUID:
			to[i] = engine.UUID(v)
		case fund.Time:
			to[i] = v.UTC()
		case fund.Amount:
			to[i] = v.String()
		default:
			to[i] = v
		}
	}
}
