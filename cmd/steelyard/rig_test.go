package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/steelyard/steelyard/sim/stream"
)

// asProgram, in the environment, makes the test binary the program itself, for tests that need a process.
const asProgram = "STEELYARD_TEST_AS_PROGRAM"

// patient is how long a test waits for what a busy machine takes its time for.
const patient = 2 * time.Minute

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// process is the program with these arguments, as a process of its own.
func process(args ...string) *exec.Cmd {
	c := exec.Command(os.Args[0], args...)
	c.Env = append(os.Environ(), asProgram+"=1")
	return c
}

// result is what a command line came to.
type result struct {
	code        int
	out, errors string
}

// do runs a command line in this process.
func do(args ...string) result {
	var out, errors bytes.Buffer
	code := run(context.Background(), append([]string{"steelyard"}, args...), &out, &errors)
	return result{code, out.String(), errors.String()}
}

// mustDo runs a command line that has to succeed and returns what it printed.
func mustDo(t *testing.T, args ...string) string {
	t.Helper()
	r := do(args...)
	if r.code != 0 {
		t.Fatalf("%q ends with %d: %s", args, r.code, r.errors)
	}
	return r.out
}

// market is made-up hourly history from 2022-01-01 on.
type market struct {
	seed  uint64
	rows  int
	pairs []string // BTC/USDT
}

func fourCoins(rows int) market {
	return market{1, rows, []string{"ADA/USDT", "BTC/USDT", "ETH/USDT", "SOL/USDT"}}
}

func file(pair string) string { return strings.ReplaceAll(pair, "/", "") + ".csv" }

// lines returns the history of a pair as lines of an ohlcv-csv file: a random walk of 2 % an hour, with holes.
func (m market) lines(pair string) []string {
	random := stream.New(m.seed, pair)
	lines, last := []string{"open_time_ms,open,high,low,close,volume"}, 10+1000*random.Float64()
	at := time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC)
	for r := range m.rows {
		open := last
		last *= 1 + 0.04*math.Sqrt(3)*(random.Float64()-0.5)
		hole, volume := random.Uint64()%64 == 0, 5e6*(0.5+random.Float64())/open
		if hole && r > 0 && r < m.rows-1 {
			continue
		}
		fields := []string{strconv.FormatInt(at.Add(time.Duration(r)*time.Hour).UnixMilli(), 10)}
		for _, v := range []float64{open, max(open, last), min(open, last), last, volume} {
			fields = append(fields, strconv.FormatFloat(v, 'f', 8, 64))
		}
		lines = append(lines, strings.Join(fields, ","))
	}
	return lines
}

// store writes the market's files and imports them into a new store.
func (m market) store(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	store := filepath.Join(dir, "store")
	for _, pair := range m.pairs {
		importPair(t, store, pair, write(t, filepath.Join(dir, file(pair)), m.lines(pair)...))
	}
	return store
}

func importPair(t *testing.T, store, pair string, files ...string) {
	t.Helper()
	mustDo(t, append([]string{"data", "import", "--store", store, "--format", "ohlcv-csv", "--venue", "binance",
		"--instrument", pair, "--interval", "1h"}, files...)...)
}

func write(t *testing.T, path string, lines ...string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// plainFund holds four coins in equal parts and trades often.
const plainFund = `version: 1
fund: Plain
base: USDT
start: {binance: {USDT: 1000000}}
target: {kind: equal, assets: [ADA, BTC, ETH, SOL]}
trigger: {kind: threshold, band: 5%}
venues:
  - name: binance
    fee: {taker: 10bp}
    spread: 2bp
    impact: {model: square-root, y: 1}
    instruments: [ADA/USDT, BTC/USDT, ETH/USDT, SOL/USDT]
backtest: {from: 2022-01-01, to: 2023-01-01}
`

// richFund uses all that may differ between builds and between machines: impact that decays, thresholds, partial fills,
// fees in base, slices over time that wait as limit orders, flows, splits, rules of the venue, and everything random.
const richFund = `version: 1
fund: Rich
base: USDT
start: {binance: {USDT: 20000000, BTC: 100}}
target: {kind: fixed, weights: {ADA: 15%, BTC: 35%, ETH: 25%, SOL: 15%, USDT: 10%}}
trigger: {kind: hybrid, band: 6%, bands: {BTC: 4%, SOL: 8%}, at-most-every: 5h}
execution: {kind: almgren-chriss, over: 4h, slices: 4, risk-aversion: 1e-6, jitter: 20%, max-participation: 1%, passive: {offset: 5bp}, guard: 10%, deadline: 9h, at-deadline: cross}
risk: {max-order: 400000, max-weight: {BTC: 50%, SOL: 30%}}
assets: {BTC: {decimals: 8}, ADA: {decimals: 6}}
venues:
  - name: binance
    fee: {taker: 10bp, maker: 8bp, in: base}
    spread: 3bp
    impact: {model: square-root, y: 1.2, half-life: 7h}
    participation: 2%
    latency: 250ms
    jitter: 40m
    reject-rate: 3%
    instruments:
      - ADA/USDT
      - {name: BTC/USDT, lot: 0.00001, tick: 0.01, min-notional: 10, min-quantity: 0.0001}
      - {name: ETH/USDT, lot: 0.0001, impact: {y: 0.7}}
      - {name: SOL/USDT, fee: {taker: 12bp, in: received}}
flows:
  - {at: 2022-01-09T12:30:00Z, account: binance, asset: USDT, amount: 3000000}
  - {at: 2022-01-15, account: binance, asset: USDT, amount: -4000000}
backtest: {from: 2022-01-01, to: 2023-01-01, seed: 7}
`

// backtested runs a fund and returns its folder.
func backtested(t *testing.T, store, text string, flags ...string) string {
	t.Helper()
	dir := t.TempDir()
	out := filepath.Join(dir, "run")
	mustDo(t, append([]string{"backtest", write(t, filepath.Join(dir, "fund.yaml"), text), "--store", store, "--out", out}, flags...)...)
	return out
}

func read(t *testing.T, path ...string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// summary reads the summary of a run.
func summary(t *testing.T, dir string) map[string]any {
	t.Helper()
	var s map[string]any
	if err := json.Unmarshal(read(t, dir, "summary.json"), &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// tree returns the hash of every file below dir by its path, and every folder; nil if there is nothing at dir.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			found[path] = "folder"
		default:
			sum := sha256.Sum256(read(t, path))
			found[path] = hex.EncodeToString(sum[:])
		}
		return nil
	})
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// names lists the files of a folder, hidden ones too.
func names(t *testing.T, dir string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

// copied copies a run folder's files into a new folder.
func copied(t *testing.T, dir string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return to
}

// wantRefused demands one clear error: the exit code, one "steelyard: " in front of it, and what it says.
func wantRefused(t *testing.T, r result, code int, says ...string) {
	t.Helper()
	if r.code != code || strings.Count(r.errors, "steelyard: ") != 1 || !strings.HasPrefix(r.errors, "steelyard: ") {
		t.Errorf("ends with %d, want %d, and says %q", r.code, code, r.errors)
	}
	for _, s := range append(says, "\n") {
		if !strings.Contains(r.errors, s) {
			t.Errorf("%q does not say %q", r.errors, s)
		}
	}
}

// wantSame demands that two run folders hold the same bytes, but for what differs between machines.
func wantSame(t *testing.T, a, b string) {
	t.Helper()
	for _, name := range []string{"journal.jsonl", "rows.parquet", "summary.json", "equity.csv", "weights.csv", "trades.csv", "costs.csv", reportName} {
		if !bytes.Equal(read(t, a, name), read(t, b, name)) {
			t.Errorf("%s differs", name)
		}
	}
}

// changed tells which files two trees have differently.
func changed(before, after map[string]string) (list []string) {
	for _, path := range slices.Sorted(maps.Keys(before)) {
		if after[path] != before[path] {
			list = append(list, fmt.Sprintf("%s gone or changed", path))
		}
	}
	for _, path := range slices.Sorted(maps.Keys(after)) {
		if before[path] == "" {
			list = append(list, path+" new")
		}
	}
	return list
}
