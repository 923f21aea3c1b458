package wire

import (
	"math"
	"slices"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

type trade struct {
	ID       uint64 `json:"id"`
	Price    string `json:"price"`
	Qty      string `json:"qty"`
	QuoteQty string `json:"quoteQty"`
	Time     int64  `json:"time"`
	Seller   bool   `json:"isBuyerMaker"`
	Best     bool   `json:"isBestMatch"`
}

func (s *Server) trades(c *call) (any, error) {
	l, err := s.listed(c)
	if err != nil {
		return nil, err
	}
	newest, err := s.cfg.Venue.Trades(c.ctx, l.Name, int(c.number("limit", 500, 1000)))
	list := make([]trade, len(newest))
	for k, t := range newest {
		list[k] = trade{t.ID, decimal(t.Price), decimal(t.Quantity), decimal(fund.Cash(t.Price, t.Quantity, l.QuoteDecimals)), millis(t.At), t.Seller, true}
	}
	return list, err
}

type aggTrade struct {
	ID       uint64 `json:"a"`
	Price    string `json:"p"`
	Quantity string `json:"q"`
	First    uint64 `json:"f"`
	Last     uint64 `json:"l"`
	Time     int64  `json:"T"`
	Seller   bool   `json:"m"`
	Best     bool   `json:"M"`
}

// mostTrades is how far back trades are looked for by time.
const mostTrades = 10_000

func (s *Server) aggTrades(c *call) (any, error) {
	l, err := s.listed(c)
	if err != nil {
		return nil, err
	}
	limit := int(c.number("limit", 500, 1000))
	from, to := c.time("startTime", 0), c.time("endTime", math.MaxInt64)
	newest, err := s.cfg.Venue.Trades(c.ctx, l.Name, mostTrades)
	newest = slices.DeleteFunc(newest, func(t venues.Trade) bool { return t.At < from || t.At > to })
	if c.has("startTime") {
		newest = newest[:min(limit, len(newest))]
	}
	newest = newest[max(0, len(newest)-limit):]
	list := make([]aggTrade, len(newest))
	for k, t := range newest {
		list[k] = aggTrade{t.ID, decimal(t.Price), decimal(t.Quantity), t.ID, t.ID, millis(t.At), t.Seller, true}
	}
	return list, err
}
