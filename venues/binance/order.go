package binance

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

// Order is an order as Binance takes it. What is zero is not sent.
type Order struct {
	Symbol        string
	Side          fund.Side
	Type          string      // MARKET, LIMIT, LIMIT_MAKER, STOP_LOSS_LIMIT, ...
	TimeInForce   string      // GTC, IOC, FOK
	Quantity      fund.Amount // base units
	QuoteQuantity fund.Amount // quote units, of a market order instead of Quantity
	Price         fund.Amount // quote per base
	StopPrice     fund.Amount // quote per base, from which on the order works
	Iceberg       fund.Amount // base units that show at a time
	SelfTrade     string      // EXPIRE_TAKER, EXPIRE_MAKER, EXPIRE_BOTH, DECREMENT, NONE; "": what the symbol has
	ClientID      string
}

// orderOf writes an order in Binance's terms.
func orderOf(v venues.Order, s *Symbol) (Order, error) {
	o := Order{Symbol: s.Symbol, Side: v.Side, Quantity: v.Quantity, Price: v.Limit, ClientID: v.ClientID}
	switch v.Kind {
	case venues.Market:
		o.Type = "MARKET"
	case venues.Limit:
		o.Type, o.TimeInForce = "LIMIT", "GTC"
	case venues.Immediate:
		o.Type, o.TimeInForce = "LIMIT", "IOC"
	case venues.Passive:
		o.Type = "LIMIT_MAKER"
	default:
		return o, fmt.Errorf("there is no order of kind %q", v.Kind)
	}
	if (v.Kind == venues.Market) != v.Limit.IsZero() {
		return o, fmt.Errorf("an order of kind %s with the limit %s", v.Kind, v.Limit)
	}
	return o, nil
}

// kindOf returns what kind an order is, those among them that others placed and that wait for a price.
func kindOf(orderType, timeInForce string) venues.Kind {
	switch {
	case orderType == "LIMIT_MAKER" || timeInForce == "GTX":
		return venues.Passive
	case orderType == "MARKET" || orderType == "STOP_LOSS" || orderType == "TAKE_PROFIT":
		return venues.Market
	case timeInForce == "IOC" || timeInForce == "FOK":
		return venues.Immediate
	}
	return venues.Limit
}

// params writes the order as the parameters of a request: every number as a plain decimal without trailing zeros.
func (o Order) params() (p params) {
	side := "BUY"
	if o.Side == fund.Sell {
		side = "SELL"
	}
	p.add("symbol", o.Symbol)
	p.add("side", side)
	p.add("type", o.Type)
	p.add("timeInForce", o.TimeInForce)
	for _, n := range []struct {
		name  string
		value fund.Amount
	}{{"quantity", o.Quantity}, {"quoteOrderQty", o.QuoteQuantity}, {"price", o.Price}, {"stopPrice", o.StopPrice}, {"icebergQty", o.Iceberg}} {
		if !n.value.IsZero() {
			p.add(n.name, n.value.String())
		}
	}
	p.add("selfTradePreventionMode", o.SelfTrade)
	p.add("newClientOrderId", o.ClientID)
	p.add("newOrderRespType", "FULL")
	return p
}

// Fit returns the order on the symbol's lots and ticks: quantities cut toward zero, prices moved in favour of whoever
// trades, so that what is sent is never more than what was wished for.
func (s *Symbol) Fit(o Order) Order {
	o.Quantity, o.Iceberg = cut(o.Quantity, s.Lot), cut(o.Iceberg, s.Lot)
	if o.Type == "MARKET" {
		o.Quantity = cut(o.Quantity, s.MarketLot)
	}
	o.QuoteQuantity = o.QuoteQuantity.RoundDown(s.QuoteDecimals)
	if o.Side == fund.Buy {
		o.Price, o.StopPrice = cut(o.Price, s.Tick), cut(o.StopPrice, s.Tick)
	} else if s.Tick.Sign() > 0 {
		o.Price, o.StopPrice = o.Price.CeilTo(s.Tick), o.StopPrice.CeilTo(s.Tick)
	}
	return o
}

func cut(a, step fund.Amount) fund.Amount {
	if step.Sign() <= 0 {
		return a
	}
	return a.FloorTo(step)
}

// Check says why the venue would refuse an order of this symbol, as far as that can be told without a price or the
// other orders of the account. The names are those of the venue's own refusals.
func (s *Symbol) Check(o Order) error {
	total := o.Price.Mul(o.Quantity)
	for _, rule := range []struct {
		name   string
		broken bool
	}{
		{"the symbol takes no orders of type " + o.Type, !slices.Contains(s.Types, o.Type)},
		{"LOT_SIZE", !o.Quantity.IsZero() && outside(o.Quantity, s.MinQuantity, s.MaxQuantity)},
		{"MARKET_LOT_SIZE", o.Type == "MARKET" && !o.Quantity.IsZero() && outside(o.Quantity, s.MarketMin, s.MarketMax)},
		{"LOT_SIZE: there is no quantity", o.Quantity.Sign() <= 0 && o.QuoteQuantity.Sign() <= 0},
		{"PRICE_FILTER", !o.Price.IsZero() && outside(o.Price, s.MinPrice, s.MaxPrice)},
		{"NOTIONAL", !o.Price.IsZero() && outside(total, s.MinNotional, s.MaxNotional)},
		{"ICEBERG_PARTS", s.IcebergParts > 0 && o.Iceberg.Mul(fund.NewAmount(s.IcebergParts, 0)).Less(o.Quantity) && !o.Iceberg.IsZero()},
	} {
		if rule.broken {
			return fmt.Errorf("filter failure: %s (quantity %s, price %s)", rule.name, o.Quantity, o.Price)
		}
	}
	return nil
}

// outside reports whether a lies below least or above most; a most of zero is no limit.
func outside(a, least, most fund.Amount) bool {
	return a.Less(least) || !most.IsZero() && most.Less(a)
}

// validID reports whether Binance takes a client order ID.
func validID(id string) bool {
	return regexp.MustCompile(`^[a-zA-Z0-9_-]{1,36}$`).MatchString(id)
}

// namer returns the name of a symbol, if the venue lists it.
type namer func(symbol string) (name string, ok bool)

// unlisted is a symbol that the venue did not list when it was asked.
type unlisted struct{ symbol string }

// Error implements error.
func (u *unlisted) Error() string { return "the venue has not listed the symbol " + u.symbol }

// name returns the name of the symbol in a field.
func (n namer) name(o *object, field string) string {
	symbol := o.text(field)
	name, ok := n(symbol)
	if !ok && o.err == nil {
		o.err = &unlisted{symbol}
	}
	return name
}

// readStatus reads what the venue answers of an order: to placing it, to cancelling it, or asked for it.
func readStatus(text []byte, names namer) (venues.Status, error) {
	o := readObject("order", text)
	id := "clientOrderId"
	if o.has("origClientOrderId") {
		id = "origClientOrderId" // then the other is that of the cancellation
	}
	at := "updateTime"
	if o.has("transactTime") {
		at = "transactTime"
	}
	s := venues.Status{
		Order: venues.Order{ClientID: o.text(id), Instrument: names.name(o, "symbol"), Side: side(o, "side"),
			Kind: kindOf(o.text("type"), o.text("timeInForce")), Quantity: o.size("origQty"), Limit: o.size("price")},
		VenueID: fmt.Sprint(o.count("orderId")),
		Done:    o.size("executedQty"),
		Cash:    o.amount("cummulativeQuoteQty"),
		At:      o.time(at),
	}
	s.State = state(o, "status", s.Done)
	if o.has("fills") {
		s.Fills = fillsOf(o, &s)
	}
	if s.Cash.Sign() < 0 { // which is how the venue writes that it does not know any more
		s.Cash = fund.Amount{}
	}
	return s, o.err
}

// fillsOf reads the executions in the answer to a new order: it took them all, at once. The answer says what changed hands
// for all of them together, not for each. That of the only one follows, and so does that of many where the venue did not
// round: it cuts off, so that none was cut where their products add up. Else they are left out, to be asked for.
func fillsOf(o *object, s *venues.Status) (fills []venues.Execution) {
	var done, cash fund.Amount
	for _, raw := range o.list("fills") {
		f := readObject("order: fills", raw)
		x := venues.Execution{Trade: f.count("tradeId"), ClientID: s.ClientID, VenueID: s.VenueID, Instrument: s.Instrument, Side: s.Side,
			Quantity: f.size("qty"), Price: f.size("price"), Fee: f.size("commission"), FeeAsset: f.text("commissionAsset"), At: s.At}
		x.Cash = x.Price.Mul(x.Quantity)
		fills, done, cash = append(fills, x), done.Add(x.Quantity), cash.Add(x.Cash)
		o.err = cmp.Or(o.err, f.err)
	}
	switch {
	case !done.Equal(s.Done) || s.Cash.Sign() < 0:
		return nil
	case len(fills) == 1:
		fills[0].Cash = s.Cash
	case !cash.Equal(s.Cash):
		return nil
	}
	return fills
}

// side reads BUY or SELL.
func side(o *object, name string) fund.Side {
	switch text := o.text(name); text {
	case "BUY":
		return fund.Buy
	case "SELL":
		return fund.Sell
	default:
		o.fail(name, "is neither BUY nor SELL")
		return 0
	}
}

// state reads the state of an order of which so much is done.
func state(o *object, name string, done fund.Amount) venues.State {
	text := o.text(name)
	if o.err != nil {
		return ""
	}
	switch text {
	case "NEW", "PENDING_NEW", "PARTIALLY_FILLED", "PENDING_CANCEL":
		if done.IsZero() {
			return venues.New
		}
		return venues.Partial
	case "FILLED":
		return venues.Filled
	case "CANCELED":
		return venues.Cancelled
	case "EXPIRED", "EXPIRED_IN_MATCH":
		return venues.Expired
	case "REJECTED":
		return venues.Rejected
	}
	o.fail(name, fmt.Sprintf("is %q, which is no state of an order", text))
	return ""
}

// readStatuses reads a list of orders. Order lists among them, which have orders of their own, are passed over.
func readStatuses(text []byte, names namer) (all []venues.Status, err error) {
	items, err := readList("orders", text)
	if err != nil {
		return nil, err
	}
	for _, raw := range items {
		if readObject("order", raw).has("contingencyType") {
			continue
		}
		s, err := readStatus(raw, names)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}
