// Package postgres keeps projections of many funds in one PostgreSQL database, in a schema of their own, for those who may
// read. Where TimescaleDB is installed, positions are a hypertable.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/steelyard/steelyard/data/projection"
	"github.com/steelyard/steelyard/engine/fund"
)

const schema = "steelyard"

// Store is a projection.Store in a PostgreSQL database.
type Store struct {
	conn  *pgx.Conn
	notes []string
}

// Open connects to the database of a DSN (postgres://user@host:5432/database, or key=value pairs; PGPASSWORD and ~/.pgpass
// are read) and brings its tables to this version. With retain above 0 a hypertable drops positions that are older. No
// error shows the DSN's password.
func Open(ctx context.Context, dsn string, retain time.Duration) (*Store, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil { // its text may quote what was meant as a password
		return nil, errors.New("the address of the database does not read: write it like postgres://user@host:5432/database, with the password in PGPASSWORD or ~/.pgpass")
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = schema
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, withoutPassword(err, config.Password)
	}
	s := &Store{conn: conn}
	if err := s.prepare(ctx, retain); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func withoutPassword(err error, password string) error {
	text := strings.TrimSpace(err.Error())
	if password != "" {
		text = strings.ReplaceAll(text, password, "***")
	}
	return errors.New(text)
}

// Close ends the connection.
func (s *Store) Close() error { return s.conn.Close(context.Background()) }

// Notes returns what is to be known of the database, a sentence each: whether positions are a hypertable, and whether there
// is a role that may only read.
func (s *Store) Notes() []string { return s.notes }

// Head implements projection.Store.
func (s *Store) Head(ctx context.Context, run uuid.UUID) (h projection.Head, err error) {
	err = s.conn.QueryRow(ctx, `SELECT records, chain FROM steelyard.journal_heads WHERE run = $1`, run.String()).Scan(&h.Records, &h.Chain)
	if errors.Is(err, pgx.ErrNoRows) {
		return projection.Head{}, nil
	}
	return h, err
}

// Write implements projection.Store.
func (s *Store) Write(ctx context.Context, b *projection.Batch) error {
	return pgx.BeginFunc(ctx, s.conn, func(tx pgx.Tx) error {
		if err := leave(ctx, tx, b); err != nil {
			return err
		}
		for i, t := range projection.Tables() {
			if err := change(ctx, tx, &t, b.Run, b.Replaced[i], b.Rows[i]); err != nil {
				return fmt.Errorf("%s: %w", t.Name, err)
			}
		}
		return nil
	})
}

var errBusy = errors.New("another process projects the same run into this database; let it finish, or run this again")

// leave takes the run's head away, which the batch replaces. Until the transaction ends no other one gets past it.
func leave(ctx context.Context, tx pgx.Tx, b *projection.Batch) error {
	if b.From.Records == 0 {
		return nil // two that begin at once meet at the primary key
	}
	done, err := tx.Exec(ctx, `DELETE FROM steelyard.journal_heads WHERE run = $1 AND records = $2 AND chain = $3`,
		b.Run.String(), int64(b.From.Records), b.From.Chain)
	if err == nil && done.RowsAffected() != 1 {
		return errBusy
	}
	return err
}

func change(ctx context.Context, tx pgx.Tx, t *projection.Table, run uuid.UUID, replaced []int64, rows []projection.Row) error {
	if len(replaced) > 0 {
		_, err := tx.Exec(ctx, fmt.Sprintf(`DELETE FROM %s.%s WHERE run = $1 AND %s = ANY($2)`, schema, t.Name, t.Key[len(t.Key)-1]), run.String(), replaced)
		if err != nil {
			return err
		}
	}
	if len(rows) == 0 {
		return nil
	}
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	values := make([]any, len(names))
	_, err := tx.CopyFrom(ctx, pgx.Identifier{schema, t.Name}, names, pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) {
		convert(values, rows[i])
		return values, nil
	}))
	var said *pgconn.PgError
	if errors.As(err, &said) && said.Code == "23505" { // unique_violation
		return errBusy
	}
	return err
}

// Forget implements projection.Store.
func (s *Store) Forget(ctx context.Context, run uuid.UUID) error {
	return pgx.BeginFunc(ctx, s.conn, func(tx pgx.Tx) error {
		for _, t := range projection.Tables() {
			if _, err := tx.Exec(ctx, fmt.Sprintf(`DELETE FROM %s.%s WHERE run = $1`, schema, t.Name), run.String()); err != nil {
				return err
			}
		}
		return nil
	})
}

// convert turns a row into what pgx sends.
func convert(to []any, row projection.Row) {
	for i, v := range row {
		switch v := v.(type) {
		case uuid.UUID:
			to[i] = pgtype.UUID{Bytes: v, Valid: true}
		case fund.Time:
			to[i] = v.UTC()
		case fund.Amount:
			d := v.Decimal()
			to[i] = pgtype.Numeric{Int: d.Coefficient(), Exp: d.Exponent(), Valid: true}
		default:
			to[i] = v
		}
	}
}
