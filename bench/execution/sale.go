package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/steelyard/steelyard/data"
	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/execute"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
	"github.com/steelyard/steelyard/engine/optimize"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/sim/exchange"
	"github.com/steelyard/steelyard/sim/pretrade"
	"github.com/steelyard/steelyard/strategies"
)

// size is what is sold, in dollars.
const size = 5e6

// window is over which volatility and volume are measured.
const window = 7 * fund.Day

// minutes are the recorded bars of a coin against USDT.
type minutes struct {
	coin  string
	panel *fund.Panel
}

// load imports a coin's minutes into a store that is removed again, and loads them from it.
func load(ctx context.Context, folder, coin string) (*minutes, error) {
	dir, err := os.MkdirTemp("", "execution-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	store, err := data.Open(dir, data.Write)
	if err != nil {
		return nil, err
	}
	defer store.Close() // it is removed
	key := data.Key{Venue: "binance", Instrument: coin + "/USDT"}
	spec := data.Spec{Key: key, Interval: time.Minute, Format: "ohlcv-csv"}
	if _, err := store.Import(ctx, spec, []string{filepath.Join(folder, coin+"USDT-1m.csv.gz")}, nil); err != nil {
		return nil, err
	}
	first, err := store.Series(ctx, data.Filter{})
	if err != nil {
		return nil, err
	}
	p, _, err := store.Load(ctx, data.Query{Interval: time.Minute, Instruments: []data.Key{key}, From: first[0].First, To: first[0].Last + 1})
	return &minutes{coin, p}, err
}

// between returns the rows from one to before another, which share their bars with all.
func (m *minutes) between(from, to int) *fund.Panel {
	p := m.panel
	return &fund.Panel{N: 1, Interval: p.Interval, Times: p.Times[from:to],
		Open: p.Open[from:to], High: p.High[from:to], Low: p.Low[from:to], Close: p.Close[from:to], Volume: p.Volume[from:to]}
}

// sale is the decision, at the close of the row before from, to sell everything.
func (m *minutes) sale(from int, s execute.Schedule, model impact.Model) (*pretrade.Rebalance, error) {
	u := &fund.Universe{Accounts: []string{"binance"}, Base: 1,
		Assets:      []fund.Asset{{Name: m.coin, Decimals: 8}, {Name: "USDT", Decimals: 8}},
		Instruments: []fund.Instrument{{Name: m.coin + "/USDT", Base: 0, Quote: 1, Spread: 0.0002}}}
	if err := u.Check(); err != nil {
		return nil, err
	}
	price := m.panel.Close[from-1]
	f := pretrade.Fund{Universe: u,
		Venues: []exchange.Config{{Impact: []impact.Model{model}, Window: window}},
		Policy: func() (engine.Policy, error) {
			return engine.Policy{Target: strategies.Fixed([]float64{0, 1}), Planner: optimize.MinCost{}, Schedule: s,
				Impact: []impact.Model{model}, Window: window, Dust: 1, MaxAge: fund.Day, Retry: fund.Day}, nil
		}}
	history := m.between(max(0, from-int((window+2*fund.Day)/time.Minute)), from)
	b, err := f.At(pretrade.Moment{
		Market:  pretrade.NewMarket(history, nil, window),
		Opening: []sim.Flow{{Asset: 0, Amount: fund.AmountOfFloat(size / price).RoundDown(2)}},
	}, 1)
	if err != nil {
		return nil, err
	}
	if b.Decision.Verdict != engine.Go {
		return nil, fmt.Errorf("%v: the plan is %s: %s", m.panel.Times[from], b.Decision.Verdict, b.Decision.Why)
	}
	return b, b.Check()
}
