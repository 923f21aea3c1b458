package wire

import (
	"math"
	"strings"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

// intervals returns the names of the bars that are served.
func intervals() []string { return strings.Fields("1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d") }

// interval returns the length of a bar by its Binance name, such as 1m, and false where it is not served.
func interval(name string) (time.Duration, bool) {
	d, ok := map[string]time.Duration{
		"1m": time.Minute, "3m": 3 * time.Minute, "5m": 5 * time.Minute, "15m": 15 * time.Minute, "30m": 30 * time.Minute,
		"1h": time.Hour, "2h": 2 * time.Hour, "4h": 4 * time.Hour, "6h": 6 * time.Hour, "8h": 8 * time.Hour, "12h": 12 * time.Hour,
		"1d": fund.Day,
	}[name]
	return d, ok
}

// kline is a bar as REST tells it.
func kline(b *venues.Bar, length time.Duration) []any {
	value := quoteVolume(b)
	half := b.Volume.Mul(fund.NewAmount(5, 1))
	return []any{millis(b.Open), decimal(b.First), decimal(b.High), decimal(b.Low), decimal(b.Last), decimal(b.Volume),
		millis(b.Open.Add(length)) - 1, decimal(value), tradesIn(b), decimal(half.RoundDown(8)), decimal(value.Mul(fund.NewAmount(5, 1)).RoundDown(8)), "0"}
}

// quoteVolume returns what a bar traded in quote units: the recorded bars do not know, so it is the middle of high and low.
func quoteVolume(b *venues.Bar) fund.Amount {
	return b.High.Add(b.Low).Mul(fund.NewAmount(5, 1)).Mul(b.Volume).RoundDown(8)
}

// tradesIn returns how many trades a bar had: of recorded ones it is not known.
func tradesIn(b *venues.Bar) int {
	if b.Volume.IsZero() {
		return 0
	}
	return 1
}

func (s *Server) klines(c *call) (any, error) {
	l, err := s.listed(c)
	if err != nil {
		return nil, err
	}
	length, ok := interval(c.text("interval"))
	if !ok {
		return nil, failed(-1120, "Invalid interval.")
	}
	limit := int(c.number("limit", 500, 1000))
	to := c.time("endTime", math.MaxInt64-1) + 1
	from := c.time("startTime", min(to-1, s.now()).Floor(length).Add(-time.Duration(limit-1)*length))
	bars, err := s.cfg.Venue.Candles(c.ctx, l.Name, length, from, to, limit)
	if err != nil {
		return nil, err
	}
	list := make([][]any, len(bars))
	for k := range bars {
		list[k] = kline(&bars[k], length)
	}
	return list, nil
}
