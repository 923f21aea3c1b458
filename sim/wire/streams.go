package wire

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

// streams tells what the market does to whoever subscribed to it.
type streams struct {
	server *Server

	mu      sync.Mutex
	readers map[string]map[*conn]bool // by stream, such as btcusdt@trade
	books   map[string]*book          // by symbol
	tickers map[string]time.Time      // by symbol: when the last one was sent
}

func newStreams(s *Server) *streams {
	return &streams{server: s, readers: map[string]map[*conn]bool{}, books: map[string]*book{}, tickers: map[string]time.Time{}}
}

// run reads the venue's stream until the server is closed. One that ended because it was read too slowly is opened again.
func (x *streams) run(ctx context.Context) {
	for ctx.Err() == nil {
		x.relay(ctx)
	}
}

// relay reads a stream to its end.
func (x *streams) relay(ctx context.Context) error {
	names := []string{}
	for _, l := range x.server.order {
		names = append(names, l.Name)
	}
	source, err := x.server.cfg.Venue.Market(ctx, names, x.server.cfg.Venue.Interval())
	if err != nil {
		return err
	}
	defer source.Close() // it was only read
	for {
		m, err := source.Next(ctx)
		if err != nil {
			return err
		}
		x.tell(m)
		x.server.cfg.Faults.halts(m.At, x.server.cfg.Venue.Halt)
	}
}

// book returns an instrument's book as it was told last.
func (x *streams) book(l *listing) book {
	x.mu.Lock()
	defer x.mu.Unlock()
	if b := x.books[l.Symbol]; b != nil {
		return *b
	}
	quote, there := x.server.cfg.Venue.Quote(l.Name)
	return book{id: 1, quote: quote, there: there}
}

// tell sends a message to those who read it.
func (x *streams) tell(m *venues.MarketMessage) {
	x.mu.Lock()
	defer x.mu.Unlock()
	switch {
	case m.Quote != nil:
		x.tellQuote(x.server.named(m.Quote.Instrument), m)
	case m.Trade != nil:
		x.tellTrade(x.server.named(m.Trade.Instrument), m)
	case m.Bar != nil:
		l := x.server.named(m.Bar.Instrument)
		x.tellBar(l, m)
		x.tellTicker(l, m.At)
	}
}

// named returns the instrument with a name that the venue uses.
func (s *Server) named(name string) *listing {
	at := slices.IndexFunc(s.order, func(l *listing) bool { return l.Name == name })
	return s.order[at]
}

// send sends an event to the readers of a stream.
func (x *streams) send(stream string, at fund.Time, event any) {
	readers := x.readers[stream]
	if len(readers) == 0 {
		return
	}
	text, err := json.Marshal(event)
	if err != nil {
		return // nothing that cannot be written is made here
	}
	for c := range readers {
		c.push(stream, text, at)
	}
}

// wanted reports whether anybody reads a stream.
func (x *streams) wanted(stream string) bool { return len(x.readers[stream]) > 0 }

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
	bars, err := x.server.cfg.Venue.Candles(x.server.ctx, l.Name, length, open, open.Add(length))
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

// there reports whether there is a stream of this name.
func (x *streams) there(stream string) bool {
	symbol, kind, _ := strings.Cut(stream, "@")
	if _, ok := x.server.names[strings.ToUpper(symbol)]; !ok || symbol != strings.ToLower(symbol) {
		return false
	}
	if name, ok := strings.CutPrefix(kind, "kline_"); ok {
		return slices.Contains(intervals(), name)
	}
	return slices.Contains(strings.Fields("bookTicker trade aggTrade ticker miniTicker depth depth@100ms depth5 depth10 depth20 depth5@100ms depth10@100ms depth20@100ms"), kind)
}

func (x *streams) subscribe(c *conn, stream string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.readers[stream] == nil {
		x.readers[stream] = map[*conn]bool{}
	}
	x.readers[stream][c] = true
}

func (x *streams) unsubscribe(c *conn, stream string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	delete(x.readers[stream], c)
}

// read returns what a connection reads.
func (x *streams) read(c *conn) (list []string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for stream, readers := range x.readers {
		if readers[c] {
			list = append(list, stream)
		}
	}
	slices.Sort(list)
	return list
}

// leave ends all that a connection reads.
func (x *streams) leave(c *conn) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, readers := range x.readers {
		delete(readers, c)
	}
}
