package optimize

// response returns the flow of a convex edge at which one more unit costs lead, and by how much it grows with that. It is
// exact to about a millionth.
func (s *simplex) response(a int32, e *edge, lead float64) (flow, give float64) {
	lead -= e.rate
	if lead <= e.first || e.high <= e.low {
		return e.low, 0
	}
	small := min(e.low+float64(s.step/1024), e.high)
	x := min(max(e.flow, small), e.high)
	for range maxGuesses {
		slope, bend := s.bend(a, x)
		next := guess(x, lead-slope, bend)
		switch {
		case slope < lead && next >= e.high:
			next = e.high
		case slope >= lead && next <= small:
			next = small
		}
		switch {
		case next == x && x == e.high && slope < lead:
			return x, 0
		case next == x && x == small:
			return foot(e, small, lead, slope)
		case abs(next-x) <= x/1024: // and the next step would be as much smaller than this one as this one is than x
			return next, 1 / bend
		}
		x, give = next, max(0, 1/bend)
	}
	return x, give
}

// maxGuesses bounds the guesses of a response: each is at most 16 times the one before, or a 16th of it.
const maxGuesses = 12

// guess is Newton's step from a flow whose next unit costs short less than it may.
func guess(x, short, bend float64) float64 {
	switch {
	case bend > 0:
		return min(max(x+short/bend, x/16), 16*x)
	case short > 0:
		return 16 * x
	}
	return x / 16
}

// foot is the response of an edge that carries next to nothing: linear up to small.
func foot(e *edge, small, lead, slope float64) (flow, give float64) {
	if slope <= e.first {
		return small, 0
	}
	give = (small - e.low) / (slope - e.first)
	return min(e.low+float64((lead-e.first)*give), small), give
}

// bend returns slope and curvature of an edge's cost at flow x > 0, from what it costs a little more and less.
func (s *simplex) bend(a int32, x float64) (slope, bend float64) {
	d := float64(x / 1024)
	below, at, above := s.curve(a, x-d), s.curve(a, x), s.curve(a, x+d)
	return (above - below) / (2 * d), (above - at - (at - below)) / (d * d)
}
