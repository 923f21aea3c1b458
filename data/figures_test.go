package data_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/steelyard/steelyard/data"
)

// DuckDB reads a table of figures as it was written, with nulls where there is no number.
func TestFiguresAreRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "figures.parquet")
	if err := data.WriteFigures(path, []data.FigureColumn{
		{Name: "trigger.band", Cells: []string{"2%", "é", ""}},
		{Name: "sharpe", Number: true, Cells: []string{"0.1", "", "-1.5e-7"}},
	}); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(`SELECT "trigger.band", sharpe FROM read_parquet('` + path + `')`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	got := ""
	for rows.Next() {
		var band string
		var sharpe sql.NullFloat64
		if err := rows.Scan(&band, &sharpe); err != nil {
			t.Fatal(err)
		}
		got += fmt.Sprint(band, sharpe, ";")
	}
	if want := "2%{0.1 true};é{0 false};{-1.5e-07 true};"; got != want || rows.Err() != nil {
		t.Errorf("%s, %v; want %s", got, rows.Err(), want)
	}
	if err := data.WriteFigures(path, []data.FigureColumn{{Name: "x", Number: true, Cells: []string{"none"}}}); err == nil {
		t.Error("a word was taken for a number")
	}
}
