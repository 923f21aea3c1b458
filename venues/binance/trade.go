package binance

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

const orderPath = "/api/v3/order"

// Place implements venues.Driver. Quantity and limit are brought onto the symbol's lots and ticks (Symbol.Fit), and what
// the venue would refuse for its filters is refused here.
func (d *Driver) Place(ctx context.Context, v venues.Order) (venues.Status, error) {
	r := request{method: http.MethodPost, path: orderPath, weight: 1, signed: true, writes: true, order: true}
	s, err := d.symbol(ctx, v.Instrument)
	if err != nil {
		return venues.Status{}, d.before(r, err)
	}
	o, err := orderOf(v, s)
	if err == nil && !validID(v.ClientID) {
		err = fmt.Errorf("the client order ID %q is not 1 to 36 letters, digits, - and _", v.ClientID)
	}
	o = s.Fit(o)
	if err == nil {
		err = s.Check(o)
	}
	if err != nil {
		return venues.Status{}, &venues.Failure{Class: venues.Refused, Err: fmt.Errorf("%s: %s: not sent: %w", d.name, r, err)}
	}
	r.params = o.params()
	return d.order(ctx, r)
}

// Cancel implements venues.Driver.
func (d *Driver) Cancel(ctx context.Context, instrument, clientID string) error {
	r := request{method: http.MethodDelete, path: orderPath, weight: 1, signed: true, writes: true}
	if err := d.named(ctx, &r, instrument, clientID); err != nil {
		return err
	}
	_, err := d.order(ctx, r)
	return err
}

// Order implements venues.Driver.
func (d *Driver) Order(ctx context.Context, instrument, clientID string) (venues.Status, error) {
	r := request{method: http.MethodGet, path: orderPath, weight: 4, signed: true}
	if err := d.named(ctx, &r, instrument, clientID); err != nil {
		return venues.Status{}, err
	}
	return d.order(ctx, r)
}

// named adds which order a request is about.
func (d *Driver) named(ctx context.Context, r *request, instrument, clientID string) error {
	s, err := d.symbol(ctx, instrument)
	if err != nil {
		return d.before(*r, err)
	}
	r.params = params{{"symbol", s.Symbol}, {"origClientOrderId", clientID}}
	return nil
}

// order sends a request that is answered with an order.
func (d *Driver) order(ctx context.Context, r request) (venues.Status, error) {
	text, err := d.call(ctx, r)
	if err != nil {
		return venues.Status{}, err
	}
	s, err := readStatus(text, d.names)
	if err != nil {
		return s, d.unread(r, err)
	}
	return s, nil
}

// OpenOrders implements venues.Driver.
func (d *Driver) OpenOrders(ctx context.Context) ([]venues.Status, error) {
	r := request{method: http.MethodGet, path: "/api/v3/openOrders", weight: 80, signed: true}
	if err := d.list(ctx, fresh); err != nil {
		return nil, d.before(r, err)
	}
	text, err := d.call(ctx, r)
	if err != nil {
		return nil, err
	}
	all, err := readStatuses(text, d.names)
	var u *unlisted
	if errors.As(err, &u) && d.list(ctx, 0) == nil { // a symbol that was listed since
		all, err = readStatuses(text, d.names)
	}
	if err != nil {
		return nil, d.unread(r, err)
	}
	return all, nil
}

// Balances implements venues.Driver.
func (d *Driver) Balances(ctx context.Context) ([]venues.Balance, error) {
	r := request{method: http.MethodGet, path: "/api/v3/account", weight: 20, signed: true, params: params{{"omitZeroBalances", "true"}}}
	text, err := d.call(ctx, r)
	if err != nil {
		return nil, err
	}
	all, err := readAccount(text)
	if err != nil {
		return nil, d.unread(r, err)
	}
	return all, nil
}

// readAccount reads the balances of an account that are not zero.
func readAccount(text []byte) ([]venues.Balance, error) {
	o := readObject("account", text)
	items := o.list("balances")
	if o.err != nil {
		return nil, o.err
	}
	all := []venues.Balance{}
	for _, raw := range items {
		b := readObject("account: balances", raw)
		held := venues.Balance{Asset: b.text("asset"), Free: b.size("free"), Locked: b.size("locked")}
		if b.err != nil {
			return nil, b.err
		}
		if !held.Free.IsZero() || !held.Locked.IsZero() {
			all = append(all, held)
		}
	}
	slices.SortFunc(all, func(a, b venues.Balance) int { return strings.Compare(a.Asset, b.Asset) })
	return all, nil
}

// page is the most trades, and the most bars, that the venue answers at once.
const page = 1000

// Fills implements venues.Driver. The newest thousand are asked for first, which nearly always reaches back to since:
// what the venue does with a time alone, or with one longer ago than a day, it does not say clearly.
func (d *Driver) Fills(ctx context.Context, instrument string, since fund.Time) ([]venues.Execution, error) {
	newest, err := d.trades(ctx, instrument)
	if err != nil {
		return nil, err
	}
	if len(newest) < page || newest[0].At < since {
		return from(newest, since), nil
	}
	all, err := d.firstTrades(ctx, instrument, since, newest[0].At)
	for more := err == nil && len(all) > 0; more; {
		var next []venues.Execution
		next, err = d.trades(ctx, instrument, fromID(all[len(all)-1].Trade+1))
		all = append(all, next...)
		more = err == nil && len(next) == page
	}
	if err != nil {
		return nil, err
	}
	return from(all, since), nil
}

// longSearch is after how many days without a trade it is cheaper to begin with the account's first.
const longSearch = 30

// firstTrades returns some trades from since on, without a gap: those of the first day, or part of one, that has some and
// not more than a page holds. There is one before the time known.
func (d *Driver) firstTrades(ctx context.Context, instrument string, since, known fund.Time) (all []venues.Execution, err error) {
	if known.Sub(since) > longSearch*fund.Day {
		return d.trades(ctx, instrument, fromID(0))
	}
	window := func(start fund.Time, span time.Duration) {
		end := start.Add(span - time.Millisecond)
		all, err = d.trades(ctx, instrument, param{"startTime", millis(start)}, param{"endTime", millis(end)})
	}
	for start, span := since, fund.Day; err == nil && len(all) == 0 && start <= known; start = start.Add(span) {
		span = fund.Day
		window(start, span)
		for err == nil && len(all) >= page && span > time.Millisecond { // which of them a full page leaves out nobody says
			span = max(span/2, time.Millisecond)
			window(start, span)
		}
	}
	return all, err
}

// fromID asks for the trades from an ID on.
func fromID(id uint64) param { return param{"fromId", strconv.FormatUint(id, 10)} }

// from returns the executions that are not before a time.
func from(all []venues.Execution, since fund.Time) []venues.Execution {
	return slices.DeleteFunc(all, func(e venues.Execution) bool { return e.At < since })
}

// trades asks for a page of the account's trades, ascending.
func (d *Driver) trades(ctx context.Context, instrument string, which ...param) ([]venues.Execution, error) {
	r := request{method: http.MethodGet, path: "/api/v3/myTrades", weight: 20, signed: true}
	s, err := d.symbol(ctx, instrument)
	if err != nil {
		return nil, d.before(r, err)
	}
	r.params = append(params{{"symbol", s.Symbol}, {"limit", strconv.Itoa(page)}}, which...)
	text, err := d.call(ctx, r)
	if err != nil {
		return nil, err
	}
	all, err := readMyTrades(text, d.names)
	if err != nil {
		return nil, d.unread(r, err)
	}
	return all, nil
}

// readMyTrades reads trades of the account, by ID.
func readMyTrades(text []byte, names namer) ([]venues.Execution, error) {
	items, err := readList("myTrades", text)
	if err != nil {
		return nil, err
	}
	all := make([]venues.Execution, len(items))
	for i, raw := range items {
		o := readObject("myTrades", raw)
		all[i] = venues.Execution{Trade: o.count("id"), VenueID: fmt.Sprint(o.count("orderId")), Instrument: names.name(o, "symbol"), Side: fund.Sell,
			Quantity: o.size("qty"), Price: o.size("price"), Cash: o.size("quoteQty"), Fee: o.size("commission"), FeeAsset: o.text("commissionAsset"), Maker: o.flag("isMaker"), At: o.time("time")}
		if o.flag("isBuyer") {
			all[i].Side = fund.Buy
		}
		if o.err != nil {
			return nil, o.err
		}
	}
	slices.SortFunc(all, func(a, b venues.Execution) int { return int(int64(a.Trade - b.Trade)) })
	return all, nil
}
