package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// migrations holds the steps from an empty schema to this version's tables, in the order of their names. What was released is
// not changed: a change is a new step.
//
//go:embed migrations/*.sql
var migrations embed.FS

// reader is the role that may only read. Nobody logs in as it; it is granted to people: GRANT steelyard_reader TO ana.
const reader = "steelyard_reader"

// prepare brings the schema to this version, in one transaction that keeps other processes out.
func (s *Store) prepare(ctx context.Context, retain time.Duration) error {
	return pgx.BeginFunc(ctx, s.conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtext('steelyard migrations'))`); err != nil {
			return err
		}
		if err := migrate(ctx, tx); err != nil {
			return err
		}
		if err := s.letRead(ctx, tx); err != nil {
			return err
		}
		return s.hypertable(ctx, tx, retain)
	})
}

func migrate(ctx context.Context, tx pgx.Tx) error {
	done, err := applied(ctx, tx)
	if err != nil {
		return err
	}
	steps, err := fs.ReadDir(migrations, "migrations")
	if err != nil {
		return err
	}
	if done > len(steps) {
		return fmt.Errorf("the database's tables have version %d, this steelyard knows version %d: update steelyard", done, len(steps))
	}
	for n, step := range steps[done:] {
		text, err := migrations.ReadFile(path.Join("migrations", step.Name()))
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, string(text)); err != nil {
			return fmt.Errorf("%s: %w", step.Name(), err)
		}
		if _, err := tx.Exec(ctx, `INSERT INTO steelyard.migrations VALUES ($1, $2)`, done+n+1, step.Name()); err != nil {
			return err
		}
	}
	return nil
}

// applied returns how many steps the database has seen. It makes the schema where there is none; who may only use one that
// is there, does.
func applied(ctx context.Context, tx pgx.Tx) (n int, err error) {
	var there bool
	if err = tx.QueryRow(ctx, `SELECT to_regclass('steelyard.migrations') IS NOT NULL`).Scan(&there); err != nil {
		return 0, err
	}
	if !there {
		_, err = tx.Exec(ctx, `CREATE SCHEMA IF NOT EXISTS steelyard;
			CREATE TABLE steelyard.migrations (version int PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`)
		return 0, err
	}
	err = tx.QueryRow(ctx, `SELECT count(*) FROM steelyard.migrations`).Scan(&n)
	return n, err
}

// letRead gives the reader role what it may read. Where the connection may not make roles, a note says so.
func (s *Store) letRead(ctx context.Context, tx pgx.Tx) error {
	var reads bool
	err := tx.QueryRow(ctx, `SELECT coalesce((SELECT has_table_privilege(oid, 'steelyard.positions', 'SELECT') FROM pg_roles WHERE rolname = $1), false)`, reader).Scan(&reads)
	if err != nil || reads {
		return err
	}
	err = pgx.BeginFunc(ctx, tx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `DO $$ BEGIN
				IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'steelyard_reader') THEN CREATE ROLE steelyard_reader NOLOGIN; END IF;
			END $$;
			GRANT USAGE ON SCHEMA steelyard TO steelyard_reader;
			GRANT SELECT ON ALL TABLES IN SCHEMA steelyard TO steelyard_reader;
			ALTER DEFAULT PRIVILEGES IN SCHEMA steelyard GRANT SELECT ON TABLES TO steelyard_reader`)
		return err
	})
	var said *pgconn.PgError
	if errors.As(err, &said) && said.Code == "42501" { // insufficient_privilege
		s.notes = append(s.notes, "There is no role that may only read: this user may not make one. An administrator can (CREATE ROLE "+reader+"); project again after that.")
		return nil
	}
	return err
}
