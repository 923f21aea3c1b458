package live

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/host"
	"github.com/steelyard/steelyard/engine/impact"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/sim/exchange"
	"github.com/steelyard/steelyard/sim/stream"
	"github.com/steelyard/steelyard/sim/wire"
	"github.com/steelyard/steelyard/venues"
	"github.com/steelyard/steelyard/venues/paper"
)

var (
	seeds = flag.Int("seeds", 8, "how many seeds TestKill runs")
	seed  = flag.Int("seed", -1, "the one seed that it runs; -1: all")
)

// rows are as many as a run has; they go by at speed times the clock.
const (
	rows  = 8
	speed = 300
)

// Processes that trade live are killed, wherever that is, while their venue misbehaves: at the end it holds what the ledger says,
// no order was placed twice, and every fill is booked once.
func TestKill(t *testing.T) {
	for s := range *seeds {
		if *seed < 0 || *seed == s {
			t.Run(fmt.Sprint(s), func(t *testing.T) {
				t.Parallel()
				if killed(t, s); t.Failed() {
					t.Logf("again: go test -race ./test/live -run TestKill -seeds %d -seed %d", s+1, s)
				}
			})
		}
	}
}

// misbehaviour is the fault file of a seed; every fourth seed has none.
func misbehaviour(s int) string {
	if s%4 == 0 {
		return ""
	}
	return fmt.Sprintf(`seed %d
delay 1ms..40ms on * chance 20%%
drop on * chance 3%%
lost-ack on POST /api/v3/order chance 12%%
lost-ack on DELETE /api/v3/order chance 12%%
status 503 on * chance 3%%
status 504 done on POST /api/v3/order chance 6%%
limit 1s on GET /api/v3/order chance 1%%
disconnect on account chance 4%%
disconnect on market chance 0.1%%
duplicate on account chance 20%%
reorder on account chance 10%%
`, s)
}

// venue is a market at random behind the protocol.
func venue(t *testing.T, s int) (*paper.Venue, string) {
	u, random := universe(s), stream.New(uint64(s), "walk")
	p := &fund.Panel{N: len(u.Instruments), Interval: time.Minute}
	last := []float64{400, 60000, 3000}
	start := fund.TimeOf(time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC))
	for r := range 2000 {
		p.Times = append(p.Times, start.Add(time.Duration(r)*time.Minute))
		open := slices.Clone(last)
		for i := range last {
			last[i] = math.Round(100*open[i]*(1+0.03*(random.Float64()-0.5))) / 100
		}
		for i := range u.Instruments {
			in, places := &u.Instruments[i], 1e2
			first, end := open[in.Base], last[in.Base]
			if in.Quote != u.Base {
				places, first, end = 1e5, first/open[in.Quote], end/last[in.Quote]
			}
			tick := func(x float64) float64 { return math.Round(x*places) / places }
			p.Open, p.Close, p.Volume = append(p.Open, tick(first)), append(p.Close, tick(end)), append(p.Volume, 1e6)
			p.High, p.Low = append(p.High, tick(max(first, end)*1.002)), append(p.Low, tick(min(first, end)*0.998))
		}
	}
	v, err := paper.New(paper.Config{Universe: u, Panel: p, Clock: paper.Running(start, speed), Reuse: true,
		Venue:   exchange.Config{Window: fund.Day, Seed: uint64(s), Impact: slices.Repeat([]impact.Model{impact.None{}}, p.N)},
		Opening: []venues.Balance{{Asset: "BNB", Free: fund.MustAmount("10")}, {Asset: "BTC", Free: fund.MustAmount("0.5")}, {Asset: "USDT", Free: fund.MustAmount("100000")}}})
	if err != nil {
		t.Fatal(err)
	}
	faults, err := wire.ParseFaults("faults", strings.NewReader(misbehaviour(s)))
	if err != nil {
		t.Fatal(err)
	}
	_, at := wire.Start(t, wire.Config{Venue: v, Faults: faults, Slack: 24 * time.Hour, Weight: 1e6})
	return v, at.REST
}

// killed runs a fund in processes that are killed, and one that ends.
func killed(t *testing.T, s int) {
	v, address := venue(t, s)
	dir, random := t.TempDir(), stream.New(uint64(s), "kill")
	kills := int(random.Uint64() % 5)
	for range kills {
		p, said := begin(t, dir, address, s)
		time.Sleep(time.Duration(50+random.Uint64()%900) * time.Millisecond)
		p.Process.Kill()
		p.Wait()
		if bytes.Contains(said.Bytes(), []byte("halted")) {
			t.Fatal(said)
		}
	}
	p, said := begin(t, dir, address, s)
	if err := waitFor(p, patient); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	t.Logf("killed %d times", kills)
	wantTrue(t, v, dir, s)
	wantNoSecret(t, dir, said.Bytes())
}

// wantNoSecret demands that the key's secret stands nowhere.
func wantNoSecret(t *testing.T, dir string, said []byte) {
	t.Helper()
	secret := []byte(wire.TestKey().Secret)
	if bytes.Contains(said, secret) {
		t.Error("the process said the key's secret")
	}
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		if text, err := os.ReadFile(filepath.Join(dir, e.Name())); err != nil || bytes.Contains(text, secret) || bytes.Contains(text, []byte("signature=")) {
			t.Errorf("%s holds the key's secret, or %v", e.Name(), err)
		}
	}
}

func begin(t *testing.T, dir, address string, s int) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	p, said := exec.Command(os.Args[0]), new(bytes.Buffer)
	p.Env = append(os.Environ(), folderEnv+"="+dir, addressEnv+"="+address, fmt.Sprintf("%s=%d", rowsEnv, rows), fmt.Sprintf("%s=%d", seedEnv, s))
	p.Stderr = said
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	return p, said
}

// patient is how long a process may take on a busy machine.
const patient = 4 * time.Minute

// waitFor waits for a process to end by itself.
func waitFor(p *exec.Cmd, most time.Duration) error {
	timer := time.AfterFunc(most, func() { p.Process.Kill() })
	defer timer.Stop()
	return p.Wait()
}

// wantTrue demands that venue, journal and ledger tell one story.
func wantTrue(t *testing.T, v *paper.Venue, dir string, s int) {
	t.Helper()
	u, ctx := universe(s), context.Background()
	stored, err := journal.Read(journal.Dir(dir))
	if err != nil {
		t.Fatal(err)
	}
	panel, err := journal.ReadRows(journal.Dir(dir))
	if err != nil {
		t.Fatal(err)
	}
	m, err := journal.ReadManifest(stored.Records)
	if err != nil {
		t.Fatal(err)
	}
	rec, err := journal.Verify(u, m, stored.Records)
	if err != nil {
		t.Fatal(err)
	}
	core := engine.New(u, policy(s))
	if err := host.Run(ctx, core, journal.NewReplay(u, stored.Records, panel.Stepped(), 0), rec); err != nil {
		t.Fatal(err)
	}
	wantBalances(t, v, u, core)
	orders, fills, cut := wantFills(t, v, u, stored.Records)
	t.Logf("%d orders at the venue, %d fills, the cash of %d cut off, %d records", orders, fills, cut, len(stored.Records))
}

func wantBalances(t *testing.T, v *paper.Venue, u *fund.Universe, core *engine.Core) {
	t.Helper()
	list, err := v.Balances(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	held := map[string]fund.Amount{}
	for _, b := range list {
		held[b.Asset] = b.Free.Add(b.Locked)
	}
	for a, asset := range u.Assets {
		if books := core.Book().Balance(0, fund.AssetID(a)); !books.Equal(held[asset.Name]) {
			t.Errorf("%s: the venue holds %s, the ledger says %s", asset.Name, held[asset.Name], books)
		}
	}
}

func wantFills(t *testing.T, v *paper.Venue, u *fund.Universe, records [][]byte) (orders, fills, cut int) {
	t.Helper()
	placed, err := v.Orders(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	times := map[string]int{}
	for _, o := range placed {
		if times[o.ClientID]++; times[o.ClientID] > 1 {
			t.Errorf("order %s was placed %d times", o.ClientID, times[o.ClientID])
		}
	}
	booked := map[string]int{}
	for r := journal.NewReader(u, records); ; {
		e, more, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if !more {
			break
		}
		switch b := e.Event.(type) {
		case *engine.Filled:
			booked[fmt.Sprint(u.Instruments[b.Fill.Instrument].Name, b.Fill.Trade)]++
		case *engine.Discrepancy:
			t.Errorf("discrepancy: %s", b.Text)
		}
	}
	for i := range u.Instruments {
		list, err := v.Fills(context.Background(), u.Instruments[i].Name, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list {
			fills++
			if !f.Cash.Equal(f.Price.Mul(f.Quantity)) {
				cut++
			}
			if n := booked[fmt.Sprint(f.Instrument, f.Trade)]; n != 1 {
				t.Errorf("trade %d in %s is booked %d times", f.Trade, f.Instrument, n)
			}
		}
	}
	if len(booked) != fills {
		t.Errorf("%d fills are booked, the venue made %d", len(booked), fills)
	}
	return len(placed), fills, cut
}
