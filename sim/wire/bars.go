package wire

import (
	"strings"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

type klineEvent struct {
	Event  string    `json:"e"`
	Time   int64     `json:"E"`
	Symbol string    `json:"s"`
	Kline  klineData `json:"k"`
}

type klineData struct {
	Open        int64  `json:"t"`
	Close       int64  `json:"T"`
	Symbol      string `json:"s"`
	Interval    string `json:"i"`
	FirstTrade  int64  `json:"f"`
	LastTrade   int64  `json:"L"`
	First       string `json:"o"`
	Last        string `json:"c"`
	High        string `json:"h"`
	Low         string `json:"l"`
	Volume      string `json:"v"`
	Trades      int    `json:"n"`
	Closed      bool   `json:"x"`
	QuoteVolume string `json:"q"`
	Bought      string `json:"V"`
	BoughtQuote string `json:"Q"`
	Ignore      string `json:"B"`
}

// tellBar tells a bar of the venue's rows, and the longer ones that it is part of.
func (x *streams) tellBar(l *listing, m *venues.MarketMessage) {
	base := strings.ToLower(l.Symbol)
	for _, name := range intervals() {
		stream := base + "@kline_" + name
		length, _ := interval(name)
		if !x.wanted(stream) || length < x.server.cfg.Venue.Interval() {
			continue
		}
		b := m.Bar
		if length > x.server.cfg.Venue.Interval() {
			if b = x.longer(l, m.Bar, length, m.At); b == nil {
				continue
			}
		}
		value := quoteVolume(b)
		x.send(stream, m.At, klineEvent{"kline", millis(m.At), l.Symbol, klineData{Open: millis(b.Open), Close: millis(b.Open.Add(length)) - 1,
			Symbol: l.Symbol, Interval: name, FirstTrade: -1, LastTrade: -1, First: decimal(b.First), Last: decimal(b.Last), High: decimal(b.High),
			Low: decimal(b.Low), Volume: decimal(b.Volume), Trades: tradesIn(b), Closed: b.Closed, QuoteVolume: decimal(value),
			Bought: decimal(fund.Amount{}), BoughtQuote: decimal(fund.Amount{}), Ignore: "0"}})
	}
}

// longer returns the longer bar that a row's bar is part of, nil where it has none.
func (x *streams) longer(l *listing, b *venues.Bar, length time.Duration, at fund.Time) *venues.Bar {
	open := b.Open.Floor(length)
	bars, err := x.server.cfg.Venue.Candles(x.server.ctx, l.Name, length, open, open.Add(length), 1)
	if err != nil || len(bars) == 0 {
		return nil
	}
	bars[0].Closed = b.Closed && at == open.Add(length)
	return &bars[0]
}

type tickerEvent struct {
	Event       string `json:"e"`
	Time        int64  `json:"E"`
	Symbol      string `json:"s"`
	Change      string `json:"p"`
	Percent     string `json:"P"`
	Average     string `json:"w"`
	PrevClose   string `json:"x"`
	Last        string `json:"c"`
	LastQty     string `json:"Q"`
	Bid         string `json:"b"`
	BidQty      string `json:"B"`
	Ask         string `json:"a"`
	AskQty      string `json:"A"`
	Open        string `json:"o"`
	High        string `json:"h"`
	Low         string `json:"l"`
	Volume      string `json:"v"`
	QuoteVolume string `json:"q"`
	OpenTime    int64  `json:"O"`
	CloseTime   int64  `json:"C"`
	FirstID     int64  `json:"F"`
	LastID      int64  `json:"L"`
	Count       int64  `json:"n"`
}

type miniTickerEvent struct {
	Event       string `json:"e"`
	Time        int64  `json:"E"`
	Symbol      string `json:"s"`
	Last        string `json:"c"`
	Open        string `json:"o"`
	High        string `json:"h"`
	Low         string `json:"l"`
	Volume      string `json:"v"`
	QuoteVolume string `json:"q"`
}

// tellTicker tells the last 24 hours, at most once a real second.
func (x *streams) tellTicker(l *listing, at fund.Time) {
	base := strings.ToLower(l.Symbol)
	if !x.wanted(base+"@ticker") && !x.wanted(base+"@miniTicker") || time.Since(x.tickers[l.Symbol]) < time.Second {
		return
	}
	x.tickers[l.Symbol] = time.Now()
	t, err := x.server.tickerOf(x.server.ctx, l)
	if err != nil {
		return // the server is being closed
	}
	x.send(base+"@ticker", at, tickerEvent{"24hrTicker", millis(at), l.Symbol, t.Change, t.Percent, t.Average, t.PrevClose, t.Last, t.LastQty,
		t.Bid, t.BidQty, t.Ask, t.AskQty, t.Open, t.High, t.Low, t.Volume, t.QuoteVolume, t.OpenTime, t.CloseTime, t.FirstID, t.LastID, t.Count})
	x.send(base+"@miniTicker", at, miniTickerEvent{"24hrMiniTicker", millis(at), l.Symbol, t.Last, t.Open, t.High, t.Low, t.Volume, t.QuoteVolume})
}
