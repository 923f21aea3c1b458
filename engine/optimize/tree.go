package optimize

// tree is a spanning tree of the nodes, held as the parent of each and lists of children.
type tree struct {
	parent []int32 // by node; none for the root
	arc    []int32 // by node: to its parent
	depth  []int32
	first  []int32 // by node: a child
	next   []int32 // by node: another child of the same parent
	prev   []int32
	order  []int32 // what the newest walk met
}

const none = -1

// newTree returns a tree of lone nodes.
func newTree(nodes int) tree {
	column := func() []int32 {
		c := make([]int32, nodes)
		for v := range c {
			c[v] = none
		}
		return c
	}
	return tree{column(), column(), make([]int32, nodes), column(), column(), column(), nil}
}

// hang makes v a child of p by an arc.
func (t *tree) hang(v, p, arc int32) {
	t.parent[v], t.arc[v] = p, arc
	t.prev[v], t.next[v] = none, t.first[p]
	if t.first[p] != none {
		t.prev[t.first[p]] = v
	}
	t.first[p] = v
}

// cut takes v from its parent.
func (t *tree) cut(v int32) {
	if t.prev[v] != none {
		t.next[t.prev[v]] = t.next[v]
	} else {
		t.first[t.parent[v]] = t.next[v]
	}
	if t.next[v] != none {
		t.prev[t.next[v]] = t.prev[v]
	}
}

// rehang takes the subtree below leaving away and hangs it below to by an arc that ends at v, a node of the subtree,
// which becomes its top.
func (t *tree) rehang(leaving, v, to, arc int32) {
	for {
		above, by := t.parent[v], t.arc[v]
		t.cut(v)
		t.hang(v, to, arc)
		if v == leaving {
			return
		}
		v, to, arc = above, v, by
	}
}

// walk returns v and all below it, parents before children, and sets their depths. It is valid until the next walk.
func (t *tree) walk(v int32) []int32 {
	t.order = append(t.order[:0], v)
	for k := 0; k < len(t.order); k++ {
		w := t.order[k]
		if p := t.parent[w]; p != none {
			t.depth[w] = t.depth[p] + 1
		}
		for c := t.first[w]; c != none; c = t.next[c] {
			t.order = append(t.order, c)
		}
	}
	return t.order
}

// meeting returns the lowest node that is above both u and v, or one of them.
func (t *tree) meeting(u, v int32) int32 {
	for u != v {
		if t.depth[u] >= t.depth[v] {
			u = t.parent[u]
		} else {
			v = t.parent[v]
		}
	}
	return u
}
