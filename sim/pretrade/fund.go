package pretrade

import (
	"context"
	"fmt"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/execute"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/sim/exchange"
)

// Fund is whose rebalances are priced.
type Fund struct {
	Universe *fund.Universe
	Venues   []exchange.Config             // one per account, in their order
	Policy   func() (engine.Policy, error) // a new one each time: targets remember
}

// Moment is when a rebalance is decided on: at the close of a market's newest row.
type Moment struct {
	Market  *Market
	Caps    []sim.Caps // known by then, by time
	Opening []sim.Flow // held
}

// At returns what the fund decides at a moment, were what it holds worth so many times as much.
func (f *Fund) At(m Moment, scale float64) (*Rebalance, error) {
	p, err := f.Policy()
	if err != nil {
		return nil, err
	}
	opening := f.scaled(m.Opening, scale)
	d, omitted, err := Decide(f.Universe, p, opening, m.Market.history, m.Caps)
	if err != nil {
		return nil, err
	}
	return &Rebalance{Universe: f.Universe, Policy: p, Venues: f.Venues, Opening: opening, Market: m.Market, Decision: d, Omitted: omitted}, nil
}

func (f *Fund) scaled(opening []sim.Flow, scale float64) []sim.Flow {
	var list []sim.Flow
	times := fund.AmountOfFloat(scale)
	for _, h := range opening {
		h.Amount = h.Amount.Mul(times).RoundDown(f.Universe.Assets[h.Asset].Decimals)
		list = append(list, h)
	}
	return list
}

// Size is what the rebalance of a larger or smaller fund comes to.
type Size struct {
	NAV, Turnover float64 // base currency
	Expectation
	Refused string // why nothing is traded at this size; "": it is
}

// Capacity returns what the rebalance of a moment comes to were the fund worth so much, in the base currency. Its orders have as
// long as they take under the caps, whatever the policy's deadline, but where the schedule takes its horizon from that.
func (f *Fund) Capacity(ctx context.Context, m Moment, worth []float64) ([]Size, error) {
	own, err := f.At(m, 1)
	if err != nil {
		return nil, err
	}
	var sizes []Size
	for _, nav := range worth {
		b, err := f.At(m, nav/own.Decision.NAV)
		if err != nil {
			return nil, err
		}
		s := Size{NAV: nav, Turnover: b.Decision.Plan.Turnover()}
		if b.Decision.Verdict != engine.Go {
			s.Refused = fmt.Sprintf("%s: %s", b.Decision.Verdict, b.Decision.Why)
		} else {
			p := b.Policy
			if p.Schedule.Kind != execute.AlmgrenChriss || p.Schedule.Over > 0 {
				p.Schedule.Deadline = longest
			}
			if s.Expectation, err = b.Expect(ctx, p); err != nil {
				return nil, err
			}
		}
		sizes = append(sizes, s)
	}
	return sizes, nil
}
