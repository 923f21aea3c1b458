package binance

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

// intervals are the lengths of Binance's bars. Its months have no length and are left out.
func intervals() []string {
	return []string{"1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w"}
}

// interval returns how Binance writes the length of a bar.
func (d *Driver) interval(length time.Duration) (string, error) {
	for _, text := range intervals() {
		if length == lengthOf(text) {
			return text, nil
		}
	}
	return "", &venues.Failure{Class: venues.Refused, Err: fmt.Errorf("%s: it has no bars of %s, only of %s", d.name, length, strings.Join(intervals(), ", "))}
}

// lengthOf returns the length of a bar, 0 of what is none of intervals.
func lengthOf(text string) time.Duration {
	n, err := strconv.Atoi(text[:len(text)-1])
	unit := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour, "d": fund.Day, "w": 7 * fund.Day}[text[len(text)-1:]]
	if err != nil {
		return 0
	}
	return time.Duration(n) * unit
}

// Bars implements venues.Driver.
func (d *Driver) Bars(ctx context.Context, instrument string, length time.Duration, from, to fund.Time) ([]venues.Bar, error) {
	all := []venues.Bar{}
	for next := from; next < to; {
		some, err := d.bars(ctx, instrument, length, next, to)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
		if len(some) < page {
			break
		}
		next = some[len(some)-1].Open.Add(length)
	}
	return all, nil
}

// bars returns the first of the closed bars with from ≤ open time < to, at most a page: all of them if there are fewer.
func (d *Driver) bars(ctx context.Context, instrument string, length time.Duration, from, to fund.Time) ([]venues.Bar, error) {
	r := request{method: http.MethodGet, path: "/api/v3/klines", weight: 2}
	text, err := d.interval(length)
	if err != nil {
		return nil, err
	}
	s, err := d.symbol(ctx, instrument)
	if err != nil {
		return nil, err
	}
	if d.clock.least() < to.Add(length) { // the last bars may not have closed: only the venue's clock knows
		if _, err = d.Now(ctx); err != nil {
			return nil, err
		}
	}
	now := d.clock.least()
	r.params = params{{"symbol", s.Symbol}, {"interval", text}, {"startTime", millis(from + 1e6 - 1)}, {"endTime", millis(to - 1)}, {"limit", strconv.Itoa(page)}}
	answer, err := d.call(ctx, r)
	if err != nil {
		return nil, err
	}
	bars, err := readKlines(answer, s.Name)
	if err != nil {
		return nil, d.unread(r, err)
	}
	for i := range bars {
		if bars[i].Open.Add(length) > now {
			return bars[:i], nil
		}
		bars[i].Closed = true
	}
	return bars, nil
}

// readKlines reads bars, which must ascend.
func readKlines(text []byte, instrument string) ([]venues.Bar, error) {
	items, err := readList("klines", text)
	if err != nil {
		return nil, err
	}
	bars := make([]venues.Bar, len(items))
	for i, raw := range items {
		o := row("klines", raw)
		bars[i] = venues.Bar{Instrument: instrument, Open: o.time("0"), First: o.size("1"), High: o.size("2"), Low: o.size("3"), Last: o.size("4"), Volume: o.size("5")}
		if o.err == nil && i > 0 && bars[i].Open <= bars[i-1].Open {
			o.fail("0", "does not ascend")
		}
		if o.err != nil {
			return nil, o.err
		}
	}
	return bars, nil
}

// Level is a price of an order book and what may be traded at it.
type Level struct{ Price, Quantity fund.Amount }

// Book is the order book of an instrument, the best prices first.
type Book struct {
	Update     uint64 // of the book, which streams of its changes count
	Bids, Asks []Level
}

// Depth returns the best levels of an instrument's book, at most 5000 on a side.
func (d *Driver) Depth(ctx context.Context, instrument string, levels int) (Book, error) {
	r := request{path: "/api/v3/depth", weight: depthWeight(levels), params: params{{"limit", strconv.Itoa(levels)}}}
	return ask(ctx, d, r, instrument, readDepth)
}

func depthWeight(levels int) int64 {
	switch {
	case levels <= 100:
		return 5
	case levels <= 500:
		return 25
	case levels <= 1000:
		return 50
	}
	return 250
}

func readDepth(text []byte, _ *Symbol) (Book, error) {
	o := readObject("depth", text)
	b := Book{Update: o.count("lastUpdateId")}
	b.Bids = levels(o, "bids")
	b.Asks = levels(o, "asks")
	return b, o.err
}

func levels(o *object, name string) (all []Level) {
	for _, raw := range o.list(name) {
		l := row(o.what+": "+name, raw)
		all = append(all, Level{l.size("0"), l.size("1")})
		o.err = cmp.Or(o.err, l.err)
	}
	return all
}

// readMarket reads a message of a combined market stream, or of a plain one. now is for messages that do not say when
// they were sent. Control messages and events that it does not know say only that the venue is there. An error that is
// errEnding says that the venue ends the stream.
func readMarket(text []byte, names namer, now fund.Time) (*venues.MarketMessage, error) {
	o := readObject("stream", text)
	if o.err != nil {
		return nil, o.err
	}
	if o.has("error") || o.has("code") {
		r := readRefusal([]byte(cmp.Or(string(o.fields["error"]), string(text))))
		return nil, fmt.Errorf("stream: the venue says: %d %s", r.code, r.message)
	}
	wrapped := o.has("data")
	if wrapped {
		o = o.object("data")
		o.what = "stream"
	}
	m := &venues.MarketMessage{At: now}
	event := o.optional("e")
	if event != "" || o.has("E") {
		m.At = o.time("E")
	}
	switch {
	case event == "serverShutdown":
		return nil, errEnding
	case event == "kline":
		m.Bar = streamBar(o, names)
	case event == "trade":
		m.Trade = streamTrade(o, names, "t")
	case event == "aggTrade":
		m.Trade = streamTrade(o, names, "a")
	case event == "" && o.has("u") && o.has("b"): // bookTicker has no event name
		m.Quote = &venues.Quote{Instrument: names.name(o, "s"), Bid: o.size("b"), BidSize: o.size("B"), Ask: o.size("a"), AskSize: o.size("A")}
	case event == "" && wrapped:
		o.fail("e", "is missing")
	}
	return m, o.err
}

func streamTrade(o *object, names namer, id string) *venues.Trade {
	o.what = o.text("e")
	return &venues.Trade{Instrument: names.name(o, "s"), ID: o.count(id), Price: o.size("p"), Quantity: o.size("q"), Seller: o.flag("m"), At: o.time("T")}
}

func streamBar(o *object, names namer) *venues.Bar {
	k := o.object("k")
	k.what = "kline"
	b := &venues.Bar{Instrument: names.name(o, "s"), Open: k.time("t"), First: k.size("o"), High: k.size("h"), Low: k.size("l"), Last: k.size("c"),
		Volume: k.size("v"), Closed: k.flag("x")}
	o.err = cmp.Or(o.err, k.err)
	return b
}
