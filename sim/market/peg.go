package market

import (
	"math"

	"github.com/steelyard/steelyard/engine/float"
	"github.com/steelyard/steelyard/engine/fund"
)

// peg is a stablecoin: worth 1 USDT but for hundredths of a percent, until doubt comes; then it falls within half a
// day and is back after three, as USDC did in March 2023.
type peg struct {
	traits
	dt      float64
	doubted fund.Time // the start of the doubt
	log     float64   // of the last close, before rounding
	wobble  wave
	returns *noise
	trading *trading
	pen     pen
}

// The usual deviation of a stablecoin from its peg, and the largest.
const (
	pegWobble = 0.0002
	pegDepth  = 0.12
)

func newPeg(c Config, t traits) *peg {
	dt := c.dt()
	n := newNoise(c.Seed, t.name, "return")
	t.price, t.spread = 1, 0.0001
	return &peg{
		traits: t, dt: dt, doubted: PegLost(c.Seed, c.Start), returns: n, wobble: newWave(pegWobble, 0.25, dt, n),
		trading: newTrading(dt, newNoise(c.Seed, t.name, "volume")),
		pen:     newPen(newNoise(c.Seed, t.name, "bar")),
	}
}

func (p *peg) next(t fund.Time, now current) (bar, bool) {
	doubt := p.doubt(t)
	unrest := 1 + float64(50*doubt)
	before := p.log
	p.log = float64(unrest*p.wobble.next(p.returns)) - float64(pegDepth*doubt)
	b := p.pen.draw(path{from: before, to: p.log, deviation: p.wobble.kick * unrest, spread: p.spread * unrest})
	b.volume = p.trading.next(p.turnover*p.dt*now.activity/b.close, now.level*unrest)
	return b, true
}

// doubt rises from 0 to 1 in half a day and halves every ten hours after that.
func (p *peg) doubt(t fund.Time) float64 {
	days := float64(t-p.doubted) / float64(fund.Day)
	switch {
	case days < 0:
		return 0
	case days < 0.5:
		return days / 0.5
	}
	return float.Exp((0.5 - days) * 24 / 10 * math.Ln2)
}
