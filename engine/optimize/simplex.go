package optimize

import (
	"math"
	"slices"
)

// simplex is the primal network simplex method: the flows of a spanning tree follow from those of all other arcs, which
// stand where their cost curve has a corner, and one arc at a time enters the tree for another that leaves it. The root
// is a node of its own, to which every node has an arc in each direction, so that there is always a tree.
type simplex struct {
	tree
	edges  []edge
	offers []offer   // by edge
	dual   []float64 // by node: the cost of bringing a unit there from the root
	root   int32
	hard   float64                            // the cost of a unit beyond a bound
	least  float64                            // smaller savings of a unit count as none
	tiny   float64                            // smaller flows are rounding
	curve  func(arc int32, x float64) float64 // the cost of a convex edge at flow x, without its rate
	step   float64                            // length of the chords of convex edges
	at     int                                // where pricing goes on

	supply []float64
	excess []float64
	newton newton
}

func newSimplex(nodes, arcs int) *simplex {
	return &simplex{
		tree:   newTree(nodes + 1),
		edges:  make([]edge, 0, arcs+2*nodes),
		dual:   make([]float64, nodes+1),
		root:   int32(nodes),
		excess: make([]float64, nodes+1),
	}
}

func (s *simplex) add(e edge) int32 {
	e.flow = e.low
	s.edges = append(s.edges, e)
	return int32(len(s.edges) - 1)
}

// rates are what a unit costs on its way from a node to the root and back.
type rates struct{ up, down float64 }

// slack connects a node with the root in both directions. Nodes come in their order.
func (s *simplex) slack(v int, r rates) {
	s.add(edge{from: int32(v), to: s.root, high: math.Inf(1), rate: r.up})
	s.add(edge{from: s.root, to: int32(v), high: math.Inf(1), rate: r.down})
}

// slackOf returns the edge from node v to the root; the one back follows it.
func (s *simplex) slackOf(v int) int32 { return int32(len(s.edges) - 2*int(s.root-int32(v))) }

// start takes the supplies and hangs every node below the root.
func (s *simplex) start(supply []float64) {
	s.supply = supply
	copy(s.excess, supply)
	for a := range s.edges {
		e := &s.edges[a]
		s.excess[e.from] -= e.flow
		s.excess[e.to] += e.flow
	}
	for v := range s.root {
		a := s.slackOf(int(v))
		if s.excess[v] < 0 {
			a++
		}
		s.graft(v, s.root, a)
	}
}

// graft hangs v, which has no parent yet, below p by an arc between them.
func (s *simplex) graft(v, p, arc int32) {
	s.hang(v, p, arc)
	s.edges[arc].basic = true
}

// solve pivots until no arc that is not basic saves anything. The supplies, the costs and the bounds may be others than
// those of an earlier call: the tree is kept, and what does not fit any more costs hard a unit until it fits again.
func (s *simplex) solve() error {
	s.offers = slices.Grow(s.offers[:0], len(s.edges))[:len(s.edges)]
	s.place()
	for range 100 * (len(s.edges) + 100) {
		a := s.price()
		if a == none {
			return nil
		}
		if !s.pivot(a) {
			return ErrUnbounded
		}
	}
	return errStuck
}

// place computes the flows of the tree from those of all other arcs, finds the piece that each arc is on, and the duals.
func (s *simplex) place() {
	copy(s.excess, s.supply)
	s.excess[s.root], s.tiny = 0, 0
	for _, b := range s.supply {
		s.tiny = max(s.tiny, abs(b)*1e-15)
	}
	for a := range s.edges {
		e := &s.edges[a]
		if !e.basic {
			e.flow = min(max(e.flow, e.low), e.high)
			s.excess[e.from] -= e.flow
			s.excess[e.to] += e.flow
			s.rest(int32(a))
		}
	}
	order := s.walk(s.root)
	for k := len(order) - 1; k > 0; k-- {
		v := order[k]
		e := &s.edges[s.arc[v]]
		e.flow = s.excess[v]
		if e.to == v {
			e.flow = -e.flow
		}
		s.excess[s.parent[v]] += s.excess[v]
		s.settle(s.arc[v])
	}
	for _, v := range order[1:] {
		s.value(v)
	}
}

// value sets the dual of a node from that of its parent.
func (s *simplex) value(v int32) {
	e := &s.edges[s.arc[v]]
	if e.to == v {
		s.dual[v] = s.dual[e.from] + e.up
	} else {
		s.dual[v] = s.dual[e.to] - e.up
	}
}

// price returns the arc that saves most a unit among the next ones in turn, the first of equals, or none.
func (s *simplex) price() int32 {
	best, most := int32(none), s.least
	block := max(32, len(s.edges)/64)
	for k, seen := 0, 0; k < len(s.edges); k++ {
		a := s.at
		if s.at++; s.at == len(s.edges) {
			s.at = 0
		}
		o := &s.offers[a]
		lead := s.dual[o.to] - s.dual[o.from]
		if o.rough && lead-o.up > most {
			s.sharpen(int32(a))
		}
		if lead-o.up > most {
			best, most = int32(a), lead-o.up
		} else if o.down-lead > most {
			best, most = int32(a), o.down-lead
		}
		if seen++; seen >= block && best != none {
			break
		}
	}
	return best
}
