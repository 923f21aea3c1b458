package reports

import "github.com/steelyard/steelyard/engine/fund"

// shadow is the run free of cost: the same decisions, orders and fills, none of which cost fees, spread or impact. What was not
// paid is invested at that moment as the fund then is, and from then on earns what the fund's assets earn. Deposits and
// withdrawals come to both alike. So with the cost c_i of fill i and the growth G_i of the fund's value from there on, costs and
// flows apart, the shadow is worth Σ c_i·G_i more than the fund: the costs, and what they would have compounded to.
type shadow struct {
	more  float64 // that the shadow is worth than the fund, as of from
	from  float64 // value of the fund after the newest fill, flow or point
	value chain   // of the shadow
}

func shadowFrom(nav float64) shadow { return shadow{from: nav, value: chainFrom(nav)} }

// reach lets the shadow grow as the fund did to this value.
func (s *shadow) reach(nav float64) {
	s.more *= ratio(nav, s.from)
	s.from = nav
}

// filled takes a fill: what the fund is worth after it, and what it cost.
func (s *shadow) filled(nav float64, cost fund.Cost) {
	s.reach(nav + cost.Total())
	s.more += cost.Total()
	s.from = nav
}

// flow takes an external flow, by the values of the fund right before and right after it.
func (s *shadow) flow(before, after float64) {
	s.reach(before)
	s.value.flow(before+s.more, after+s.more)
	s.from = after
}

// point returns the shadow's value and its time-weighted return since the newest point.
func (s *shadow) point(nav float64) (value, earned float64) {
	s.reach(nav)
	value = nav + s.more
	return value, s.value.point(value)
}
