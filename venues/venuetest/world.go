package venuetest

import (
	"slices"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
	"github.com/steelyard/steelyard/sim/exchange"
)

// World returns a scene as a simulated venue plays it: one account of this name, the rows as a panel, and how the venue
// behaves. Trades move no price.
func (s *Scene) World(account string) (*fund.Universe, *fund.Panel, exchange.Config) {
	u := s.universe(account)
	p := &fund.Panel{N: len(s.Listings), Interval: s.Interval}
	for _, row := range s.Rows {
		p.Times = append(p.Times, row[0].Open)
		for _, b := range row {
			p.Open, p.High = append(p.Open, b.First.Float64()), append(p.High, b.High.Float64())
			p.Low, p.Close = append(p.Low, b.Low.Float64()), append(p.Close, b.Last.Float64())
			p.Volume = append(p.Volume, b.Volume.Float64())
		}
	}
	return u, p, exchange.Config{Participation: s.Participation, Window: fund.Day, Seed: 1, Impact: slices.Repeat([]impact.Model{impact.None{}}, p.N)}
}

func (s *Scene) universe(account string) *fund.Universe {
	u := &fund.Universe{Accounts: []string{account}}
	var names []string
	for _, l := range s.Listings {
		names = append(names, l.Base, l.Quote)
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		u.Assets = append(u.Assets, fund.Asset{Name: name, Decimals: 8})
	}
	u.Base, _ = u.Asset(s.Listings[0].Quote)
	for _, l := range s.Listings {
		in := fund.Instrument{Name: l.Name, Lot: l.Lot, Tick: l.Tick, MinQuantity: l.MinQuantity, MaxQuantity: l.MaxQuantity, MinNotional: l.MinNotional, Spread: s.Spread,
			Fees: fund.Fees{Maker: s.Maker, Taker: s.Taker, In: s.FeeIn}}
		in.Base, _ = u.Asset(l.Base)
		in.Quote, _ = u.Asset(l.Quote)
		in.Fees.Asset, _ = u.Asset(s.FeeAsset)
		u.Instruments = append(u.Instruments, in)
	}
	return u
}
