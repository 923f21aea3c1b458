package projection_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/steelyard/steelyard/data/projection"
	"github.com/steelyard/steelyard/data/projection/duckdb"
	"github.com/steelyard/steelyard/data/projection/postgres"
	"github.com/steelyard/steelyard/data/projection/postgrestest"
	"github.com/steelyard/steelyard/engine/journal"
)

// BenchmarkProject projects a journal of more than a million events into an empty store: fourteen years of a fund that trades
// several times a day.
func BenchmarkProject(b *testing.B) {
	long := strings.NewReplacer("to: 2022-01-22", "to: 2036-01-01", "max-order: 400000", "max-order: 4000").Replace(text)
	s := eventful(b, long)
	events := eventsOf(s)
	if events < 1e6 {
		b.Fatalf("a journal of %d events", events)
	}
	b.Run("DuckDB", func(b *testing.B) {
		for b.Loop() {
			store, err := duckdb.Open(b.Context(), filepath.Join(b.TempDir(), "audit.duckdb"))
			measure(b, s, store, err)
		}
		b.ReportMetric(float64(events)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
	})
	b.Run("PostgreSQL", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			dsn := postgrestest.Start(b).Database(b)
			b.StartTimer()
			store, err := postgres.Open(b.Context(), dsn, 0)
			measure(b, s, store, err)
		}
		b.ReportMetric(float64(events)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
	})
}

func measure(b *testing.B, s projection.Source, store closer, err error) {
	if err == nil {
		_, err = projection.Project(b.Context(), s, store, nil)
	}
	if err == nil {
		err = store.Close()
	}
	if err != nil {
		b.Fatal(err)
	}
}

// closer is a store that can be closed.
type closer interface {
	projection.Store
	Close() error
}

// eventsOf counts the events of a journal, rows one by one.
func eventsOf(s projection.Source) int {
	n := 0
	for reader := journal.NewReader(s.Universe, s.Records); ; {
		e, more, err := reader.Next()
		if err != nil || !more {
			return n
		}
		if n += e.Rows; e.Event != nil {
			n++
		}
	}
}
