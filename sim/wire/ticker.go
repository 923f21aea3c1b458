package wire

import (
	"context"
	"math"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

// one returns the only element of a list if a request named one symbol, and the list otherwise.
func one[T any](c *call, list []T) any {
	if c.has("symbol") {
		return list[0]
	}
	return list
}

func (s *Server) avgPrice(c *call) (any, error) {
	l, err := s.listed(c)
	if err != nil {
		return nil, err
	}
	newest, err := s.since(c.ctx, l, max(averageOver*time.Minute, s.cfg.Venue.Interval()))
	return struct {
		Mins  int    `json:"mins"`
		Price string `json:"price"`
		Time  int64  `json:"closeTime"`
	}{averageOver, decimal(newest.average()), millis(s.now())}, err
}

func (s *Server) tickerPrice(c *call) (any, error) {
	type price struct {
		Symbol string `json:"symbol"`
		Price  string `json:"price"`
	}
	list, err := s.asked(c)
	if err != nil {
		return nil, err
	}
	prices := make([]price, len(list))
	for k, l := range list {
		newest, err := s.cfg.Venue.Trades(c.ctx, l.Name, 1)
		if err != nil {
			return nil, err
		}
		last := fund.Amount{}
		if len(newest) > 0 {
			last = newest[0].Price
		}
		prices[k] = price{l.Symbol, decimal(last)}
	}
	return one(c, prices), nil
}

type bookTicker struct {
	Symbol   string `json:"symbol"`
	BidPrice string `json:"bidPrice"`
	BidQty   string `json:"bidQty"`
	AskPrice string `json:"askPrice"`
	AskQty   string `json:"askQty"`
}

func (s *Server) tickerBook(c *call) (any, error) {
	list, err := s.asked(c)
	if err != nil {
		return nil, err
	}
	tickers := make([]bookTicker, len(list))
	for k, l := range list {
		q, _ := s.cfg.Venue.Quote(l.Name) // zero where it does not trade, as the venue tells it
		tickers[k] = bookTicker{l.Symbol, decimal(q.Bid), decimal(q.BidSize), decimal(q.Ask), decimal(q.AskSize)}
	}
	return one(c, tickers), nil
}

// stretch is what an instrument did lately.
type stretch struct {
	first, high, low, last, volume, value fund.Amount
	from, to                              fund.Time
	trade                                 venues.Trade // the newest
}

// average returns the price that was paid on average, the last one where nothing was traded.
func (d *stretch) average() fund.Amount {
	if d.volume.Sign() > 0 {
		return d.value.QuoUp(d.volume, 8)
	}
	return d.last
}

// since returns what an instrument did until now.
func (s *Server) since(ctx context.Context, l *listing, length time.Duration) (stretch, error) {
	d := stretch{to: s.now()}
	d.from = d.to.Add(-length)
	bars, err := s.cfg.Venue.Candles(ctx, l.Name, s.cfg.Venue.Interval(), d.from, d.to+1, math.MaxInt)
	if err != nil {
		return d, err
	}
	for k := range bars {
		b := &bars[k]
		if k == 0 {
			d.first, d.high, d.low = b.First, b.High, b.Low
		}
		if d.high.Less(b.High) {
			d.high = b.High
		}
		d.low, d.last = fund.Least(d.low, b.Low), b.Last
		d.volume, d.value = d.volume.Add(b.Volume), d.value.Add(quoteVolume(b))
	}
	newest, err := s.cfg.Venue.Trades(ctx, l.Name, 1)
	if len(newest) > 0 {
		d.trade = newest[0]
	}
	return d, err
}

type tickerDay struct {
	Symbol      string `json:"symbol"`
	Change      string `json:"priceChange"`
	Percent     string `json:"priceChangePercent"`
	Average     string `json:"weightedAvgPrice"`
	PrevClose   string `json:"prevClosePrice"`
	Last        string `json:"lastPrice"`
	LastQty     string `json:"lastQty"`
	Bid         string `json:"bidPrice"`
	BidQty      string `json:"bidQty"`
	Ask         string `json:"askPrice"`
	AskQty      string `json:"askQty"`
	Open        string `json:"openPrice"`
	High        string `json:"highPrice"`
	Low         string `json:"lowPrice"`
	Volume      string `json:"volume"`
	QuoteVolume string `json:"quoteVolume"`
	OpenTime    int64  `json:"openTime"`
	CloseTime   int64  `json:"closeTime"`
	FirstID     int64  `json:"firstId"`
	LastID      int64  `json:"lastId"`
	Count       int64  `json:"count"`
}

func (s *Server) tickerDay(c *call) (any, error) {
	list, err := s.asked(c)
	if err != nil {
		return nil, err
	}
	tickers := make([]tickerDay, len(list))
	for k, l := range list {
		if tickers[k], err = s.tickerOf(c.ctx, l); err != nil {
			return nil, err
		}
	}
	return one(c, tickers), nil
}

func (s *Server) tickerOf(ctx context.Context, l *listing) (tickerDay, error) {
	d, err := s.since(ctx, l, fund.Day)
	q, _ := s.cfg.Venue.Quote(l.Name)
	change, percent := d.last.Sub(d.first), fund.Amount{}
	if d.first.Sign() > 0 {
		percent = fund.AmountOfFloat(math.Round(100_000*change.Float64()/d.first.Float64()) / 1000)
	}
	return tickerDay{Symbol: l.Symbol, Change: decimal(change), Percent: percent.String(), Average: decimal(d.average()), PrevClose: decimal(d.first),
		Last: decimal(d.last), LastQty: decimal(d.trade.Quantity), Bid: decimal(q.Bid), BidQty: decimal(q.BidSize), Ask: decimal(q.Ask),
		AskQty: decimal(q.AskSize), Open: decimal(d.first), High: decimal(d.high), Low: decimal(d.low), Volume: decimal(d.volume),
		QuoteVolume: decimal(d.value), OpenTime: millis(d.from), CloseTime: millis(d.to), FirstID: 1, LastID: int64(d.trade.ID), Count: int64(d.trade.ID)}, err
}
