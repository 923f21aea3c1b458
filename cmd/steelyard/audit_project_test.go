package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/steelyard/steelyard/data/projection/postgrestest"
)

// The tables of a run are in its folder, those of the summary say the same, and a second projection has nothing to do.
func TestAuditProject(t *testing.T) {
	dir := backtested(t, fourCoins(2000).store(t), richFund)
	if out := mustDo(t, "audit", "project", dir); !strings.Contains(out, filepath.Join(dir, tablesName)) {
		t.Error(out)
	}
	if out := mustDo(t, "audit", "project", dir); !strings.Contains(out, "; 0 of its records are new") {
		t.Error(out)
	}
	db, err := sql.Open("duckdb", filepath.Join(dir, tablesName)+"?access_mode=read_only")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var decisions, fills int
	var volume, cost float64
	if err := db.QueryRow(`SELECT count(*), sum(fills), sum(total_trade_volume_usd), sum(total_cost_usd) FROM rebalancing_events`).Scan(&decisions, &fills, &volume, &cost); err != nil {
		t.Fatal(err)
	}
	s := summary(t, dir)
	for key, got := range map[string]float64{"decisions": float64(decisions), "fills": float64(fills), "turnover_usd": volume, "cost_usd": cost} {
		if want, ok := s[key].(float64); !ok || math.Abs(got-want) > 1e-9*want {
			t.Errorf("the tables say %s %v, the summary %v", key, got, s[key])
		}
	}
}

// A projection that is killed again and again ends with the same tables.
func TestAuditProjectKilled(t *testing.T) {
	dir := backtested(t, fourCoins(2500).store(t), richFund)
	undisturbed := copied(t, dir)
	began := time.Now()
	if out, err := process("audit", "project", undisturbed).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for part, takes := time.Duration(1), time.Since(began); part < 6; part++ {
		after := takes * part / 6
		c := process("audit", "project", dir)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(after)
		c.Process.Kill()
		c.Wait()
	}
	mustDo(t, "audit", "project", dir)
	if !bytes.Equal(tableText(t, filepath.Join(undisturbed, tablesName)), tableText(t, filepath.Join(dir, tablesName))) {
		t.Error("the tables differ from those of a projection that nobody killed")
	}
}

// tableText reads the rows of fills, orders and positions as text.
func tableText(t *testing.T, path string) []byte {
	t.Helper()
	db, err := sql.Open("duckdb", path+"?access_mode=read_only")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var text bytes.Buffer
	for _, query := range []string{"fills f ORDER BY record", "orders f ORDER BY order_id", "rebalancing_events f ORDER BY decision", "positions f ORDER BY as_of, record, account, asset", "journal_heads f"} {
		rows, err := db.Query("SELECT CAST(f AS VARCHAR) FROM " + query)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				t.Fatal(err)
			}
			text.WriteString(line + "\n")
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	return text.Bytes()
}

// Into a shared database go many funds; a role reads and cannot write; no output and no table shows the password.
func TestAuditProjectToPostgres(t *testing.T) {
	store, dsn := fourCoins(500).store(t), postgrestest.Start(t).Database(t)
	var said strings.Builder
	for _, text := range []string{plainFund, richFund} {
		r := do("audit", "project", backtested(t, store, text), "--to", dsn)
		if said.WriteString(r.out + r.errors); r.code != 0 {
			t.Fatal(said.String())
		}
	}
	if !strings.Contains(said.String(), "Positions are a plain table") {
		t.Error(said.String())
	}
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var funds int
	if _, err := conn.Exec(t.Context(), `SET ROLE steelyard_reader`); err != nil {
		t.Fatal(err)
	}
	if err := conn.QueryRow(t.Context(), `SELECT count(DISTINCT fund) FROM steelyard.rebalancing_events`).Scan(&funds); err != nil || funds != 2 {
		t.Errorf("the reader sees %d funds, %v", funds, err)
	}
	if _, err := conn.Exec(t.Context(), `DELETE FROM steelyard.fills`); err == nil || !strings.Contains(err.Error(), "permission denied") {
		t.Errorf("the reader may delete: %v", err)
	}
	wrong := strings.Replace(dsn, "@/", "@/no-such-", 1)
	malformed := strings.Replace(dsn, "postgres://", "postgres://%zz", 1)
	elsewhere := "postgres://steelyard:" + postgrestest.Password + "@127.0.0.1:1/x?sslmode=disable"
	pairs := "host=127.0.0.1 port=1 user=steelyard password='" + postgrestest.Password + " dbname"
	run := backtested(t, store, plainFund)
	for _, bad := range []string{wrong, malformed, elsewhere, pairs} {
		r := do("audit", "project", run, "--to", bad)
		wantRefused(t, r, exitError, "--to")
		said.WriteString(r.out + r.errors)
	}
	if strings.Contains(said.String(), postgrestest.Password) {
		t.Errorf("the password is in %s", said.String())
	}
}

// The files of an export are the tables, in every format, and equal runs make equal files.
func TestAuditExport(t *testing.T) {
	dir, out := backtested(t, fourCoins(500).store(t), plainFund), t.TempDir()
	before := tree(t, dir)
	for _, format := range []string{"csv", "json", "parquet"} {
		a, b := filepath.Join(out, "a"), filepath.Join(out, "b")
		mustDo(t, "audit", "export", dir, "--format", format, "-o", a)
		mustDo(t, "audit", "export", copied(t, dir), "--format", format, "-o", b)
		for _, name := range names(t, a) {
			if !bytes.Equal(read(t, a, name), read(t, b, name)) {
				t.Errorf("%s differs between equal runs", name)
			}
		}
	}
	if list := changed(before, tree(t, dir)); len(list) > 0 {
		t.Error("the run folder:", list)
	}
	if n := len(names(t, filepath.Join(out, "a"))); n != 24 {
		t.Errorf("%d files of 8 tables in 3 formats", n)
	}
	lines, err := csv.NewReader(bytes.NewReader(read(t, out, "a", "fills.csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var objects []map[string]any
	if err := json.Unmarshal(read(t, out, "a", "fills.json"), &objects); err != nil {
		t.Fatal(err)
	}
	want := summary(t, dir)["fills"].(float64)
	if len(lines) != int(want)+1 || len(objects) != int(want) {
		t.Errorf("%d lines and %d objects of %v fills", len(lines), len(objects), want)
	}
	for i, o := range objects {
		if o["price"] != lines[i+1][11] || strconv.FormatFloat(o["record"].(float64), 'f', -1, 64) != lines[i+1][1] {
			t.Fatalf("fill %d is %v and %v", i, o, lines[i+1])
		}
	}
}
