package sim

import (
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/sim/exchange"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// Of returns the world of a fund file in virtual time: its venues are simulated, its rows are the panel's, which is only
// read, and the market caps become known when they did.
func Of(f *fundfile.Fund, panel *fund.Panel, caps []Caps, seed uint64) *World {
	return New(ConfigOf(f, panel, caps, seed))
}

// ConfigOf returns what the world of a fund file is made of. Rows from before the backtest are history.
func ConfigOf(f *fundfile.Fund, panel *fund.Panel, caps []Caps, seed uint64) Config {
	cfg := Config{Universe: f.Universe(), Panel: panel, First: panel.Find(f.Backtest.From), Caps: caps, Venues: VenuesOf(f, seed), Opening: OpeningOf(f.Start, f.Backtest.From)}
	for _, fl := range f.Flows {
		cfg.Flows = append(cfg.Flows, Flow{At: fl.At, Account: fl.Account, Asset: fl.Asset, Amount: fl.Amount})
	}
	for k := range f.Operators {
		cfg.Words = append(cfg.Words, Word{At: f.Operators[k].At, Operator: *f.Body(&f.Operators[k])})
	}
	return cfg
}

// OpeningOf returns holdings as they come into a world.
func OpeningOf(holdings []fundfile.Holding, at fund.Time) []Flow {
	var flows []Flow
	for _, h := range holdings {
		flows = append(flows, Flow{At: at, Account: h.Account, Asset: h.Asset, Amount: h.Amount})
	}
	return flows
}

// VenuesOf returns how the fund's venues behave when they are simulated, by account.
func VenuesOf(f *fundfile.Fund, seed uint64) []exchange.Config {
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
