package main

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// stableFund holds UST in the spring of 2022, under rules that say what a dollar is, how fast a price may move, and how much may be lost.
const stableFund = `version: 1
fund: Stable
base: USDT
start: {binance: {USDT: 10000000}}
target: {kind: fixed, weights: {BTC: 25%, ETH: 15%, UST: 30%, USDT: 30%}}
trigger: {kind: threshold, band: 5%, band-is: relative}
lists:
  algorithmic: {file: lists/classes.yaml, max-age: 400d}
  collateralised: {file: lists/classes.yaml, max-age: 400d}
mandate:
  - {id: M1, clause: 4.2(a), rule: max-weight, limit: 32%, breach: clip, cure: 10d}
  - {id: M2, clause: 4.2(b), rule: max-class, list: algorithmic, limit: 31%, breach: clip, cure: 10d}
  - {id: M3, clause: "4.3", rule: min-class, list: collateralised, limit: 25%, breach: clip, cure: 1d}
risk:
  rules:
    - {id: R1, rule: max-move, limit: 4%, confirm: 12h, assets: [UST], breach: clip}
    - {id: R2, rule: max-drawdown, limit: 15%, breach: halt}
  two-operators: true
  on-halt: cancel
operators:
  - {at: 2022-05-20T12:00:00Z, who: ann, action: release}
  - {at: 2022-05-20T15:00:00Z, who: bob, action: release}
venues: [{name: binance, fee: {taker: 10bp}, spread: 2bp, instruments: [BTC/USDT, ETH/USDT, UST/USDT]}]
backtest: {from: 2022-04-20, to: 2022-05-25, interval: 1h}
`

const classesFile = `date: 2022-03-01
classes: {algorithmic: [UST], collateralised: [USDT]}
`

// checkRow is a row of checks.csv by column.
type checkRow map[string]string

func (r checkRow) number(key string) float64 {
	x, _ := strconv.ParseFloat(r[key], 64)
	return x
}

func checksOf(t *testing.T, run string) []checkRow {
	t.Helper()
	lines, err := csv.NewReader(strings.NewReader(string(read(t, run, "checks.csv")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []checkRow
	for _, line := range lines[1:] {
		row := checkRow{}
		for k, name := range lines[0] {
			row[name] = line[k]
		}
		rows = append(rows, row)
	}
	return rows
}

// alertsOf returns the times at which alerts say something.
func alertsOf(t *testing.T, run, kind, says string) (at []string) {
	t.Helper()
	now := ""
	for line := range strings.Lines(string(read(t, run, "journal.jsonl"))) {
		var r struct {
			Rec struct{ At, Alert, Text string }
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		if r.Rec.At != "" {
			now = r.Rec.At
		}
		if r.Rec.Alert == kind && strings.Contains(r.Rec.Text, says) {
			at = append(at, now)
		}
	}
	return at
}

// placed returns the times at which orders left, from a time on and before another.
func placed(t *testing.T, run, from, to string) (list []string) {
	t.Helper()
	now := ""
	for line := range strings.Lines(string(read(t, run, "journal.jsonl"))) {
		var r struct {
			Rec struct{ Kind, At, Instrument, Side string }
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		if r.Rec.At != "" {
			now = r.Rec.At
		}
		if r.Rec.Kind == "place" && from <= now && now < to {
			list = append(list, now+" "+r.Rec.Side+" "+r.Rec.Instrument)
		}
	}
	return list
}

func mandated(t *testing.T, store, text string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "lists"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "lists", "classes.yaml"), classesFile)
	run := filepath.Join(dir, "run")
	mustDo(t, "backtest", write(t, filepath.Join(dir, "fund.yaml"), text), "--store", store, "--out", run)
	if err := os.RemoveAll(filepath.Join(dir, "lists")); err != nil { // the run needs them no more
		t.Fatal(err)
	}
	mustDo(t, "replay", run)
	return run
}

// On 2022-05-09 UST left its dollar. The price that moved is not traded at while it moves; the loss halts; the halt is released by two
// operators and by nobody else; nothing is sent between.
func TestUSTInMay2022(t *testing.T) {
	run := mandated(t, recordedHours(t, "BTC", "ETH", "UST"), stableFund)
	jumped := alertsOf(t, run, "breach", "R1: UST")
	if len(jumped) == 0 || jumped[0] < "2022-05-09T12" || jumped[0] > "2022-05-10T02" {
		t.Errorf("the price of UST is suspicious at %v", jumped)
	}
	halted := alertsOf(t, run, "switch", "kill switch halted by R2")
	if len(halted) == 0 || halted[0] < "2022-05-09" || halted[0] > "2022-05-11" {
		t.Fatalf("halted at %v", halted)
	}
	if left := placed(t, run, halted[0], "2022-05-20T15:00:00Z"); len(left) > 0 {
		t.Errorf("orders left while the switch was halted: %v", left)
	}
	if waits, done := alertsOf(t, run, "waiting", "kill switch active"), alertsOf(t, run, "operator", "ann and bob"); len(waits) != 1 || len(done) != 1 || done[0] != "2022-05-20T15:00:00Z" {
		t.Errorf("waiting %v, released %v", waits, done)
	}
	for _, order := range placed(t, run, jumped[0], halted[0]) {
		if strings.HasSuffix(order, "UST/USDT") {
			t.Errorf("%s at a price that moved", order)
		}
	}
	for _, r := range checksOf(t, run) {
		if r["of"] == "decision" && r["breach"] == "clip" && r["outcome"] != "passive" && r["kind"] != "max-move" && r.number("distance") < -1e-9 {
			t.Errorf("a plan was done that breaks a rule: %v", r)
		}
	}
	wantOneDesk(t, checksOf(t, run))
	report := string(read(t, run, "report.html"))
	for _, says := range []string{"Mandate and limits", "kill switch halted by R2", "by ann and bob", "M3 min-class collateralised", "4.2(b)"} {
		if !strings.Contains(report, says) {
			t.Errorf("the report does not tell: %s", says)
		}
	}
}

// wantOneDesk demands that what the report derives of a day is what the core found at a decision of the same row.
func wantOneDesk(t *testing.T, rows []checkRow) {
	t.Helper()
	days, same := map[string]string{}, 0
	for _, r := range rows {
		switch r["of"] {
		case "day":
			days[r["time"]+r["rule"]] = r["now"]
		case "decision":
			if now, both := days[r["time"]+r["rule"]]; both && r["subject"] != "" && r["outcome"] == "pass" {
				if same++; now != r["now"] {
					t.Errorf("%s, %s: the core found %s, the report %s", r["time"], r["rule"], r["now"], now)
				}
			}
		}
	}
	t.Log(same, "checks of the same row")
}

// usdcFund holds USDC when it fell on 2023-03-11. Its unit of account is USDT, which is held against two dollars.
const usdcFund = `version: 1
fund: Dollars
base: USDT
start: {binance: {USDT: 10000000}}
target: {kind: fixed, weights: {BTC: 30%, ETH: 20%, USDC: 20%, USDT: 30%}}
trigger: {kind: threshold, band: 5%, band-is: relative}
mandate:
  - {id: M1, clause: "7.1", rule: max-weight, limit: 35%, breach: clip}
  - {id: M2, clause: "7.2", rule: min-class, assets: [USDC, USDT, BUSD], limit: 40%, breach: clip, cure: 5d}
risk:
  rules:
    - {id: R1, rule: max-depeg, references: [BUSD, USDC], limit: 50bp, breach: block}
    - {id: R2, rule: max-move, limit: 3%, confirm: 24h, assets: [USDC], breach: clip}
venues: [{name: binance, fee: {taker: 10bp}, spread: 2bp, instruments: [BTC/USDT, ETH/USDT, USDC/USDT, BUSD/USDT]}]
backtest: {from: 2023-03-08, to: 2023-03-20, interval: 1h}
`

// USDC came back to the venue on 2023-03-11 at 0.94, and BUSD fell half a per cent: by both, USDT was too dear a dollar, and no plan is
// done until one of the two says that it is a dollar again.
func TestUSDCInMarch2023(t *testing.T) {
	run := mandated(t, recordedHours(t, "BTC", "ETH", "USDC", "BUSD"), usdcFund)
	off := alertsOf(t, run, "breach", "R1")
	if len(off) == 0 || off[0] < "2023-03-11" || off[0] > "2023-03-12" {
		t.Fatalf("off the dollar at %v", off)
	}
	refused := 0
	for _, r := range checksOf(t, run) {
		if r["of"] != "decision" || r["rule"] != "R1" {
			continue
		}
		orders := placed(t, run, r["time"], r["time"]+"~")
		if broken := r["outcome"] == "breach"; broken && len(orders) > 0 {
			t.Errorf("%s: USDT is %s off, and %v", r["time"], r["now"], orders)
		} else if broken {
			refused++
		}
	}
	if refused == 0 {
		t.Error("no plan was refused")
	}
	if report := string(read(t, run, "report.html")); !strings.Contains(report, "R1 max-depeg") || !strings.Contains(report, "USDC") {
		t.Error("the report does not tell the story")
	}
}

// checkedFund wants half of each of two coins, of which a rule allows less.
var checkedFund = strings.Replace(plainFund, "{kind: equal, assets: [ADA, BTC, ETH, SOL]}", `{kind: inverse-volatility, assets: [ADA, BTC, ETH, SOL]}
mandate:
  - {id: M1, clause: 4.2(a), rule: max-weight, limit: 20%, breach: clip, cure: 5d}
  - {id: M2, clause: 4.2(b), rule: max-class, assets: [ADA, SOL], limit: 90%, breach: block}`, 1)

func TestCheck(t *testing.T) {
	dir, store := t.TempDir(), fourCoins(24*60).store(t)
	path := write(t, filepath.Join(dir, "fund.yaml"), checkedFund)
	ask := func(holdings string, flags ...string) result {
		return do(append([]string{"check", path, "--store", store, "--holdings", write(t, filepath.Join(dir, "held.yaml"), holdings)}, flags...)...)
	}
	r := ask("binance: {USDT: 1000000}", "--json")
	var out checkOutput
	if err := json.Unmarshal([]byte(r.out), &out); err != nil || r.code != exitFinding || len(out.Checks) != 2 {
		t.Fatalf("ends with %d, %v: %s%s", r.code, err, r.out, r.errors)
	}
	m1 := out.Checks[0]
	if m1.Clause != "4.2(a)" || m1.Outcome != "breach" || m1.Limit != 0.2 || m1.Now != 0 || m1.Wanted <= 0.2 || m1.After > 0.2 || m1.Distance < 0 || out.Verdict != "go" {
		t.Errorf("%+v", out)
	}
	if out.Checks[1].Outcome != "pass" {
		t.Errorf("%+v", out.Checks[1])
	}
	if r := ask("binance: {USDT: 1000000}"); r.code != exitFinding || !strings.Contains(r.out, "4.2(a)") || !strings.Contains(r.out, "cut by M1") {
		t.Errorf("ends with %d: %s%s", r.code, r.out, r.errors)
	}
	held := strings.Replace(checkedFund, "limit: 20%", "limit: 60%", 1)
	write(t, path, held)
	if r := ask("binance: {BTC: 1, USDT: 1000000}"); r.code != 0 {
		t.Errorf("ends with %d: %s%s", r.code, r.out, r.errors)
	}
	write(t, path, plainFund)
	if r := ask("binance: {USDT: 1000000}"); r.code != exitError || !strings.Contains(r.errors, "no rules") {
		t.Errorf("ends with %d: %s", r.code, r.errors)
	}
}

// Lists that cannot be relied on are refused with their own lines.
func TestBadLists(t *testing.T) {
	for text, says := range map[string]string{
		"classes: {algorithmic: [UST]}\n":                        "lists/classes.yaml:1:1: the file: the list has no date",
		"date: 2022-03-01\nclasses: {algorithmic: [LUNC]}\n":     "no instrument trades \"LUNC\"",
		"date: 2022-03-01\nclasses: {algo: [UST]}\n":             "there is no class \"algorithmic\"",
		"date: 2022-03-01\nclasses: {algorithmic: []}\n":         "",
		"date: 2022-03-01\nassets: [UST\n":                       "lists/classes.yaml:",
		"date: 2022-03-01\nassets: [UST]\nsanctioned: [BTC]\n":   "unknown key",
		"date: yesterday\nclasses: {algorithmic: [UST]}\n":       "is not a date",
		"date: 2022-03-01\nclasses:\n  algorithmic: [UST]\nx: 1": "unknown key",
	} {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "lists"), 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, "lists", "classes.yaml"), text)
		r := do("validate", write(t, filepath.Join(dir, "fund.yaml"), stableFund))
		if r.code != exitError || !strings.Contains(r.errors, says) {
			t.Errorf("%q: ends with %d: %s", text, r.code, r.errors)
		}
	}
	dir := t.TempDir()
	if r := do("validate", write(t, filepath.Join(dir, "fund.yaml"), stableFund)); r.code != exitError || !strings.Contains(r.errors, "classes.yaml: no such file") {
		t.Errorf("ends with %d: %s", r.code, r.errors)
	}
}

// A run that is cut off anywhere after the switch halted goes on halted.
func TestRestartStaysHalted(t *testing.T) {
	store := fourCoins(24 * 6).store(t)
	whole := backtested(t, store, strings.Replace(plainFund, "backtest:", "operators: [{at: 2022-01-03, who: ann, action: halt}]\nbacktest:", 1))
	lines := read(t, whole, journalName)
	halt := strings.Index(string(lines), `"action":"halt"`)
	if halt < 0 || strings.Contains(string(lines[halt:]), `"kind":"place"`) || !strings.Contains(string(lines[:halt]), `"kind":"place"`) {
		t.Fatalf("orders leave after the halt, or none before it:\n%s", lines)
	}
	c := &crashRig{whole: whole, out: copied(t, whole)}
	for _, cut := range []int{halt + 20, halt + 300, len(lines) - 200} {
		if err := os.WriteFile(filepath.Join(c.out, journalName), lines[:cut], 0o644); err != nil {
			t.Fatal(err)
		}
		os.Remove(filepath.Join(c.out, summaryName))
		mustDo(t, "backtest", filepath.Join(whole, fundName), "--store", store, "--out", c.out)
		c.wantWhole(t)
	}
}
