package reports

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/execute"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/host"
	"github.com/steelyard/steelyard/engine/impact"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/engine/optimize"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/sim/exchange"
	"github.com/steelyard/steelyard/sim/stream"
	"github.com/steelyard/steelyard/strategies"
)

var day0 = fund.TimeOf(time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC))

func hours(n int) fund.Time { return day0.Add(time.Duration(n) * time.Hour) }

// rig is a whole simulated fund that a test can bend before it runs.
type rig struct {
	u      *fund.Universe
	policy engine.Policy
	config sim.Config
	words  map[int]engine.Operator // of operators, right before rows close
}

// newRig has n assets A00, A01, ... against USDT on one venue, equal weights, a 10 % relative band, 10 bp of fee and
// 2 bp of spread, ten million to start with.
func newRig(n int, panel *fund.Panel) *rig {
	u := &fund.Universe{Accounts: []string{"binance"}}
	var listed []fund.AssetID
	for i := range n {
		u.Assets = append(u.Assets, fund.Asset{Name: fmt.Sprintf("A%02d", i), Decimals: 8})
		listed = append(listed, fund.AssetID(i))
	}
	u.Assets = append(u.Assets, fund.Asset{Name: "USDT", Decimals: 8})
	u.Base = fund.AssetID(n)
	fees := fund.Fees{Maker: fund.MustAmount("0.001"), Taker: fund.MustAmount("0.001")}
	models := make([]impact.Model, n)
	for i := range n {
		u.Instruments = append(u.Instruments, fund.Instrument{
			Name: u.Assets[i].Name + "/USDT", Base: fund.AssetID(i), Quote: u.Base, Fees: fees, Spread: 0.0002})
		models[i] = impact.SquareRoot{Y: 1, HalfLife: 24 * time.Hour}
	}
	r := &rig{u: u}
	r.policy = engine.Policy{
		Target: strategies.Equal(n+1, listed), Trigger: &strategies.Threshold{Band: 0.1, Dust: 1},
		Planner: optimize.HubAndSpoke{}, Schedule: execute.Schedule{Deadline: fund.Day}, Impact: models, Window: 30 * fund.Day,
		Dust: 1, MaxAge: fund.Day, Retry: fund.Day,
	}
	r.config = sim.Config{
		Universe: u, Panel: panel,
		Venues:  []exchange.Config{{Impact: models, Window: 30 * fund.Day}},
		Opening: []sim.Flow{{At: panel.Times[0], Asset: u.Base, Amount: fund.MustAmount("10000000")}},
	}
	return r
}

// free makes trading cost nothing.
func (r *rig) free() *rig {
	for i := range r.u.Instruments {
		r.u.Instruments[i].Fees, r.u.Instruments[i].Spread = fund.Fees{}, 0
		r.policy.Impact[i] = impact.SquareRoot{HalfLife: 24 * time.Hour}
	}
	return r
}

// walkPanel is a panel of hourly random walks, each step up or down by about move.
func walkPanel(n, rows int, move float64, seed uint64) *fund.Panel {
	random := stream.New(seed, "walk")
	level := make([]float64, n)
	for i := range level {
		level[i] = math.Floor(100*math.Pow(10, 3*random.Float64())) / 10
	}
	return panelOf(n, rows, func(_, i int) float64 {
		level[i] *= 1 + move*2*math.Sqrt(3)*(random.Float64()-0.5)
		return level[i]
	})
}

// panelOf is an hourly panel whose bars open at the close before and close at the given price; NaN: no bar.
func panelOf(n, rows int, price func(row, i int) float64) *fund.Panel {
	p := &fund.Panel{N: n, Interval: time.Hour}
	last := make([]float64, n)
	for r := range rows {
		p.Times = append(p.Times, hours(r))
		for i := range n {
			closing := price(r, i)
			open := last[i]
			if open == 0 || closing != closing {
				open = closing
			}
			if closing == closing {
				last[i] = closing
			}
			p.Open, p.Close = append(p.Open, open), append(p.Close, closing)
			p.High, p.Low = append(p.High, max(open, closing)), append(p.Low, min(open, closing))
			p.Volume = append(p.Volume, 1e9/open)
		}
	}
	return p
}

// play runs the rig and returns what the reports get.
func (r *rig) play(t testing.TB) Run {
	t.Helper()
	var file bytes.Buffer
	rec, err := journal.NewRecorder(r.u, journal.Manifest{Fund: "f", Dataset: "d", Seed: 1}, &file)
	if err != nil {
		t.Fatal(err)
	}
	if err := host.Run(context.Background(), engine.New(r.u, r.policy), &spoken{World: sim.New(r.config), words: r.words}, rec); err != nil {
		t.Fatal(err)
	}
	s, err := journal.ScanBytes(file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return Run{Fund: "Rig", Universe: r.u, Records: s.Records, Panel: r.config.Panel, MaxAge: r.policy.MaxAge,
		FundHash: "f", DatasetHash: "d", Seed: 1, JournalHead: rec.Head(), DecisionsDigest: rec.DecisionsDigest()}
}

func (r *rig) analyse(t testing.TB) *Analysis {
	t.Helper()
	a, err := Analyse(r.play(t))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*max(1, math.Abs(want))) {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}
