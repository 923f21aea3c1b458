package optimize

import "math"

// edge is an arc with the part of its cost curve that it stands on. The cost of a convex edge is a curve of its own, of
// which the simplex sees chords; that of any other is rate × flow.
type edge struct {
	from, to  int32
	low, high float64 // bounds of the flow
	rate      float64
	convex    bool
	first     float64 // what the first unit of a convex edge costs besides its rate
	basic     bool    // part of the tree

	flow float64
	// Of a basic edge, the piece that the flow is on: from lo to hi, at a cost of up a unit. Of any other, whose flow
	// ends a piece, the piece below it costs down a unit and begins at lo, the one above it up and ends at hi.
	lo, hi   float64
	up, down float64
}

// offer is what pricing looks at: what an edge that is not basic costs a unit above its flow and saves below it.
type offer struct {
	from, to int32
	up, down float64 // infinite where there is nothing to be had, as with every basic edge
	rough    bool    // up is no more than a lower bound
}

// chord returns the mean cost of a unit between two flows of an edge.
func (s *simplex) chord(a int32, e *edge, x, y float64) float64 {
	if !e.convex {
		return e.rate
	}
	return e.rate + (s.curve(a, y)-s.curve(a, x))/(y-x)
}

// rest finds the pieces on both sides of an edge that is not basic. There are none beyond its bounds.
func (s *simplex) rest(a int32) {
	e := &s.edges[a]
	e.basic = false
	e.lo, e.hi = e.low, e.high
	if e.convex {
		e.lo, e.hi = max(e.low, e.flow-s.step), min(e.high, e.flow+s.step)
	}
	e.down, e.up = math.Inf(-1), math.Inf(1)
	if e.lo < e.flow {
		e.down = s.chord(a, e, e.lo, e.flow)
	}
	rough := e.convex && e.flow == 0 // most edges carry nothing, and what the first unit costs is enough to see why
	switch {
	case e.hi <= e.flow:
	case rough:
		e.up = e.rate + e.first
	default:
		e.up = s.chord(a, e, e.flow, e.hi)
	}
	s.offers[a] = offer{e.from, e.to, e.up, e.down, rough && e.hi > e.flow}
}

// sharpen finds what the piece above an edge's flow really costs.
func (s *simplex) sharpen(a int32) {
	e, o := &s.edges[a], &s.offers[a]
	e.up = s.chord(a, e, e.flow, e.hi)
	o.up, o.rough = e.up, false
}

// enter makes an edge basic on the piece above or below its flow.
func (s *simplex) enter(a int32, rising bool) {
	e := &s.edges[a]
	s.take(a)
	if rising {
		e.lo = e.flow
		return
	}
	e.hi, e.up = e.flow, e.down
}

// take makes an edge basic.
func (s *simplex) take(a int32) {
	e := &s.edges[a]
	e.basic = true
	s.offers[a] = offer{from: e.from, to: e.to, up: math.Inf(1), down: math.Inf(-1)}
}

// settle finds the piece of a basic edge: one with its flow in the middle, or one beyond a bound, where each unit is very
// dear. What is beyond a bound by no more than rounding is at it.
func (s *simplex) settle(a int32) {
	e := &s.edges[a]
	s.take(a)
	if abs(e.flow-e.low) <= s.tiny {
		e.flow = e.low
	}
	switch {
	case e.flow < e.low:
		e.lo, e.hi, e.up = math.Inf(-1), e.low, -s.hard
	case e.flow > e.high+s.tiny:
		e.lo, e.hi, e.up = e.high, math.Inf(1), s.hard
	case e.convex && e.high > e.low:
		half := float64(s.step / 2)
		e.lo, e.hi = max(e.low, e.flow-half), min(e.high, e.flow+half)
		e.up = s.chord(a, e, e.lo, e.hi)
	default:
		e.lo, e.hi, e.up = e.low, max(e.high, e.flow), e.rate
	}
}
