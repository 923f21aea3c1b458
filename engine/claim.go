package engine

import "github.com/steelyard/steelyard/engine/fund"

// claim is what a parent takes of the asset that it spends, in units of that.
type claim struct {
	account fund.AccountID
	asset   fund.AssetID
	stage   int
	each    float64 // what one base unit takes, at the newest price
	rest    float64 // what it has not sent yet takes
	due     float64 // what it asks for now takes
	free    float64 // there is for all of its stage; only where something is due
}

// shareOut cuts what the parents ask for to what there is to be spent.
func (c *Core) shareOut() {
	c.claims = c.claims[:0]
	for i := range c.current.parents {
		c.claims = append(c.claims, c.claimOf(i))
	}
	for i := range c.claims {
		if c.current.parents[i].due.Sign() > 0 {
			c.share(i)
		}
	}
}

// claimOf returns a parent's claim, given those of the parents before it.
func (c *Core) claimOf(i int) claim {
	p := &c.current.parents[i]
	in := &c.universe.Instruments[p.trade.Instrument]
	k := claim{account: in.Venue, stage: p.trade.Stage}
	k.asset, k.each = p.pays(in)
	k.rest = float64(p.work.Total.Sub(p.work.Released).Float64() * k.each)
	k.due = float64(p.due.Float64() * k.each)
	if p.due.Sign() <= 0 {
		return k
	}
	if i > 0 && c.current.parents[i-1].due.Sign() > 0 && c.claims[i-1].sharesWith(&k) && c.claims[i-1].stage == k.stage {
		k.free = c.claims[i-1].free
	} else {
		k.free = c.spendable(k.account, k.asset, k.stage)
	}
	return k
}

// sharesWith reports whether two claims are on the same units.
func (k *claim) sharesWith(o *claim) bool { return k.asset == o.asset && k.account == o.account }

// share cuts what a parent asks for to what there is to be spent. Parents that spend the same asset share it in proportion
// to what they ask for, in whole lots, and the last of them gets all that is left.
func (c *Core) share(i int) {
	p, mine := &c.current.parents[i], &c.claims[i]
	free, asked, planned := mine.free, 0.0, 0.0
	for j := range c.claims {
		o := &c.claims[j]
		switch {
		case !o.sharesWith(mine):
			continue
		case j < i:
			free -= o.due
		default:
			asked += o.due
		}
		planned += o.rest
	}
	if p.limit = mine.each; !c.desk.Reserves(mine.asset) {
		p.limit *= min(1+slack, max(1, c.book.Free(mine.account, mine.asset).Float64()/planned))
	}
	if free < asked*(1-hair) {
		c.cut(i, c.universe.Instruments[p.trade.Instrument].Lots(p.due.Float64()*max(0, free)/asked))
		mine.due = float64(p.due.Float64() * mine.each)
	}
}

// slack is how far a purchase may overspend what was planned for it when cash is ample, and how far the price of a sale may
// fall behind: prices move between the decision and the fill.
const slack = 0.05

// hair is the part of an amount that a plan made in floats may be off by.
const hair = 1e-9
