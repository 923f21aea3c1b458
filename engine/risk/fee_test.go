package risk_test

import (
	"testing"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/risk"
)

// charging is the universe whose venue a takes 1 % of a trade in USDC, and perTrade USDT for the order.
func charging(in fund.FeeIn, perTrade string) *fund.Universe {
	u := universe()
	u.Instruments[usdcA].Fees = fund.Fees{Taker: fund.MustAmount("0.01"), In: in, PerTrade: fund.MustAmount(perTrade)}
	return u
}

func reserve() risk.Limits {
	return risk.Limits{Rules: []risk.Rule{{ID: "R", Kind: risk.MinClass, Limit: 0.2, Breach: risk.Clip, Assets: []fund.AssetID{usdc}}}}
}

// Of 3000.004 USDC 1000.004 may go: sold, worked, or taken as the fee in base of either.
func TestAFeeInBaseIsOfTheReserve(t *testing.T) {
	for _, c := range []struct {
		in       fund.FeeIn
		perTrade string
		works    float64 // base units
		want     string
	}{
		{fund.FeeInQuote, "0", 0, "1000"},
		{fund.FeeInReceived, "0", 0, "1000"},
		{fund.FeeInBase, "0", 0, "990.1"},
		{fund.FeeInBase, "5", 0, "985.15"},
		{fund.FeeInQuote, "0", 500, "500"},
		{fund.FeeInBase, "0", 500, "490.1"},
	} {
		u := charging(c.in, c.perTrade)
		s := holding(u, 0, 0, 3000.004, 6999.996)
		if c.works > 0 {
			s.Working = []risk.Leg{risk.LegOf(u, usdcA, fund.Sell, c.works, s.View.Price)}
		}
		a, cut := risk.NewDesk(u, reserve()).Approve(order(usdcA, fund.Sell, "2000"), s)
		if got := a.Order().Quantity.String(); got != c.want || cut == nil {
			t.Errorf("%+v: %s, %v", c, got, cut)
		}
	}
}

// What a plan buys of the reserve is less by the fee in base, and what it sells more.
func TestAPlanPaysItsFeeInBase(t *testing.T) {
	u := charging(fund.FeeInBase, "0")
	for _, c := range []struct {
		side fund.Side
		want float64 // USDC of 10000 of NAV in the end
	}{{fund.Sell, 2495}, {fund.Buy, 3495}} {
		p := fund.Plan{Trades: []fund.Trade{{Instrument: usdcA, Side: c.side, Quantity: fund.MustAmount("500"), Notional: 500, Cost: fund.Cost{Fees: 5}}}}
		v := risk.NewDesk(u, reserve()).Review(holding(u, 0, 0, 3000, 7000), []float64{0, 0, 0, 1}, func(*risk.Bounds) fund.Plan { return p })
		if got := v.Checks[0].After * 10_000; v.Refusal != nil || got < c.want-1e-6 || got > c.want+1e-6 {
			t.Errorf("%s: %v in the end, want %v; %v", c.side, got, c.want, v.Refusal)
		}
	}
}
