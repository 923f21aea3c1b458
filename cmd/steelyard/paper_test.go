package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/steelyard/steelyard/data"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/sim/wire"
	"github.com/steelyard/steelyard/strategies/fundfile"
	"github.com/steelyard/steelyard/venues"
	"github.com/steelyard/steelyard/venues/binance"
	"github.com/steelyard/steelyard/venues/paper"
	"github.com/steelyard/steelyard/venues/venuetest"
)

// minuteFund works orders that wait as limits, in slices, over crosses, with a latency, on recorded minutes.
const minuteFund = `version: 1
fund: Minutes
base: USDT
start: {binance: {USDT: 3000000, BTC: 20}}
target: {kind: fixed, weights: {BTC: 45%, ETH: 35%, USDT: 20%}}
trigger: {kind: threshold, band: 0.5%}
execution: {kind: twap, over: 20m, slices: 8, jitter: 20%, passive: {offset: 3bp}, deadline: 45m, at-deadline: cross}
venues:
  - name: binance
    fee: {taker: 10bp, maker: 8bp}
    spread: 2bp
    impact: {model: square-root, y: 1, half-life: 2h}
    participation: 5%
    latency: 250ms
    jitter: 20s
    instruments:
      - {name: BTC/USDT, lot: 0.00001, tick: 0.01, min-notional: 10}
      - {name: ETH/BTC, lot: 0.0001, tick: 0.00001, prices: derived}
      - {name: ETH/USDT, lot: 0.0001, tick: 0.01, min-notional: 10}
flows:
  - {at: 2023-03-24T03:30:10Z, account: binance, asset: USDT, amount: 300000}
  - {at: 2023-03-24T05:00:00Z, account: binance, asset: USDT, amount: -250000}
data: {warm-up: 3h}
backtest: {from: 2023-03-24T03:00:00Z, to: 2023-03-24T07:00:00Z, interval: 1m, seed: 5}
`

// recordedPairs imports recorded minutes of BTC and ETH against USDT.
func recordedPairs(t *testing.T) string {
	t.Helper()
	store := filepath.Join(t.TempDir(), "store")
	for _, coin := range []string{"BTC", "ETH"} {
		path := filepath.Join("..", "..", "..", "shared", "data", "minute", coin+"USDT-1m.csv.gz")
		if _, err := os.Stat(path); err != nil {
			t.Skipf("needs the recorded market data: %v", err)
		}
		mustDo(t, "data", "import", "--store", store, "--format", "ohlcv-csv", "--venue", "binance", "--instrument", coin+"/USDT", "--interval", "1m", path)
	}
	return store
}

// paperRig is a fund, a backtest of it, and a tape of the same rows.
type paperRig struct {
	fund     *fundfile.Fund
	text     string
	backtest string // its folder
	tape     *venuetest.Tape
}

func newPaperRig(t *testing.T, text string) *paperRig {
	t.Helper()
	f, err := fundfile.Parse("fund.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	g := &paperRig{fund: f, text: text, backtest: backtested(t, recordedPairs(t), text)}
	panel, _, err := data.ReadRows(filepath.Join(g.backtest, rowsName))
	if err != nil {
		t.Fatal(err)
	}
	g.tape = &venuetest.Tape{Panel: panel, Start: f.Backtest.From.Add(-20 * time.Second)}
	for _, in := range f.Universe().Instruments {
		g.tape.Instruments = append(g.tape.Instruments, in.Name)
	}
	return g
}

func (g *paperRig) paper(out string) *paperRun {
	return &paperRun{text: []byte(g.text), fund: g.fund, drivers: []venues.Driver{g.tape}, out: out, seed: g.fund.Backtest.Seed,
		grace: 10 * time.Second, until: g.fund.Backtest.To, stdout: io.Discard, stderr: io.Discard}
}

// runDeaf runs a paper run whose words come from the test alone.
func runDeaf(ctx context.Context, p *paperRun, speak func(*control)) error {
	in, err := p.gather(ctx)
	if err != nil {
		return err
	}
	folder, err := takeRunFolder(p.out, in)
	if err != nil {
		return err
	}
	c := newControl()
	if speak != nil {
		go speak(c)
	}
	err = p.step(ctx, in, folder, c)
	c.close(err)
	return errors.Join(err, folder.release())
}

func digestOf(t *testing.T, dir string) string {
	t.Helper()
	s, err := journal.Read(journal.Dir(dir))
	if err != nil {
		t.Fatal(err)
	}
	return journal.Digest(s.Records)
}

// Paper and a backtest over the same minutes decide and fill the same, byte for byte; compare says so, and replay, report and
// audit work on the folder.
func TestPaperIsTheBacktest(t *testing.T) {
	g := newPaperRig(t, minuteFund)
	out := filepath.Join(t.TempDir(), "paper")
	synctest.Test(t, func(t *testing.T) {
		if err := runDeaf(context.Background(), g.paper(out), nil); err != nil {
			t.Fatal(err)
		}
	})
	if digestOf(t, out) != digestOf(t, g.backtest) {
		t.Error("the decisions differ")
	}
	for _, name := range []string{"trades.csv", "equity.csv", "weights.csv", "costs.csv"} {
		if !bytes.Equal(read(t, out, name), read(t, g.backtest, name)) {
			t.Errorf("%s differs", name)
		}
	}
	if trades := bytes.Count(read(t, out, "trades.csv"), []byte("\n")); trades < 20 {
		t.Errorf("%d lines of trades: the fund does next to nothing", trades)
	}
	if said := mustDo(t, "compare", g.backtest, out); !strings.Contains(said, "A AND B ARE EQUAL") {
		t.Error(said)
	}
	mustDo(t, "replay", out)
	mustDo(t, "audit", "verify", out)
	mustDo(t, "report", out)
	mustDo(t, "status", out)
	pack := filepath.Join(t.TempDir(), "run.zip")
	mustDo(t, "audit", "pack", out, "-o", pack)
	mustDo(t, "audit", "replay", pack)
}

// A paper run that is killed at any time and started again within the grace has the records of one that was not.
func TestPaperSurvivesKills(t *testing.T) {
	g := newPaperRig(t, minuteFund)
	for seed := range uint64(3) {
		random := rand.New(rand.NewPCG(seed, 0))
		out := filepath.Join(t.TempDir(), "paper")
		synctest.Test(t, func(t *testing.T) {
			rig := *g
			rig.tape = &venuetest.Tape{Instruments: g.tape.Instruments, Panel: g.tape.Panel, Start: g.tape.Start}
			for kills := 0; ; kills++ {
				ctx, stop := context.WithCancel(context.Background())
				copied, after := out+"-killed", time.Duration(random.Int64N(int64(time.Hour)))
				timer := time.AfterFunc(after, func() { // what a killed process leaves, which flushes nothing
					os.CopyFS(copied, os.DirFS(out))
					stop()
				})
				err := runDeaf(ctx, rig.paper(out), nil)
				if timer.Stop() || err == nil {
					if err != nil {
						t.Fatal(err)
					}
					break
				}
				if !errors.Is(err, context.Canceled) {
					t.Fatal(err)
				}
				if _, err := os.Stat(copied); err != nil {
					continue // it was killed before it made its folder
				}
				tear(t, filepath.Join(copied, journalName), random)
				if err := errors.Join(os.RemoveAll(out), os.Rename(copied, out)); err != nil {
					t.Fatal(err)
				}
			}
		})
		if digestOf(t, out) != digestOf(t, g.backtest) {
			t.Fatalf("seed %d: the decisions differ", seed)
		}
		mustDo(t, "replay", out)
	}
}

// tear cuts a few bytes off the end of a file, where it has some.
func tear(t *testing.T, path string, random *rand.Rand) {
	t.Helper()
	text := read(t, path)
	if err := os.WriteFile(path, text[:len(text)-min(len(text), random.IntN(300))], 0o644); err != nil {
		t.Fatal(err)
	}
}

// wireFund is minuteFund for a shorter time, with all the rules of a venue that speaks Binance's protocol.
func wireFund() string {
	text := strings.ReplaceAll(minuteFund, "to: 2023-03-24T07:00:00Z", "to: 2023-03-24T03:45:00Z")
	text = strings.ReplaceAll(text, "over: 20m, slices: 8, jitter: 20%, passive: {offset: 3bp}, deadline: 45m", "over: 9m, slices: 6, jitter: 20%, passive: {offset: 3bp}, deadline: 15m")
	text = strings.ReplaceAll(text, "lot: 0.00001, tick: 0.01", "lot: 0.00001, tick: 0.01, min-quantity: 0.00001, max-notional: 9000000000")
	text = strings.ReplaceAll(text, "lot: 0.0001, tick: 0.00001", "lot: 0.0001, tick: 0.00001, min-quantity: 0.0001, max-notional: 9000000000")
	return strings.ReplaceAll(text, "lot: 0.0001, tick: 0.01,", "lot: 0.0001, tick: 0.01, min-quantity: 0.0001, max-notional: 9000000000,")
}

// over the wire: the same through Binance's protocol, from a simulated venue whose clock goes 600 times as fast.
func TestPaperOverTheWireIsTheBacktest(t *testing.T) {
	g := newPaperRig(t, wireFund())
	const speed = 600
	venue, err := paper.New(paper.Config{Universe: g.fund.Universe(), Venue: sim.VenuesOf(g.fund, 1)[0], Panel: g.tape.Panel, First: g.tape.Panel.Find(g.fund.Backtest.From) - 1,
		Clock: paper.Running(g.fund.Backtest.From.Add(-50*time.Second), speed)})
	if err != nil {
		t.Fatal(err)
	}
	_, at := wire.Start(t, wire.Config{Venue: venue, Weight: 1e6})
	driver, err := binance.New(binance.Config{Name: "binance", REST: at.REST, Stream: at.Stream, API: at.API})
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "paper")
	p := g.paper(out)
	p.drivers, p.grace = []venues.Driver{driver}, 10*time.Minute // a second of ours
	if err := p.run(context.Background()); err != nil {
		t.Fatal(err)
	}
	if digestOf(t, out) != digestOf(t, g.backtest) {
		t.Error(do("compare", g.backtest, out).out)
	}
	if !bytes.Equal(read(t, out, "trades.csv"), read(t, g.backtest, "trades.csv")) || bytes.Count(read(t, out, "trades.csv"), []byte("\n")) < 10 {
		t.Error("the fills differ, or there are next to none")
	}
	if said := mustDo(t, "compare", g.backtest, out); !strings.Contains(said, "A AND B ARE EQUAL") {
		t.Error(said)
	}
}

// Where paper was told a bar too late, compare names it, the row and what came of it.
func TestCompareNamesTheLateBar(t *testing.T) {
	g := newPaperRig(t, wireFund())
	late := g.fund.Backtest.From.Add(4 * time.Minute)
	g.tape.Delay = func(instrument string, open fund.Time, closed bool) time.Duration {
		if instrument == "ETH/USDT" && open == late && closed {
			return 30 * time.Second
		}
		return 0
	}
	g.tape.Fault = func(call string, at fund.Time) error {
		if call == "bars" && at > late {
			return &venues.Failure{Class: venues.Retry, Err: errors.New("not now")}
		}
		return nil
	}
	out := filepath.Join(t.TempDir(), "paper")
	synctest.Test(t, func(t *testing.T) {
		if err := runDeaf(context.Background(), g.paper(out), nil); err != nil {
			t.Fatal(err)
		}
	})
	r := do("compare", g.backtest, out)
	for _, says := range []string{"row 5, which opened at 2023-03-24T03:04:00Z", "binance:ETH/USDT close did not reach B within its grace"} {
		if r.code != exitFinding || !strings.Contains(strings.Join(strings.Fields(r.out), " "), says) {
			t.Errorf("%d, and does not say %q:\n%s", r.code, says, r.out)
		}
	}
	mustDo(t, "replay", out)
}
