package projection_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/steelyard/steelyard/data/projection"
	"github.com/steelyard/steelyard/data/projection/duckdb"
	"github.com/steelyard/steelyard/data/projection/postgres"
	"github.com/steelyard/steelyard/data/projection/postgrestest"
	"github.com/steelyard/steelyard/engine/fund"
)

// kept is a kind of store: how to open one, and how to read its tables back without it.
type kept struct {
	name string
	open func(t *testing.T) closer
	read func(t *testing.T) contents
}

// contents is all rows of all tables, sorted, every value as canonical text.
type contents map[string][]string

func inDuckDB(t *testing.T) kept {
	path := filepath.Join(t.TempDir(), "audit.duckdb")
	return kept{
		name: "DuckDB",
		open: func(t *testing.T) closer {
			s, err := duckdb.Open(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { s.Close() })
			return s
		},
		read: func(t *testing.T) contents { return readAll(t, "duckdb", path+"?access_mode=read_only", "") },
	}
}

func inPostgres(t *testing.T, server *postgrestest.Server) kept {
	dsn := server.Database(t)
	return kept{
		name: "PostgreSQL",
		open: func(t *testing.T) closer {
			s, err := postgres.Open(t.Context(), dsn, 0)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { s.Close() })
			return s
		},
		read: func(t *testing.T) contents { return readAll(t, "pgx", dsn, "steelyard.") },
	}
}

// readAll reads the tables by database/sql, which knows nothing of how they were written.
func readAll(t *testing.T, driver, dsn, schema string) contents {
	t.Helper()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	all := contents{}
	for _, table := range projection.Tables() {
		var columns []string
		for _, c := range table.Columns {
			columns = append(columns, asText(c))
		}
		rows, err := db.Query(fmt.Sprintf("SELECT %s FROM %s%s", strings.Join(columns, ", "), schema, table.Name))
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			all[table.Name] = append(all[table.Name], rowText(t, rows, &table))
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		slices.Sort(all[table.Name])
	}
	return all
}

func asText(c projection.Column) string {
	if c.Type == projection.Instant {
		return "CAST(1000000 * extract(epoch FROM " + c.Name + ") AS bigint)"
	}
	if c.Type == projection.Float || c.Type == projection.Truth {
		return c.Name
	}
	return "CAST(" + c.Name + " AS varchar)"
}

func rowText(t *testing.T, rows *sql.Rows, table *projection.Table) string {
	t.Helper()
	values := make([]any, len(table.Columns))
	to := make([]any, len(values))
	for i := range values {
		to[i] = &values[i]
	}
	if err := rows.Scan(to...); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for i, v := range values {
		fmt.Fprintf(&b, "%s=%v\n", table.Columns[i].Name, canonical(t, table.Columns[i].Type, v))
	}
	return b.String()
}

// canonical writes what may be written in several ways in one.
func canonical(t *testing.T, kind projection.Type, v any) any {
	t.Helper()
	switch {
	case v == nil:
		return "none"
	case kind == projection.Exact:
		return fund.MustAmount(v.(string))
	case kind == projection.JSON:
		var x any
		if err := json.Unmarshal([]byte(v.(string)), &x); err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	return v
}

func project(t *testing.T, s projection.Source, to projection.Store) projection.Result {
	t.Helper()
	r, err := projection.Project(t.Context(), s, to, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestStores holds both stores to the same contract, with one server for all.
func TestStores(t *testing.T) {
	s, server := eventful(t, text), postgrestest.Start(t)
	t.Run("agree", func(t *testing.T) { agree(t, s, inDuckDB(t), inPostgres(t, server)) })
	t.Run("DuckDB", func(t *testing.T) { keeps(t, s, inDuckDB) })
	t.Run("PostgreSQL", func(t *testing.T) {
		keeps(t, s, func(t *testing.T) kept { return inPostgres(t, server) })
	})
}

// keeps tests what a store of any kind promises.
func keeps(t *testing.T, s projection.Source, fresh func(t *testing.T) kept) {
	t.Run("goes on", func(t *testing.T) { goesOn(t, s, fresh(t)) })
	t.Run("whole batches", func(t *testing.T) { wholeBatches(t, s, fresh(t)) })
	t.Run("other journal", func(t *testing.T) { otherJournal(t, s, fresh(t)) })
	t.Run("many funds", func(t *testing.T) { manyFunds(t, s, fresh(t)) })
}

// agree demands the same tables of one journal in all stores, none of them empty.
func agree(t *testing.T, s projection.Source, kinds ...kept) {
	var all []contents
	for _, k := range kinds {
		store := k.open(t)
		r := project(t, s, store)
		if r.To.Records != uint64(len(s.Records)) {
			t.Errorf("%s: projected up to record %d of %d", k.name, r.To.Records, len(s.Records))
		}
		closeStore(t, store)
		all = append(all, k.read(t))
	}
	for _, table := range projection.Tables() {
		if len(all[0][table.Name]) == 0 {
			t.Errorf("%s is empty: the test shows nothing of it", table.Name)
		}
	}
	if diff := cmp.Diff(all[0], all[1]); diff != "" {
		t.Errorf("DuckDB and PostgreSQL differ:\n%.4000s", diff)
	}
}

func closeStore(t *testing.T, s closer) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// A projection that ends at any batch goes on with it, and one that has nothing to do changes nothing.
func goesOn(t *testing.T, s projection.Source, k kept) {
	store := k.open(t)
	project(t, s, store)
	closeStore(t, store)
	whole := k.read(t)

	store = k.open(t)
	if r := project(t, s, store); r.From != r.To {
		t.Errorf("a second projection goes from %v to %v", r.From, r.To)
	}
	head := project(t, s, store)
	if err := store.Forget(t.Context(), head.Run); err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{1, len(s.Records) / 3, len(s.Records)/3 + 1, len(s.Records) - 2, len(s.Records)} {
		beginning := s
		beginning.Records = s.Records[:n]
		if r := project(t, beginning, store); r.To.Records != uint64(n) {
			t.Fatalf("projected up to %v, want %d", r.To, n)
		}
	}
	closeStore(t, store)
	if diff := cmp.Diff(whole, k.read(t)); diff != "" {
		t.Errorf("in pieces it becomes something else:\n%.4000s", diff)
	}
}

// failing fails a write after so many.
type failing struct {
	projection.Store
	left int
}

var errKilled = errors.New("killed")

func (f *failing) Write(ctx context.Context, b *projection.Batch) error {
	if f.left--; f.left < 0 {
		b.Rows[projection.Positions] = append(b.Rows[projection.Positions], projection.Row{"not", "a", "row"}) // in the midst of its transaction
		return errors.Join(errKilled, f.Store.Write(ctx, b))
	}
	return f.Store.Write(ctx, b)
}

// What a batch that fails wrote is not there.
func wholeBatches(t *testing.T, s projection.Source, k kept) {
	store := k.open(t)
	beginning := s
	beginning.Records = s.Records[:len(s.Records)/2]
	half := project(t, beginning, store)
	if _, err := projection.Project(t.Context(), s, &failing{Store: store}, nil); !errors.Is(err, errKilled) || err.Error() == errKilled.Error() {
		t.Fatal(err)
	}
	if head, err := store.Head(t.Context(), half.Run); err != nil || head != half.To {
		t.Errorf("after a batch that failed the head is %v, %v, want %v", head, err, half.To)
	}
	project(t, s, store)
	closeStore(t, store)
	got := k.read(t)
	if n := len(got["orders"]); n == 0 || n != len(slices.Compact(slices.Clone(got["orders"]))) {
		t.Errorf("%d orders, some of them twice", n)
	}
}

// Tables of another journal with the same manifest are refused, and one that was cut behind what they hold.
func otherJournal(t *testing.T, s projection.Source, k kept) {
	store := k.open(t)
	project(t, s, store)
	cut, other := s, s
	cut.Records = s.Records[:len(s.Records)-1]
	other.Records = slices.Clone(s.Records)
	other.Records[1] = []byte(strings.Replace(string(s.Records[1]), "10000", "10001", 1))
	for _, bad := range []projection.Source{cut, other} {
		var refused *projection.OtherJournal
		if _, err := projection.Project(t.Context(), bad, store, nil); !errors.As(err, &refused) {
			t.Errorf("projected with %v", err)
		}
	}
}

// Many funds lie beside each other, and forgetting one leaves the other.
func manyFunds(t *testing.T, one projection.Source, k kept) {
	two := eventful(t, strings.NewReplacer("Eventful", "Other", "2022-01-22", "2022-01-10").Replace(text))
	store := k.open(t)
	project(t, one, store)
	closeStore(t, store)
	alone := k.read(t)
	store = k.open(t)
	r := project(t, two, store)
	if err := store.Forget(t.Context(), r.Run); err != nil {
		t.Fatal(err)
	}
	closeStore(t, store)
	if !reflect.DeepEqual(alone, k.read(t)) {
		t.Error("the other fund left something, or took something away")
	}
}
