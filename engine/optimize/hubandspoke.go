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
	net := make([]fund.Amount, len(p.Universe.Instruments)) // signed, base units
	left := p.spokes(net, p.Holding, p.predict)
	return p.plan(net, left)
}

// spokes adds to net the trades against cash that are left to do on the state that net leads to, and returns what they
// leave alone. lead says what state net trades lead to.
func (p *Problem) spokes(net []fund.Amount, state [][]float64, lead func([]fund.Amount) [][]float64) []fund.LeftAlone {
	wheel := p.wheel()
	for k := range maxPasses {
		ps := newPass(p, wheel, state, net, k == 0)
		ps.sell()
		ps.buy(k == 0)
		if !ps.merge() {
			return ps.left
		}
		state = lead(net)
	}
	return nil
}

// After returns the free holdings, [account][asset] units, that p's holdings become if every trade of the plan fills
// at the prices and costs that it was planned with.
func After(p *Problem, plan *fund.Plan) [][]float64 { return p.settle(p.netOf(plan)) }

// plan turns net quantities into priced trades, sells before buys, by instrument.
func (p *Problem) plan(net []fund.Amount, left []fund.LeftAlone) fund.Plan {
	plan := fund.Plan{LeftAlone: left, After: p.weights(p.predict(net))}
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
	unreached := p.unreached(p.settle(net))
	plan.Certificate = fund.Certificate{Naive: plan.Cost, Unreached: unreached, NaiveUnreached: unreached}
	return plan
}

// price evaluates one trade of quantity > 0 with the problem's prices and cost model.
func (p *Problem) price(i fund.InstrumentID, side fund.Side, quantity fund.Amount) fund.Trade {
	b := p.bill(i, side, quantity.Float64())
	return fund.Trade{
		Instrument: i, Side: side, Quantity: quantity,
		Notional: b.value * p.Price[p.Universe.Instruments[i].Quote],
		Spend:    b.paid + b.fee,
		Cost:     p.costOf(i, b),
	}
}

// predict applies net quantities to the problem's holdings. Fees are taken in quote, whatever asset the venue takes
// them in: their value is what counts here.
func (p *Problem) predict(net []fund.Amount) [][]float64 {
	state := make([][]float64, len(p.Holding))
	for acc := range state {
		state[acc] = append([]float64(nil), p.Holding[acc]...)
	}
	for i := range net {
		if net[i].IsZero() {
			continue
		}
		in := &p.Universe.Instruments[i]
		state[in.Venue][in.Base] += net[i].Float64()
		state[in.Venue][in.Quote] -= p.outlay(fund.InstrumentID(i), net[i].Float64())
	}
	return state
}

// outlay returns the quote units that trading q units (negative: a sale) takes; what it brings is negative.
func (p *Problem) outlay(i fund.InstrumentID, q float64) float64 {
	if q == 0 {
		return 0
	}
	side := fund.Buy
	if q < 0 {
		side = fund.Sell
	}
	rate := p.rate(i, side, abs(q))
	return float64(p.Mid[i]*(q+float64(abs(q)*rate))) + p.Universe.Instruments[i].Fees.PerTrade.Float64()/p.Price[p.Universe.Instruments[i].Quote]
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
