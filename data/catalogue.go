package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	_ "github.com/duckdb/duckdb-go/v2" // the driver that sql.Open finds as "duckdb"
)

// formatVersion numbers the layout of a store: the catalogue's tables, and where and how bars lie. A store of a later
// version is refused.
const formatVersion = 2

const catalogueName = "catalog.duckdb"

// catalogue is the DuckDB file that says which series a store has, and in which file.
type catalogue struct{ db *sql.DB }

// openCatalogue opens the catalogue of the store at dir, which must exist, and checks its version.
func openCatalogue(dir string, mode Mode) (*catalogue, error) {
	c, err := connect(filepath.Join(dir, catalogueName), mode)
	if err != nil {
		return nil, err
	}
	if err := c.checkVersion(dir); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

// connect opens a DuckDB file: one thread is plenty, and nothing may be fetched or loaded.
func connect(path string, mode Mode) (*catalogue, error) {
	access := "read_only"
	if mode == Write {
		access = "read_write"
	}
	db, err := sql.Open("duckdb", path+"?access_mode="+access+
		"&threads=1&autoinstall_known_extensions=false&autoload_known_extensions=false")
	if err != nil {
		return nil, explain(path, err)
	}
	if err := db.Ping(); err != nil {
		db.Close()
		return nil, explain(path, err)
	}
	return &catalogue{db}, nil
}

// explain says what to do about a catalogue that DuckDB does not open.
func explain(path string, err error) error {
	text, _, _ := strings.Cut(err.Error(), "\n") // what follows are DuckDB's hints
	switch {
	case strings.Contains(text, "Could not set lock"), strings.Contains(text, "different configuration"):
		return fmt.Errorf("the store is in use: wait until the other run or import has finished (%s)", text)
	case strings.Contains(text, "newer version"):
		return fmt.Errorf("%s was written by a newer version: update steelyard (%s)", path, text)
	}
	return fmt.Errorf("%s cannot be opened as the catalogue of a store: %s", path, text)
}

func (c *catalogue) checkVersion(dir string) error {
	var version int
	if err := c.db.QueryRow(`SELECT version FROM format`).Scan(&version); err != nil {
		return fmt.Errorf("%s is another program's database: choose another folder", filepath.Join(dir, catalogueName))
	}
	if version > formatVersion {
		return fmt.Errorf("the store at %s has format %d and this steelyard knows format %d: update steelyard, or import into another folder",
			dir, version, formatVersion)
	}
	if version < formatVersion {
		return fmt.Errorf("the store at %s has format %d, from before the first release: import its files again, into another folder", dir, version)
	}
	return nil
}

// createCatalogue makes dir a store without series. The catalogue appears whole or not at all; one that another
// process made in the meantime stays.
func createCatalogue(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	making, err := os.MkdirTemp(dir, ".making-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(making)
	path := filepath.Join(making, catalogueName)
	if err := writeEmptyCatalogue(path); err != nil {
		return err
	}
	if err := os.Link(path, filepath.Join(dir, catalogueName)); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	return syncFolders(dir, filepath.Dir(dir))
}

func writeEmptyCatalogue(path string) error {
	c, err := connect(path, Write)
	if err != nil {
		return err
	}
	_, err = c.db.Exec(`
		CREATE TABLE format (version INTEGER NOT NULL);
		CREATE TABLE series (
			venue VARCHAR, instrument VARCHAR, kind VARCHAR, interval_ns BIGINT, close_only BOOLEAN NOT NULL, file VARCHAR NOT NULL,
			rows BIGINT NOT NULL, first_ns BIGINT NOT NULL, last_ns BIGINT NOT NULL,
			missing BIGINT NOT NULL, gaps BIGINT NOT NULL, bytes BIGINT NOT NULL,
			PRIMARY KEY (venue, instrument, kind, interval_ns));
		CREATE TABLE rules (
			venue VARCHAR, instrument VARCHAR, trading BOOLEAN NOT NULL,
			lot VARCHAR NOT NULL, tick VARCHAR NOT NULL, min_quantity VARCHAR NOT NULL, max_quantity VARCHAR NOT NULL,
			min_notional VARCHAR NOT NULL, max_notional VARCHAR NOT NULL, as_of_ns BIGINT NOT NULL, source VARCHAR NOT NULL,
			PRIMARY KEY (venue, instrument));
		INSERT INTO format VALUES (` + fmt.Sprint(formatVersion) + `);
		CHECKPOINT`) // into the one file that is to be moved; closing would do it too, but not tell that it failed
	return errors.Join(err, c.close())
}

func (c *catalogue) close() error { return c.db.Close() }

// series returns all series, by venue, instrument, kind and interval.
func (c *catalogue) series(ctx context.Context) ([]Series, error) {
	rows, err := c.db.QueryContext(ctx, `SELECT venue, instrument, kind, interval_ns, close_only, file, rows, first_ns, last_ns, missing, gaps, bytes
		FROM series ORDER BY venue, instrument, kind, interval_ns`)
	if err != nil {
		return nil, fmt.Errorf("read the catalogue: %w", err)
	}
	defer rows.Close()
	var all []Series
	for rows.Next() {
		var s Series
		err := rows.Scan(&s.Venue, &s.Instrument, &s.Kind, &s.Interval, &s.CloseOnly, &s.file, &s.Rows, &s.First, &s.Last, &s.Missing, &s.Gaps, &s.Bytes)
		if err != nil {
			return nil, fmt.Errorf("read the catalogue: %w", err)
		}
		all = append(all, s)
	}
	return all, rows.Err()
}

// put makes each of all the current state of its series, in one transaction.
func (c *catalogue) put(ctx context.Context, all ...Series) error {
	return c.atOnce(ctx, func(tx *sql.Tx) error {
		for _, s := range all {
			_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO series VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, s.Venue, s.Instrument, string(s.Kind),
				int64(s.Interval), s.CloseOnly, s.file, s.Rows, int64(s.First), int64(s.Last), s.Missing, s.Gaps, s.Bytes)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// atOnce runs a transaction.
func (c *catalogue) atOnce(ctx context.Context, write func(*sql.Tx) error) error {
	tx, err := c.db.BeginTx(ctx, nil)
	if err == nil {
		defer tx.Rollback() // harmless where it is committed
		err = write(tx)
	}
	if err == nil {
		err = tx.Commit()
	}
	if err != nil {
		return fmt.Errorf("write the catalogue: %w", err)
	}
	return nil
}
