package optimize

import "math"

// pivot sends as much as it can around the cycle that an arc closes with the tree. The arc of the tree that ends this
// leaves it, of several the last on the way around from the cycle's top: then every arc of the tree can send more toward
// the root, and no sequence of pivots comes back to where it was (Cunningham 1976, "A network simplex method"). It reports
// whether anything ended it.
func (s *simplex) pivot(a int32) bool {
	e := &s.edges[a]
	rising := s.dual[e.to]-s.dual[e.from] > e.up
	u, v, room := e.from, e.to, e.hi-e.flow
	if !rising {
		u, v, room = e.to, e.from, e.flow-e.lo
	}
	top := s.meeting(u, v)
	leaving, below := int32(none), int32(none) // the node under the arc that leaves, and the end of a that it cuts off
	for w := u; w != top; w = s.parent[w] {
		if r := s.room(w, false); r < room {
			room, leaving, below = r, w, u
		}
	}
	for w := v; w != top; w = s.parent[w] {
		if r := s.room(w, true); r <= room {
			room, leaving, below = r, w, v
		}
	}
	if math.IsInf(room, 1) {
		return false
	}
	s.send(u, v, top, room)
	s.exchange(a, rising, room, leaving, below)
	return true
}

// room returns how much more the arc above w takes upward or downward on its piece.
func (s *simplex) room(w int32, upward bool) float64 {
	e := &s.edges[s.arc[w]]
	if (e.from == w) == upward {
		return e.hi - e.flow
	}
	return e.flow - e.lo
}

// send moves flow down from top to u and up from v to top.
func (s *simplex) send(u, v, top int32, flow float64) {
	if flow == 0 {
		return
	}
	for w := u; w != top; w = s.parent[w] {
		s.shift(w, -flow)
	}
	for w := v; w != top; w = s.parent[w] {
		s.shift(w, flow)
	}
}

// shift adds an upward flow to the arc above w.
func (s *simplex) shift(w int32, upward float64) {
	if e := &s.edges[s.arc[w]]; e.from == w {
		e.flow += upward
	} else {
		e.flow -= upward
	}
}

// exchange takes arc a into the tree for the one above leaving, or moves it to the other end of its piece.
func (s *simplex) exchange(a int32, rising bool, moved float64, leaving, below int32) {
	e := &s.edges[a]
	if leaving == none {
		if rising {
			e.flow = e.hi
		} else {
			e.flow = e.lo
		}
		s.rest(a)
		return
	}
	s.enter(a, rising)
	if rising {
		e.flow += moved
	} else {
		e.flow -= moved
	}
	out := s.arc[leaving]
	if o := &s.edges[out]; abs(o.flow-o.lo) < abs(o.hi-o.flow) { // exactly the corner, whatever rounding has left
		o.flow = o.lo
	} else {
		o.flow = o.hi
	}
	s.rehang(leaving, below, e.from+e.to-below, a)
	s.rest(out)
	before := s.dual[below]
	s.value(below)
	shift := s.dual[below] - before
	for _, w := range s.walk(below)[1:] {
		s.dual[w] += shift
	}
}
