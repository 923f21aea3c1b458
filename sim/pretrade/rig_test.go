package pretrade

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/execute"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
	"github.com/steelyard/steelyard/engine/optimize"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/sim/exchange"
	"github.com/steelyard/steelyard/sim/stream"
)

var day0 = fund.TimeOf(time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC))

// The instruments of the rig, in the order of the universe.
const (
	btc fund.InstrumentID = iota
	cross
	eth
	sol
)

// history is forty days of hours of BTC, ETH, SOL and the cross ETH/BTC. ETH moves much as BTC does, SOL on its own; a third
// as much trades at night.
func history() *fund.Panel {
	p := &fund.Panel{N: 3, Interval: time.Hour}
	random := stream.New(1, "history")
	last := []float64{30000, 2000, 100}
	for r := range 40 * 24 {
		p.Times = append(p.Times, day0.Add(time.Duration(r)*time.Hour))
		z := [3]float64{}
		for i := range z {
			z[i] = math.Sqrt(12) * (random.Float64() - 0.5)
		}
		z[1] = 0.8*z[0] + 0.6*z[1]
		for i := range z {
			open := last[i]
			last[i] *= 1 + []float64{0.006, 0.008, 0.01}[i]*z[i]
			volume := 2e7 * (0.5 + random.Float64()) / open
			if r%24 < 8 {
				volume /= 3
			}
			for k, v := range []float64{open, max(open, last[i]), min(open, last[i]), last[i], volume} {
				*columns(p)[k] = append(*columns(p)[k], v)
			}
		}
	}
	return p.WithCrosses(4, crosses())
}

func crosses() []fund.Cross { return []fund.Cross{{Of: cross, Base: eth, Quote: btc}} }

func universe() *fund.Universe {
	fees := fund.Fees{Maker: fund.MustAmount("0.001"), Taker: fund.MustAmount("0.001")}
	pair := func(name string, base, quote fund.AssetID) fund.Instrument {
		return fund.Instrument{Name: name, Base: base, Quote: quote, Fees: fees, Spread: 0.0004}
	}
	return &fund.Universe{Accounts: []string{"binance"}, Base: 3,
		Assets: []fund.Asset{{Name: "BTC", Decimals: 8}, {Name: "ETH", Decimals: 8}, {Name: "SOL", Decimals: 8}, {Name: "USDT", Decimals: 8}},
		Instruments: []fund.Instrument{
			pair("BTC/USDT", 0, 3), pair("ETH/BTC", 1, 0), pair("ETH/USDT", 1, 3), pair("SOL/USDT", 2, 3)}}
}

// weights is a target that stays.
type weights []float64

func (w weights) Weights(*fund.View) []float64 { return w }

// newRig is a fund of ten million that has too much SOL and ETH, and the decision that follows.
func newRig(t testing.TB, s execute.Schedule) *Rebalance {
	t.Helper()
	return rigOf(t, s, weights{0.4, 0.3, 0.1, 0.2}, 3e6, 4e6, 2e6, 1e6)
}

// rigOf is a fund with a target, so many dollars of each asset, and the decision that follows.
func rigOf(t testing.TB, s execute.Schedule, target weights, held ...float64) *Rebalance {
	t.Helper()
	return decidedBy(t, universe(), NewMarket(history(), crosses(), 30*fund.Day), s, target, held)
}

// crosslessRigOf is the same without ETH/BTC.
func crosslessRigOf(t testing.TB, s execute.Schedule, target weights, held ...float64) *Rebalance {
	t.Helper()
	u, h := universe(), history()
	u.Instruments = slices.Delete(u.Instruments, int(cross), int(cross)+1)
	for _, column := range columns(h) {
		var kept []float64
		for row := range slices.Chunk(*column, h.N) {
			kept = append(kept, row[btc], row[eth], row[sol])
		}
		*column = kept
	}
	h.N = 3
	return decidedBy(t, u, NewMarket(h, nil, 30*fund.Day), s, target, held)
}

func decidedBy(t testing.TB, u *fund.Universe, m *Market, s execute.Schedule, target weights, held []float64) *Rebalance {
	t.Helper()
	b := &Rebalance{Universe: u, Market: m}
	models := make([]impact.Model, len(u.Instruments))
	for i := range models {
		models[i] = impact.SquareRoot{Y: 1, HalfLife: fund.Day / 4}
	}
	s.Deadline = fund.Day
	b.Policy = engine.Policy{Target: target, Planner: optimize.MinCost{}, Schedule: s, Impact: models,
		Window: 30 * fund.Day, Dust: 1, MaxAge: fund.Day, Retry: fund.Day}
	b.Venues = []exchange.Config{{Impact: models, Window: 30 * fund.Day}}
	marks := fund.NewMarks(u, fund.Day)
	marks.Row(m.history.Close[(m.history.Rows()-1)*m.history.N:], b.decided())
	for a, usd := range held {
		b.Opening = append(b.Opening, sim.Flow{Asset: fund.AssetID(a), Amount: fund.AmountOfFloat(usd / marks.Price[a]).RoundDown(8)})
	}
	d, _, err := Decide(u, b.Policy, b.Opening, m.history, nil)
	if err != nil {
		t.Fatal(err)
	}
	b.Decision = d
	return b
}
