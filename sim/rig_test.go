package sim_test

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

// rig is a whole simulated fund that a test can bend before it runs.
type rig struct {
	u       *fund.Universe
	listed  []fund.AssetID // what the target holds
	policy  engine.Policy
	target  func() engine.Target // targets and triggers remember, so every run has its own
	trigger func() engine.Trigger
	config  sim.Config
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
		Planner: optimize.HubAndSpoke{}, Schedule: execute.Schedule{Deadline: fund.Day}, Impact: models, Window: 30 * fund.Day,
		Dust: 1, MaxAge: fund.Day, Retry: fund.Day,
	}
	r.listed = listed
	r.target = func() engine.Target { return strategies.Equal(n+1, listed) }
	r.trigger = func() engine.Trigger { return &strategies.Threshold{Band: 0.1, Dust: 1} }
	r.config = sim.Config{
		Universe: u, Panel: panel,
		Venues:  []exchange.Config{{Impact: models, Window: 30 * fund.Day}},
		Opening: []sim.Flow{{At: panel.Times[0], Asset: u.Base, Amount: fund.MustAmount("10000000")}},
	}
	return r
}

// twoVenues lets every instrument trade at a second venue as well, at the same prices and with a million of its own.
func (r *rig) twoVenues() {
	r.u.Accounts = append(r.u.Accounts, "kraken")
	for i := range r.config.Panel.N {
		in := r.u.Instruments[i]
		in.Venue = 1
		r.u.Instruments = append(r.u.Instruments, in)
	}
	r.policy.Impact = append(r.policy.Impact, r.policy.Impact...)
	p := r.config.Panel
	for _, column := range []*[]float64{&p.Open, &p.High, &p.Low, &p.Close, &p.Volume} {
		var twice []float64
		for k := 0; k < len(*column); k += p.N {
			row := (*column)[k : k+p.N]
			twice = append(append(twice, row...), row...)
		}
		*column = twice
	}
	p.N *= 2
	first := &r.config.Venues[0]
	first.Impact = r.policy.Impact
	r.config.Venues = append(r.config.Venues, *first)
	r.config.Venues[1].Account = 1
	r.config.Opening = append(r.config.Opening, sim.Flow{At: p.Times[0], Account: 1, Asset: r.u.Base, Amount: fund.MustAmount("1000000")})
}

// crosses lets the assets trade against the first one as well, at the ratio of their prices and with a tenth of the
// volume, and plans for the least cost.
func (r *rig) crosses() {
	p := r.config.Panel
	n := p.N
	r.policy.Planner = optimize.MinCost{}
	var list []fund.Instrument
	var from []int // by new column: the old one, or −1 − the asset of a cross
	for i, in := range r.u.Instruments {
		if i > 0 {
			cross := in
			cross.Quote, cross.Name = 0, r.u.Assets[in.Base].Name+"/A00"
			list, from = append(list, cross), append(from, -1-i)
		}
		list, from = append(list, in), append(from, i)
	}
	var models []impact.Model
	for _, k := range from {
		models = append(models, r.policy.Impact[max(k, -1-k)])
	}
	r.u.Instruments, r.policy.Impact, r.config.Venues[0].Impact = list, models, models
	for c, column := range []*[]float64{&p.Open, &p.High, &p.Low, &p.Close, &p.Volume} {
		var wide []float64
		for row := 0; row < len(*column); row += n {
			for _, k := range from {
				v := (*column)[row+max(k, -1-k)]
				if k < 0 && c < 4 {
					v /= (*column)[row]
				} else if k < 0 {
					v /= 10
				}
				wide = append(wide, v)
			}
		}
		*column = wide
	}
	p.N = len(list)
}

// walk is a panel of hourly random walks, each step up or down by about move.
func walk(n, rows int, move float64, seed uint64) *fund.Panel {
	p := &fund.Panel{N: n, Interval: time.Hour}
	random := stream.New(seed, "walk")
	last := make([]float64, n)
	for i := range last {
		last[i] = math.Floor(100*math.Pow(10, 3*random.Float64())) / 10
	}
	for r := range rows {
		p.Times = append(p.Times, day0.Add(time.Duration(r)*time.Hour))
		for i := range n {
			open := last[i]
			last[i] *= 1 + move*2*math.Sqrt(3)*(random.Float64()-0.5)
			p.Open = append(p.Open, open)
			p.High = append(p.High, max(open, last[i])*1.001)
			p.Low = append(p.Low, min(open, last[i])*0.999)
			p.Close = append(p.Close, last[i])
			p.Volume = append(p.Volume, 1e7*(0.5+random.Float64())/open)
		}
	}
	return p
}

// core returns a new core of the rig's policy.
func (r *rig) core() *engine.Core {
	fresh := func() engine.Policy {
		p := r.policy
		p.Target, p.Trigger = r.target(), r.trigger()
		return p
	}
	c := engine.New(r.u, fresh())
	for k := range r.config.Revisions {
		c.Expect(r.config.Revisions[k].Fund.Fund, r.u, fresh())
	}
	return c
}

// run runs the rig and returns its journal, the core and the world at the end.
func (r *rig) run(t testing.TB) (*bytes.Buffer, *journal.Recorder, *engine.Core) {
	t.Helper()
	var file bytes.Buffer
	rec, err := journal.NewRecorder(r.u, journal.Manifest{Fund: "f", Dataset: "d", Seed: 1}, &file)
	if err != nil {
		t.Fatal(err)
	}
	core := r.core()
	if err := host.Run(context.Background(), core, sim.New(r.config), rec); err != nil {
		t.Fatal(err)
	}
	return &file, rec, core
}
