package engine

import (
	"fmt"

	"github.com/steelyard/steelyard/engine/execute"
	"github.com/steelyard/steelyard/engine/fund"
)

// parentOf sizes a trade by what there is to be spent on it. Trades of a stage that spend the same asset share what has
// arrived of it in proportion to what the plan gives them.
func (c *Core) parentOf(t *fund.Trade) parent {
	in := &c.universe.Instruments[t.Instrument]
	p := parent{trade: t, asks: c.view.At}
	p.work = execute.Parent{Start: c.view.At, Total: t.Quantity, Lot: in.LotSize()}
	asset, _ := spends(t, in)
	need := c.planned(in.Venue, asset, c.current.stage)
	if there := c.spendable(in.Venue, asset, need); there < need*(1-hair) {
		p.work.Total = in.Lots(t.Quantity.Float64() * (max(0, there) / need))
	}
	if most := c.sellable(in); t.Side == fund.Sell && most.Less(p.work.Total) {
		p.work.Total = most
	}
	if p.work.Total.Sign() <= 0 {
		c.leave(fmt.Sprintf("no %s for %s of %s", c.money(asset), t.Quantity, c.universe.InstrumentKey(t.Instrument)))
	}
	if t.Side == fund.Buy {
		p.spend = t.Spend / t.Quantity.Float64() * min(1+slack, max(1, c.book.Free(in.Venue, asset).Float64()/need))
	}
	return p
}

// hair is the part of an amount that a plan made in floats may be off by.
const hair = 1e-9

// spends returns the asset that a trade spends, and how many units of it the plan gives it.
func spends(t *fund.Trade, in *fund.Instrument) (fund.AssetID, float64) {
	if t.Side == fund.Buy {
		return in.Quote, t.Spend
	}
	return in.Base, t.Quantity.Float64()
}

// brings returns the asset that a trade delivers, and how many units of it the plan expects after fees.
func (c *Core) brings(t *fund.Trade, in *fund.Instrument) (fund.AssetID, float64) {
	if t.Side == fund.Sell {
		return in.Quote, (t.Notional - t.Cost.Total()) / c.current.decision.Prices[in.Quote]
	}
	units := t.Quantity.Float64()
	if in.Fees.In == fund.FeeInBase || in.Fees.In == fund.FeeInReceived {
		units -= float64(units * in.Fees.Taker.Float64())
	}
	return in.Base, units
}

// planned returns the units of an asset that all trades of a stage plan to spend in an account.
func (c *Core) planned(account fund.AccountID, asset fund.AssetID, stage int) float64 {
	sum := 0.0
	for i := range c.current.decision.Plan.Trades {
		t := &c.current.decision.Plan.Trades[i]
		in := &c.universe.Instruments[t.Instrument]
		if from, units := spends(t, in); t.Stage == stage && in.Venue == account && from == asset {
			sum += units
		}
	}
	return sum
}

// spendable returns the units of an asset that the stage may spend in an account, of which the plan spends need: what earlier
// stages did deliver, and what the plan takes from the holding. What the plan keeps stays, so that a sale that did not
// come about funds no purchase from the fund's cash.
func (c *Core) spendable(account fund.AccountID, asset fund.AssetID, need float64) float64 {
	free := c.book.Free(account, asset).Float64()
	kept := c.current.opening[account][asset] - need
	for i := range c.current.decision.Plan.Trades {
		t := &c.current.decision.Plan.Trades[i]
		in := &c.universe.Instruments[t.Instrument]
		if t.Stage >= c.current.stage || in.Venue != account {
			continue
		}
		if from, units := spends(t, in); from == asset {
			kept -= units
		}
		if to, units := c.brings(t, in); to == asset {
			kept += units
		}
	}
	return free - max(0, kept)
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
