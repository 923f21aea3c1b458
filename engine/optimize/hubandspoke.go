package optimize

import "github.com/steelyard/steelyard/engine/fund"

// HubAndSpoke trades every asset against the cash asset: sells first, then buys scaled to the cash that the sells
// bring in after their costs. Quantities are whole lots, toward zero.
type HubAndSpoke struct{}

// maxPasses bounds how often a plan is corrected for what its own rounding and costs left over. Two is usual: one
// that trades and one that finds nothing more to do.
const maxPasses = 32

// Plan returns the trades that bring the holdings to their target. On the holdings that it predicts it is empty:
// passes are repeated on the predicted state and their trades merged until one finds nothing to do.
func (HubAndSpoke) Plan(p *Problem) fund.Plan {
	plan, _ := p.hubAndSpoke()
	return plan
}

// hubAndSpoke returns that plan, and the state that it leads to.
func (p *Problem) hubAndSpoke() (fund.Plan, [][]float64) {
	net := make([]fund.Amount, len(p.Universe.Instruments)) // signed, base units
	state, left := p.spokes(net, p.Holding)
	return p.plan(net, state, left), state
}

// spokes adds to net the trades against cash that are left to do on the state that net leads to, and returns the state that
// it leads to then and what they leave alone.
func (p *Problem) spokes(net []fund.Amount, state [][]float64) ([][]float64, []fund.LeftAlone) {
	ps := newPass(p, net)
	for k := range maxPasses {
		ps.begin(state, k == 0)
		ps.sell()
		ps.buy(k == 0)
		if !ps.merge() {
			return state, ps.left
		}
		state = p.settle(net)
	}
	return state, nil
}

// After returns the free holdings, [account][asset] units, that p's holdings become if every trade of the plan fills
// at the prices and costs that it was planned with.
func After(p *Problem, plan *fund.Plan) [][]float64 { return p.settle(p.netOf(plan)) }

// plan turns net quantities, which lead to a state, into priced trades, sells before buys, by instrument.
func (p *Problem) plan(net []fund.Amount, state [][]float64, left []fund.LeftAlone) fund.Plan {
	plan := fund.Plan{LeftAlone: left, After: p.weights(state)}
	if trades := count(net); trades > 0 {
		plan.Trades = make([]fund.Trade, 0, trades)
	}
	for stage, side := range [...]fund.Side{fund.Sell, fund.Buy} {
		for i := range net {
			if net[i].Sign() != int(side) {
				continue
			}
			t := p.price(fund.InstrumentID(i), side, signed(side, net[i]))
			t.Stage = stage
			plan.Trades = append(plan.Trades, t)
			plan.Cost = plan.Cost.Plus(t.Cost)
		}
	}
	unreached := p.unreached(state)
	plan.Certificate = fund.Certificate{Naive: plan.Cost, Unreached: unreached, NaiveUnreached: unreached}
	return plan
}

// count returns how many instruments are traded.
func count(net []fund.Amount) int {
	n := 0
	for i := range net {
		if !net[i].IsZero() {
			n++
		}
	}
	return n
}

// price evaluates one trade of quantity > 0 with the problem's prices and cost model.
func (p *Problem) price(i fund.InstrumentID, side fund.Side, quantity fund.Amount) fund.Trade {
	b := p.bill(i, side, quantity.Float64())
	return fund.Trade{
		Instrument: i, Side: side, Quantity: quantity,
		Notional: float64(quantity.Float64()*p.Mid[i]) * p.Price[p.Universe.Instruments[i].Quote],
		Spend:    b.paid + b.fee,
		Cost:     p.costOf(i, b),
	}
}

// weights returns the value of each asset as a fraction of all that the problem counts.
func (p *Problem) weights(state [][]float64) []float64 {
	w, total := make([]float64, len(p.Price)), 0.0
	for a := range w {
		for acc := range state {
			w[a] += float64(state[acc][a] * p.Price[a])
		}
		total += w[a]
	}
	for a := range w {
		if total > 0 {
			w[a] /= total
		}
	}
	return w
}

// signed returns q for a buy and −q for a sell; applied twice with the same side it is the identity.
func signed(side fund.Side, q fund.Amount) fund.Amount {
	if side == fund.Sell {
		return q.Neg()
	}
	return q
}
