package optimize

import (
	"errors"
	"math"
)

// Network is a minimum-cost flow problem: the cheapest way of carrying what some nodes supply to those that need it.
// Flows are in any unit. Where supplies, bounds and costs are whole numbers below 2^53, as are their products, every
// figure is exact.
type Network struct {
	Supply []float64 // by node: what it sends out (above 0) or takes in (below 0); they sum to 0
	Arcs   []Arc
}

// Arc carries flow from one node to another.
type Arc struct {
	From, To  int
	Low, High float64 // of the flow; High may be infinite
	Cost      float64 // of a unit
}

// Solution is a cheapest flow.
type Solution struct {
	Cost float64
	Flow []float64 // by arc
	Dual []float64 // by node: what a unit costs there, up to a constant for each connected part
}

// What a network can be told to be.
var (
	ErrInfeasible = errors.New("network: no flow within the bounds carries all supplies to where they are needed")
	ErrUnbounded  = errors.New("network: a cycle of negative cost has no upper bound, so that no flow is the cheapest")
	errStuck      = errors.New("network: no optimum after very many pivots: the figures differ too much in size")
)

// Solve returns a cheapest flow, or ErrInfeasible or ErrUnbounded. Of several cheapest flows it is always the same.
func (n *Network) Solve() (Solution, error) {
	s := newSimplex(len(n.Supply), len(n.Arcs))
	largest := 1.0
	for _, a := range n.Arcs {
		s.add(edge{from: int32(a.From), to: int32(a.To), low: a.Low, high: a.High, rate: a.Cost})
		largest = max(largest, abs(a.Cost))
	}
	big := largest * float64(len(n.Supply)+1) // dearer than any path
	s.hard, s.least = 4*big, largest*1e-12
	for v := range n.Supply {
		s.slack(v, rates{up: big, down: big})
	}
	s.start(n.Supply)
	if err := s.solve(); err != nil {
		return Solution{}, err
	}
	return s.solution(n)
}

// solution reads the result out of a simplex that is done.
func (s *simplex) solution(n *Network) (Solution, error) {
	sum, sent := 0.0, 0.0
	for _, b := range n.Supply {
		sum += b
		sent = max(sent, abs(b))
	}
	for a := len(n.Arcs); a < len(s.edges); a++ {
		if s.edges[a].flow > sent*1e-9 {
			return Solution{}, ErrInfeasible
		}
	}
	if abs(sum) > sent*1e-9 {
		return Solution{}, ErrInfeasible
	}
	out := Solution{Flow: make([]float64, len(n.Arcs)), Dual: s.dual[:len(n.Supply)]}
	for a := range n.Arcs {
		out.Flow[a] = s.edges[a].flow
		out.Cost += float64(s.edges[a].flow * n.Arcs[a].Cost)
		if math.IsInf(out.Flow[a], 0) || s.edges[a].high < s.edges[a].low {
			return Solution{}, ErrInfeasible
		}
	}
	return out, nil
}
