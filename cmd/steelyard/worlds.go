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
	cfg := sim.Config{Universe: f.Universe(), Panel: panel, Caps: caps, Venues: venuesOf(f, seed), Opening: opening(f.Start, f.Backtest.From)}
	for _, fl := range f.Flows {
		cfg.Flows = append(cfg.Flows, sim.Flow{At: fl.At, Account: fl.Account, Asset: fl.Asset, Amount: fl.Amount})
	}
	for k := range f.Operators {
		cfg.Words = append(cfg.Words, sim.Word{At: f.Operators[k].At, Operator: *f.Body(&f.Operators[k])})
	}
	return sim.New(cfg)
}

// opening returns holdings as they come into a world.
func opening(holdings []fundfile.Holding, at fund.Time) []sim.Flow {
	var flows []sim.Flow
	for _, h := range holdings {
		flows = append(flows, sim.Flow{At: at, Account: h.Account, Asset: h.Asset, Amount: h.Amount})
	}
	return flows
}

// venuesOf returns how the fund's venues behave when they are simulated, by account.
func venuesOf(f *fundfile.Fund, seed uint64) []exchange.Config {
	var list []exchange.Config
	for id, v := range f.Venues {
		list = append(list, exchange.Config{
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
	return list
}
