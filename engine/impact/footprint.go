package impact

import (
	"slices"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// Footprint is what our trading left in every instrument of a universe: a state for each, and the models and inputs
// that price it. The simulated exchange keeps the true one of its venue, the core its estimate of all.
//
// An instrument also meets what our trades in others left on its assets: see neighbour.
type Footprint struct {
	universe   *fund.Universe
	models     []Model
	inputs     *Estimator
	states     []State       // by instrument
	neighbours [][]neighbour // by instrument
	met        []met         // by instrument
	asked      []asked       // by instrument
	traded     int           // how often
}

// asked is what a trade of an instrument starts from at a time, with so many closed rows, and the newest answer: planners
// ask for many quantities at one instant, and for the same one again and again.
type asked struct {
	at    fund.Time
	rows  int // 0: nothing is known
	in    Inputs
	state State
	side  fund.Side
	q     float64 // 0: of no quantity yet
	move  Move
}

// NewFootprint returns the footprint of nothing traded yet. models are by instrument of u; both are kept. window is
// that of NewEstimator.
func NewFootprint(u *fund.Universe, models []Model, window time.Duration) *Footprint {
	n := len(u.Instruments)
	return &Footprint{
		universe:   u,
		models:     models,
		inputs:     NewEstimator(n, window),
		states:     make([]State, n),
		neighbours: neighbours(u),
		met:        make([]met, n),
		asked:      make([]asked, n),
	}
}

// Clone returns a footprint that goes on from here by itself. Models and inputs are shared.
func (f *Footprint) Clone() *Footprint {
	c := *f
	c.states, c.met, c.asked = slices.Clone(f.states), make([]met, len(f.met)), make([]asked, len(f.asked))
	return &c
}

// Revise has the footprint go on under other models and another window. What our trading left stays as it is.
func (f *Footprint) Revise(models []Model, window time.Duration) {
	f.models = models
	if next := NewEstimator(len(models), window); next.days != f.inputs.days {
		f.inputs = next
	}
	clear(f.asked)
	clear(f.met)
}

// Separable reports whether nothing that is traded in one instrument is met in another.
func (f *Footprint) Separable() bool {
	return !slices.ContainsFunc(f.neighbours, func(list []neighbour) bool { return len(list) > 0 })
}

// Inputs returns what is known of instrument i from the rows of h. Successive calls, and those of Cost and Traded, must
// bring histories that grow.
func (f *Footprint) Inputs(h fund.History, i fund.InstrumentID) Inputs { return f.inputs.Inputs(h, i) }

// Cost returns the average displacement against us over the next q > 0 base units of instrument i, as a fraction of mid.
// What its neighbours left is permanent.
func (f *Footprint) Cost(h fund.History, i fund.InstrumentID, side fund.Side, q float64, at fund.Time) Move {
	k := f.ask(h, i, at)
	if k.side != side || k.q != q {
		k.side, k.q = side, q
		k.move, _ = f.models[i].Cost(k.in, k.state, side, q, at)
	}
	m := k.move
	if len(f.neighbours[i]) > 0 {
		m.Permanent += f.around(h, i, side, at)
	}
	return m
}

// ask returns what a trade of instrument i starts from.
func (f *Footprint) ask(h fund.History, i fund.InstrumentID, at fund.Time) *asked {
	k := &f.asked[i]
	if k.at != at || k.rows != h.Rows() || k.rows == 0 {
		in := f.inputs.Inputs(h, i)
		*k = asked{at: at, rows: h.Rows(), in: in, state: f.models[i].Aged(in, f.states[i], at)}
	}
	return k
}

// Traded remembers that q base units of instrument i were executed.
func (f *Footprint) Traded(h fund.History, i fund.InstrumentID, side fund.Side, q float64, at fund.Time) {
	f.traded++
	k := f.ask(h, i, at)
	_, f.states[i] = f.models[i].Cost(k.in, k.state, side, q, at)
	k.rows = 0
}
