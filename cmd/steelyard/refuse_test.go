package main

import (
	"archive/zip"
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// refusal is a command line that must be refused.
type refusal struct {
	name string
	args []string
	code int
	says []string
}

// wantUntouched demands that a command is refused and that nothing below dir changes.
func wantUntouched(t *testing.T, dir string, c refusal) {
	t.Helper()
	t.Run(c.name, func(t *testing.T) {
		before := tree(t, dir)
		wantRefused(t, do(c.args...), c.code, c.says...)
		if diff := changed(before, tree(t, dir)); diff != nil {
			t.Errorf("it changed %q", diff)
		}
	})
}

// bench is a folder in which everything happens: store/, fund files, runs.
func bench(t *testing.T, m market) (dir string, in func(name string) string) {
	t.Helper()
	dir = filepath.Dir(m.store(t))
	return dir, func(name string) string { return filepath.Join(dir, name) }
}

func TestBacktestRefusesFundFiles(t *testing.T) {
	dir, in := bench(t, fourCoins(50))
	backtest := func(fund string) []string {
		return []string{"backtest", in(fund), "--store", in("store"), "--out", in("run")}
	}
	wantUntouched(t, dir, refusal{"missing", backtest("no.yaml"), exitError, []string{in("no.yaml"), "no such file"}})
	for name, c := range map[string]struct{ old, new, says string }{
		"unknown key":         {"band:", "bnad:", "fund.yaml:6:28: trigger.bnad: unknown key of kind threshold; did you mean band?"},
		"unknown top key":     {"target:", "tragte:", ":5:1: tragte: unknown key; known here: target,"},
		"weights":             {"{kind: equal, assets: [ADA, BTC, ETH, SOL]}", "{kind: fixed, weights: {BTC: 60%, ETH: 39%}}", "fund.yaml:5:"},
		"unknown asset":       {"[ADA, BTC,", "[DOGE, BTC,", "DOGE"},
		"empty range":         {"to: 2023-01-01", "to: 2022-01-01", "backtest"},
		"range upside down":   {"to: 2023-01-01", "to: 2021-01-01", "backtest"},
		"range outside":       {"from: 2022-01-01, to: 2023-01-01", "from: 2012-01-01, to: 2013-01-01", "no bars from 2012-01-01T00:00:00Z to 2013-01-01T00:00:00Z: the store has binance:ADA/USDT from 2022-01-01"},
		"negative band":       {"band: 5%", "band: -5%", "fund.yaml:6:"},
		"not in the store":    {"[ADA/USDT, BTC", "[ADA/USDT, XRP/USDT, BTC", "binance:XRP/USDT 1h is not in the store at"},
		"another interval":    {"to: 2023-01-01", "to: 2023-01-01, interval: 4h", "binance:ADA/USDT 4h is not in the store at"},
		"no backtest section": {"backtest: {from: 2022-01-01, to: 2023-01-01}", "", "no backtest section"},
		"newer version":       {"version: 1", "version: 9", "version"},
		"no YAML":             {"version: 1", "version: [1", "fund.yaml:2:1:"},
		"empty":               {plainFund, "", "fund.yaml"},
	} {
		write(t, in("fund.yaml"), strings.Replace(plainFund, c.old, c.new, 1))
		wantUntouched(t, dir, refusal{name, backtest("fund.yaml"), exitError, []string{c.says}})
	}
}

func TestBacktestRefusesStores(t *testing.T) {
	dir, in := bench(t, fourCoins(50))
	fund := write(t, in("fund.yaml"), plainFund)
	newer := in("newer")
	if err := os.CopyFS(newer, os.DirFS(in("store"))); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("duckdb", filepath.Join(newer, "catalog.duckdb"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err = db.Exec("UPDATE format SET version = 99"); err != nil {
		t.Fatal(err)
	}
	db.Close()
	os.MkdirAll(in("broken"), 0o755)
	write(t, in("broken/catalog.duckdb"), "no database")
	for store, says := range map[string]string{
		"none": "there is no store at " + in("none"), "newer": "the store at " + newer + " has format 99", "broken": in("broken/catalog.duckdb"), "fund.yaml": "not a directory",
	} {
		wantUntouched(t, dir, refusal{store, []string{"backtest", fund, "--store", in(store), "--out", in("run")}, exitError, []string{says}})
		if store != "none" { // an import makes one
			wantUntouched(t, dir, refusal{store + " to import into", imports(in(store), in(file("BTC/USDT"))), exitError, []string{in(store)}})
		}
	}
}

func TestBacktestRefusesRunFolders(t *testing.T) {
	dir, in := bench(t, fourCoins(50))
	fund, other := write(t, in("fund.yaml"), plainFund), write(t, in("other.yaml"), richFund)
	backtest := func(fund, out string, flags ...string) []string {
		return append([]string{"backtest", fund, "--store", in("store"), "--out", in(out)}, flags...)
	}
	mustDo(t, backtest(fund, "done")...)
	for _, cut := range []string{"cut", "torn", "begun", "damaged"} {
		mustDo(t, backtest(fund, cut)...)
		lines := read(t, in(cut), journalName)
		switch cut {
		case "cut":
			lines = lines[:bytes.IndexByte(lines, '\n')+1]
		case "torn":
			lines = lines[:len(lines)/2]
		case "begun":
			lines = lines[:100]
		case "damaged":
			lines[len(lines)/2] ^= 1
		}
		os.WriteFile(in(cut+"/"+journalName), lines, 0o644)
		os.Remove(in(cut + "/" + summaryName))
	}
	for _, folder := range []string{"foreign", "like ours", "theirs"} {
		os.Mkdir(in(folder), 0o755)
	}
	write(t, in("foreign/thesis.txt"), "years of work")
	write(t, in("like ours/fund.yaml"), "somebody's only copy")
	write(t, in("theirs/journal.jsonl"), `{"dear": "diary"}`)
	for _, c := range []refusal{
		{"a file", backtest(fund, "fund.yaml"), exitError, []string{in("fund.yaml"), "not a directory"}},
		{"below a file", backtest(fund, "fund.yaml/run"), exitError, []string{in("fund.yaml"), "not a directory"}},
		{"foreign files", backtest(fund, "foreign"), exitError, []string{in("foreign"), "holds thesis.txt and no run"}},
		{"a fund file", backtest(fund, "like ours"), exitError, []string{"holds fund.yaml and no run"}},
		{"another journal", backtest(fund, "theirs"), exitError, []string{in("theirs")}},
		{"a run that ended", backtest(fund, "done"), exitError, []string{in("done"), "holds a run that ended"}},
		{"another's run that ended", backtest(other, "done"), exitError, []string{"holds a run that ended"}},
		{"an unfinished run of another fund", backtest(other, "cut"), exitError, []string{in("cut"), "an unfinished run of another fund, data set or seed"}},
		{"an unfinished run of another seed", backtest(fund, "cut", "--seed", "5"), exitError, []string{"an unfinished run of another fund, data set or seed"}},
		{"a torn run of another seed", backtest(fund, "torn", "--seed", "5"), exitError, []string{"an unfinished run of another fund, data set or seed"}},
		{"a run of another seed, just begun", backtest(fund, "begun", "--seed", "5"), exitError, []string{"an unfinished run of another fund, data set or seed"}},
		{"a damaged run", backtest(fund, "damaged"), exitError, []string{in("damaged"), "record ", "is damaged"}},
		{"no --out", []string{"backtest", fund, "--store", in("store")}, exitUsage, []string{"needs --out RUN"}},
	} {
		wantUntouched(t, dir, c)
	}
	for _, cut := range []string{"cut", "torn", "begun"} {
		mustDo(t, backtest(fund, cut)...)
		mustDo(t, "replay", in(cut))
	}
}

func imports(store string, files ...string) []string {
	return append([]string{"data", "import", "--store", store, "--format", "ohlcv-csv", "--venue", "binance",
		"--instrument", "BTC/USDT", "--interval", "1h"}, files...)
}

func TestImportRefusesFiles(t *testing.T) {
	m := fourCoins(50)
	dir, in := bench(t, m)
	header, good := m.lines("BTC/USDT")[0], m.lines("BTC/USDT")[3]
	at, _, _ := strings.Cut(good, ",")
	for name, c := range map[string]struct{ line, says string }{
		"mangled":      {"1.64099E+12,1,2,1,1,5", "spreadsheet"},
		"not a number": {at + ",1,2,1,NaN,5", "line 2"},
		"negative":     {at + ",1,2,-1,1,5", "line 2"},
		"high < low":   {at + ",2,1,2,2,5", "line 2"},
		"disagrees":    {at + ",1,2,1,1.5,5", "line 2"},
		"too few":      {at + ",1,2", "line 2"},
		"nothing":      {"", "no rows"},
		"unsorted":     {m.lines("BTC/USDT")[5] + "\n" + m.lines("BTC/USDT")[4], "line 3"},
	} {
		bad := write(t, in("bad.csv"), header, c.line)
		wantUntouched(t, dir, refusal{name, imports(in("store"), bad), exitError, []string{bad, c.says}})
		wantUntouched(t, dir, refusal{name + ", after a good file", imports(in("store"), in(file("BTC/USDT")), bad), exitError, []string{bad, c.says}})
	}
	var whole bytes.Buffer
	z := zip.NewWriter(&whole)
	w, _ := z.Create("BTCUSDT.csv")
	w.Write([]byte(strings.Join(m.lines("BTC/USDT"), "\n")))
	z.Close()
	cut := in("cut.zip")
	os.WriteFile(cut, whole.Bytes()[:whole.Len()/2], 0o644)
	wantUntouched(t, dir, refusal{"cut zip", imports(in("store"), cut), exitError, []string{cut}})
	wantUntouched(t, dir, refusal{"no file", imports(in("store"), in("none.csv")), exitError, []string{in("none.csv")}})
	wantUntouched(t, dir, refusal{"a folder", imports(in("store"), in("store")), exitError, []string{in("store")}})
}
