package optimize

// newton moves the flows of all convex edges at once to where they meet prices that carry the supplies: Newton's method
// on the dual of the network, with the linear edges of the tree as they stand. Chords are good at finding which edges
// carry anything; how much each carries, of many at once, this finds in a few steps. It is a start for the next
// round and decides nothing: the simplex goes on from it and ends at an optimum whatever the start.
type newton struct {
	group   []int32   // by node: nodes that linear edges of the tree join share what their prices rise by
	fixed   []float64 // by group: supply, and the flows of linear edges
	excess  []float64 // by group: what comes and does not go
	move    []float64 // by group: what its prices are to rise by
	give    []float64 // by group: how much more comes for a unit of price
	left    []float64 // by group: of conjugate gradients, the excess that is left
	toward  []float64 // and their direction
	gain    []float64 // and what comes by it
	springs []spring
	before  []float64 // by edge: flows of the simplex
}

// spring is a convex edge between groups whose flow gives way to prices.
type spring struct {
	from, to int32
	give     float64 // flow for a unit of price between its ends
}

const (
	busy        = 2       // springs for a group from which on chords would need many rounds
	newtonSteps = 16      // most
	halvings    = 4       // lengths of a step that are tried
	enough      = 0.9     // a step takes the slope along it to at most this part
	level       = 1. / 64 // excesses may end at this part of the next chords
	reach       = 1. / 8  // of a step, what prices change at most
	rough       = 1e-5    // the part of the energy of what is left that conjugate gradients end at
	held        = 1e-9    // holds groups that no spring joins with the root
)

// polish runs newton from the duals of the simplex. Where it does not get on, flows stay as they are.
func (s *simplex) polish() {
	n := &s.newton
	n.join(s)
	n.respond(s, 0)
	if len(n.springs) < busy*len(n.excess) {
		n.restore(s)
		return
	}
	for k := 0; n.worst() > level*s.step; k++ {
		t := n.stride(s, n.aim())
		if t == 0 || k == newtonSteps {
			n.restore(s)
			return
		}
		for v := range s.dual {
			s.dual[v] += float64(t * n.move[n.group[v]])
		}
	}
}

// stride finds how far to go along the moves and sets the flows to what they are there; 0 if that is nowhere.
func (n *newton) stride(s *simplex, slope float64) float64 {
	farthest := 0.0
	for _, x := range n.move {
		farthest = max(farthest, abs(x))
	}
	t := 1 / max(1, farthest/reach)
	for range halvings {
		n.respond(s, t)
		if abs(dot(n.excess, n.move)) < enough*abs(slope) {
			return t
		}
		t /= 2
	}
	return 0
}

// join finds the groups, that of the root first, and remembers the flows.
func (n *newton) join(s *simplex) {
	n.group = sized(n.group, len(s.parent))
	groups := int32(0)
	for k, v := range s.walk(s.root) {
		if k > 0 && s.yields(s.arc[v]) {
			n.group[v] = n.group[s.parent[v]]
			continue
		}
		n.group[v] = groups
		groups++
	}
	for _, c := range [...]*[]float64{&n.fixed, &n.excess, &n.move, &n.give, &n.left, &n.toward, &n.gain} {
		*c = sized(*c, int(groups))
		clear(*c)
	}
	for v, b := range s.supply {
		n.fixed[n.group[v]] += b
	}
	n.before = sized(n.before, len(s.edges))
	for a := range s.edges {
		e := &s.edges[a]
		n.before[a] = e.flow
		if !e.convex {
			n.fixed[n.group[e.from]] -= e.flow
			n.fixed[n.group[e.to]] += e.flow
		}
	}
}

// yields reports whether an edge of the tree takes more and less at the same price.
func (s *simplex) yields(a int32) bool {
	e := &s.edges[a]
	return !e.convex && e.flow > e.low+s.tiny && e.flow < e.high-s.tiny
}

// sized returns a slice of a length, the same one if it is large enough.
func sized[T any](c []T, length int) []T {
	if cap(c) < length {
		return make([]T, length)
	}
	return c[:length]
}

func (n *newton) restore(s *simplex) {
	for a := range s.edges {
		s.edges[a].flow = n.before[a]
	}
}

// respond sets the flows of convex edges to what they are at prices t moves on.
func (n *newton) respond(s *simplex, t float64) {
	copy(n.excess, n.fixed)
	n.springs = n.springs[:0]
	for a := range s.edges {
		e := &s.edges[a]
		if !e.convex {
			continue
		}
		from, to := n.group[e.from], n.group[e.to]
		lead := s.dual[e.to] - s.dual[e.from] + float64(t*(n.move[to]-n.move[from]))
		flow, give := s.response(int32(a), e, lead)
		e.flow = flow
		if flow == 0 || from == to {
			continue
		}
		n.excess[from] -= flow
		n.excess[to] += flow
		if give > 0 {
			n.springs = append(n.springs, spring{from, to, give})
		}
	}
	n.excess[0] = 0 // the root takes what comes
}

// worst returns the largest excess.
func (n *newton) worst() float64 {
	most := 0.0
	for _, x := range n.excess {
		most = max(most, abs(x))
	}
	return most
}

// aim finds the moves that would end all excesses if every spring kept its give, by conjugate gradients, and returns the
// slope of the dual along them.
func (n *newton) aim() float64 {
	clear(n.give)
	for _, sp := range n.springs {
		n.give[sp.from] += sp.give
		n.give[sp.to] += sp.give
	}
	n.give[0] = 0
	clear(n.move)
	size := 0.0
	for g, x := range n.excess {
		n.left[g] = -x
		n.toward[g] = n.ease(g)
		size += float64(n.left[g] * n.toward[g])
	}
	for end, k := rough*size, 0; size > end && k < len(n.left); k++ {
		size = n.descend(size)
	}
	return dot(n.excess, n.move)
}

// descend is one step of conjugate gradients. It takes and returns the energy of what is left.
func (n *newton) descend(size float64) float64 {
	n.pull()
	step, next := size/dot(n.toward, n.gain), 0.0
	for g := range n.left {
		n.move[g] += float64(step * n.toward[g])
		n.left[g] -= float64(step * n.gain[g])
		next += float64(n.left[g] * n.ease(g))
	}
	for g := range n.toward {
		n.toward[g] = n.ease(g) + float64(next/size*n.toward[g])
	}
	return next
}

// ease is the preconditioner: what a group's own springs make of what is left. The root's price stands.
func (n *newton) ease(g int) float64 {
	if n.give[g] == 0 {
		return 0
	}
	return n.left[g] / n.give[g]
}

// pull sets gain to what more comes to each group when prices rise as toward says.
func (n *newton) pull() {
	for g, x := range n.toward {
		n.gain[g] = float64(held * n.give[g] * x)
	}
	for _, sp := range n.springs {
		flow := float64(sp.give * (n.toward[sp.to] - n.toward[sp.from]))
		n.gain[sp.from] -= flow
		n.gain[sp.to] += flow
	}
	n.gain[0] = 0
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for k, x := range a {
		sum += float64(x * b[k])
	}
	return sum
}
