package binance

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

// ask sends a public question about an instrument and decodes the answer.
func ask[T any](ctx context.Context, d *Driver, r request, instrument string, decode func([]byte, *Symbol) (T, error)) (T, error) {
	var none T
	s, err := d.symbol(ctx, instrument)
	if err != nil {
		return none, err
	}
	r.method, r.params = http.MethodGet, append(params{{"symbol", s.Symbol}}, r.params...)
	text, err := d.call(ctx, r)
	if err != nil {
		return none, err
	}
	answer, err := decode(text, s)
	if err != nil {
		return none, d.unread(r, err)
	}
	return answer, nil
}

// Quote returns the best prices of an instrument.
func (d *Driver) Quote(ctx context.Context, instrument string) (venues.Quote, error) {
	return ask(ctx, d, request{path: "/api/v3/ticker/bookTicker", weight: 2}, instrument, readQuote)
}

func readQuote(text []byte, s *Symbol) (venues.Quote, error) {
	o := readObject("ticker", text)
	return venues.Quote{Instrument: s.Name, Bid: o.size("bidPrice"), BidSize: o.size("bidQty"), Ask: o.size("askPrice"), AskSize: o.size("askQty")}, o.err
}

// AveragePrice returns the price that filters measure market orders by: the average of the last Symbol.AveragedOver.
func (d *Driver) AveragePrice(ctx context.Context, instrument string) (fund.Amount, error) {
	return ask(ctx, d, request{path: "/api/v3/avgPrice", weight: 2}, instrument, readPrice)
}

func readPrice(text []byte, _ *Symbol) (fund.Amount, error) {
	o := readObject("price", text)
	return o.size("price"), o.err
}

// Trades returns the newest trades of everybody in an instrument, ascending.
func (d *Driver) Trades(ctx context.Context, instrument string) ([]venues.Trade, error) {
	return ask(ctx, d, request{path: "/api/v3/trades", weight: 25, params: params{{"limit", "1000"}}}, instrument, readTrades)
}

func readTrades(text []byte, s *Symbol) ([]venues.Trade, error) {
	items, err := readList("trades", text)
	if err != nil {
		return nil, err
	}
	all := make([]venues.Trade, len(items))
	for i, raw := range items {
		o := readObject("trades", raw)
		all[i] = venues.Trade{Instrument: s.Name, ID: o.count("id"), Price: o.size("price"), Quantity: o.size("qty"), Seller: o.flag("isBuyerMaker"), At: o.time("time")}
		if o.err != nil {
			return nil, o.err
		}
	}
	return all, nil
}

// Fees are what an account pays in an instrument, as fractions of the value traded.
type Fees struct{ Maker, Taker fund.Amount }

// Fees returns what the account pays in an instrument, discounts for paying in BNB apart.
func (d *Driver) Fees(ctx context.Context, instrument string) (Fees, error) {
	return ask(ctx, d, request{path: "/sapi/v1/asset/tradeFee", weight: 1, signed: true}, instrument, readFees)
}

// readFees reads the fees of a symbol from a list of them, or from those of a single one.
func readFees(text []byte, s *Symbol) (Fees, error) {
	items, err := readList("tradeFee", text)
	if err != nil {
		items = []json.RawMessage{text}
	}
	for _, raw := range items {
		o := readObject("tradeFee", raw)
		f := Fees{Maker: o.amount("makerCommission"), Taker: o.amount("takerCommission")}
		if symbol := o.text("symbol"); o.err != nil || symbol == s.Symbol {
			return f, o.err
		}
	}
	return Fees{}, &unlisted{s.Symbol}
}
