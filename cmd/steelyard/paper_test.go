package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/steelyard/steelyard/data"
	"github.com/steelyard/steelyard/engine"
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
	var speaking sync.WaitGroup
	defer speaking.Wait()
	if speak != nil {
		speaking.Go(func() { speak(c) })
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
	g := newPaperRig(t, strings.Replace(minuteFund, "T07:00", "T05:15", 1))
	for seed := range uint64(2) {
		out := filepath.Join(t.TempDir(), "paper")
		random := rand.New(rand.NewPCG(seed, 0))
		torn := func(dir string) { tear(t, filepath.Join(dir, journalName), random) }
		synctest.Test(t, func(t *testing.T) { g.killed(t, out, random, torn, nil) })
		if digestOf(t, out) != digestOf(t, g.backtest) {
			t.Fatalf("seed %d: the decisions differ", seed)
		}
		mustDo(t, "replay", out)
	}
}

// A paper run that was away for hours has the rows of that time, rests on them, is worth what it was by them, and goes on.
func TestPaperRestsOnWhatItMissed(t *testing.T) {
	g := newPaperRig(t, minuteFund)
	out := filepath.Join(t.TempDir(), "paper")
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithTimeout(context.Background(), time.Hour)
		defer stop()
		if err := runDeaf(ctx, g.paper(out), nil); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Hour)
		if err := runDeaf(context.Background(), g.paper(out), nil); err != nil {
			t.Fatal(err)
		}
	})
	mustDo(t, "replay", out)
	panel, _, err := data.ReadRows(filepath.Join(out, rowsName))
	if err != nil {
		t.Fatal(err)
	}
	for r := range panel.Rows() {
		if !panel.Has(r, 0) {
			t.Fatalf("row %d has no bar", r)
		}
	}
	s, err := journal.Read(journal.Dir(out))
	if err != nil {
		t.Fatal(err)
	}
	_, words, err := happened(g.fund.Universe(), s.Records)
	if err != nil || len(words) != 2 || words[0].Action != engine.Pause || words[1].Action != engine.Resume || words[0].Who != venues.HubName {
		t.Fatalf("words %v, %v", words, err)
	}
	if away := words[1].At.Sub(words[0].At); away < 110*time.Minute || away > 125*time.Minute {
		t.Errorf("it rested for %v", away)
	}
	var decided [3]int // before, during and after it
	at := fund.Time(0)
	for reader := journal.NewReader(g.fund.Universe(), s.Records); ; {
		e, more, err := reader.Next()
		if err != nil {
			t.Fatal(err)
		}
		if !more {
			break
		}
		if at = max(at, e.At); e.Decide != nil && at < words[0].At {
			decided[0]++
		} else if e.Decide != nil && at < words[1].At {
			decided[1]++
		} else if e.Decide != nil {
			decided[2]++
		}
	}
	if decided[0] == 0 || decided[1] > 0 || decided[2] == 0 {
		t.Errorf("%d decisions before, %d while it was away, %d after", decided[0], decided[1], decided[2])
	}
}

// killed runs to the end through kills at random times. A process that is killed leaves what was written
// by then, in a copy that left is told of.
func (g *paperRig) killed(t *testing.T, out string, random *rand.Rand, left func(dir string), speak func(*control)) {
	t.Helper()
	rig := *g
	rig.tape = &venuetest.Tape{Instruments: g.tape.Instruments, Panel: g.tape.Panel, Start: g.tape.Start}
	for {
		ctx, stop := context.WithCancel(context.Background())
		copied := out + "-killed"
		timer := time.AfterFunc(time.Duration(random.Int64N(int64(time.Hour))), func() {
			if os.CopyFS(copied, os.DirFS(out)) == nil {
				left(copied)
			}
			stop()
		})
		err := runDeaf(ctx, rig.paper(out), speak)
		if timer.Stop() || err == nil {
			stop()
			if err != nil {
				t.Fatal(err)
			}
			return
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		if _, err := os.Stat(copied); err != nil {
			continue // it was killed before it made its folder
		}
		if err := errors.Join(os.RemoveAll(out), os.Rename(copied, out)); err != nil {
			t.Fatal(err)
		}
	}
}

// What operators said is in the journal once they were told that it was heard, through kills at any time, and nothing that nobody said.
func TestWordsSurviveKills(t *testing.T) {
	g := newPaperRig(t, wireFund())
	for seed := range uint64(4) {
		random, pauses := rand.New(rand.NewPCG(seed, 0)), rand.New(rand.NewPCG(seed, 1))
		out := filepath.Join(t.TempDir(), "paper")
		var mu sync.Mutex
		var heard, kept []fund.Time // told by this process, and by those before it until they were killed
		life, sent := 0, 0
		speak := func(c *control) {
			mu.Lock()
			life++
			own := life
			heard = slices.Clone(kept)
			mu.Unlock()
			for word := 0; ; word++ {
				select {
				case <-time.After(time.Duration(pauses.Int64N(int64(3 * time.Minute)))):
				case <-c.over:
					return
				}
				sent++
				a := c.hear(said{Who: "Ada", Word: []engine.Action{engine.Pause, engine.Resume, engine.Rebalance}[word%3]})
				if a.Error != "" {
					return
				}
				mu.Lock()
				if own == life {
					heard = append(heard, a.At)
				}
				mu.Unlock()
			}
		}
		left := func(string) { // what is told from now on is lost with the process
			mu.Lock()
			kept = slices.Clone(heard)
			mu.Unlock()
		}
		synctest.Test(t, func(t *testing.T) { g.killed(t, out, random, left, speak) })
		s, err := journal.Read(journal.Dir(out))
		if err != nil {
			t.Fatal(err)
		}
		_, words, err := happened(g.fund.Universe(), s.Records)
		if err != nil {
			t.Fatal(err)
		}
		recorded := map[fund.Time]bool{}
		for _, w := range words {
			recorded[w.At] = true
		}
		for _, at := range heard {
			if !recorded[at] {
				t.Errorf("seed %d: the word heard at %v is not in the journal", seed, at)
			}
		}
		if len(heard) < 5 || len(words) > sent {
			t.Errorf("seed %d: %d words sent, %d heard, %d recorded", seed, sent, len(heard), len(words))
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
	text = strings.ReplaceAll(text, "lot: 0.00001, tick: 0.01", "lot: 0.00001, tick: 0.01, min-quantity: 0.00001, max-quantity: 9000000000, max-notional: 9000000000")
	text = strings.ReplaceAll(text, "lot: 0.0001, tick: 0.00001", "lot: 0.0001, tick: 0.00001, min-quantity: 0.0001, max-quantity: 9000000000, max-notional: 9000000000")
	return strings.ReplaceAll(text, "lot: 0.0001, tick: 0.01,", "lot: 0.0001, tick: 0.01, min-quantity: 0.0001, max-quantity: 9000000000, max-notional: 9000000000,")
}

// paced is a clock by hand that run lets go at a speed, and slower where this process has not the processors for it: what follows it
// in this process is not overrun.
func paced(t *testing.T, start fund.Time, speed int) (clock *paper.Hand, run func()) {
	clock = paper.NewHand(start)
	return clock, func() {
		go func() {
			for t.Context().Err() == nil {
				time.Sleep(time.Millisecond)
				clock.Advance(time.Duration(speed) * time.Millisecond)
			}
		}()
	}
}

type writerFunc func([]byte)

func (w writerFunc) Write(p []byte) (int, error) {
	w(p)
	return len(p), nil
}

// Over the wire: the same through Binance's protocol, from a simulated venue whose clock goes up to 600 times as fast.
func TestPaperOverTheWireIsTheBacktest(t *testing.T) {
	g := newPaperRig(t, wireFund())
	clock, run := paced(t, g.fund.Backtest.From.Add(-50*time.Second), 600)
	venue, err := paper.New(paper.Config{Universe: g.fund.Universe(), Venue: sim.VenuesOf(g.fund, 1)[0], Panel: g.tape.Panel, First: g.tape.Panel.Find(g.fund.Backtest.From) - 1,
		Clock: clock})
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
	p.drivers, p.grace = []venues.Driver{driver}, 3*time.Hour
	began := sync.OnceFunc(run)
	p.stderr = writerFunc(func([]byte) { began() }) // when it tells that it waits for the first row
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
