package sim_test

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/host"
	"github.com/steelyard/steelyard/engine/impact"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/sim/exchange"
	"github.com/steelyard/steelyard/strategies"
	"pgregory.net/rapid"
)

// auditor is a recorder that checks the books after every step, and the venue's own balances against them whenever
// no answer can be under way.
type auditor struct {
	u       *fund.Universe
	core    *engine.Core
	world   *sim.World
	fills   int
	rounded int // fills of which the venue rounded the cash
}

func (a *auditor) Event(ev *engine.Event) error {
	switch b := ev.Body.(type) {
	case *engine.Filled:
		a.fills++
		if !b.Fill.Rounded.IsZero() {
			a.rounded++
		}
	case *engine.Row:
		if err := a.agree(); err != nil {
			return err
		}
	}
	return a.check()
}

func (a *auditor) Commands([]engine.Command) error { return a.check() }
func (a *auditor) End() error                      { return a.check() }

func (a *auditor) check() error {
	book := a.core.Book()
	for i := range a.u.Assets {
		id := fund.AssetID(i)
		if s := book.Imbalance(id); !s.IsZero() {
			return fmt.Errorf("%s: postings sum to %s", a.u.Assets[i].Name, s)
		}
		rest := book.External(id).Add(book.Market(id)).Sub(book.Fees(id))
		for acc := range a.u.Accounts {
			rest = rest.Sub(book.Balance(fund.AccountID(acc), id))
			if b := book.Balance(fund.AccountID(acc), id); b.Sign() < 0 {
				return fmt.Errorf("%s: a balance of %s", a.u.Assets[i].Name, b)
			}
		}
		if !rest.IsZero() {
			return fmt.Errorf("%s: flows + market − fees − holdings = %s", a.u.Assets[i].Name, rest)
		}
	}
	return nil
}

func (a *auditor) agree() error {
	for acc := range a.u.Accounts {
		for i := range a.u.Assets {
			ours, theirs := a.core.Book().Balance(fund.AccountID(acc), fund.AssetID(i)), a.world.Venue(fund.AccountID(acc)).Balance(fund.AssetID(i))
			if !ours.Equal(theirs) {
				return fmt.Errorf("%s: the book has %s, the venue %s", a.u.Assets[i].Name, ours, theirs)
			}
		}
	}
	return nil
}

// draw bends a rig in every way that a fund file can.
func draw(t *rapid.T) *rig {
	n := rapid.IntRange(1, 5).Draw(t, "assets")
	p := walk(n, rapid.IntRange(3, 150).Draw(t, "rows"), 0.03, rapid.Uint64().Draw(t, "market"))
	punch(t, p)
	r := newRig(n, p)
	if rapid.Bool().Draw(t, "crosses") {
		r.crosses()
	}
	drawFees(t, r)
	if rapid.Bool().Draw(t, "two venues") {
		r.twoVenues()
	}
	for i := range r.u.Instruments {
		in := &r.u.Instruments[i]
		in.Lot = rapid.SampledFrom([]fund.Amount{{}, fund.MustAmount("0.001"), fund.MustAmount("0.5")}).Draw(t, "lot")
		in.Tick = rapid.SampledFrom([]fund.Amount{{}, fund.MustAmount("0.01"), fund.MustAmount("0.025"), fund.MustAmount("0.000007")}).Draw(t, "tick")
		in.MinNotional = rapid.SampledFrom([]fund.Amount{{}, fund.MustAmount("10")}).Draw(t, "minimum")
		r.policy.Impact[i] = rapid.SampledFrom(models()).Draw(t, "model")
	}
	for i := range r.config.Venues {
		drawVenue(t, &r.config.Venues[i])
	}
	r.policy.Schedule = drawSchedule(t)
	if rapid.Bool().Draw(t, "hold") {
		r.trigger = func() engine.Trigger { return strategies.Hold{} }
	} else {
		r.trigger = func() engine.Trigger { return &strategies.Threshold{Band: 0.02, Dust: 1} }
	}
	drawTarget(t, r)
	r.policy.Limits.MaxOrder = rapid.SampledFrom([]float64{0, 400_000}).Draw(t, "max order")
	drawFlows(t, r)
	return r
}

// models returns one impact model of each kind.
func models() []impact.Model {
	return []impact.Model{
		impact.SquareRoot{Y: 1, HalfLife: 24 * time.Hour},
		impact.None{},
		impact.Proportional{Rate: 0.0005},
		impact.AlmgrenChriss{Gamma: 0.3, Eta: 0.15, Epsilon: 0.0001},
		impact.PowerLaw{Gamma: 0.3, Eta: 0.15, Beta: 0.6, Delta: 0.25, Supply: 1e9},
		impact.Transient{Permanent: 0.1, Transient: 0.9, HalfLife: 2 * time.Hour},
	}
}

// drawTarget lets some funds weigh by what they see.
func drawTarget(t *rapid.T, r *rig) {
	bounds := strategies.Bounds{Cap: max(0.5, 1/float64(len(r.listed)))}
	switch rapid.IntRange(0, 3).Draw(t, "target") {
	case 0:
		r.target = func() engine.Target {
			return &strategies.InverseVolatility{Assets: r.listed, Window: 2 * fund.Day, Every: 5 * time.Hour, Bounds: bounds}
		}
	case 1:
		drawCaps(t, r)
		r.target = func() engine.Target {
			return &strategies.MarketCap{Assets: r.listed, MinCap: 5e8, MaxAge: 30 * time.Hour, Bounds: bounds}
		}
	}
}

// drawCaps lets market caps be known, some from before the start, now and then several at the instant of a row.
func drawCaps(t *rapid.T, r *rig) {
	at := r.config.Panel.Times[0].Add(-fund.Day)
	for range rapid.IntRange(0, 12).Draw(t, "caps") {
		at = at.Add(time.Duration(rapid.IntRange(0, 48).Draw(t, "half hours")) * 30 * time.Minute)
		usd := make([]float64, len(r.u.Assets))
		for _, a := range r.listed {
			usd[a] = rapid.SampledFrom([]float64{0, 4e8, 1e9, 3e9, 9e9}).Draw(t, "cap")
		}
		r.config.Caps = append(r.config.Caps, sim.Caps{At: at, USD: usd})
	}
}

func drawVenue(t *rapid.T, v *exchange.Config) {
	v.AtClose = rapid.Bool().Draw(t, "at close")
	v.Participation = rapid.SampledFrom([]float64{0, 0.0001, 0.05}).Draw(t, "participation")
	v.Latency = rapid.SampledFrom([]time.Duration{0, time.Second, 90 * time.Minute}).Draw(t, "latency")
	v.Jitter = rapid.SampledFrom([]time.Duration{0, time.Hour}).Draw(t, "jitter")
	v.RejectRate = rapid.SampledFrom([]float64{0, 0.2}).Draw(t, "rejects")
	v.Seed = rapid.Uint64().Draw(t, "seed")
}

// punch takes bars out of a panel: single ones, and now and then all of a row.
func punch(t *rapid.T, p *fund.Panel) {
	for k := range len(p.Close) {
		if rapid.IntRange(0, 19).Draw(t, "hole") == 0 {
			for _, column := range [][]float64{p.Open, p.High, p.Low, p.Close, p.Volume} {
				column[k] = math.NaN()
			}
		}
	}
}

func drawFees(t *rapid.T, r *rig) {
	in := rapid.SampledFrom([]fund.FeeIn{fund.FeeInQuote, fund.FeeInBase, fund.FeeInReceived, fund.FeeInAsset}).Draw(t, "fee in")
	perTrade := rapid.SampledFrom([]fund.Amount{{}, fund.MustAmount("2.5"), fund.MustAmount("4000")}).Draw(t, "per trade")
	for i := range r.u.Instruments {
		r.u.Instruments[i].Fees.In, r.u.Instruments[i].Fees.PerTrade = in, perTrade
	}
	if in == fund.FeeInAsset {
		r.config.Opening = append(r.config.Opening, sim.Flow{At: r.config.Panel.Times[0], Amount: fund.MustAmount("3.25")})
	}
}

func drawFlows(t *rapid.T, r *rig) {
	p := r.config.Panel
	at := p.Times[0]
	for range rapid.IntRange(0, 3).Draw(t, "flows") {
		at = at.Add(time.Duration(rapid.IntRange(1, 40*60).Draw(t, "minutes")) * time.Minute)
		amount := fund.NewAmount(rapid.Int64Range(-6_000_000_00, 3_000_000_00).Draw(t, "cents"), 2)
		r.config.Flows = append(r.config.Flows, sim.Flow{At: at, Account: fund.AccountID(len(r.u.Accounts) - 1), Asset: r.u.Base, Amount: amount})
	}
}

// Nothing is created and nothing is lost, whatever the market, the venue and the fund do: per asset, what came in less
// what is held, what was paid and what was traded away is zero, at every event, and no balance is negative.
func TestConservation(t *testing.T) {
	fills, rounded, runs := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		r := draw(t)
		core, world := r.core(), sim.New(r.config)
		a := &auditor{u: r.u, core: core, world: world}
		if err := host.Run(context.Background(), core, world, a); err != nil {
			t.Fatal(err)
		}
		fills += a.fills
		rounded += a.rounded
		runs++
	})
	if fills < 5*runs || rounded < runs/10 {
		t.Fatalf("%d fills, %d of them rounded, in %d runs: the test tests little", fills, rounded, runs)
	}
}
