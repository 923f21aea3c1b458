// Package market makes markets that never were: seeded prices and volumes of invented coins against USDT, with the
// stylised facts of real ones. Returns have a common factor with phases of rise, fall and quiet; volatility clusters
// over hours, days and weeks; tails are fat, and prices jump, one coin's or all at once; volume and spread go with
// volatility. One coin dies, and one stablecoin loses its peg for days. docs/SYNTHETIC.md compares the figures with
// those of recorded hours.
//
// The same Config gives the same bytes on every build. Every coin has random streams of its own, and so has what they
// share: another coin more, or another year, changes nothing of what was there without it.
package market

import (
	"fmt"
	"math"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/sim/stream"
)

// The bounds of a Config.
const (
	minAssets, maxAssets = 2, 100
	maxDays              = 7300        // 20 years
	maxBars              = 100_000_000 // of all coins together: 5.6 GB of panel
)

// Config says which market to make.
type Config struct {
	Assets   int           // 2 to 100; the stablecoin is the third of them and the coin that dies the fourth
	Days     int           // of 24 hours, 1 to 7300
	Interval time.Duration // of a row: whole minutes that divide a day
	Start    fund.Time     // open of the first row, 00:00 UTC of a day
	Seed     uint64
}

// Check reports what cannot be made.
func (c Config) Check() error {
	switch {
	case c.Assets < minAssets || c.Assets > maxAssets:
		return fmt.Errorf("%d assets: a synthetic market has %d to %d", c.Assets, minAssets, maxAssets)
	case c.Days < 1 || c.Days > maxDays:
		return fmt.Errorf("%d days: a synthetic market lasts 1 to %d", c.Days, maxDays)
	case c.Interval < time.Minute || c.Interval%time.Minute != 0 || fund.Day%c.Interval != 0:
		return fmt.Errorf("interval %v: a row lasts whole minutes that divide a day, such as 1m, 15m, 1h, 1d", c.Interval)
	case c.Start != c.Start.Floor(fund.Day):
		return fmt.Errorf("start %v: a synthetic market begins at 00:00 UTC", c.Start)
	case c.rows() > maxBars/c.Assets:
		return fmt.Errorf("%d assets, %d days, a row every %v: more than %d bars; take fewer assets or days, or a longer interval",
			c.Assets, c.Days, c.Interval, maxBars)
	}
	return nil
}

func (c Config) rows() int { return c.Days * int(fund.Day/c.Interval) }

// dt returns the length of a row in days, the unit of time of all models here.
func (c Config) dt() float64 { return float64(c.Interval) / float64(fund.Day) }

// Market makes the rows of a synthetic market, each once and in order.
type Market struct {
	config Config
	made   int // rows so far
	tide   *tide
	assets []asset
}

// asset makes one instrument's bars.
type asset interface {
	// next returns the bar that opens at t while the whole market does now, or false when there are none any more.
	next(t fund.Time, now current) (bar, bool)
}

// New returns a market that stands before its first row.
func New(c Config) (*Market, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	m := &Market{config: c, tide: newTide(c)}
	for i := range c.Assets {
		m.assets = append(m.assets, newAsset(c, i))
	}
	return m, nil
}

func newAsset(c Config, i int) asset {
	t := traitsOf(c.Seed, i)
	switch i {
	case pegged:
		return newPeg(c, t)
	case doomed:
		return &collapse{coin: newCoin(c, t), start: CollapseStart(c.Seed, c.Start), end: CollapseEnd(c.Seed, c.Start)}
	}
	return newCoin(c, t)
}

// Rows returns how many rows the whole market has.
func (m *Market) Rows() int { return m.config.rows() }

// Instruments returns the names of the panel's columns, such as "ARBAN/USDT".
func (m *Market) Instruments() []string {
	names := make([]string, m.config.Assets)
	for i := range names {
		names[i] = Ticker(i) + "/USDT"
	}
	return names
}

// Panel returns all rows that were not made yet.
func (m *Market) Panel() *fund.Panel {
	p := &fund.Panel{}
	m.Append(p, m.Rows())
	return p
}

// Append adds the next rows, or as many as are left, to a panel that is empty or that only this market has filled. It
// returns how many it added.
func (m *Market) Append(p *fund.Panel, rows int) int {
	rows = min(rows, m.Rows()-m.made)
	if p.Rows() == 0 {
		m.reserve(p)
	}
	for range rows {
		t := m.config.Start.Add(time.Duration(m.made) * m.config.Interval)
		p.Times = append(p.Times, t)
		now := m.tide.next(t)
		for _, a := range m.assets {
			appendBar(p, a, t, now)
		}
		m.made++
	}
	return rows
}

// reserve gives p its form, and room for all rows: growing by and by would need twice the memory at times.
func (m *Market) reserve(p *fund.Panel) {
	p.N, p.Interval = m.config.Assets, m.config.Interval
	left := m.Rows() - m.made
	p.Times = make([]fund.Time, 0, left)
	for _, column := range columns(p) {
		*column = make([]float64, 0, left*p.N)
	}
}

func columns(p *fund.Panel) [7]*[]float64 {
	return [7]*[]float64{&p.Open, &p.High, &p.Low, &p.Close, &p.Volume, &p.Bid, &p.Ask}
}

func appendBar(p *fund.Panel, a asset, t fund.Time, now current) {
	b, ok := a.next(t, now)
	values := [7]float64{b.open, b.high, b.low, b.close, b.volume, b.bid, b.ask}
	for k, column := range columns(p) {
		if !ok {
			values[k] = math.NaN()
		}
		*column = append(*column, values[k])
	}
}

// named returns the stream of a coin, or of what all share, for one purpose.
func named(seed uint64, whose, purpose string) *stream.Stream {
	return stream.New(seed, "market/"+whose+"/"+purpose)
}
