package wire

import (
	"context"
	"math"
	"slices"
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
	from := c.time("startTime", 0)
	if !c.has("startTime") {
		from = min(to, s.now()).Floor(length).Add(-time.Duration(limit) * length)
	}
	bars, err := s.cfg.Venue.Candles(c.ctx, l.Name, length, from, min(to, from.Add(time.Duration(limit)*length+fund.Day)))
	if err != nil {
		return nil, err
	}
	if len(bars) == 0 && c.has("startTime") { // history may begin later, or have a gap
		if bars, err = s.cfg.Venue.Candles(c.ctx, l.Name, length, from, to); err != nil {
			return nil, err
		}
	}
	if c.has("startTime") {
		bars = bars[:min(limit, len(bars))]
	} else {
		bars = bars[max(0, len(bars)-limit):]
	}
	list := make([][]any, len(bars))
	for k := range bars {
		list[k] = kline(&bars[k], length)
	}
	return list, nil
}

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

// someOrAll is the weight of a request about one instrument, or of one about many.
func someOrAll(one, all int) func(*params) int {
	return func(p *params) int {
		if p.has("symbol") {
			return one
		}
		return all
	}
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
		list[k] = trade{t.ID, decimal(t.Price), decimal(t.Quantity), decimal(t.Price.Mul(t.Quantity)), millis(t.At), t.Seller, true}
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

func (s *Server) avgPrice(c *call) (any, error) {
	l, err := s.listed(c)
	if err != nil {
		return nil, err
	}
	day, err := s.day(c.ctx, l)
	return struct {
		Mins  int    `json:"mins"`
		Price string `json:"price"`
		Time  int64  `json:"closeTime"`
	}{averageOver, decimal(day.last), millis(s.now())}, err
}

// one returns the only element of a list if a request named one symbol, and the list otherwise.
func one[T any](c *call, list []T) any {
	if c.has("symbol") {
		return list[0]
	}
	return list
}

func (s *Server) tickerPrice(c *call) (any, error) {
	list, err := s.asked(c)
	type price struct {
		Symbol string `json:"symbol"`
		Price  string `json:"price"`
	}
	prices := make([]price, len(list))
	for k, l := range list {
		day, err := s.day(c.ctx, l)
		if err != nil {
			return nil, err
		}
		prices[k] = price{l.Symbol, decimal(day.last)}
	}
	if err != nil {
		return nil, err
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

// day is what an instrument did in the last 24 hours.
type day struct {
	first, high, low, last, volume, value fund.Amount
	from, to                              fund.Time
	trade                                 venues.Trade // the newest
}

func (s *Server) day(ctx context.Context, l *listing) (day, error) {
	d := day{to: s.now()}
	d.from = d.to.Add(-fund.Day)
	bars, err := s.cfg.Venue.Candles(ctx, l.Name, s.cfg.Venue.Interval(), d.from, d.to+1)
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
	d, err := s.day(ctx, l)
	q, _ := s.cfg.Venue.Quote(l.Name)
	change, percent := d.last.Sub(d.first), fund.Amount{}
	average := d.last
	if d.first.Sign() > 0 {
		percent = fund.AmountOfFloat(math.Round(100_000*change.Float64()/d.first.Float64()) / 1000)
	}
	if d.volume.Sign() > 0 {
		average = d.value.QuoUp(d.volume, 8)
	}
	return tickerDay{Symbol: l.Symbol, Change: decimal(change), Percent: percent.String(), Average: decimal(average), PrevClose: decimal(d.first),
		Last: decimal(d.last), LastQty: decimal(d.trade.Quantity), Bid: decimal(q.Bid), BidQty: decimal(q.BidSize), Ask: decimal(q.Ask),
		AskQty: decimal(q.AskSize), Open: decimal(d.first), High: decimal(d.high), Low: decimal(d.low), Volume: decimal(d.volume),
		QuoteVolume: decimal(d.value), OpenTime: millis(d.from), CloseTime: millis(d.to), FirstID: 1, LastID: int64(d.trade.ID), Count: int64(d.trade.ID)}, err
}
