package engine

import "github.com/steelyard/steelyard/engine/fund"

// spends returns the asset that a trade spends, and how many units of it the plan gives it.
func spends(t *fund.Trade, in *fund.Instrument) (fund.AssetID, float64) {
	if t.Side == fund.Buy {
		return in.Quote, t.Spend
	}
	return in.Base, t.Quantity.Float64()
}

// delivers returns the asset that a trade brings.
func delivers(t *fund.Trade, in *fund.Instrument) fund.AssetID {
	if t.Side == fund.Buy {
		return in.Base
	}
	return in.Quote
}

// brings returns how many units of what it delivers the plan expects of a trade after fees.
func (c *Core) brings(t *fund.Trade, in *fund.Instrument) float64 {
	if t.Side == fund.Sell {
		return (t.Notional - t.Cost.Total()) / c.current.decision.Prices[in.Quote]
	}
	units := t.Quantity.Float64()
	if in.Fees.In == fund.FeeInBase || in.Fees.In == fund.FeeInReceived {
		units -= float64(units * in.Fees.Taker.Float64())
	}
	return units
}

// spendable returns the units of an asset that a stage may spend in an account: what earlier stages did deliver, and what
// the plan takes from the holding. What the plan keeps stays, so that a sale that did not come about funds no purchase
// from the fund's cash.
func (c *Core) spendable(account fund.AccountID, asset fund.AssetID, stage int) float64 {
	kept := c.current.opening[account][asset]
	for i := range c.current.decision.Plan.Trades {
		t := &c.current.decision.Plan.Trades[i]
		in := &c.universe.Instruments[t.Instrument]
		if t.Stage > stage || in.Venue != account {
			continue
		}
		if from, units := spends(t, in); from == asset {
			kept -= units
		}
		if t.Stage < stage && delivers(t, in) == asset {
			kept += c.brings(t, in)
		}
	}
	return c.book.Free(account, asset).Float64() - max(0, kept)
}

// money names an asset where something lacks for want of it.
func (c *Core) money(a fund.AssetID) string {
	if a == c.universe.Base {
		return "cash"
	}
	return c.universe.AssetName(a)
}

// sellable returns the base units that can be sold: what is free, less a fee that the venue takes in the base asset.
func (c *Core) sellable(in *fund.Instrument) fund.Amount {
	free := c.book.Free(in.Venue, in.Base)
	if in.Fees.In == fund.FeeInBase {
		free = in.Lots(free.Float64() / (1 + in.Fees.Taker.Float64()))
	}
	return in.WholeLots(free)
}
