package projection_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/steelyard/steelyard/data/projection"
	"github.com/steelyard/steelyard/data/projection/postgres"
	"github.com/steelyard/steelyard/data/projection/postgrestest"
	"github.com/steelyard/steelyard/engine/fund"
)

// timescale is the environment's DSN of an empty database with TimescaleDB, for who has one.
const timescale = "STEELYARD_TEST_TIMESCALE"

func TestPostgres(t *testing.T) {
	server := postgrestest.Start(t)
	t.Run("unprivileged", func(t *testing.T) { unprivileged(t, server.Database(t)) })
	t.Run("columns", func(t *testing.T) { columns(t, server.Database(t)) })
	t.Run("older", func(t *testing.T) { older(t, server.Database(t)) })
	t.Run("newer", func(t *testing.T) { newer(t, server.Database(t)) })
	t.Run("two at once", func(t *testing.T) { twoAtOnce(t, server.Database(t)) })
	t.Run("plain", func(t *testing.T) { plain(t, server.Database(t)) })
}

func connect(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(t.Context()) })
	return conn
}

func execute(t *testing.T, dsn string, statements ...string) {
	t.Helper()
	conn := connect(t, dsn)
	for _, s := range statements {
		if _, err := conn.Exec(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func opened(t *testing.T, dsn string) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), dsn, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// The columns of the migrations are those of the tables.
func columns(t *testing.T, dsn string) {
	opened(t, dsn)
	for _, table := range projection.Tables() {
		var want []string
		for _, c := range table.Columns {
			want = append(want, c.Name)
		}
		var got string
		if err := connect(t, dsn).QueryRow(t.Context(), `SELECT string_agg(column_name, ' ' ORDER BY ordinal_position) FROM information_schema.columns
			WHERE table_schema = 'steelyard' AND table_name = $1`, table.Name).Scan(&got); err != nil {
			t.Fatal(err)
		}
		if got != strings.Join(want, " ") {
			t.Errorf("%s has columns %s, want %v", table.Name, got, want)
		}
	}
}

// First, while the server has no such role: who may make a schema but no role can project, is told so, and makes the role work once there is one.
func unprivileged(t *testing.T, dsn string) {
	execute(t, dsn, `CREATE ROLE writer LOGIN PASSWORD '`+postgrestest.Password+`'`, `GRANT CREATE ON DATABASE `+database(t, dsn)+` TO writer`)
	as := strings.Replace(dsn, "steelyard:", "writer:", 1)
	s := opened(t, as)
	if notes := strings.Join(s.Notes(), " "); !strings.Contains(notes, "CREATE ROLE steelyard_reader") {
		t.Error(notes)
	}
	project(t, eventful(t, strings.Replace(text, "2022-01-22", "2022-01-03", 1)), s)
	execute(t, dsn, `CREATE ROLE steelyard_reader NOLOGIN`)
	if notes := strings.Join(opened(t, as).Notes(), " "); strings.Contains(notes, "CREATE ROLE") {
		t.Error(notes)
	}
	execute(t, dsn, `SET ROLE steelyard_reader`, `SELECT count(*) FROM steelyard.positions`)
}

func database(t *testing.T, dsn string) string {
	t.Helper()
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	return config.Database
}

// Fills that were written before cash had a column paid price × quantity.
func older(t *testing.T, dsn string) {
	project(t, eventful(t, strings.Replace(text, "2022-01-22", "2022-01-03", 1)), opened(t, dsn))
	execute(t, dsn, `ALTER TABLE steelyard.fills DROP COLUMN cash`, `DELETE FROM steelyard.migrations WHERE version = 2`)
	opened(t, dsn)
	var fills, agree int
	if err := connect(t, dsn).QueryRow(t.Context(), `SELECT count(*), count(*) FILTER (WHERE cash = price * quantity) FROM steelyard.fills`).Scan(&fills, &agree); err != nil {
		t.Fatal(err)
	}
	if fills == 0 || agree != fills {
		t.Errorf("of %d fills %d have their cash", fills, agree)
	}
}

// A database that a newer version wrote is left alone.
func newer(t *testing.T, dsn string) {
	opened(t, dsn)
	execute(t, dsn, `INSERT INTO steelyard.migrations SELECT n, 'from tomorrow' FROM generate_series(1000, 1100) n`)
	if _, err := postgres.Open(t.Context(), dsn, 0); err == nil || !strings.Contains(err.Error(), "update steelyard") {
		t.Errorf("opened with %v", err)
	}
}

// Of two processes that project the same stretch one is told, at the beginning and later on, and nothing is there twice.
func twoAtOnce(t *testing.T, dsn string) {
	s := eventful(t, strings.Replace(text, "2022-01-22", "2022-01-03", 1))
	one, two := opened(t, dsn), opened(t, dsn)
	for _, records := range [][][]byte{s.Records[:len(s.Records)/2], s.Records} {
		part := s
		part.Records = records
		late := &latecomer{Store: two, first: func() { project(t, part, one) }}
		if _, err := projection.Project(t.Context(), part, late, nil); err == nil || !strings.Contains(err.Error(), "another process projects the same run") {
			t.Errorf("projected with %v", err)
		}
	}
	project(t, s, two)
}

// latecomer is a store of a process that another one overtakes before it writes.
type latecomer struct {
	*postgres.Store
	first func()
}

func (l *latecomer) Write(ctx context.Context, b *projection.Batch) error {
	l.first()
	return l.Store.Write(ctx, b)
}

// Without TimescaleDB positions are a plain table, which keeps everything, and a note says both.
func plain(t *testing.T, dsn string) {
	s, err := postgres.Open(t.Context(), dsn, 30*fund.Day)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if notes := strings.Join(s.Notes(), " "); !strings.Contains(notes, "plain table") || !strings.Contains(notes, "keeps everything") {
		t.Error(notes)
	}
}

// With TimescaleDB positions are a hypertable that drops what is old, and what was a plain table becomes one.
func TestTimescale(t *testing.T) {
	dsn := os.Getenv(timescale)
	if dsn == "" {
		t.Skip("no TimescaleDB: set " + timescale + " to the DSN of an empty database to test hypertables")
	}
	execute(t, dsn, `DROP EXTENSION IF EXISTS timescaledb CASCADE`, `DROP SCHEMA IF EXISTS steelyard CASCADE`)
	s := eventful(t, text)
	project(t, s, opened(t, dsn))
	execute(t, dsn, `CREATE EXTENSION timescaledb`)
	store, err := postgres.Open(t.Context(), dsn, 365*fund.Day)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if notes := strings.Join(store.Notes(), " "); !strings.Contains(notes, "hypertable of TimescaleDB") {
		t.Error(notes)
	}
	if r := project(t, s, store); r.From != r.To {
		t.Errorf("the tables were made anew, from %v", r.From)
	}
	var kept time.Duration
	if err := connect(t, dsn).QueryRow(t.Context(), `SELECT (config->>'drop_after')::interval FROM timescaledb_information.jobs
		WHERE proc_name = 'policy_retention' AND hypertable_schema = 'steelyard' AND hypertable_name = 'positions'`).Scan(&kept); err != nil || kept != 365*fund.Day {
		t.Errorf("positions are kept for %v, %v", kept, err)
	}
}
