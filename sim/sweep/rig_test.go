package sweep_test

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/sim/stream"
	"github.com/steelyard/steelyard/sim/sweep"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

const swept = `version: 1
fund: Swept
base: USD
start: {v: {USD: 1000000}}
target: {kind: equal, assets: [A, B, C]}
trigger: {kind: hybrid, band: 5%, at-most-every: 1d}
venues:
  - name: v
    fee: {taker: 10bp, maker: 10bp}
    spread: 2bp
    latency: 1s
    jitter: 5s
    instruments: [A/USD, B/USD, C/USD]
backtest: {from: 2022-01-01, to: 2022-03-01, interval: 1h}
`

// ruled is swept under a mandate, with money that comes and goes and a person who speaks.
const ruled = swept + `mandate:
  - {id: M1, clause: 4.2(a), rule: max-weight, limit: 34%, breach: clip, cure: 10d}
risk:
  max-order: 100000
  rules:
    - {id: R1, rule: max-turnover, limit: 80%, per: 7d, breach: clip}
    - {id: R2, rule: max-drawdown, limit: 60%, breach: reduce}
flows:
  - {at: 2022-01-11, account: v, asset: USD, amount: 50000}
  - {at: 2022-02-01, account: v, asset: A, amount: -12.5}
operators:
  - {at: 2022-01-20, who: ann, action: pause}
  - {at: 2022-01-22, who: ann, action: resume}
  - {at: 2022-02-05, who: bob, action: limit, rule: M1, limit: 33%}
`

// rows returns hourly bars of random walks, two months of them.
func rows() *fund.Panel {
	const n = 3
	p := &fund.Panel{N: n, Interval: time.Hour}
	random := stream.New(7, "sweep")
	price := []float64{100, 20, 3}
	start := fund.TimeOf(time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC))
	for r := range 59 * 24 {
		p.Times = append(p.Times, start.Add(time.Duration(r)*time.Hour))
		for i := range n {
			open := price[i]
			price[i] *= 1 + 0.02*(random.Float64()-0.5)
			p.Open, p.Close = append(p.Open, open), append(p.Close, price[i])
			p.High, p.Low = append(p.High, max(open, price[i])), append(p.Low, min(open, price[i]))
			p.Volume = append(p.Volume, 1e6/price[i])
		}
	}
	return p
}

func base(t testing.TB, text string) *sweep.Base {
	t.Helper()
	read := func(s []fundfile.Setting) (*fundfile.Fund, error) {
		return fundfile.ParseWith("swept.yaml", []byte(text), nil, s)
	}
	f, err := read(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &sweep.Base{Fund: f, Panel: rows(), Dataset: "rows", Make: read, Hash: hashOf}
}

// hashOf tells data apart.
func hashOf(p *fund.Panel, caps []sim.Caps) string {
	h := sha256.New()
	for _, column := range [][]float64{p.Open, p.High, p.Low, p.Close, p.Volume} {
		binary.Write(h, binary.LittleEndian, column) // a hash does not fail
	}
	fmt.Fprint(h, p.Times, caps)
	return fmt.Sprintf("%x", h.Sum(nil))
}

func grid(t testing.TB, b *sweep.Base, vary ...string) *sweep.Grid {
	t.Helper()
	g, err := sweep.NewGrid(b.Fund, axes(t, vary...), 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func axes(t testing.TB, vary ...string) []sweep.Axis {
	t.Helper()
	var list []sweep.Axis
	for _, v := range vary {
		a, err := sweep.ParseAxis(v)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, a)
	}
	return list
}

// run goes on with a sweep in a folder and returns its table, finished or not.
func run(t testing.TB, ctx context.Context, dir string, b *sweep.Base, g *sweep.Grid, w sweep.Work) (*sweep.Table, []string, error) {
	t.Helper()
	folder, err := sweep.Open(dir, b, g, "this program")
	if err != nil {
		t.Fatal(err)
	}
	table, damaged, err := folder.Read(b, g)
	if err != nil {
		t.Fatal(err)
	}
	failed := w.Run(ctx, b, g, folder, table, table.Missing(0, int(g.Len())))
	table, _, err = folder.Read(b, g)
	if err != nil {
		t.Fatal(err)
	}
	return table, damaged, failed
}

// whole runs a sweep that has to succeed.
func whole(t testing.TB, b *sweep.Base, g *sweep.Grid, workers int) *sweep.Table {
	t.Helper()
	table, _, err := run(t, context.Background(), filepath.Join(t.TempDir(), "sweep"), b, g, sweep.Work{Workers: workers})
	if err != nil {
		t.Fatal(err)
	}
	return table
}
