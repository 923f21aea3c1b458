package wire

import (
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

func depthWeight(p *params) int {
	switch limit := p.number("limit", 100, 5000); {
	case limit <= 100:
		return 5
	case limit <= 500:
		return 25
	case limit <= 1000:
		return 50
	}
	return 250
}

type depth struct {
	LastUpdateID uint64      `json:"lastUpdateId"`
	Bids         [][2]string `json:"bids"`
	Asks         [][2]string `json:"asks"`
}

func (s *Server) depth(c *call) (any, error) {
	l, err := s.listed(c)
	if err != nil {
		return nil, err
	}
	limit := int(c.number("limit", 100, 5000))
	book := s.streams.book(l)
	bids, asks := book.levels(l)
	return depth{book.id, bids[:min(limit, len(bids))], asks[:min(limit, len(asks))]}, nil
}

// levelsShown is how many prices a book has on either side.
const levelsShown = 20

// book is an instrument's book: around the quote, every tick has as much.
type book struct {
	id    uint64 // of its newest change
	quote venues.Quote
	there bool // it is traded
}

// levels returns the prices and quantities of bids and asks, best first.
func (b *book) levels(l *listing) (bids, asks [][2]string) {
	bids, asks = [][2]string{}, [][2]string{}
	if !b.there {
		return bids, asks
	}
	for k := range levelsShown {
		away := l.Tick.Mul(fund.NewAmount(int64(k), 0))
		if bid := b.quote.Bid.Sub(away); bid.Sign() > 0 {
			bids = append(bids, [2]string{decimal(bid), decimal(b.quote.BidSize)})
		}
		asks = append(asks, [2]string{decimal(b.quote.Ask.Add(away)), decimal(b.quote.AskSize)})
	}
	return bids, asks
}
