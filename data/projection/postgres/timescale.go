package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// hypertable makes positions a hypertable where TimescaleDB is installed, and sets how long it keeps them. Elsewhere they
// are a plain table. A note says which.
func (s *Store) hypertable(ctx context.Context, tx pgx.Tx, retain time.Duration) error {
	var version, at string
	err := tx.QueryRow(ctx, `SELECT extversion, nspname FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = 'timescaledb'`).Scan(&version, &at)
	if errors.Is(err, pgx.ErrNoRows) {
		return s.plain(ctx, tx, retain)
	}
	if err != nil {
		return err
	}
	functions := pgx.Identifier{at}.Sanitize()
	_, err = tx.Exec(ctx, fmt.Sprintf(`SELECT %s.create_hypertable('steelyard.positions', 'as_of', if_not_exists => true, migrate_data => true)`, functions))
	if err != nil {
		return fmt.Errorf("positions as a hypertable: %w", err)
	}
	note := fmt.Sprintf("Positions are a hypertable of TimescaleDB %s.", version)
	if retain > 0 {
		_, err = tx.Exec(ctx, fmt.Sprintf(`SELECT %s.remove_retention_policy('steelyard.positions', if_exists => true)`, functions))
		if err == nil {
			_, err = tx.Exec(ctx, fmt.Sprintf(`SELECT %s.add_retention_policy('steelyard.positions', $1::interval)`, functions), retain)
		}
		if err != nil {
			return fmt.Errorf("retention of positions: %w", err)
		}
		note += fmt.Sprintf(" It drops what is older than %.4g days, of every fund in it.", retain.Hours()/24)
	}
	s.notes = append(s.notes, note)
	return nil
}

func (s *Store) plain(ctx context.Context, tx pgx.Tx, retain time.Duration) error {
	var available bool
	err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'timescaledb')`).Scan(&available)
	note := "Positions are a plain table: this server has no TimescaleDB."
	if available {
		note = "Positions are a plain table: TimescaleDB is not installed in this database (CREATE EXTENSION timescaledb; the next projection makes it a hypertable)."
	}
	if retain > 0 {
		note += " It keeps everything: only a hypertable drops what is old."
	}
	s.notes = append(s.notes, note)
	return err
}
