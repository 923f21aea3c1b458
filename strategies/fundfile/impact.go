package fundfile

import (
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
	"github.com/steelyard/steelyard/strategies"
)

// The impact models, as the file names them.
const (
	none          = "none"
	proportional  = "proportional"
	squareRoot    = "square-root"
	almgrenChriss = "almgren-chriss"
	powerLaw      = "power-law"
	transient     = "transient"
)

// impact reads an impact model. One of the same kind as above starts from what is said there; of another nothing is
// taken over.
func (r *reader) impact(n *node, above impact.Model) impact.Model {
	if n == nil {
		return above
	}
	known := []string{none, proportional, squareRoot, almgrenChriss, powerLaw, transient}
	switch r.choice(n.entry("model"), impactOf(above).Model, known, nil) {
	case proportional:
		return r.proportional(n, above)
	case squareRoot:
		return r.squareRoot(n, above)
	case almgrenChriss:
		return r.almgrenChriss(n, above)
	case powerLaw:
		return r.powerLaw(n, above)
	case transient:
		return r.transient(n, above)
	}
	r.keys(n, "model")
	return impact.None{}
}

func (r *reader) proportional(n *node, above impact.Model) impact.Model {
	m, inherited := above.(impact.Proportional)
	r.keys(n, "model", "rate")
	if n.entry("rate") != nil || !inherited {
		m.Rate = r.fraction(r.need(n, "rate"), fund.Amount{}).Float64()
	}
	return m
}

func (r *reader) squareRoot(n *node, above impact.Model) impact.Model {
	m, inherited := above.(impact.SquareRoot)
	if !inherited {
		m.HalfLife = fund.Day
	}
	r.keys(n, "model", "y", "half-life")
	r.parameter(n, "y", inherited, &m.Y)
	m.HalfLife = r.duration(n.entry("half-life"), m.HalfLife, 0)
	return m
}

func (r *reader) almgrenChriss(n *node, above impact.Model) impact.Model {
	m, inherited := above.(impact.AlmgrenChriss)
	r.keys(n, "model", "gamma", "eta", "epsilon")
	r.parameter(n, "gamma", inherited, &m.Gamma)
	r.parameter(n, "eta", inherited, &m.Eta)
	m.Epsilon = r.fraction(n.entry("epsilon"), fund.AmountOfFloat(m.Epsilon)).Float64()
	return m
}

func (r *reader) powerLaw(n *node, above impact.Model) impact.Model {
	m, inherited := above.(impact.PowerLaw)
	r.keys(n, "model", "gamma", "eta", "beta", "delta", "supply")
	r.parameter(n, "gamma", inherited, &m.Gamma)
	r.parameter(n, "eta", inherited, &m.Eta)
	r.parameter(n, "beta", inherited, &m.Beta)
	r.parameter(n, "delta", inherited, &m.Delta)
	if supply := n.entry("supply"); supply != nil {
		m.Supply = r.above0(supply, r.large(supply), "it is the number of base units that exist").Float64()
	}
	return m
}

func (r *reader) transient(n *node, above impact.Model) impact.Model {
	m, inherited := above.(impact.Transient)
	r.keys(n, "model", "permanent", "transient", "half-life")
	r.parameter(n, "permanent", inherited, &m.Permanent)
	r.parameter(n, "transient", inherited, &m.Transient)
	if n.entry("half-life") != nil || !inherited {
		m.HalfLife = r.duration(r.need(n, "half-life"), 0, 0)
	}
	return m
}

// parameter reads a number that must be there unless it is inherited.
func (r *reader) parameter(n *node, key string, inherited bool, p *float64) {
	if n.entry(key) != nil || !inherited {
		*p = r.amount(r.need(n, key), fund.Amount{}).Float64()
	}
}

// supplied fails when an instrument's model counts the units that exist and nobody says how many they are: a venue cannot
// say it for all its instruments.
func (r *reader) supplied(n *node, name, base string, m impact.Model) {
	if p, ok := m.(impact.PowerLaw); ok && p.Delta > 0 && p.Supply == 0 {
		r.fail(n, "the power law with a delta above 0 asks how many %s exist; write {name: %s, impact: {supply: ...}}", base, name)
	}
}

type impactSection struct {
	Model     string       `json:"model"`
	Rate      *fund.Amount `json:"rate,omitempty"`
	Y         *fund.Amount `json:"y,omitempty"`
	Gamma     *fund.Amount `json:"gamma,omitempty"`
	Eta       *fund.Amount `json:"eta,omitempty"`
	Epsilon   *fund.Amount `json:"epsilon,omitempty"`
	Beta      *fund.Amount `json:"beta,omitempty"`
	Delta     *fund.Amount `json:"delta,omitempty"`
	Supply    fund.Amount  `json:"supply,omitzero"`
	Permanent *fund.Amount `json:"permanent,omitempty"`
	Transient *fund.Amount `json:"transient,omitempty"`
	HalfLife  string       `json:"half-life,omitempty"`
}

// impactOf writes an impact model as the file does.
func impactOf(m impact.Model) impactSection {
	is := func(x float64) *fund.Amount {
		a := fund.AmountOfFloat(x)
		return &a
	}
	switch m := m.(type) {
	case impact.Proportional:
		return impactSection{Model: proportional, Rate: is(m.Rate)}
	case impact.SquareRoot:
		return impactSection{Model: squareRoot, Y: is(m.Y), HalfLife: strategies.Span(m.HalfLife)}
	case impact.AlmgrenChriss:
		return impactSection{Model: almgrenChriss, Gamma: is(m.Gamma), Eta: is(m.Eta), Epsilon: is(m.Epsilon)}
	case impact.PowerLaw:
		return impactSection{Model: powerLaw, Gamma: is(m.Gamma), Eta: is(m.Eta), Beta: is(m.Beta), Delta: is(m.Delta), Supply: *is(m.Supply)}
	case impact.Transient:
		return impactSection{Model: transient, Permanent: is(m.Permanent), Transient: is(m.Transient), HalfLife: strategies.Span(m.HalfLife)}
	}
	return impactSection{Model: none}
}
