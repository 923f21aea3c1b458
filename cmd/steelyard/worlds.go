package main

import (
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/sim/exchange"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// simulated wires a fund file to the world in virtual time: its venues are simulated, its rows are the panel's, and the
// market caps become known when they did.
func simulated(f *fundfile.Fund, panel *fund.Panel, caps []sim.Caps, seed uint64) *sim.World {
	cfg := sim.Config{Universe: f.Universe(), Panel: panel, Caps: caps}
	for id, v := range f.Venues {
		cfg.Venues = append(cfg.Venues, exchange.Config{
			Account:       fund.AccountID(id),
			AtClose:       f.Backtest.FillClose,
			Participation: v.Participation,
			Latency:       v.Latency,
			Jitter:        v.Jitter,
			RejectRate:    v.RejectRate,
			Window:        f.Window,
			Impact:        f.Impact,
			Seed:          seed,
		})
	}
	for _, h := range f.Start {
		cfg.Opening = append(cfg.Opening, sim.Flow{At: f.Backtest.From, Account: h.Account, Asset: h.Asset, Amount: h.Amount})
	}
	for _, fl := range f.Flows {
		cfg.Flows = append(cfg.Flows, sim.Flow{At: fl.At, Account: fl.Account, Asset: fl.Asset, Amount: fl.Amount})
	}
	return sim.New(cfg)
}
