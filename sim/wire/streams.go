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
