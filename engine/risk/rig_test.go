package risk_test

import (
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/risk"
)

const (
	btc fund.AssetID = iota
	eth
	usdc
	usdt
)

// universe has two venues. At a, everything trades against USDT, and ETH against BTC; at b, BTC and USDC do.
func universe() *fund.Universe {
	u := &fund.Universe{Assets: []fund.Asset{{Name: "BTC", Decimals: 8}, {Name: "ETH", Decimals: 8}, {Name: "USDC", Decimals: 8}, {Name: "USDT", Decimals: 8}},
		Accounts: []string{"a", "b"}, Base: usdt}
	lot := fund.MustAmount("0.01")
	u.Instruments = []fund.Instrument{
		{Name: "BTC/USDT", Base: btc, Quote: usdt, Lot: lot},
		{Name: "ETH/BTC", Base: eth, Quote: btc, Lot: lot},
		{Name: "ETH/USDT", Base: eth, Quote: usdt, Lot: lot},
		{Name: "USDC/USDT", Base: usdc, Quote: usdt, Lot: lot},
		{Name: "BTC/USDT", Base: btc, Quote: usdt, Lot: lot, Venue: 1},
		{Name: "USDC/USDT", Base: usdc, Quote: usdt, Lot: lot, Venue: 1},
	}
	return u
}

const (
	btcA fund.InstrumentID = iota
	ethBtc
	ethA
	usdcA
	btcB
	usdcB
)

func prices() []float64 { return []float64{100, 10, 1, 1} }

// holding is a state with these values at venue a, and nothing at b.
func holding(u *fund.Universe, values ...float64) *risk.State {
	v := &fund.View{Universe: u, Price: prices(), Stale: make([]bool, len(u.Assets)), Cap: make([]float64, len(u.Assets)), CapAt: make([]fund.Time, len(u.Assets))}
	s := &risk.State{View: v, Held: [][]float64{make([]float64, 4), make([]float64, 4)}}
	copy(s.Held[0], values)
	s.ADV = func(fund.InstrumentID) float64 { return 1000 }
	return s
}

func desk(rules ...risk.Rule) *risk.Desk { return risk.NewDesk(universe(), risk.Limits{Rules: rules}) }

func order(i fund.InstrumentID, side fund.Side, quantity string) fund.Order {
	return fund.Order{ID: 1, Instrument: i, Side: side, Quantity: fund.MustAmount(quantity)}
}
