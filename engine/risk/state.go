package risk

import "github.com/steelyard/steelyard/engine/fund"

// State is what rules are evaluated on. Whoever makes it owns its slices; a desk keeps none of them.
type State struct {
	View    *fund.View
	Held    [][]float64                       // [account][asset] value in the base currency, what working orders reserve included
	Working []Leg                             // what is left of the orders that were sent
	ADV     func(i fund.InstrumentID) float64 // base units of an average day; 0: not known
}

// Leg is a trade as the rules see it: value, at the marks of the base asset, that goes from one asset into another.
type Leg struct {
	Instrument  fund.InstrumentID
	Account     fund.AccountID
	Gets, Gives fund.AssetID
	Value       float64 // base currency
	Cost        float64 // base currency: of the quote asset, lost on the way or spent beyond the value
	Fee         float64 // base currency: of the base asset, where the venue takes its fee in it
	Stage       int
}

// LegOf returns what trading quantity > 0 base units comes to at these prices.
func LegOf(u *fund.Universe, i fund.InstrumentID, side fund.Side, quantity float64, price []float64) Leg {
	in := &u.Instruments[i]
	l := Leg{Instrument: i, Account: in.Venue, Gets: in.Base, Gives: in.Quote, Value: quantity * price[in.Base]}
	if in.Fees.In == fund.FeeInBase || in.Fees.In == fund.FeeInReceived && side == fund.Buy {
		l.Fee = float64(l.Value*in.Fees.Taker.Float64()) + in.Fees.PerTrade.Float64()
	}
	if side == fund.Sell {
		l.Gets, l.Gives = l.Gives, l.Gets
	}
	return l
}

// nav returns the value of everything held.
func (s *State) nav() float64 {
	sum := 0.0
	for acc := range s.Held {
		for _, v := range s.Held[acc] {
			sum += v
		}
	}
	return sum
}

// sheet is values by account and asset, with their sums over accounts in a last row.
type sheet [][]float64

func newSheet(accounts, assets int) sheet {
	cells := make([]float64, (accounts+1)*assets)
	s := make(sheet, accounts+1)
	for acc := range s {
		s[acc] = cells[acc*assets : (acc+1)*assets]
	}
	return s
}

func (s sheet) add(acc fund.AccountID, a fund.AssetID, v float64) {
	s[acc][a] += v
	s[len(s)-1][a] += v
}

func (s sheet) totals() []float64 { return s[len(s)-1] }

// row returns the values of an account, or the sums for None.
func (s sheet) row(acc fund.AccountID) []float64 {
	if acc == fund.None {
		return s.totals()
	}
	return s[acc]
}

func (s sheet) copy() sheet {
	c := newSheet(len(s)-1, len(s[0]))
	for acc := range s {
		copy(c[acc], s[acc])
	}
	return c
}

// course is what a plan does to what is held, stage by stage. A stage begins when all earlier ones have ended.
type course struct {
	nav, ends float64 // NAV now, and after what the plan is expected to cost
	flight    sheet   // what working orders may bring
	leaves    sheet   // and what they may take
	working   []Leg
	stages    []stage
	now, last sheet
}

type stage struct {
	legs  []Leg
	start sheet // before it
	gains sheet // what its orders bring
	gives sheet // what they take
}

// follow lays out a plan, whose legs are in the order of their stages.
func (d *Desk) follow(s *State, legs []Leg) *course {
	accounts, assets := len(s.Held), len(d.universe.Assets)
	c := &course{working: s.Working, flight: newSheet(accounts, assets), leaves: newSheet(accounts, assets), now: newSheet(accounts, assets)}
	for acc := range s.Held {
		for a, v := range s.Held[acc] {
			c.now.add(fund.AccountID(acc), fund.AssetID(a), v)
			c.nav += v
		}
	}
	for k := range s.Working {
		w := &s.Working[k]
		c.flight.add(w.Account, w.Gets, w.Value)
		c.leaves.add(w.Account, w.Gives, w.Value)
	}
	c.ends, c.last = c.nav, c.now
	for k := 0; k < len(legs); {
		n := k
		for n < len(legs) && legs[n].Stage == legs[k].Stage {
			n++
		}
		c.last = d.step(c, legs[k:n])
		k = n
	}
	return c
}

// step adds a stage and returns what it leads to.
func (d *Desk) step(c *course, legs []Leg) sheet {
	st := stage{legs: legs, start: c.last, gains: newSheet(len(c.now)-1, len(c.now[0])), gives: newSheet(len(c.now)-1, len(c.now[0]))}
	next := c.last.copy()
	for k := range legs {
		l := &legs[k]
		st.gains.add(l.Account, l.Gets, l.Value)
		st.gives.add(l.Account, l.Gives, l.Value)
		next.add(l.Account, l.Gets, l.Value)
		next.add(l.Account, l.Gives, -l.Value)
		in := &d.universe.Instruments[l.Instrument]
		next.add(l.Account, in.Quote, -l.Cost)
		next.add(l.Account, in.Base, -l.Fee)
		c.ends -= l.Cost + l.Fee
	}
	c.stages = append(c.stages, st)
	return next
}
