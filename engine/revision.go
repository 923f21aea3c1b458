package engine

import (
	"fmt"

	"github.com/steelyard/steelyard/engine/fund"
)

// expected is a fund file that a Revision may name.
type expected struct {
	fund     string
	universe *fund.Universe
	policy   Policy
}

// Expect tells the core of a fund file, by its canonical hash, that a Revision may name later. Its universe has the names of the
// core's own (fund.Universe.Names). Both are kept and must not change; the policy serves one revision.
func (c *Core) Expect(hash string, u *fund.Universe, p Policy) {
	c.others = append(c.others, expected{hash, u, p})
	c.desk.Expect(p.Limits)
}

// revise puts another policy in the place of the fund's. Only what the fund file says changes. Holdings, redemptions that wait, what
// trades left on prices, what rules remember, operators' words and the kill switch, the last decision and the rest after one that
// failed are the fund's, and go on. A rebalance under way is worked to its end under the schedule that it began with, and the
// rules as they are now; nothing is decided before the next row.
func (c *Core) revise(r *Revision) {
	for k := range c.others {
		if o := c.others[k]; o.fund == r.Fund {
			c.others = append(c.others[:k:k], c.others[k+1:]...)
			c.adopt(o.universe, o.policy)
			return
		}
	}
	c.halt(fmt.Sprintf("the fund is to go by the fund file %s, which is not known here", r.Fund))
}

func (c *Core) adopt(u *fund.Universe, p Policy) {
	inherit(p.Target, c.policy.Target)
	inherit(p.Trigger, c.policy.Trigger)
	c.universe, c.view.Universe, c.policy = u, u, p
	c.omits, _ = p.Target.(Omitting)
	c.marks.Revise(p.MaxAge)
	c.desk.Revise(u, p.Limits)
	c.costs.revise(u, p)
}

func inherit(next, before any) {
	if heir, ok := next.(Heir); ok {
		heir.Inherit(before)
	}
}
