package wire

import (
	"slices"
	"strings"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

type bookTickerEvent struct {
	ID     uint64 `json:"u"`
	Symbol string `json:"s"`
	Bid    string `json:"b"`
	BidQty string `json:"B"`
	Ask    string `json:"a"`
	AskQty string `json:"A"`
}

type depthEvent struct {
	Event  string      `json:"e"`
	Time   int64       `json:"E"`
	Symbol string      `json:"s"`
	First  uint64      `json:"U"`
	Last   uint64      `json:"u"`
	Bids   [][2]string `json:"b"`
	Asks   [][2]string `json:"a"`
}

func (x *streams) tellQuote(l *listing, m *venues.MarketMessage) {
	before := x.books[l.Symbol]
	if before == nil {
		before = &book{id: 1}
	}
	now := &book{id: before.id + 1, quote: *m.Quote, there: true}
	x.books[l.Symbol] = now
	base := strings.ToLower(l.Symbol)
	if stream := base + "@bookTicker"; x.wanted(stream) {
		q := m.Quote
		x.send(stream, m.At, bookTickerEvent{now.id, l.Symbol, decimal(q.Bid), decimal(q.BidSize), decimal(q.Ask), decimal(q.AskSize)})
	}
	for _, stream := range []string{base + "@depth", base + "@depth@100ms"} {
		if x.wanted(stream) {
			oldBids, oldAsks := before.levels(l)
			bids, asks := now.levels(l)
			x.send(stream, m.At, depthEvent{"depthUpdate", millis(m.At), l.Symbol, now.id, now.id, changed(oldBids, bids), changed(oldAsks, asks)})
		}
	}
	for _, part := range []struct {
		name   string
		levels int
	}{{"5", 5}, {"10", 10}, {"20", 20}} {
		for _, stream := range []string{base + "@depth" + part.name, base + "@depth" + part.name + "@100ms"} {
			if x.wanted(stream) {
				bids, asks := now.levels(l)
				x.send(stream, m.At, depth{now.id, bids[:min(part.levels, len(bids))], asks[:min(part.levels, len(asks))]})
			}
		}
	}
}

// changed returns the levels that are new or other, and those that are gone with a quantity of 0.
func changed(old, now [][2]string) [][2]string {
	list := [][2]string{}
	for _, level := range now {
		if !slices.Contains(old, level) {
			list = append(list, level)
		}
	}
	for _, level := range old {
		if !slices.ContainsFunc(now, func(n [2]string) bool { return n[0] == level[0] }) {
			list = append(list, [2]string{level[0], decimal(fund.Amount{})})
		}
	}
	return list
}

type tradeEvent struct {
	Event    string `json:"e"`
	Time     int64  `json:"E"`
	Symbol   string `json:"s"`
	ID       uint64 `json:"t"`
	Price    string `json:"p"`
	Quantity string `json:"q"`
	At       int64  `json:"T"`
	Seller   bool   `json:"m"`
	Best     bool   `json:"M"`
}

type aggTradeEvent struct {
	Event  string `json:"e"`
	Time   int64  `json:"E"`
	Symbol string `json:"s"`
	aggTrade
}

func (x *streams) tellTrade(l *listing, m *venues.MarketMessage) {
	base, t, at := strings.ToLower(l.Symbol), m.Trade, millis(m.At)
	x.send(base+"@trade", m.At, tradeEvent{"trade", at, l.Symbol, t.ID, decimal(t.Price), decimal(t.Quantity), millis(t.At), t.Seller, true})
	x.send(base+"@aggTrade", m.At, aggTradeEvent{"aggTrade", at, l.Symbol,
		aggTrade{t.ID, decimal(t.Price), decimal(t.Quantity), t.ID, t.ID, millis(t.At), t.Seller, true}})
}
