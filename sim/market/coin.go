package market

import (
	"math"

	"github.com/steelyard/steelyard/engine/float"
	"github.com/steelyard/steelyard/engine/fund"
)

// coin is an asset whose returns follow the tide and news of its own.
type coin struct {
	traits
	dt         float64
	log        float64 // of the last close, before rounding
	stress     float64 // multiplies volatility; 1 in life
	drift      float64 // log change a day that is no news; 0 in life
	volatility *volatility
	news       news
	trading    *trading
	pen        pen
}

func newCoin(c Config, t traits) *coin {
	dt := c.dt()
	return &coin{
		traits: t, dt: dt, log: float.Log(t.price), stress: 1,
		volatility: newVolatility([3]float64{0.4, 0.3, 0.3}, dt, newNoise(c.Seed, t.name, "volatility")),
		news:       newNews(c, t.name, 12, 0.2),
		trading:    newTrading(dt, newNoise(c.Seed, t.name, "volume")),
		pen:        newPen(newNoise(c.Seed, t.name, "bar")),
	}
}

// next draws the coin's bar: a share of its variance is the tide's, the rest its own.
func (c *coin) next(_ fund.Time, now current) (bar, bool) {
	level := now.level * c.stress
	change, variance := c.news.next(c.volatility.next() * level)
	change = float64(math.Sqrt(c.common)*now.change) + float64(math.Sqrt(1-c.common)*change)
	variance = float64(c.common*now.variance) + float64((1-c.common)*variance)

	before := c.log
	c.log += float64(c.daily*change) + float64(c.drift*c.dt)
	b := c.pen.draw(path{from: before, to: c.log, deviation: c.daily * math.Sqrt(variance), spread: c.spread * level})
	// Half is what news made possible, half what came of it.
	moved := (float64(change*change) + variance) / 2
	b.volume = c.trading.next(c.turnover*c.dt*now.activity/b.close, moved/c.dt)
	return b, true
}

// collapse is the life of a coin that dies: within days it loses nearly all its value, and then it has no more bars.
type collapse struct {
	*coin
	start, end fund.Time
}

func (c *collapse) next(t fund.Time, now current) (bar, bool) {
	if t >= c.end {
		return bar{}, false
	}
	if t >= c.start {
		c.stress, c.drift = 6, -1.8
	}
	return c.coin.next(t, now)
}
