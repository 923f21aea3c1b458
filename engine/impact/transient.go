package impact

import (
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// Transient is the limit order book of Obizhaeva & Wang (2013), "Optimal trading strategy and supply/demand dynamics",
// Journal of Financial Markets 16: a book of even depth that recovers exponentially. A trade of x units moves the price by
// λ·σ·x/V for good and by κ·σ·x/V on top, of which half is left after a half-life ln2/ρ, and pays half of both on its way.
// The paper's depth is q = 1/(λ+κ) in these units. The book of each side recovers alone.
type Transient struct {
	Permanent float64       // λ
	Transient float64       // κ
	HalfLife  time.Duration // 0: the book does not recover
}

// Cost implements Model.
func (m Transient) Cost(in Inputs, s State, side fund.Side, q float64, at fund.Time) (Move, State) {
	s.age(in, m.HalfLife, at)
	t, balance := *s.on(side), s.balance(side)
	s.add(side, q)
	if !in.known() || q <= 0 {
		return Move{}, s
	}
	unit, lasting := in.Sigma/in.ADV, float64(m.Permanent*risen(balance, q))
	return Move{
		Temporary: m.Transient * (t.Now + float64(q/2)) * unit,
		Permanent: (lasting + float64(m.Transient*(t.Left-t.Now))) * unit,
	}, s
}

// Standing implements Model.
func (m Transient) Standing(in Inputs, s State, side fund.Side, at fund.Time) float64 {
	s.age(in, m.HalfLife, at)
	if !in.known() {
		return 0
	}
	lasting := float64(m.Permanent * max(0, s.balance(side)))
	return (lasting + float64(m.Transient*s.on(side).Left)) * in.Sigma / in.ADV
}

// Aged implements Model.
func (m Transient) Aged(in Inputs, s State, at fund.Time) State {
	s.age(in, m.HalfLife, at)
	return s
}
