package optimize

import (
	"slices"

	"github.com/steelyard/steelyard/engine/fund"
)

// MinCost trades what reaches the target at the least expected cost: through whichever instruments, venues and assets
// between are cheapest. It solves a minimum-cost flow of value, with costs that grow faster than the size, and makes of it
// a plan in whole lots that can be paid for at every step. Where trading every asset against cash is cheaper in the end,
// it returns that plan.
type MinCost struct{}

// Plan returns the trades that bring the holdings to their aim, with a certificate. On the holdings that it predicts it is
// empty: what it would trade there it trades at once.
func (MinCost) Plan(p *Problem) fund.Plan {
	naive, state := p.hubAndSpoke()
	if p.forced() {
		naive.Certificate.Gap = float64(penalty * naive.Certificate.Unreached) // nothing better but to leave less unreached
		p.addFrozen(&naive, state)
		return naive
	}
	best := p.atMost(p.whole(p.cheapest(&naive)), &naive)
	plan, ok := p.staged(best)
	if !ok {
		return naive
	}
	plan.Certificate.Naive, plan.Certificate.NaiveUnreached = naive.Cost, naive.Certificate.Unreached
	return plan
}

// whole adds to a candidate what a plan on its prediction would trade, until that is nothing. Where it cannot be added, the
// search begins again without the trades that are in its way.
func (p *Problem) whole(c candidate) candidate {
	q := p
	for range maxPasses {
		more := p.next(c.net).start()
		if more.empty() {
			break
		}
		if p.join(&c, more.net) {
			continue
		}
		q = q.without(c.net, more.net)
		other := q.start()
		c.verdict, c.net, c.why = other.verdict, other.net, other.why
	}
	return c
}

// start returns the best net trades that are found from the problem alone.
func (p *Problem) start() candidate {
	naive := HubAndSpoke{}.Plan(p)
	return p.cheapest(&naive)
}

// cheapest returns the best net trades that are found, those of hub and spoke among them.
func (p *Problem) cheapest(naive *fund.Plan) candidate {
	net := p.netOf(naive)
	spokes := p.judge(net)
	best, extra := p.apart(p.improve(make([]fund.Amount, len(net))))
	if spokes.feasible && spokes.total()+p.together(net) < best.total()+extra-p.doubt(&best) {
		bound, duals := best.bound, best.duals
		best = p.improve(net)
		best.bound, best.duals = bound, duals
	}
	return best
}

// join adds trades to a candidate, if what comes of it is better: where a trade that is partly undone would be too small for
// its venue it is not.
func (p *Problem) join(c *candidate, more []fund.Amount) bool {
	net := slices.Clone(c.net)
	for i := range net {
		if net[i] = net[i].Add(more[i]); p.tooSmall(fund.InstrumentID(i), net[i]) != "" {
			net[i] = fund.Amount{}
		}
	}
	return p.better(c, net, 0)
}

// candidate is a set of net trades on its way to a plan.
type candidate struct {
	verdict
	net   []fund.Amount
	why   []string    // by asset, from the newest rounding
	duals [][]float64 // of the first network solved; nil before
	bound float64     // no plan totals less
}

// improve goes on from net trades as long as a network, or the naive plan for what is left, finds better ones. What
// rounding leaves over is traded so, and on the state that results there is nothing more to do.
func (p *Problem) improve(net []fund.Amount) candidate {
	c := candidate{verdict: p.judge(net), net: net}
	m := newMarket(p)
	for k := range maxPasses {
		if !m.step(&c, k == 0) {
			break
		}
	}
	return c
}

// step replaces the candidate by a better one and reports whether it found one. After the first it cleans up a hair more
// than a new plan on the resulting state would see.
func (m *market) step(c *candidate, first bool) bool {
	p := m.p
	grain, hair := p.grain(p.settle(c.net)), 1+1e-12
	if !first {
		grain, hair = grain*(1-1e-9), 1+1e-9
	}
	least := toGoOn * grain
	if c.empty() && p.Owed == 0 { // what is owed is raised for less
		least = toStart * grain
	}
	m.state(c.net, grain)
	if m.idle < grain {
		return false
	}
	// What rounding left over is hardly worth a network: spokes close it for about as much.
	if small := m.scale < leftover*grain; small && !c.empty() {
		return m.spoke(c, least) || m.flow(c, hair, least)
	}
	return m.flow(c, hair, least) || m.spoke(c, least)
}

// leftover is how many grains may be left for hub and spoke to be tried first. It costs some thousandths of what it
// trades more than a network would: no more than a grain.
const leftover = 500

// flow tries what the network finds. Where the venue's lots and minimums leave too little of that, and another plan might do
// better, it tries without the trades that came to nothing.
func (m *market) flow(c *candidate, hair, least float64) bool {
	for range maxTries {
		worth, err := m.find(least)
		if err == nil && c.duals == nil {
			c.bound, c.duals = m.lower, m.prices
		}
		if err != nil || !worth {
			return false
		}
		r := m.lots(hair)
		c.why = r.why
		if r.done && m.p.better(c, r.net, least) {
			return true
		}
		if least = max(least, toMatter*m.grain); !m.shut(r.tooSmalls) {
			return false
		}
	}
	return false
}

// maxTries bounds how many networks are solved in a step that finds nothing.
const maxTries = 16

// shut closes an edge until the next statement: of those with a wish too small to be traded the one whose trades have to
// be largest, the first of equals. It reports whether there was one.
func (m *market) shut(tooSmall []wish) bool {
	worst, most := -1, 0.0
	for k := range m.legs {
		l := &m.legs[k]
		mine := func(w wish) bool { return w.instrument == l.instrument && w.side == l.side }
		if l.least > most && slices.ContainsFunc(tooSmall, mine) {
			worst, most = k, l.least
		}
	}
	if worst >= 0 {
		m.legs[worst].most, m.s.edges[len(m.places)+worst].high = 0, 0
	}
	return worst >= 0
}

// spoke tries to trade against cash.
func (m *market) spoke(c *candidate, least float64) bool {
	net := slices.Clone(c.net)
	m.p.spokes(net, m.after)
	return m.p.better(c, net, least)
}

// better takes net trades if they can be paid for and gain enough.
func (p *Problem) better(c *candidate, net []fund.Amount, least float64) bool {
	v := p.judge(net)
	if !v.feasible || v.total() > c.total()-least || !p.stages(p.Holding, p.trades(net)) {
		return false
	}
	c.verdict, c.net = v, net
	return true
}

// find solves the network, and where trades are lumpy finds the best choice of them. It reports false where nothing can
// gain so much.
func (m *market) find(least float64) (bool, error) {
	worth, err := m.solve(least)
	if err != nil {
		return false, err
	}
	m.prove()
	m.stuck = m.slacks()
	if worth && m.lumpy() {
		return true, m.branch()
	}
	return worth, nil
}

// What a set of trades must gain, in grains. To start trading takes more than to go on, so that what is done stays done.
const (
	toStart  = 4.
	toMatter = 3.5 // less another plan does not start for
	toGoOn   = 2.
)

// doubt returns by how much the naive plan must be better: by anything, but if there is nothing to do without it, by what
// it takes to start.
func (p *Problem) doubt(c *candidate) float64 {
	if c.empty() {
		return toStart * p.grain(p.Holding)
	}
	return 0
}

func (c *candidate) empty() bool {
	for i := range c.net {
		if !c.net[i].IsZero() {
			return false
		}
	}
	return true
}
