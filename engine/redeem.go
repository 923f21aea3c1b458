package engine

import (
	"fmt"
	"slices"
)

// margin is how much more cash than a redemption asks for is raised for it.
const margin = 0.01

// redemption is asked for and not yet paid.
type redemption struct {
	Redemption
	paying bool // Pay was sent and its units are reserved
}

// redeem takes a redemption. Cash can be raised as far as the fund's worth reaches; of any other asset only what is free
// can be paid.
func (c *Core) redeem(r *Redemption) {
	c.pending = append(c.pending, redemption{Redemption: *r})
	c.restUntil = 0
	c.owe()
	c.pay()
	last := &c.pending[len(c.pending)-1]
	if !last.paying && (r.Asset != c.universe.Base || c.view.Owed*(1+margin) > c.view.NAV) {
		c.refuse(last)
	}
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
	c.desk.Flowed(float64(f.Amount.Float64() * c.view.Price[f.Asset]))
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
	if r := c.unpaid(); r != nil && d.Verdict == Empty {
		c.refuse(r)
	}
}

// refuse drops a redemption and says so.
func (c *Core) refuse(r *redemption) {
	c.emit(&Alert{Unredeemable, fmt.Sprintf("redemption %d of %s %s from %s is refused: %s are free, and the fund cannot raise it",
		r.ID, r.Amount, c.universe.AssetName(r.Asset), c.universe.Accounts[r.Account], c.book.Free(r.Account, r.Asset))})
	k := c.findRedemption(r.ID)
	c.pending = slices.Delete(c.pending, k, k+1)
	c.owe()
}

// raise returns the cash to be kept for redemptions that wait for it: a little more than they ask for, because prices
// move until the fills, and enough more that the sale is not dust.
func (c *Core) raise() float64 {
	sum := 0.0
	for i := range c.pending {
		if r := &c.pending[i]; !r.paying && r.Asset == c.universe.Base {
			sum += float64(r.Amount.Float64()*(1+margin)) + c.policy.Dust + c.policy.Dust
		}
	}
	return sum
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
