package projection_test

import (
	"bytes"
	"context"
	"io"
	"math"
	"testing"

	"github.com/steelyard/steelyard/data/projection"
	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/host"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/sim/exchange"
	"github.com/steelyard/steelyard/sim/stream"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// text is a fund in whose journal everything happens that tables hold: slices, partial fills, rejects, cuts, a cross, fees in
// base and in a third asset, deposits, redemptions.
const text = `version: 1
fund: Eventful
base: USDT
start: {binance: {USDT: 20000000, BTC: 100, BNB: 10000}}
target: {kind: fixed, weights: {ADA: 15%, BTC: 35%, ETH: 35%, USDT: 10%, BNB: 5%}}
trigger: {kind: hybrid, band: 6%, at-most-every: 5h}
execution: {kind: twap, over: 4h, slices: 4, deadline: 9h}
risk: {max-order: 400000, max-weight: {BTC: 36%}, max-plan: 32000000}
assets: {BTC: {decimals: 8}, ADA: {decimals: 6}}
venues:
  - name: binance
    fee: {taker: 10bp, in: base}
    spread: 3bp
    impact: {model: square-root, y: 1.2, half-life: 7h}
    participation: 2%
    latency: 250ms
    jitter: 40m
    reject-rate: 3%
    instruments:
      - ADA/USDT
      - BNB/USDT
      - {name: BTC/USDT, lot: 0.00001, tick: 0.01, min-notional: 10, min-quantity: 0.0001}
      - {name: ETH/USDT, fee: {taker: 8bp, in: BNB}}
      - {name: ETH/BTC, prices: derived, fee: {taker: 5bp, in: received}}
flows:
  - {at: 2022-01-09T12:30:00Z, account: binance, asset: USDT, amount: 3000000}
  - {at: 2022-01-15, account: binance, asset: USDT, amount: -4000000}
backtest: {from: 2022-01-01, to: 2022-01-22, seed: 7}
`

// eventful runs the fund over made-up rows.
func eventful(t testing.TB, text string) projection.Source {
	t.Helper()
	f, err := fundfile.Parse("fund.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	panel := walk(f)
	policy, err := f.Policy()
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	rec, err := journal.NewRecorder(f.Universe(), journal.Manifest{Fund: f.Hash(), Dataset: "d", Seed: f.Backtest.Seed}, &file)
	if err != nil {
		t.Fatal(err)
	}
	if err := host.Run(context.Background(), engine.New(f.Universe(), policy), &spoken{World: world(f, panel)}, rec); err != nil {
		t.Fatal(err)
	}
	s, err := journal.ScanBytes(file.Bytes())
	if err == nil {
		err = journal.Correct(io.Discard, &s, journal.Correction{At: f.Backtest.To, Record: 3, Who: "ana", Text: "the deposit came from the founders"})
	}
	if err != nil {
		t.Fatal(err)
	}
	return projection.Source{Fund: f.Name, Trigger: f.Trigger.Kind, Universe: f.Universe(), Records: s.Records, Panel: panel, MaxAge: f.MaxAge}
}

// spoken is a world in which an operator asks for a rebalance once, before the close of row 300.
type spoken struct {
	host.World
	next *engine.Event // that was held back
}

func (s *spoken) Next(ctx context.Context) (engine.Event, error) {
	if ev := s.next; ev != nil {
		s.next = nil
		return *ev, nil
	}
	ev, err := s.World.Next(ctx)
	if row, ok := ev.Body.(*engine.Row); ok && row.Index == 300 {
		s.next = &ev
		return engine.Event{At: ev.At, Body: &engine.Operator{Who: "ana", Action: engine.Rebalance}}, err
	}
	return ev, err
}

// walk makes hourly random walks, each step up or down by 2 %.
func walk(f *fundfile.Fund) *fund.Panel {
	b := f.Backtest
	p := &fund.Panel{N: len(f.Universe().Instruments) - len(f.Crosses), Interval: b.Interval}
	random := stream.New(1, "walk")
	last := make([]float64, p.N)
	for i := range last {
		last[i] = 10 + 1000*random.Float64()
	}
	for at := b.From; at < b.To; at = at.Add(b.Interval) {
		p.Times = append(p.Times, at)
		for i, open := range last {
			last[i] *= 1 + 0.04*math.Sqrt(3)*(random.Float64()-0.5)
			p.Open, p.Close = append(p.Open, open), append(p.Close, last[i])
			p.High, p.Low = append(p.High, max(open, last[i])), append(p.Low, min(open, last[i]))
			p.Volume = append(p.Volume, 5e6*(0.5+random.Float64())/open)
		}
	}
	return p.WithCrosses(len(f.Universe().Instruments), f.Crosses)
}

func world(f *fundfile.Fund, panel *fund.Panel) *sim.World {
	cfg := sim.Config{Universe: f.Universe(), Panel: panel}
	for id, v := range f.Venues {
		cfg.Venues = append(cfg.Venues, exchange.Config{Account: fund.AccountID(id), Participation: v.Participation, Latency: v.Latency,
			Jitter: v.Jitter, RejectRate: v.RejectRate, Window: f.Window, Impact: f.Impact, Seed: f.Backtest.Seed})
	}
	for _, h := range f.Start {
		cfg.Opening = append(cfg.Opening, sim.Flow{At: f.Backtest.From, Account: h.Account, Asset: h.Asset, Amount: h.Amount})
	}
	for _, fl := range f.Flows {
		cfg.Flows = append(cfg.Flows, sim.Flow{At: fl.At, Account: fl.Account, Asset: fl.Asset, Amount: fl.Amount})
	}
	return sim.New(cfg)
}
