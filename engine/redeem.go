package engine

import (
	"fmt"
	"slices"
)

// redemption is asked for and not yet paid.
type redemption struct {
	Redemption
	paying bool // Pay was sent and its units are reserved
}

func (c *Core) redeem(r *Redemption) {
	c.pending = append(c.pending, redemption{Redemption: *r})
	c.restUntil = 0
	c.owe()
	c.pay()
}

// flow books units that came or went. A deposit ends a rest: there is something new to decide on.
func (c *Core) flow(f *Flow) {
	if k := c.findRedemption(f.Redemption); k >= 0 {
		r := &c.pending[k]
		if r.paying {
			c.book.Release(r.Account, r.Asset, r.Amount)
		}
		c.pending = slices.Delete(c.pending, k, k+1)
		c.owe()
	}
	if err := c.book.Flow(f.Account, f.Asset, f.Amount); err != nil {
		c.halt("flow: " + err.Error())
		return
	}
	c.restUntil = 0
	c.value()
}

// pay sends out what can be paid from free balances, in the order in which it was asked for. While a rebalance is
// under way the cash may be spoken for, so it waits.
func (c *Core) pay() {
	for i := range c.pending {
		r := &c.pending[i]
		if r.paying || c.current != nil || c.book.Reserve(r.Account, r.Asset, r.Amount) != nil {
			continue
		}
		r.paying = true
		c.emit(&Pay{r.ID, r.Account, r.Asset, r.Amount})
	}
}

// unpaid returns the first redemption of cash that waits for cash, or nil.
func (c *Core) unpaid() *redemption {
	for i := range c.pending {
		if r := &c.pending[i]; !r.paying && r.Asset == c.universe.Base {
			return r
		}
	}
	return nil
}

// giveUp drops a redemption that the decision d should have raised cash for and could not.
func (c *Core) giveUp(d *Decide) {
	r := c.unpaid()
	if r == nil || d.Verdict != Empty {
		return
	}
	c.emit(&Alert{Unredeemable, fmt.Sprintf("redemption %d of %s %s from %s: the fund cannot raise it", r.ID, r.Amount,
		c.universe.AssetName(r.Asset), c.universe.Accounts[r.Account])})
	c.pending = slices.Delete(c.pending, c.findRedemption(r.ID), c.findRedemption(r.ID)+1)
	c.owe()
}

// owe recomputes what the view counts as owed.
func (c *Core) owe() {
	c.view.Owed = 0
	for i := range c.pending {
		if r := &c.pending[i]; r.Asset == c.universe.Base {
			c.view.Owed += r.Amount.Float64()
		}
	}
}

func (c *Core) findRedemption(id uint64) int {
	return slices.IndexFunc(c.pending, func(r redemption) bool { return r.ID == id && id != 0 })
}
