package reports

import (
	"sort"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
)

// Trade is one fill and what it cost, in the base currency at the marks of its instant.
type Trade struct {
	At       fund.Time
	Fill     fund.Fill
	Decision fund.DecisionID // 0: the journal holds no such order
	Reason   string          // of the decision
	Value    float64         // of what changed hands
	Cost     fund.Cost
}

// tally counts decisions, orders and fills.
type tally struct {
	universe *fund.Universe
	reasons  map[fund.DecisionID]string
	verdicts map[engine.Verdict]int
	refusal  string   // why the newest refused plan was
	orders   []placed // in the order of their placing, in which IDs ascend
	cut      int      // orders that risk cut or refused
	clipped  int      // decisions whose plan rules cut
	trades   []Trade
}

// placed is what counts of an order, and how far it came. A run may have many.
type placed struct {
	ID         fund.OrderID
	Decision   fund.DecisionID
	Instrument fund.InstrumentID
	Side       fund.Side
	ended      bool // closed by the venue before it was whole
	Quantity   fund.Amount
	filled     fund.Amount
}

func newTally(u *fund.Universe) tally {
	return tally{
		universe: u,
		reasons:  map[fund.DecisionID]string{},
		verdicts: map[engine.Verdict]int{},
	}
}

func (t *tally) decided(d *engine.Decide) {
	t.reasons[d.ID] = d.Reason
	t.verdicts[d.Verdict]++
	if len(d.Clipped) > 0 {
		t.clipped++
	}
	if d.Verdict == engine.Refused {
		t.refusal = d.Why
	}
}

func (t *tally) placed(o *fund.Order) {
	t.orders = append(t.orders, placed{ID: o.ID, Decision: o.Decision, Instrument: o.Instrument, Side: o.Side, Quantity: o.Quantity})
}

// order returns an order, until the next is placed; nil where the journal holds none of that ID.
func (t *tally) order(id fund.OrderID) *placed {
	n := len(t.orders)
	if n == 0 || id > t.orders[n-1].ID {
		return nil
	}
	k := n - 1 - int(min(t.orders[n-1].ID-id, fund.OrderID(n-1))) // where it is, if no ID is left out since
	if t.orders[k].ID != id {
		k = sort.Search(n, func(k int) bool { return t.orders[k].ID >= id })
	}
	if k == n || t.orders[k].ID != id {
		return nil
	}
	return &t.orders[k]
}

func (t *tally) closed(id fund.OrderID) {
	if o := t.order(id); o != nil {
		o.ended = true
	}
}

// filled takes a fill that was booked, at the marks of its instant.
func (t *tally) filled(at fund.Time, f *fund.Fill, price []float64) {
	quote := price[t.universe.Instruments[f.Instrument].Quote]
	trade := Trade{At: at, Fill: *f, Value: f.Cash().Float64() * quote}
	trade.Cost = fund.Cost{Fees: f.Fee.Float64() * price[f.FeeAsset], Spread: f.Spread * quote, Impact: f.Impact * quote}
	if o := t.order(f.Order); o != nil {
		o.filled = o.filled.Add(f.Quantity)
		trade.Decision, trade.Reason = o.Decision, t.reasons[o.Decision]
	}
	t.trades = append(t.trades, trade)
}

// working returns the orders that wait at the end, in the order of their placing.
func (t *tally) working() []*placed {
	var list []*placed
	for k := range t.orders {
		if o := &t.orders[k]; !o.ended && o.filled.Less(o.Quantity) {
			list = append(list, o)
		}
	}
	return list
}

// complete is the part of an order from which on it counts as filled: a price that rose a little by the fill lets a
// purchase reach its spending limit before its quantity.
const complete = 0.99

// count sets the summary's counts, turnover and costs, but for what is relative to the NAV.
func (t *tally) count(s *Summary) {
	s.Decisions = len(t.reasons)
	s.DecisionsEmpty, s.DecisionsRefused = t.verdicts[engine.Empty], t.verdicts[engine.Refused]
	s.DecisionsNotWorth, s.DecisionsClipped = t.verdicts[engine.NotWorth], t.clipped
	s.Orders, s.OrdersCut, s.OrdersWorking, s.Fills = len(t.orders), t.cut, len(t.working()), len(t.trades)
	for k := range t.orders {
		switch o := &t.orders[k]; {
		case o.ended && o.filled.IsZero():
			s.OrdersUnfilled++
		case o.ended && o.filled.Float64() < complete*o.Quantity.Float64():
			s.OrdersPartial++
		}
	}
	rebalanced := map[fund.DecisionID]bool{}
	for i := range t.trades {
		x := &t.trades[i]
		if x.Decision != 0 {
			rebalanced[x.Decision] = true
		}
		s.TurnoverValue += x.Value
		s.Cost = s.Cost.Plus(x.Cost)
	}
	s.Rebalances = len(rebalanced)
}
