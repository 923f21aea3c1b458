package optimize

import (
	"math"

	"github.com/steelyard/steelyard/engine/fund"
)

// How the convex costs are approached: by chords that are first as long as half of what is to be moved and shrink each
// round, until no flows can cost less by more than a hundredth of a grain, or the chords are no longer than finest of what
// is to be moved. From smooth on Newton's steps come before the chords, which then need fewer rounds.
const (
	coarsest = 1. / 2
	shrink   = 1. / 4
	smooth   = 1. / 64
	faster   = 1. / 16
	finest   = 1. / (1 << 17)
)

// maxRounds bounds the rounds; what is charged gains as many digits in each as the cost rate has zeros.
const maxRounds = 32

// solve finds the cheapest flows. Each round states the supplies less what the last round's flows cost, and what is left
// to aim at after it, and goes on from the last round's tree with finer chords. It stops and reports false as soon as it is
// sure that no flows are worth so much more than none.
func (m *market) solve(worth float64) (bool, error) {
	before := 0.0
	for round := range maxRounds {
		cost := m.charge()
		if round > 0 && m.close() && abs(cost-before) <= noise/100*m.scale {
			break
		}
		before = cost
		m.refine(round)
		if err := m.s.solve(); err != nil {
			return false, err
		}
		if m.s.step > smooth*m.scale && !m.straight {
			continue // and there is no saying what it is worth
		}
		m.low = m.bound()
		m.gap = m.cost() - m.low
		if m.idle-m.low < worth {
			return false, nil
		}
	}
	return true, nil
}

// close reports whether shorter chords are not worth their time.
func (m *market) close() bool {
	return m.gap <= careless*m.grain || m.s.step <= m.finest()
}

// refine prepares a round: where the last one is not close, with shorter chords.
func (m *market) refine(round int) {
	s := m.s
	switch {
	case round == 0:
		s.step, m.gap = m.scale*coarsest, math.Inf(1)
		if s.supply == nil {
			m.begin()
		}
	case m.close():
	case s.step > smooth*m.scale:
		s.step *= shrink
	default:
		s.step = max(s.step*faster, m.finest())
		s.polish()
	}
}

// finest returns the length of the shortest chords. None need be shorter than what is not traded anyway.
func (m *market) finest() float64 { return max(finest*m.scale, m.grain/8) }

// begin starts from no trade at all. What is held fills the aim of its asset, place by place. The place that fills it has
// the rest too much; if none does, the aim has too little.
func (m *market) begin() {
	s := m.s
	s.supply = m.supply
	left := make([]float64, len(m.aimOf)) // what the aim of an asset still takes
	for a, node := range m.aimOf {
		if node != none {
			left[a] = -m.supply[node]
		}
	}
	over := make([]bool, len(left))
	for k, at := range m.places {
		v, aim := int32(k), m.aimOf[at.asset]
		switch left[at.asset] -= m.supply[k]; {
		case over[at.asset]:
			s.graft(v, s.root, s.slackOf(k))
		case left[at.asset] >= 0:
			s.graft(v, aim, v)
		default:
			over[at.asset] = true
			s.graft(v, s.root, s.slackOf(k))
			s.graft(aim, v, v)
		}
	}
	for a, node := range m.aimOf {
		if node != none && !over[a] {
			s.graft(node, s.root, s.slackOf(int(node))+1)
		}
	}
}

// charge states supplies and aims under the flows found so far, and returns what these flows cost.
func (m *market) charge() float64 {
	copy(m.supply, m.held)
	cost := 0.0
	for k := range m.legs {
		if x := m.s.edges[len(m.places)+k].flow; x != 0 {
			cost += m.chargeLeg(&m.legs[k], x)
		}
	}
	for a := range m.value {
		m.value[a] = 0
	}
	for k, at := range m.places {
		m.value[at.asset] += m.supply[k]
	}
	m.aim()
	return cost
}

// chargeLeg takes what a flow loses from the nodes that pay for it.
func (m *market) chargeLeg(l *leg, x float64) float64 {
	p := m.p
	in := &p.Universe.Instruments[l.instrument]
	sign := float64(l.side)
	q := float64(x * l.units)
	d, e := p.move(l.instrument, float64(sign*(l.done+q))), p.move(l.instrument, float64(sign*l.done))
	nodes := m.nodeOf[in.Venue]
	base := float64((d.base-e.base)*p.Price[in.Base]) - float64(sign*x)
	quote := float64((d.quote-e.quote)*p.Price[in.Quote]) + float64(sign*x)
	m.supply[nodes[in.Base]] += base
	m.supply[nodes[in.Quote]] += quote
	return -base - quote
}

// aim sets what each asset's aim takes: its lower end, and freely up to its upper end. An asset that is off by less than
// a grain is to stay as it is.
func (m *market) aim() {
	low, high := m.p.aims(m.value)
	for a, node := range m.aimOf {
		if node == none {
			continue
		}
		v := max(0, m.value[a])
		if off := max(low[a]-v, v-high[a]); off > 0 && off < m.grain {
			low[a], high[a] = v, v
		}
		m.supply[node] = -low[a]
		m.s.edges[m.s.slackOf(int(node))].high = high[a] - low[a]
	}
}

// keeps returns what a place is left with, in the base currency.
func (m *market) keeps(k int32) float64 {
	return m.s.edges[k].flow + m.s.edges[m.s.slackOf(int(k))].flow
}

// wish is a trade as the network wants it: not yet in lots.
type wish struct {
	instrument fund.InstrumentID
	side       fund.Side
	quantity   float64 // base units
	spends     float64 // units of what it gives
	brings     float64 // units of what it gets
	stage      int
}

// gives returns the asset that a trade spends, gets the one that it brings.
func (w *wish) gives(in *fund.Instrument) fund.AssetID {
	if w.side == fund.Buy {
		return in.Quote
	}
	return in.Base
}

func (w *wish) gets(in *fund.Instrument) fund.AssetID {
	if w.side == fund.Buy {
		return in.Base
	}
	return in.Quote
}

// wishes returns the trades of the flows found. An instrument that flows both ways, which can only be for nothing, is
// netted.
func (m *market) wishes() []wish {
	var list []wish
	for k := 0; k < len(m.legs); k++ {
		l := &m.legs[k]
		x := float64(float64(l.side) * m.s.edges[len(m.places)+k].flow)
		if k+1 < len(m.legs) && m.legs[k+1].instrument == l.instrument {
			k++
			x -= m.s.edges[len(m.places)+k].flow
		}
		if x != 0 {
			list = append(list, m.p.wish(l.instrument, sideOf(x), abs(x)*l.units))
		}
	}
	return list
}

func (p *Problem) wish(i fund.InstrumentID, side fund.Side, q float64) wish {
	d := p.move(i, float64(float64(side)*q))
	w := wish{instrument: i, side: side, quantity: q, spends: -d.base, brings: d.quote}
	if side == fund.Buy {
		w.spends, w.brings = -d.quote, d.base
	}
	return w
}
